// Works slices of searches for primes, several isolates side by side. Internal: called with the internal key only.

import { createSolver } from "../../shared/fleet/solver.ts";
import { primeSearchWorkload } from "../../shared/primes/run/search_workload.ts";

Deno.serve(createSolver("prime-solver", primeSearchWorkload));
