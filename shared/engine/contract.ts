// What every engine is: a problem prepared once, and a search that is stepped from checkpoint to checkpoint.

import type { CheckpointFormat } from "./checkpoint.ts";
import type { SliceBudget } from "./units.ts";

/** How far a search is. */
export interface SearchProgress {
  /** Name of the phase, for people. */
  phase: string;
  /** 0..1; it never falls. */
  fraction: number;
  /** Value of the best answer so far; null: there is none. */
  objective: number | null;
  /** Proven bound on the objective. */
  bound: number | null;
  /** Relative distance between the two. */
  gap: number | null;
}

/** An engine with its problem. `State` is plain JSON below 1 MB. */
export interface Engine<State, Progress extends SearchProgress, Outcome> {
  /** Of its checkpoints. */
  readonly format: CheckpointFormat;
  /** The state of a search that has not begun. */
  start(): State;
  /**
   * Runs units of work until the next would not fit the budget; always at least one. The units and
   * their results do not depend on the budget.
   */
  step(state: State, budget: SliceBudget): State;
  done(state: State): boolean;
  /** Name of the phase at hand, for people. */
  phase(state: State): string;
  progress(state: State): Progress;
  /** @throws Error while the search is not done */
  outcome(state: State): Outcome;
}

/** Relative gap: a distance between objective and bound (below 0: rounding), over the size of one of them (at least 1). */
export function relativeGap(distance: number, size: number): number {
  return Math.max(0, distance) / Math.max(1, Math.abs(size));
}
