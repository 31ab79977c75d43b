// Searches for primes for users: POST requests one (or says what it would be), GET reads one (or describes the forms), DELETE
// cancels one; POST .../<id>/pause, .../<id>/resume, .../primes/<number>/verify and .../primes/<number>/certificate;
// GET .../<id>/composites and .../primes/<number>/certificate.

import { requireUser } from "../../shared/platform/auth.ts";
import { createHandler, readJson } from "../../shared/platform/http.ts";
import * as searches from "../../shared/primes/run/requests.ts";
import { describeSearches } from "../../shared/primes/work.ts";

/** Certificates by elliptic curves are long: some 500 KB for 1,000 digits. */
const MAX_CERTIFICATE_BYTES = 4 * 1024 * 1024;

/** "primes/7/verify" -> ["7", "verify"] */
function partsOf(path: string, first: string, verbs: string): string[] | null {
  return new RegExp(`^${first}([^/]+)/(${verbs})$`).exec(path)?.slice(1) ?? null;
}

Deno.serve(createHandler("prime-orchestration", {
  POST: async (request, path) => {
    const { supabase } = await requireUser(request);
    const prime = partsOf(path, "primes/", "verify|certificate");
    if (prime) {
      const [id, verb] = prime;
      const answer = verb === "verify"
        ? await searches.verifyPrime(supabase, id)
        : await searches.offerCertificate(
          supabase,
          id,
          await readJson(request, MAX_CERTIFICATE_BYTES),
        );
      return Response.json(answer, { status: 202 });
    }
    const run = partsOf(path, "", "pause|resume");
    if (run) {
      return Response.json(await searches.pausePrimeSearch(supabase, run[0], run[1] === "pause"));
    }
    const key = request.headers.get("idempotency-key");
    const answer = await searches.requestPrimeSearch(supabase, await readJson(request), key);
    return Response.json(answer, { status: "dry_run" in answer ? 200 : 202 });
  },
  GET: async (request, path) => {
    const { supabase } = await requireUser(request);
    const query = new URL(request.url).searchParams;
    const prime = partsOf(path, "primes/", "certificate");
    if (prime) {
      const { accept } = Object.fromEntries(request.headers);
      return await searches.readCertificate(
        supabase,
        prime[0],
        query.get("format"),
        accept ?? null,
      );
    }
    const run = partsOf(path, "", "composites");
    if (run) return Response.json(await searches.readComposites(supabase, run[0], query));
    return Response.json(
      path === "forms" ? describeSearches() : await searches.readPrimeSearch(supabase, path),
    );
  },
  DELETE: async (request, path) => {
    const { supabase } = await requireUser(request);
    return Response.json(await searches.cancelPrimeSearch(supabase, path));
  },
}));
