// The allocator engine: a problem in, a matching of workers to job lines out, proven optimal, in slices
// of bounded CPU time. Pure: no I/O.

import { type Engine, relativeGap } from "../engine/contract.ts";
import { type SliceBudget, stepUnits, type Unit } from "../engine/units.ts";
import { Explainer } from "./explain/explain.ts";
import type { Allocation, AllocatorOutcome, AllocatorProgress } from "./outcome.ts";
import type { AllocatorProblem } from "./problem.ts";
import { type Price, pricesOf, Why } from "./explain/why.ts";
import { reportOn } from "./report/report.ts";
import { Prepared } from "./search/prepared.ts";
import { Search } from "./search/search.ts";
import { nextUnit } from "./search/units.ts";
import { ALLOCATOR_CHECKPOINT, type AllocatorState, firstState } from "./search/state.ts";
import { type AllocatorTables, buildTables, COST_SCALE } from "./model/tables.ts";

export type { Allocation, AllocatorOutcome, AllocatorProgress, AllocatorState };
export type { Price } from "./explain/why.ts";
export type { AllocatorExplanation, AllocatorReport } from "./outcome.ts";
export { AllocatorInputError, type AllocatorProblem } from "./problem.ts";

/** What a search found: its outcome but for the report. */
export type AllocatorFound =
  | Exclude<AllocatorOutcome, { status: "COMPLETED" }>
  | { status: "COMPLETED"; allocations: Allocation[] };

/** The engine for one problem. */
export interface Allocator extends Engine<AllocatorState, AllocatorProgress, AllocatorOutcome> {
  /** The problem as the engine reads it. */
  readonly tables: AllocatorTables;
  /** The outcome without the report on it. @throws Error while the search is not done */
  found(state: AllocatorState): AllocatorFound;
  /**
   * What lines that workers ranked better than their own would have cost; only of problems that ask for reasons.
   * @throws Error while the search is not done, or without a matching
   */
  prices(state: AllocatorState): Price[];
}

/** Phase names for people. */
const PHASE_NAMES: Record<AllocatorState["phase"], string> = {
  place: "Placing workers",
  bound: "Proving a bound",
  search: "Searching for the best matching",
  explain: "Explaining the conflict",
  why: "Finding reasons",
  done: "Done",
};

/** Share of the work that is behind a search which enters a phase. */
const PHASE_STARTS: Record<AllocatorState["phase"], number> = {
  place: 0,
  bound: 0.3,
  search: 0.8,
  explain: 0.9,
  why: 0.9,
  done: 1,
};

/** Milliseconds a kind of unit is taken for before the first of it has run. */
const GUESSES_MS: Record<string, number> = {
  place: 40,
  deduce: 400,
  bound: 150,
  search: 150,
  explain: 200,
  why: 200,
};

/**
 * Prepares the engine for a problem: validation and tables, some 50 ms for 1,000 workers.
 * @throws AllocatorInputError naming worker and line of each fault
 */
export function prepareAllocator(problem: AllocatorProblem): Allocator {
  const input = new Prepared(buildTables(problem), problem.options.stability);
  const reasons = problem.reasons === true;
  return {
    format: ALLOCATOR_CHECKPOINT,
    tables: input.tables,
    start: () => firstState(),
    step: (state, budget) => step(input, state, budget, reasons),
    done: (state) => isDone(state, reasons),
    phase: (state) => PHASE_NAMES[state.phase],
    progress: (state) => progress(input, state),
    outcome: (state) => outcome(input, state),
    found: (state) => found(input, state),
    prices: (state) => pricesOf(new Search(input, state)),
  };
}

/** Whether nothing is left to do: a matching without the reasons asked for is not the end. */
function isDone({ phase, best, why }: AllocatorState, reasons: boolean): boolean {
  return phase === "done" && (!reasons || best === null || why !== null);
}

function step(
  prepared: Prepared,
  state: AllocatorState,
  budget: SliceBudget,
  reasons: boolean,
): AllocatorState {
  const search = new Search(prepared, state);
  search.warmUp();
  const explainer = new Explainer(search), why = new Why(search);
  const next = () => {
    if (search.state.phase === "done" && !isDone(search.state, reasons)) why.start();
    return unitOf(search, explainer, why);
  };
  const fraction = () => fractionOf(search);
  stepUnits({ books: search.state, next, fraction }, budget);
  return search.state;
}

function unitOf(search: Search, explainer: Explainer, why: Why): Unit | null {
  const { phase } = search.state;
  const unit = phase === "explain"
    ? { kind: "explain", run: () => explainer.run() }
    : phase === "why"
    ? { kind: "why", run: () => why.run() }
    : nextUnit(search);
  if (unit === null) return null;
  const { kind } = unit, guessMs = GUESSES_MS[kind];
  return { kind, phase: PHASE_NAMES[phase], guessMs, run: () => unit.run(search) };
}

/** Progress within a phase is shown where its length is known. */
function fractionOf({ state, tables }: Search): number {
  const inside = state.phase === "place" ? 0.3 * state.placed / Math.max(1, tables.W) : 0;
  return PHASE_STARTS[state.phase] + inside;
}

function progress({ tables }: Prepared, state: AllocatorState): AllocatorProgress {
  const { best, bestCost, bound } = state;
  const scaled = (value: number | null) => value === null ? null : value / COST_SCALE;
  return {
    phase: PHASE_NAMES[state.phase],
    fraction: state.fraction,
    workers: tables.W,
    matched: best ? best.length : state.flow?.lineOf.filter((j) => j >= 0).length ?? 0,
    objective: scaled(bestCost),
    bound: scaled(bound),
    gap: bestCost === null || bound === null ? null : relativeGap(bestCost - bound, bestCost),
  };
}

function found({ tables }: Prepared, state: AllocatorState): AllocatorFound {
  if (state.phase !== "done") throw new Error(`the search is in phase ${state.phase}`);
  if (state.explanation) return { status: "INFEASIBLE", explanation: state.explanation };
  if (state.failure) return { status: "FAILED", ...state.failure };
  return { status: "COMPLETED", allocations: allocationsOf(tables, state.best!) };
}

function outcome(prepared: Prepared, state: AllocatorState): AllocatorOutcome {
  const result = found(prepared, state);
  if (result.status !== "COMPLETED") return result;
  const { tables, stability } = prepared;
  return { ...result, report: reportOn(tables, state.best!, state.bound!, stability) };
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
