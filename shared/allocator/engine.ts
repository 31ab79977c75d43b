// The allocator engine: a problem in, a matching of workers to job lines out, proven optimal, in slices
// of bounded CPU time. Pure: no I/O.

import type { Allocation, AllocatorOutcome, AllocatorProgress } from "./outcome.ts";
import type { AllocatorProblem } from "./problem.ts";
import { reportOn } from "./report.ts";
import { nextUnit, Search } from "./search.ts";
import { type AllocatorState, firstState } from "./state.ts";
import { type AllocatorTables, buildTables, COST_SCALE } from "./tables.ts";

export type { Allocation, AllocatorOutcome, AllocatorProgress, AllocatorState };
export type { AllocatorExplanation, AllocatorReport } from "./outcome.ts";
export { AllocatorInputError, type AllocatorProblem } from "./problem.ts";

/** What a slice may still spend. */
export interface SliceBudget {
  /** CPU milliseconds left in this slice. */
  remainingMs(): number;
  /** Told when the work turns to another phase, so that its CPU can be booked there. */
  enter?(phase: string): void;
  /** Told after each unit of work whether a legal matching is at hand. */
  worked?(matched: boolean): void;
}

/** The engine for one problem. */
export interface Allocator {
  /** The problem as the engine reads it. */
  readonly tables: AllocatorTables;
  /** The state of a search that has not begun. */
  start(): AllocatorState;
  /**
   * Runs units of work until the next would not fit the budget; always at least one. The units and
   * their results do not depend on the budget.
   */
  step(state: AllocatorState, budget: SliceBudget): AllocatorState;
  done(state: AllocatorState): boolean;
  progress(state: AllocatorState): AllocatorProgress;
  /** @throws Error while the search is not done */
  outcome(state: AllocatorState): AllocatorOutcome;
}

/** What the engine keeps of a problem. */
interface Input {
  tables: AllocatorTables;
  stability: boolean;
}

/** Phase names for people. */
const PHASE_NAMES: Record<AllocatorState["phase"], string> = {
  place: "Placing workers",
  bound: "Proving a bound",
  search: "Searching for the best matching",
  explain: "Explaining the conflict",
  done: "Done",
};

/** Share of the work that is behind a search which enters a phase. */
const PHASE_STARTS: Record<AllocatorState["phase"], number> = {
  place: 0,
  bound: 0.3,
  search: 0.8,
  explain: 0.9,
  done: 1,
};

/** Milliseconds a kind of unit is taken for before the first of it has run. */
const UNKNOWN_UNIT_MS: Record<string, number> = {
  place: 40,
  deduce: 400,
  bound: 150,
  search: 150,
  explain: 200,
};

/**
 * Prepares the engine for a problem: validation and tables, some 50 ms for 1,000 workers.
 * @throws AllocatorInputError naming worker and line of each fault
 */
export function prepareAllocator(problem: AllocatorProblem): Allocator {
  const input: Input = { tables: buildTables(problem), stability: problem.options.stability };
  return {
    tables: input.tables,
    start: () => firstState(),
    step: (state, budget) => step(input, state, budget),
    done: (state) => state.phase === "done",
    progress: (state) => progress(input, state),
    outcome: (state) => outcome(input, state),
  };
}

function step({ tables, stability }: Input, state: AllocatorState, budget: SliceBudget) {
  const search = new Search(tables, stability, state);
  search.warmUp();
  const { unitMs, work } = search.state;
  for (let first = true;; first = false) {
    const unit = nextUnit(search);
    if (unit === null) break;
    const before = budget.remainingMs();
    // A quarter on top: units of a kind differ, and a cold isolate runs them slower.
    if (!first && 1.25 * (unitMs[unit.kind] ?? UNKNOWN_UNIT_MS[unit.kind]) > before) break;
    budget.enter?.(PHASE_NAMES[search.state.phase]);
    unit.run(search);
    work.units++;
    budget.worked?.(search.state.best !== null);
    const took = Math.max(0, before - budget.remainingMs());
    unitMs[unit.kind] = Math.round(Math.max(took, 0.8 * (unitMs[unit.kind] ?? 0)));
  }
  search.state.fraction = fractionOf(search);
  return search.state;
}

/** Progress within a phase is shown where its length is known. */
function fractionOf({ state, tables }: Search): number {
  const start = PHASE_STARTS[state.phase];
  const inside = state.phase === "place" ? 0.3 * state.placed / Math.max(1, tables.W) : 0;
  return Math.max(state.fraction, start + inside);
}

function progress({ tables }: Input, state: AllocatorState): AllocatorProgress {
  const { best, bestCost, bound } = state;
  const scaled = (value: number | null) => value === null ? null : value / COST_SCALE;
  return {
    phase: PHASE_NAMES[state.phase],
    fraction: state.fraction,
    workers: tables.W,
    matched: best ? best.length : state.flow?.lineOf.filter((j) => j >= 0).length ?? 0,
    objective: scaled(bestCost),
    bound: scaled(bound),
    gap: bestCost === null || bound === null
      ? null
      : Math.max(0, bestCost - bound) / Math.max(1, Math.abs(bestCost)),
  };
}

function outcome({ tables, stability }: Input, state: AllocatorState): AllocatorOutcome {
  if (state.phase !== "done") throw new Error(`the search is in phase ${state.phase}`);
  if (state.explanation) return { status: "INFEASIBLE", explanation: state.explanation };
  if (state.failure) return { status: "FAILED", ...state.failure };
  const lineOf = state.best!;
  return {
    status: "COMPLETED",
    allocations: allocationsOf(tables, lineOf),
    report: reportOn(tables, lineOf, state.bound!, stability),
  };
}

/** The matching by ids, in the order of the workers' ids. */
function allocationsOf(tables: AllocatorTables, lineOf: readonly number[]): Allocation[] {
  const { J, workers, lines, choice, rank } = tables;
  return lineOf.map((j, w) => ({
    worker: workers[w].id,
    line: lines[j].id,
    originalPreference: choice[w * J + j] > 0 ? rank[w * J + j] : null,
  })).sort((a, b) => a.worker < b.worker ? -1 : 1);
}
