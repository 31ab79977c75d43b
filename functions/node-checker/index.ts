// Works slices of checks of what nodes hand in. Internal: called with the internal key only.

import { createSolver } from "../../shared/fleet/solver.ts";
import { nodeCheckWorkload } from "../../shared/primes/run/node_check_workload.ts";

Deno.serve(createSolver("node-checker", nodeCheckWorkload));
