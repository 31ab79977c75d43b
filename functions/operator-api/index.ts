// What operators and their nodes ask for, by an operator's key: registration (with an invitation), nodes, heartbeats, claims, results.

import { createOperatorApi } from "../../shared/primes/run/operator_api.ts";

Deno.serve(createOperatorApi("operator-api"));
