// Works slices of allocator runs. Internal: called with the internal key only.

import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { createSolver } from "../../shared/fleet/solver.ts";

Deno.serve(createSolver("allocator-solver", allocatorWorkload));
