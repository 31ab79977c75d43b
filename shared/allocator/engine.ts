// The allocator engine: a problem in, a matching of workers to job lines out, proven optimal, in slices
// of bounded CPU time. Pure: no I/O.

import { type Engine, relativeGap } from "../engine/contract.ts";
import { type SliceBudget, stepUnits, type Unit } from "../engine/units.ts";
import { Explainer } from "./explain/explain.ts";
import { pairOf } from "./model/pairs.ts";
import type { Allocation, AllocatorOutcome, AllocatorProgress } from "./outcome.ts";
import type { AllocatorProblem } from "./problem.ts";
import { type Price, pricesOf, Why } from "./explain/why.ts";
import { reportOn } from "./report/report.ts";
import { Prepared } from "./search/prepared.ts";
import { Search } from "./search/search.ts";
import { nextStage, stagesOf, stageTables } from "./search/stages.ts";
import { packState } from "./search/nodes.ts";
import { nextUnit } from "./search/units.ts";
import { ALLOCATOR_CHECKPOINT, type AllocatorState, firstState } from "./search/state.ts";
import { withShares } from "./model/shares.ts";
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
  place: "Placing doctors",
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
  dive: 250,
  walk: 250,
  descend: 250,
  round: 200,
  explain: 200,
  why: 200,
};

/**
 * Prepares the engine for a problem: validation and tables, some 50 ms for 1,000 workers.
 * @throws AllocatorInputError naming worker and line of each fault
 */
export function prepareAllocator(problem: AllocatorProblem): Allocator {
  const tables = withShares(buildTables(problem));
  const run: Run = {
    stages: new Stages(tables, problem.options.stability),
    reasons: problem.reasons === true,
    groups: problem.groups?.map(({ name }) => name) ?? [],
  };
  return {
    format: ALLOCATOR_CHECKPOINT,
    tables,
    start: () => firstState(),
    step: (state, budget) => step(run, state, budget),
    done: (state) => isDone(run, state),
    phase: (state) => PHASE_NAMES[state.phase],
    progress: (state) => progress(run, state),
    outcome: (state) => outcome(run, state),
    found: (state) => found(run, state),
    prices: (state) => {
      const all = [...state.earlier, state];
      return all.flatMap((of, i) => pricesOf(new Search(run.stages.of(all.slice(0, i)), of)));
    },
  };
}

/** What does not change while a problem is being solved. */
interface Run {
  stages: Stages;
  reasons: boolean;
  /** Names of the priority groups. */
  groups: readonly string[];
}

/** The problems of the priority groups, one after the other; of all workers where there are no groups. */
class Stages {
  readonly #groups: (number | null)[];
  #last: { at: number; best: readonly number[] | null; prepared: Prepared } | null = null;

  constructor(readonly tables: AllocatorTables, readonly stability: boolean) {
    this.#groups = stagesOf(tables);
  }

  get count(): number {
    return this.#groups.length;
  }

