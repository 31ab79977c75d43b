// Works slices of planner runs. Internal: called with the internal key only.

import { createSolver } from "../../shared/fleet/solver.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";

Deno.serve(createSolver("planner-solver", plannerWorkload));
