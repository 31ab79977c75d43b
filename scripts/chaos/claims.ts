// Two promises of the fleet, measured: each block is claimed exactly once however many claimers race for it, and a
// claim whose heartbeat has stopped is taken back within a lease and a sweep.

import type postgres from "postgres";
import { claimNextBlock, sweep } from "../../shared/fleet/queue.ts";
import { isBusy, isConnectionLost } from "../../shared/platform/busy.ts";
import { connect } from "../../shared/platform/database.ts";

/** Seconds between two sweeps, as the cron job has it. */
const SWEEP_SECONDS = 15;

/** Blocks that racing claimers got, and blocks that more than one of them got or none did. */
export interface Race {
  blocks: number;
  claimers: number;
  claimed: number;
  doubled: number;
  missed: number;
}

/** Lets claimers race for the blocks of one job. */
export async function raceForBlocks(
  admin: postgres.Sql,
  dbUrl: string,
  blocks: number,
  claimers: number,
): Promise<Race> {
  const kind = "chaos_race";
  await newJob(admin, kind, blocks);
  const connections = Array.from({ length: claimers }, () => connect(dbUrl));
  const claimed = (await Promise.all(connections.map((sql, n) => claimAll(sql, kind, n)))).flat();
  await Promise.all(connections.map((sql) => sql.end()));
  await retire(admin, kind);
  const distinct = new Set(claimed).size;
  return {
    blocks,
    claimers,
    claimed: claimed.length,
    doubled: claimed.length - distinct,
    missed: blocks - distinct,
  };
}

async function claimAll(sql: postgres.Sql, kind: string, claimer: number): Promise<number[]> {
  const mine: number[] = [];
  for (;;) {
    const claim = await claimNextBlock(sql, kind, `${kind}-${claimer}`).catch((error) => {
      // It waited for the others for too long, and has claimed nothing: it asks again, as a solver's next call would.
      if (!isBusy(error) || isConnectionLost(error)) throw error;
      return "asks again" as const;
    });
    if (claim === null) return mine;
    if (claim !== "asks again") mine.push(claim.blockId);
  }
}

/** Seconds from the last heartbeat until a claim is taken back. */
export interface ReclaimTimes {
  blocks: number;
  p50: number;
  p99: number;
  max: number;
}

/**
 * Claims whose heartbeats stop at moments spread over the time between two sweeps. Time passes by moving their
 * heartbeats, by exactly what passes between two sweeps.
 */
export async function measureReclaims(admin: postgres.Sql, blocks: number): Promise<ReclaimTimes> {
  const kind = "chaos_reclaim";
  const job = await newJob(admin, kind, blocks);
  for (let n = 0; n < blocks; n++) await claimNextBlock(admin, kind, `${kind}-${n}`);
  // The n-th heartbeat stopped this long before the first sweep.
  await admin`
    update fleet.work_blocks
    set heartbeat_at = now() - make_interval(secs => ${SWEEP_SECONDS} * (block_number - 0.5) / ${blocks})
    where search_job_id = ${job}`;
  const seconds: number[] = [];
  while (seconds.length < blocks) {
    const before = await ages(admin, job);
    await sweep(admin);
    const held = await ages(admin, job);
    for (const [block, age] of before) if (!held.has(block)) seconds.push(age);
    await admin`
      update fleet.work_blocks set heartbeat_at = heartbeat_at - make_interval(secs => ${SWEEP_SECONDS})
      where search_job_id = ${job} and status = 'CLAIMED'`;
  }
  await retire(admin, kind);
  seconds.sort((a, b) => a - b);
  const at = (q: number) =>
    round(seconds[Math.min(seconds.length - 1, Math.floor(q * seconds.length))]);
  return { blocks, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Waits until the sweeper, called by cron, takes back a claim that is never heard of. @returns seconds */
export async function waitForReclaim(admin: postgres.Sql): Promise<number> {
  const kind = "chaos_wait";
  const job = await newJob(admin, kind, 1);
  await claimNextBlock(admin, kind, kind);
  for (;;) {
    const held = await ages(admin, job);
    if (held.size === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await retire(admin, kind);
  // The sweeper's own record of when it was, by the database's clock alone.
  const [{ seconds }] = await admin`
    select extract(epoch from created_at - (context ->> 'heartbeat_at')::timestamptz)::float8 as seconds
    from public.system_logs where source = ${kind} and component = 'sweeper' order by id desc limit 1`;
  return round(seconds);
}

/** Switches a kind off that nobody works on: what stays ready of it would go before work of a lower priority for ever. */
async function retire(admin: postgres.Sql, kind: string): Promise<void> {
  await admin`update fleet.search_types set enabled = false where search_type = ${kind}`;
}

/** A job of a kind of its own, all of whose blocks may be claimed at once. */
async function newJob(admin: postgres.Sql, kind: string, blocks: number): Promise<number> {
  await admin`
    insert into fleet.search_types (search_type, function_name) values (${kind}, 'nobody')
    on conflict do nothing`;
  const [{ id }] = await admin`
    with org as (insert into public.orgs (name) values (${kind}) returning id)
    select fleet.enqueue_job(${kind}, org.id, gen_random_uuid(), ${blocks}) as id from org`;
  await admin`
    update fleet.search_jobs set max_concurrent_blocks = ${blocks + 1} where id = ${id}`;
  return Number(id);
}

/** Claimed blocks with the age of their heartbeats in seconds. */
async function ages(admin: postgres.Sql, job: number): Promise<Map<string, number>> {
  const rows = await admin`
    select id, extract(epoch from now() - heartbeat_at)::float8 as age
    from fleet.work_blocks where search_job_id = ${job} and status = 'CLAIMED'`;
  return new Map(rows.map((row) => [row.id, row.age]));
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
