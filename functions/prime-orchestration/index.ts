// Searches for primes for users: POST requests one (or says what it would be), GET reads one (or describes the forms), DELETE
// cancels one; POST .../<id>/pause, .../<id>/resume, .../primes/<number>/verify and .../primes/<number>/certificate;
// GET .../<id>/composites and .../primes/<number>/certificate.

import { requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readJson } from "../../shared/platform/http.ts";
import * as searches from "../../shared/primes/run/requests.ts";
import { describeSearches } from "../../shared/primes/work.ts";

/** "primes/7/verify" -> ["7", "verify"]; nothing where the path is another one. */
function partsOf(path: string, first: string, verbs: string): string[] {
  return new RegExp(`^${first}([^/]+)/(${verbs})$`).exec(path)?.slice(1) ?? [];
}

Deno.serve(createHandler("prime-orchestration", {
  POST: async (request, path) => {
    const { supabase } = await requireUser(request);
    const [prime, act] = partsOf(path, "primes/", "verify|certificate");
    if (prime) {
      const body = act === "certificate" ? await searches.readOffer(request) : null;
      return Response.json(await searches.requestCheck(supabase, prime, body), { status: 202 });
    }
    const [run, verb] = partsOf(path, "", "pause|resume");
    if (run) {
      return Response.json(await searches.pausePrimeSearch(supabase, run, verb === "pause"));
    }
    const key = request.headers.get("idempotency-key");
    const answer = await searches.requestPrimeSearch(supabase, await readJson(request), key);
    return Response.json(answer, { status: "dry_run" in answer ? 200 : 202 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    const { searchParams } = new URL(request.url);
    const [prime] = partsOf(path, "primes/", "certificate");
    if (prime) {
      const accept = request.headers.get("accept");
      return await searches.readCertificate(supabase, prime, searchParams.get("format"), accept);
    }
    const [run] = partsOf(path, "", "composites");
    if (run) return Response.json(await searches.readComposites(supabase, run, searchParams));
    if (path === "forms") return Response.json(describeSearches());
    return Response.json(await searches.readPrimeSearch(supabase, path));
  },
  DELETE: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await searches.cancelPrimeSearch(supabase, path));
  },
}));
