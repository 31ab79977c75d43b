// The contract between the fleet and an engine: a new kind of work is one module that implements it.

import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { SliceBudget, TimeUp } from "../engine/units.ts";
import type { Json, Transaction } from "../platform/database.ts";

/** A claimed block, as fleet.claim_next_block() answers it. */
export interface Claim {
  claimToken: string;
  blockId: number;
  /** Which of its job's blocks it is, from 1. */
  blockNumber: number;
  jobId: number;
  runId: string;
  /** 1 for the first try since the last checkpoint. */
  attempt: number;
  /** Number of this slice of the block, from 1. */
  slice: number;
  /** State of the last slice, in its envelope (`Checkpoint`); null for the first one. */
  checkpoint: unknown;
  /** The problem as the first slice read it, in its envelope; null for the first one. */
  input: unknown;
  startedAt: Date;
  /**
   * Milliseconds from the claim until the last tenth of the job's life begins: a search with a time limit is then
   * to end with what it has, before the sweeper ends it without. Infinity where the kind's jobs may take as long as they do.
   */
  lastCallMs: number;
}

/** The computation of one run: pure and deterministic. */
export interface Machine<State> {
  /** Of its states: one of another format is not used, the run starts afresh. */
  readonly format: CheckpointFormat;
  start(): State;
  /** As many units of work as fit the budget; at least one. */
  step(state: State, budget: SliceBudget): State;
  done(state: State): boolean;
  /** Name of what it is doing, for people. */
  phase(state: State): string;
  /** When a time limit ended the search, of one that knows such; needed to solve it again. */
  timeUp?(state: State): TimeUp;
}

/**
 * An engine, as the fleet sees it. `Input` and `State` are plain JSON below 1 MB: both are stored
 * between slices. A step from the same state gives the same next state.
 */
export interface Workload<Input, State, M extends Machine<State> = Machine<State>> {
  /** Its row in fleet.search_types. */
  readonly searchType: string;
  /** Of its inputs: one of another format is read again, and the run starts afresh. */
  readonly inputFormat: CheckpointFormat;
  /** Reads the problem of a run, as the engine role. @throws WorkloadError for input that cannot be solved */
  load(tx: Transaction, runId: string): Promise<Input>;
  /** Jobs have several blocks, which isolates work side by side. */
  readonly sideBySide?: boolean;
  /** Its units take a few ms each, so that a slice keeps little back for one that takes longer, and an isolate goes on for longer. */
  readonly inSmallUnits?: boolean;
  /**
   * A machine is the same after a step as before it, but for what it would find again: the next slice of the same block
   * in the same isolate takes it instead of preparing another.
   */
  readonly keepsNothing?: boolean;
  /** Derives from the input, and the number of the block, what every slice needs. @throws WorkloadError */
  prepare(input: Input, blockNumber: number): M;
  /** Tells the run's followers how far it is, in the transaction of the checkpoint. */
  report(
    tx: Transaction,
    claim: Claim,
    input: Input,
    machine: M,
    state: State,
    cpuMs: number,
  ): Promise<void>;
  /** Figures of the state for the slice's record in system_metrics, e.g. `{gap}`; small and plain. */
  figures?(machine: M, state: State): Record<string, Json>;
  /**
   * What came out of a search that is done: the lines, the matching, or why there is none. It is kept for years, and
   * compared with what comes out when the kept problem is solved again; so it holds nothing measured. Not there for work
   * whose results prove themselves, or whose jobs have several blocks.
   */
  result?(machine: M, state: State): Json;
  /**
   * CPU in ms that {@link result} and {@link commit} take at most, of work where that is more than a checkpoint takes: an
   * isolate that has not so much left leaves them to the next slice.
   */
  commitMs?(machine: M): number;
  /** Writes the result and ends the block, in one transaction. @throws WorkloadError for a result it refuses */
  commit(tx: Transaction, claim: Claim, input: Input, machine: M, state: State): Promise<void>;
}

/** An error that another attempt cannot mend; its sentence is for the person who waits for the run. */
export class WorkloadError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly context: Record<string, Json> = {},
  ) {
    super(message);
    this.name = "WorkloadError";
  }
}
