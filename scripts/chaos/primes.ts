// Many isolates on one job: searchers that run real slices of one search side by side, each with a connection of its own, whose
// sessions PostgreSQL ends in the middle, whose claims are taken from them alive, while sweepers race them and the search is paused
// and resumed. Whatever happens, each candidate is looked at, each block is counted once, and the list of finds is the same.

import postgres from "postgres";
import { sweep } from "../../shared/fleet/queue.ts";
import { runSlice } from "../../shared/fleet/slice.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect } from "../../shared/platform/database.ts";
import { Random } from "../../shared/engine/random.ts";
import { digestOf, planSearch, prepareBlock } from "../../shared/primes/engine.ts";
import { primeSearchWorkload } from "../../shared/primes/run/search_workload.ts";
import type { Tally } from "./tally.ts";

/** What is searched, in blocks of so many candidates. */
const SEARCH = {
  form: "kbn",
  params: { n: 200, min_k: 1, max_k: 799, sign: "+" },
  sieveDepth: 1_000,
};
const BLOCK = 16;
/**
 * CPU of a slice in ms; 60 of it are kept back for writing. The searchers share a thread, so time is counted by looks at the
 * clock: however busy the others are, a slice gets somewhere, and a block takes some slices.
 */
const SLICE_MS = 160;
const TICK_MS = 20;
/** A searcher that finds nothing to claim rests for a tick at first, and for twice as long each time up to so many ms. */
const MOST_REST_MS = 320;
/** A search that takes longer has stalled. */
const PATIENCE_MS = 600_000;

/** What a search under fire came to. */
export interface SearchFindings {
  searches: number;
  /** Sentences: what was lost, and what was counted twice. */
  lost: string[];
  doubled: string[];
  /** Most blocks of the job that were claimed at one moment. */
  most_at_once: number;
}

/** Where the searches are worked. */
export interface SearchScene {
  admin: postgres.Sql;
  dbUrl: string;
}

/** Works searches with so many searchers until the tally has so many kills more. */
export async function killSearchers(
  scene: SearchScene,
  tally: Tally,
  { searchers, kills, seed }: { searchers: number; kills: number; seed: number },
): Promise<SearchFindings> {
  const { admin } = scene;
  const random = new Random(seed);
  const findings: SearchFindings = { searches: 0, lost: [], doubled: [], most_at_once: 0 };
  const plan = planSearch(SEARCH, BLOCK);
  const expected = expectedDigest(SEARCH, plan.candidates);
  await admin`
    update fleet.search_types set enabled = true, max_concurrent_blocks = ${searchers}, max_attempts = 1000000
    where search_type = 'prime_search'`;
  const [{ id: org }] =
    await admin`insert into public.orgs (name) values ('Searchers') returning id`;
  const target = tally.kills + kills;
  while (tally.kills < target) {
    const [{ id: run }] = await admin`
      insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, sieve_depth, request)
      values (${org}, ${SEARCH.form}, ${
      admin.json(SEARCH.params)
    }, ${plan.candidates}, ${BLOCK}, ${plan.blocks},
              ${SEARCH.sieveDepth}, '{}') returning id`;
    await workSearch(scene, tally, { run, searchers, target }, random, findings);
    await checkSearch(admin, run, plan.candidates, expected, findings);
    findings.searches++;
  }
  return findings;
}

