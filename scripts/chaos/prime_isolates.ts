// A search for primes through the real functions, whose isolates get SIGKILL in the middle of slices, searchers and checkers alike,
// until it has ended and every find was checked. Whatever dies, the list is the same, each candidate is looked at once, and each
// certificate is verified.

import type postgres from "postgres";
import { Random } from "../../shared/engine/random.ts";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import { planSearch } from "../../shared/primes/engine.ts";
import type { Stack } from "../stack/mod.ts";
import { checkSearch, expectedDigest, type SearchFindings } from "./primes.ts";
import type { Tally } from "./tally.ts";

/** Tests of some 180 digits: a block takes some slices of a loaded machine. */
const SEARCH = {
  form: "kbn",
  params: { n: 600, min_k: 1, max_k: 1999, sign: "+" },
  sieveDepth: 1_000,
};
const BLOCK = 125;
const VICTIMS = ["prime-solver", "prime-solver", "prime-checker"];
/** Time between two kills at most, in ms: some calls get through a slice, some do not. */
const MOMENT_MS = 400;
const PATIENCE_MS = 600_000;

/** Works one search under fire: at least so many isolates die, unless it ends before. */
export async function killPrimeIsolates(
  { stack, admin }: { stack: Stack; admin: postgres.Sql },
  tally: Tally,
  { kills, seed }: { kills: number; seed: number },
): Promise<SearchFindings> {
  const random = new Random(seed);
  const findings: SearchFindings = { searches: 1, lost: [], doubled: [], most_at_once: 0 };
  const plan = planSearch(SEARCH, BLOCK);
  await admin`
    update fleet.search_types set enabled = true, max_attempts = 1000000 where search_type in ('prime_search', 'prime_check')`;
  const [{ id: org }] =
    await admin`insert into public.orgs (name) values ('Under fire') returning id`;
  const [{ id: run }] = await admin`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, sieve_depth, request)
    values (${org}, ${SEARCH.form}, ${
    admin.json(SEARCH.params)
  }, ${plan.candidates}, ${BLOCK}, ${plan.blocks},
            ${SEARCH.sieveDepth}, '{}') returning id`;
  const deadline = performance.now() + PATIENCE_MS;
  const calls = new Set<Promise<unknown>>();
  const call = (name: string) => {
    const sent = fetch(`${stack.url}/functions/v1/${name}`, {
      method: "POST",
      headers: { [INTERNAL_KEY_HEADER]: stack.internalKey },
    }).then((response) => response.body?.cancel(), () => {}).finally(() => calls.delete(sent));
    calls.add(sent);
  };
  for (;;) {
    const [{ status, claimed, open }] = await admin`
      select r.status,
        (select count(*)::int from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
         where j.run_id = r.id and b.status = 'CLAIMED') as claimed,
        (select count(*)::int from public.prime_search_finds f join public.primes p on p.id = f.prime_id
         where f.run = r.id and p.certificate is not null and not p.verified) as open
      from public.prime_search_runs r where r.id = ${run}`;
    findings.most_at_once = Math.max(findings.most_at_once, claimed);
    if (status !== "PENDING" && status !== "GENERATING" && open === 0) break;
    if (performance.now() > deadline) {
      findings.lost.push(
        `search ${run} is ${status} with ${open} finds unchecked and did not end in time`,
      );
      break;
    }
    await admin`
      update fleet.work_blocks set not_before = now() where status = 'PENDING' and not_before > now()`;
    call("heartbeat-sweeper");
    await new Promise((resolve) => setTimeout(resolve, random.below(MOMENT_MS)));
    if (tally.kills >= kills) continue;
    const victim = VICTIMS[random.below(VICTIMS.length)];
    await strike({ stack, admin }, tally, victim);
  }
  await Promise.all(calls);
  await checkSearch(admin, run, plan.candidates, expectedDigest(SEARCH, plan.candidates), findings);
  return findings;
}

/** Kills the isolates of a function. Their leases run out, and not those of the living, however long their slices take. */
async function strike(
  { stack, admin }: { stack: Stack; admin: postgres.Sql },
  tally: Tally,
  victim: string,
): Promise<void> {
  for (const { open } of await stack.functions.killWorkers(victim)) {
    if (open > 0) tally.kill("isolate_killed", "anywhere");
  }
  await admin`
    update fleet.work_blocks set heartbeat_at = now() - interval '1 hour'
    where status = 'CLAIMED' and starts_with(claimed_by, ${victim})`;
}
