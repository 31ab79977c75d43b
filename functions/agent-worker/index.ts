// Works slices of tasks of handlers. Internal: called with the internal key only.

import { agentTaskWorkload } from "../../shared/agents/workload.ts";
import { createSolver } from "../../shared/fleet/solver.ts";

Deno.serve(createSolver("agent-worker", agentTaskWorkload));