/** The digest of the same search in one block, worked here. */
export function expectedDigest(search: typeof SEARCH, candidates: number): string {
  const block = prepareBlock({ ...search, start: 0, end: candidates - 1 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return digestOf(block.outcome(state).finds);
}

async function workSearch(
  { admin, dbUrl }: SearchScene,
  tally: Tally,
  { run, searchers, target }: { run: string; searchers: number; target: number },
  random: Random,
  findings: SearchFindings,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let over = false;
  const dead: string[] = [];
  const workers = Array.from(
    { length: searchers },
    (_, number) => searchOn(dbUrl, `searcher ${number}`, () => over, dead),
  );
  try {
    while (true) {
      const [{ status, claimed }] = await admin`
        select r.status, (select count(*)::int from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
                          where j.run_id = r.id and b.status = 'CLAIMED') as claimed
        from public.prime_search_runs r where r.id = ${run}`;
      findings.most_at_once = Math.max(findings.most_at_once, claimed);
      if (["COMPLETED", "FAILED", "CANCELLED"].includes(status)) return;
      if (performance.now() > deadline) {
        findings.lost.push(`search ${run} did not end in time`);
        return;
      }
      if (tally.kills < target) await disturb(admin, run, tally, random);
      else await admin`select fleet.pause_job('prime_search', ${run}, false)`;
      await admin`
        update fleet.work_blocks set not_before = now() where status = 'PENDING' and not_before > now()`;
      // Leases of the dead run out, and not those of the living, however long their slices take.
      await admin`
        update fleet.work_blocks set heartbeat_at = now() - interval '1 hour'
        where status = 'CLAIMED' and claimed_by = any(${dead.slice(-500)})`;
      await Promise.all([sweep(admin), sweep(admin)]);
      await pause(TICK_MS);
    }
  } finally {
    over = true;
    await Promise.all(workers);
  }
}

/** One isolate after the other works slices until it is over; `dead` is told of those that ended. */
async function searchOn(
  dbUrl: string,
  name: string,
  over: () => boolean,
  dead: string[],
): Promise<void> {
  let sql = connect(dbUrl);
  let rest = TICK_MS;
  while (!over()) {
    const workerId = `${name} ${crypto.randomUUID()}`;
    const outcome = await runSlice(primeSearchWorkload, {
      pool: () => sql,
      workerId,
      meter: cpuMeter(ticking()),
      cpuStartMs: 0,
      cpuLimitMs: SLICE_MS,
    }).catch(() => "killed" as const);
    if (outcome === "killed" || outcome === "lost") {
      // A new isolate, with a connection of its own.
      dead.push(workerId);
      void sql.end({ timeout: 0 }).catch(() => {});
      sql = connect(dbUrl);
    }
    if (outcome !== "checkpointed" && outcome !== "finished") await pause(rest);
    rest = outcome === "idle" ? Math.min(2 * rest, MOST_REST_MS) : TICK_MS;
  }
  await sql.end({ timeout: 1 }).catch(() => {});
}

/** A clock that goes on by a millisecond with each look. */
function ticking(): () => number {
  let ms = 0;
  return () => ms++;
}

/** One of the things that go wrong. */
async function disturb(
  admin: postgres.Sql,
  run: string,
  tally: Tally,
  random: Random,
): Promise<void> {
  switch (random.below(4)) {
    case 0:
    case 1: {
      const ended = await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'receptor' and state <> 'idle' order by random() limit 2`;
      for (const _ of ended) tally.kill("backend_terminated", "anywhere");
      break;
    }
    case 2: {
      const taken = await admin`
        update fleet.work_blocks set heartbeat_at = now() - interval '1 hour'
        where id in (select b.id from fleet.work_blocks b where b.status = 'CLAIMED' order by random() limit 3)
          and status = 'CLAIMED' returning 1`;
      tally.count("claims_taken_from_living", taken.length);
      break;
    }
    case 3: {
      await admin`select fleet.pause_job('prime_search', ${run}, ${random.below(3) === 0})`;
      tally.count("pauses", 1);
    }
  }
}

/** Compares what is there with what there must be. */
export async function checkSearch(
  admin: postgres.Sql,
  run: string,
  candidates: number,
  expected: string,
  findings: SearchFindings,
): Promise<void> {
  const [{ status, result, error_message }] = await admin`
    select status, result, error_message from public.prime_search_runs where id = ${run}`;
  if (status !== "COMPLETED") {
    findings.lost.push(`search ${run} is ${status}: ${error_message}`);
    return;
  }
  const looked = Number(result.sieved) + Number(result.tested);
  if (looked < candidates) findings.lost.push(`search ${run} looked at ${looked} of ${candidates}`);
  if (looked > candidates) {
    findings.doubled.push(`search ${run} looked at ${looked} of ${candidates}`);
  }
  if (result.digest !== expected) findings.lost.push(`search ${run} found another list`);
  const [{ blocks, finished, finds, distinct }] = await admin`
    select (select count(*)::int from public.prime_search_blocks b where b.run = ${run} and b.status = 'completed') as blocks,
           (select count(*)::int from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
            where j.run_id = ${run} and b.status = 'DONE') as finished,
           count(*)::int as finds, count(distinct f.prime_id)::int as distinct
    from public.prime_search_finds f where f.run = ${run}`;
  if (blocks !== finished) {
    findings.lost.push(`search ${run}: ${blocks} blocks have results, ${finished} are done`);
  }
  if (finds !== distinct || finds !== Number(result.found)) {
    findings.doubled.push(
      `search ${run}: ${finds} finds of ${distinct} primes, ${result.found} told`,
    );
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
