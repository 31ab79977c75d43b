// One slice: claim a block, go on from its checkpoint, write the next checkpoint or the result.

import {
  type CheckpointFormat,
  readCheckpoint,
  readInput,
  writeCheckpoint,
  writeInput,
} from "../engine/checkpoint.ts";
import type { SliceBudget } from "../engine/units.ts";
import { isBusy } from "../platform/busy.ts";
import type { CpuMeter } from "../platform/cpu.ts";
import { asEngine, type Json, type Sql, sqlState } from "../platform/database.ts";
import { describeError, log } from "../platform/log.ts";
import {
  checkpointBlock,
  CLAIM_LOST,
  claimNextBlock,
  failClaimedJob,
  heartbeat,
  holdClaim,
  keepRun,
  recordSlice,
  releaseBlock,
  saveInput,
  type SliceRecord,
  startAfresh,
} from "./queue.ts";
import { type Claim, type Machine, type Workload, WorkloadError } from "./workload.ts";

/** How a slice ended. */
export type SliceOutcome =
  /** Nothing to do. */
  | "idle"
  /** State saved; the next slice goes on. */
  | "checkpointed"
  /** The block is done. */
  | "finished"
  /** The job ended as FAILED, or the block was given up. */
  | "failed"
  /** An unexpected error: the block went back to the queue. */
  | "released"
  /** The claim was taken away meanwhile (cancelled, or reclaimed); nothing was written. */
  | "lost";

/** What a slice works with. */
export interface SliceEnvironment {
  /** The pool; another than before, where that one was given up. */
  pool: () => Sql;
  workerId: string;
  meter: CpuMeter;
  /** Reading of the meter that counts as the slice's beginning. */
  cpuStartMs: number;
  /** CPU of the whole slice, in ms. */
  cpuLimitMs: number;
  /** CPU until the result is written, in ms: what the isolate may use yet; not given: whatever it takes. */
  mostMs?: number;
}

/** CPU kept back in ms, for a unit that takes longer than those before it; and where units take a few ms each. */
const RESERVE_MS = 80;
const SMALL_UNITS_RESERVE_MS = 40;

/**
 * What the parts that wait for the database compute at most, in ms: connecting and reading checkpoint and problem;
 * reading the problem for the first time; writing a checkpoint or the result. Some three times what was measured at the
 * largest instances (scripts/bench/isolates.ts), since another machine may be slower.
 */
const MOST_MS = { claim: 40, load: 180, write: 280 };

/** In ms, before a block is given back a second time. */
const BUSY_WAIT_MS = 2_000;

/** Works one slice of one block. What goes wrong after the claim is in the database and the log, not thrown. */
export async function runSlice<Input, State, M extends Machine<State>>(
  workload: Workload<Input, State, M>,
  environment: SliceEnvironment,
): Promise<SliceOutcome> {
  const stopwatch = new PhaseStopwatch(
    environment,
    workload.inSmallUnits ? SMALL_UNITS_RESERVE_MS : RESERVE_MS,
  );
  const { pool, meter, workerId } = environment;
  const claim = await meter.allow(
    MOST_MS.claim,
    () => claimNextBlock(pool(), workload.searchType, workerId),
  );
  if (!claim) return "idle";
  try {
    return await work(workload, claim, environment, stopwatch);
  } catch (error) {
    // A database that did not answer took the pool along: the block is given back through another.
    return await recover(pool(), workload.searchType, claim, error);
  }
}

async function work<Input, State, M extends Machine<State>>(
  workload: Workload<Input, State, M>,
  claim: Claim,
  environment: SliceEnvironment,
  stopwatch: PhaseStopwatch,
): Promise<SliceOutcome> {
  const { meter } = environment;
  const sql = environment.pool();
  stopwatch.setLastCall(claim.lastCallMs);
  const { input, isKept } = await meter.allow(MOST_MS.load, () => inputOf(workload, claim, sql));
  // The thread is blocked from here on: say so, and obey a stop that came meanwhile.
  if (await heartbeat(sql, claim, environment.workerId) === "stop") return "lost";
  const machine = meter.measure(() => workload.prepare(input, claim.blockNumber));
  const checkpoint = isKept ? await stateOf<State>(machine.format, claim, sql) : null;
  const state = meter.measure(() => {
    const from = checkpoint === null ? machine.start() : checkpoint.state;
    stopwatch.enter(machine.phase(from));
    return machine.done(from) ? from : machine.step(from, stopwatch);
  });
  const commitMs = workload.commitMs?.(machine) ?? 0;
  const finished = machine.done(state) && stopwatch.hasRoomFor(commitMs);
  const figures = workload.figures?.(machine, state) ?? {};
  const record = stopwatch.record(finished ? "commit" : machine.phase(state), figures);

  await meter.allow(
    Math.max(MOST_MS.write, commitMs),
    () =>
      asEngine(sql, claim.claimToken, async (tx) => {
        await holdClaim(tx, claim);
        if (finished) {
          await recordSlice(tx, claim, record);
          if (workload.result) {
            await keepRun(tx, claim, {
              ...machine.format,
              result: workload.result(machine, state),
              timeUp: machine.timeUp?.(state) ?? { units: null },
            });
          }
          await workload.commit(tx, claim, input, machine, state);
        } else {
          await workload.report(tx, claim, input, machine, state, record.cpu_ms);
          await checkpointBlock(tx, claim, writeCheckpoint(machine.format, state), record);
        }
      }),
  );
  log("info", workload.searchType, finished ? "finished" : "checkpointed", {
    run: claim.runId,
    block: claim.blockId,
    slice: claim.slice,
    ...record,
  });
  return finished ? "finished" : "checkpointed";
}