  /** The problem that comes after what earlier groups' searches came to. */
  of(earlier: readonly AllocatorState[]): Prepared {
    const at = earlier.length, best = earlier.at(-1)?.best ?? null;
    if (this.#last?.at === at && isSameMatching(this.#last.best, best)) return this.#last.prepared;
    const tables = stageTables(this.tables, this.#groups[at], best);
    this.#last = { at, best, prepared: new Prepared(tables, this.stability) };
    return this.#last.prepared;
  }
}

function isSameMatching(one: readonly number[] | null, other: readonly number[] | null): boolean {
  return one === other || (one !== null && other !== null && one.length === other.length &&
    one.every((line, w) => line === other[w]));
}

/** Whether a search has ended with a matching, of which nothing more is asked. */
function isMatchedWhole({ reasons }: Run, { phase, best, why }: AllocatorState): boolean {
  return phase === "done" && best !== null && (!reasons || why !== null);
}

/** Whether nothing is left to do: no group, and no reasons that were asked for. */
function isDone(run: Run, state: AllocatorState): boolean {
  if (state.phase !== "done" || state.best === null) return state.phase === "done";
  return isMatchedWhole(run, state) && state.earlier.length === run.stages.count - 1;
}

/** A search at work for one slice, group by group. */
class Stepper {
  search!: Search;
  #explainer!: Explainer;
  #why!: Why;

  constructor(readonly run: Run, state: AllocatorState) {
    this.#enter(state);
    this.search.warmUp();
  }

  #enter(state: AllocatorState): void {
    this.search = new Search(this.run.stages.of(state.earlier), state);
    this.#explainer = new Explainer(this.search);
    this.#why = new Why(this.search);
  }

  next(): Unit | null {
    const { state } = this.search;
    if (isDone(this.run, state)) return null;
    if (isMatchedWhole(this.run, state)) {
      const { tables } = this.run.stages.of([...state.earlier, state]);
      this.#enter(nextStage(tables, state));
    } else if (state.phase === "done") this.#why.start();
    return unitOf(this.search, this.#explainer, this.#why);
  }

  get fraction(): number {
    const { state } = this.search;
    return (state.earlier.length + fractionOf(this.search)) / this.run.stages.count;
  }
}

function step(run: Run, state: AllocatorState, budget: SliceBudget): AllocatorState {
  const stepper = new Stepper(run, state);
  stepUnits({
    get books() {
      return stepper.search.state;
    },
    next: () => stepper.next(),
    fraction: () => stepper.fraction,
  }, budget);
  return packState(stepper.search.state);
}

function unitOf(search: Search, explainer: Explainer, why: Why): Unit | null {
  const { phase } = search.state;
  const unit = phase === "explain"
    ? { kind: "explain", run: () => explainer.run() }
    : phase === "why"
    ? { kind: "why", run: () => why.run() }
    : nextUnit(search);
  if (unit === null) return null;
  const { kind } = unit, { W, J } = search.tables;
  // Reasons of a small problem take next to nothing: they are not put off to a slice of their own.
  const guessMs = kind === "why" ? Math.min(GUESSES_MS.why, 10 + W * J / 2_500) : GUESSES_MS[kind];
  return { kind, phase: PHASE_NAMES[phase], guessMs, run: () => unit.run(search) };
}

/** Progress within a phase is shown where its length is known. */
function fractionOf({ state, tables }: Search): number {
  const inside = state.phase === "place" ? 0.3 * state.placed / Math.max(1, tables.W) : 0;
  return PHASE_STARTS[state.phase] + inside;
}

function progress({ stages: { tables } }: Run, state: AllocatorState): AllocatorProgress {
  const { best, flow, earlier } = state;
  const sum = (of: (state: AllocatorState) => number | null) => {
    const values = [...earlier, state].map(of);
    return values.includes(null) ? null : values.reduce((total, value) => total! + value!, 0)!;
  };
  const cost = sum(({ bestCost }) => bestCost), bound = sum(({ bound }) => bound);
  const scaled = (value: number | null) => value === null ? null : value / COST_SCALE;
  return {
    phase: PHASE_NAMES[state.phase],
    fraction: state.fraction,
    workers: tables.W,
    matched: best ? best.length : flow?.lineOf.filter((j) => j >= 0).length ?? 0,
    objective: scaled(cost),
    bound: scaled(bound),
    gap: cost === null || bound === null ? null : relativeGap(cost - bound, cost),
  };
}

function found({ stages: { tables } }: Run, state: AllocatorState): AllocatorFound {
  if (state.phase !== "done") throw new Error(`the search is in phase ${state.phase}`);
  if (state.explanation) return { status: "INFEASIBLE", explanation: state.explanation };
  if (state.failure) return { status: "FAILED", ...state.failure };
  return { status: "COMPLETED", allocations: allocationsOf(tables, state.best!) };
}

function outcome(run: Run, state: AllocatorState): AllocatorOutcome {
  const result = found(run, state);
  if (result.status !== "COMPLETED") return result;
  const { tables, stability } = run.stages;
  const bounds = [...state.earlier, state].map(({ bound }) => bound!);
  return { ...result, report: reportOn(tables, state.best!, bounds, stability, run.groups) };
}

/** The matching by ids, in the order of the workers' ids. */
function allocationsOf(tables: AllocatorTables, lineOf: readonly number[]): Allocation[] {
  const { J, workers, lines, choice, rank } = tables;
  return lineOf.map((j, w) => ({
    worker: workers[w].id,
    line: lines[j].id,
    originalPreference: choice[pairOf(w, j, J)] > 0 ? rank[pairOf(w, j, J)] : null,
  })).sort((a, b) => a.worker < b.worker ? -1 : 1);
}
