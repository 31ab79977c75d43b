// Works slices of checks of certificates. Internal: called with the internal key only.

import { createSolver } from "../../shared/fleet/solver.ts";
import { primeCheckWorkload } from "../../shared/primes/run/check_workload.ts";

Deno.serve(createSolver("prime-checker", primeCheckWorkload));
