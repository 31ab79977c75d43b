// The fleet's SQL functions as TypeScript: one small function each. What they mean is in the migration.

import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { TimeUp } from "../engine/units.ts";
import type { Json, Sql, Transaction } from "../platform/database.ts";
import { asEngine, asEngineAgain } from "../platform/database.ts";
import { toJson } from "../platform/json.ts";
import type { Claim } from "./workload.ts";

/** What a slice cost, for system_metrics. */
export interface SliceRecord {
  phase: string;
  cpu_ms: number;
  wall_ms: number;
  memory_bytes: number | null;
  /** CPU by phase, and the workload's own figures. */
  details: { cpu_ms_by_phase: Record<string, number>; [figure: string]: Json };
}

/** What one kind of work needs after a sweep. */
export interface SweepRow {
  searchType: string;
  /** The function to call, or null where no work is ready. */
  functionName: string | null;
  /** How many calls would each find a block. */
  calls: number;
  /** Claims that were taken back. */
  reclaimed: number;
}

/** SQLSTATE of a fence: the claim is no longer held. */
export const CLAIM_LOST = "RC001";

/**
 * Claims the next block of a kind of work; null when there is none. A claim whose answer was lost with the connection
 * is taken back by the sweeper.
 */
export async function claimNextBlock(
  sql: Sql,
  searchType: string,
  workerId: string,
): Promise<Claim | null> {
  const [row] = await asEngineAgain(
    sql,
    (tx) => tx`select * from fleet.claim_next_block(${searchType}, ${workerId})`,
  );
  return row
    ? {
      claimToken: row.claim_token,
      blockId: Number(row.block_id),
      blockNumber: row.block_number,
      jobId: Number(row.job_id),
      runId: row.run_id,
      attempt: row.attempt,
      slice: row.slice,
      checkpoint: row.checkpoint,
      input: row.input,
      startedAt: new Date(row.started_at),
      lastCallMs: row.last_call_ms ?? Infinity,
    }
    : null;
}

/** Renews a claim. @returns "stop" when the claim is lost or the job was ended, else null */
export async function heartbeat(
  sql: Sql,
  claim: Claim,
  workerId: string,
): Promise<"stop" | null> {
  const [row] = await asEngine(
    sql,
    null,
    (tx) => tx`select fleet.worker_heartbeat(${workerId}, ${claim.claimToken}) as command`,
  );
  return row.command;
}

/** Keeps the problem as first read. */
export async function saveInput(tx: Transaction, claim: Claim, input: unknown): Promise<void> {
  await tx`select fleet.save_input(${claim.claimToken}, ${tx.json(input as Json)})`;
}

/**
 * Forgets the checkpoint of a claimed block, and writes into the run's timeline why.
 * @param inputToo the problem as first read is forgotten as well
 */
export async function startAfresh(
  tx: Transaction,
  claim: Claim,
  why: string,
  inputToo: boolean,
): Promise<void> {
  await tx`select fleet.start_afresh(${claim.claimToken}, ${why}, ${inputToo})`;
}

/** Locks the claimed block for the rest of the transaction. @throws PostgresError RC001 when the claim is lost */
export async function holdClaim(tx: Transaction, claim: Claim): Promise<void> {
  await tx`select fleet.hold_claim(${claim.claimToken})`;
}

/** Saves a slice's state and frees the block for the next slice. */
export async function checkpointBlock(
  tx: Transaction,
  claim: Claim,
  state: unknown,
  slice: SliceRecord,
): Promise<void> {
  await tx`select fleet.checkpoint_block(
    ${claim.claimToken}, ${tx.json(state as Json)}, ${tx.json(toJson(slice))})`;
}

/** Writes what the last slice of a block cost, before its commit. */
export async function recordSlice(
  tx: Transaction,
  claim: Claim,
  slice: SliceRecord,
): Promise<void> {
  await tx`select fleet.record_slice(${claim.claimToken}, ${tx.json(toJson(slice))})`;
}

/** Ends the job of a claim as FAILED, or gives its block up where the kind of work goes on without. */
export async function failClaimedJob(
  sql: Sql,
  claim: Claim,
  code: string,
  message: string,
  context: Record<string, unknown>,
): Promise<void> {
  await asEngine(
    sql,
    claim.claimToken,
    (tx) =>
      tx`select fleet.fail_claimed_job(
        ${claim.claimToken}, ${code}, ${message}, ${tx.json(context as Json)})`,
  );
}

/** What a run came to, and what it takes to solve it again beside its input, which is kept already. */
export interface KeptResult extends CheckpointFormat {
  result: Json;
  timeUp: TimeUp;
}

/** Keeps a run's problem and result for years, before the commit that writes the result and ends the block. */
export async function keepRun(tx: Transaction, claim: Claim, kept: KeptResult): Promise<void> {
  const { engine, version, result, timeUp } = kept;
  await tx`select fleet.keep_run(
    ${claim.claimToken}, ${engine}, ${version}, ${tx.json(result)}, ${tx.json(toJson(timeUp))})`;
}

/**
 * Gives a block back after an unexpected error, to be tried again later.
 * @param busy the database was: it does not count as one of the attempts after which a run fails
 */
export async function releaseBlock(
  sql: Sql,
  claim: Claim,
  message: string,
  context: Record<string, unknown>,
  busy: boolean,
): Promise<void> {
  await asEngine(
    sql,
    claim.claimToken,
    (tx) =>
      tx`select fleet.release_block(
        ${claim.claimToken}, ${message}, ${tx.json(context as Json)}, ${busy})`,
  );
}

/** The functions to call after a slice of this kind: one entry per call that would find something to do. */
export async function nextCalls(sql: Sql, searchType: string): Promise<string[]> {
  const rows = await asEngine(
    sql,
    null,
    (tx) => tx`select function_name, calls from fleet.next_calls(${searchType})`,
  );
  return rows.flatMap((row) => Array<string>(row.calls).fill(row.function_name));
}

/** Mends what crashed, and answers which functions have work to be called for. */
export async function sweep(sql: Sql): Promise<SweepRow[]> {
  return await asEngine(sql, null, async (tx) => {
    const rows = (await tx`select * from fleet.sweep()`).map((row) => ({
      searchType: row.search_type,
      functionName: row.function_name,
      calls: row.calls,
      reclaimed: row.reclaimed,
    }));
    const reclaimed = rows.reduce((sum, row) => sum + row.reclaimed, 0);
    await tx`select fleet.record_sweep(${reclaimed})`;
    return rows;
  });
}
