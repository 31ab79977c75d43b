// Searches for primes for users: POST requests one (or says what it would be), GET reads one (or describes the forms), DELETE
// cancels one; POST .../<id>/pause, .../<id>/resume and .../primes/<number>/verify.

import { requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readJson } from "../../shared/platform/http.ts";
import { describeForms } from "../../shared/primes/forms/mod.ts";
import {
  cancelPrimeSearch,
  pausePrimeSearch,
  readPrimeSearch,
  requestPrimeSearch,
  verifyPrime,
} from "../../shared/primes/run/requests.ts";

Deno.serve(createHandler("prime-orchestration", {
  POST: async (request, path) => {
    const { supabase } = await requireUser(request);
    const [, run, verb] = /^([^/]+)\/(pause|resume)$/.exec(path) ?? [];
    if (verb) return Response.json(await pausePrimeSearch(supabase, run, verb === "pause"));
    const prime = /^primes\/([^/]+)\/verify$/.exec(path)?.[1];
    if (prime) return Response.json(await verifyPrime(supabase, prime), { status: 202 });
    const key = request.headers.get("idempotency-key");
    const answer = await requestPrimeSearch(supabase, await readJson(request), key);
    return Response.json(answer, { status: "dry_run" in answer ? 200 : 202 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(
      path === "forms" ? describeForms() : await readPrimeSearch(supabase, path),
    );
  },
  DELETE: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await cancelPrimeSearch(supabase, path));
  },
}));