/** The problem: as the first slice read it, or read now. `isKept`: the checkpoint belongs to it. */
async function inputOf<Input, State, M extends Machine<State>>(
  workload: Workload<Input, State, M>,
  claim: Claim,
  sql: Sql,
): Promise<{ input: Input; isKept: boolean }> {
  const kept = claim.input === null ? null : readInput<Input>(workload.inputFormat, claim.input);
  if (kept?.understood) return { input: kept.state, isKept: true };
  const input = await asEngine(sql, claim.claimToken, async (tx) => {
    if (kept) await startAfresh(tx, claim, whyAfresh("problem", kept), true);
    const read = await workload.load(tx, claim.runId);
    await saveInput(tx, claim, writeInput(workload.inputFormat, read));
    return read;
  });
  return { input, isKept: kept === null };
}

/** The state to go on from; null: the run begins, or begins again. */
async function stateOf<State>(
  format: CheckpointFormat,
  claim: Claim,
  sql: Sql,
): Promise<{ state: State } | null> {
  if (claim.checkpoint === null) return null;
  const read = readCheckpoint<State>(format, claim.checkpoint);
  if (read.understood) return read;
  const why = whyAfresh("checkpoint", read);
  await asEngine(sql, claim.claimToken, (tx) => startAfresh(tx, claim, why, false));
  return null;
}

function whyAfresh(what: string, { found, why }: { found: string; why: string }): string {
  return `The stored ${what} (${found}) ${why}, so the run starts afresh.`;
}

async function recover(
  sql: Sql,
  component: string,
  claim: Claim,
  error: unknown,
): Promise<SliceOutcome> {
  if (sqlState(error) === CLAIM_LOST) return "lost";
  const described = { ...describeError(error), slice: claim.slice, attempt: claim.attempt };
  log("error", component, "slice failed", {
    run: claim.runId,
    block: claim.blockId,
    error: described,
  });
  try {
    if (error instanceof WorkloadError) {
      await failClaimedJob(sql, claim, error.code, error.message, {
        ...described,
        ...error.context,
      });
      return "failed";
    }
    await againIfBusy(() => releaseBlock(sql, claim, described.message, described, isBusy(error)));
    return "released";
  } catch (second) {
    // The database may be gone; the sweeper takes the claim back when its lease ends, and counts an attempt.
    log("error", component, "could not release the block", { error: describeError(second) });
    return "lost";
  }
}

/** Once more, a moment later, what a busy database refused: what was in the way of the slice may be in the way of this. */
async function againIfBusy(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isBusy(error)) throw error;
    await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    await work();
  }
}

/** Divides a slice's CPU among its phases, and says what is left of it. */
class PhaseStopwatch implements SliceBudget {
  readonly #environment: SliceEnvironment;
  readonly #reserveMs: number;
  readonly #wallStart = performance.now();
  readonly #byPhase: Record<string, number> = {};
  /** Loading modules, claiming and reading the problem come first. */
  #phase = "Starting up";
  #since: number;
  #lastCallAt = Infinity;

  constructor(environment: SliceEnvironment, reserveMs: number) {
    this.#environment = environment;
    this.#reserveMs = reserveMs;
    this.#since = environment.cpuStartMs;
  }

  remainingMs(): number {
    const { meter, cpuStartMs, cpuLimitMs } = this.#environment;
    return cpuLimitMs - this.#reserveMs - (meter.usedMs() - cpuStartMs);
  }

  /** Whether the isolate may use so much yet. */
  hasRoomFor(ms: number): boolean {
    const { meter, cpuStartMs, mostMs = Infinity } = this.#environment;
    return mostMs - (meter.usedMs() - cpuStartMs) >= ms;
  }

  /** @param ms from now on; by the wall clock, because so the job's life is counted */
  setLastCall(ms: number): void {
    this.#lastCallAt = performance.now() + ms;
  }

  isLastCall(): boolean {
    return performance.now() >= this.#lastCallAt;
  }

  enter(phase: string): void {
    if (phase === this.#phase) return;
    const now = this.#environment.meter.usedMs();
    this.#byPhase[this.#phase] = (this.#byPhase[this.#phase] ?? 0) + now - this.#since;
    this.#phase = phase;
    this.#since = now;
  }

  /** What the slice cost until now. */
  record(phase: string, figures: Record<string, Json>): SliceRecord {
    this.enter("Writing");
    const { meter, cpuStartMs } = this.#environment;
    return {
      phase,
      cpu_ms: round(meter.usedMs() - cpuStartMs),
      wall_ms: round(performance.now() - this.#wallStart),
      memory_bytes: heapBytes(),
      details: {
        ...figures,
        cpu_ms_by_phase: Object.fromEntries(
          Object.entries(this.#byPhase).map(([name, ms]) => [name, round(ms)]),
        ),
      },
    };
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Heap and buffers of this isolate, where the runtime tells. */
function heapBytes(): number | null {
  try {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  } catch {
    return null;
  }
}
