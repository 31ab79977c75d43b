// The planner engine: a problem in, job lines out, in slices of bounded CPU time. Pure: no I/O.

import { DEFAULT_TIME_LIMIT_S } from "./effort.ts";
import type { Explanation } from "./feasibility/explain.ts";
import { type LeaveBlock, withLeave } from "./leave/leave.ts";
import { LineScorer } from "./model/line_values.ts";
import { unpackCells } from "../engine/packing.ts";
import { mergeTables, splitPlan } from "./model/merge.ts";
import { expire, fractionOf, nextUnit } from "./search/phases.ts";
import type { PlannerProblem } from "./problem.ts";
import { measurePlan, type PlanQuality } from "./search/quality.ts";
import { resolveRules } from "./rules/mod.ts";
import { Search, type SearchInput } from "./search/search.ts";
import { firstState, type PlannerState } from "./search/state.ts";
import { buildTables } from "./model/tables.ts";
import { validateProblem } from "./validate.ts";

export type { Explanation, PlannerState, PlanQuality };
export { PlannerInputError } from "./problem.ts";

/** What a slice may still spend. */
export interface SliceBudget {
  /** CPU milliseconds left in this slice. */
  remainingMs(): number;
  /** Told when the work turns to another phase, so that its CPU can be booked there. */
  enter?(phase: string): void;
}

/** How far a search is; `fraction` (0..1) never falls. */
export interface PlannerProgress {
  phase: string;
  fraction: number;
  lines: number;
  linesWanted: number;
  /** Proven upper bound on the objective. */
  bound: number | null;
  objective: number | null;
  gap: number | null;
  /** Lines that the master chooses from. */
  columns: number;
}

/** One job line of the plan. */
export interface PlannedLine {
  /** Position id per term. */
  positions: string[];
  /** Weighted affinity of the line. */
  affinity: number;
  /** Name of the pathway that the line is reserved for; absent where it is not. */
  pathway?: string;
  /** Annual leave where it is planned; weeks of the year count from 0. */
  leave?: LeaveBlock[];
}

/** How a search ended. */
export type PlannerOutcome =
  | { status: "COMPLETED"; lines: PlannedLine[]; quality: PlanQuality }
  | { status: "INFEASIBLE"; explanation: Explanation }
  | { status: "FAILED"; code: string; message: string };

/** The engine for one problem. */
export interface Planner {
  /** The state of a search that has not begun. */
  start(): PlannerState;
  /**
   * Runs units of work until the next would not fit the budget; always at least one. The units and
   * their results do not depend on the budget.
   */
  step(state: PlannerState, budget: SliceBudget): PlannerState;
  done(state: PlannerState): boolean;
  progress(state: PlannerState): PlannerProgress;
  /** @throws Error while the search is not done */
  outcome(state: PlannerState): PlannerOutcome;
}

/** Phase names for people. */
const PHASE_NAMES: Record<PlannerState["phase"], string> = {
  init: "Reading the posts",
  construct: "Building legal lines",
  count: "Counting possible lines",
  bound: "Proving a bound",
  round: "Improving the lines",
  polish: "Polishing the lines",
  prove: "Proving the best lines",
  explain: "Explaining the conflict",
  done: "Done",
};

/** Milliseconds a kind of unit is taken for before the first of it has run. */
const UNKNOWN_UNIT_MS = 120;

/**
 * Prepares the engine for a problem: validation and derived tables, a few milliseconds.
 * @throws PlannerInputError with a path for each fault
 */
export function preparePlanner(problem: PlannerProblem): Planner {
  validateProblem(problem);
  const bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const input: SearchInput = { problem, bounds, tables, merged: mergeTables(tables) };
  return {
    start: () => firstState(problem.options.seed, problem.lines),
    step: (state, budget) => step(input, state, budget),
    done: (state) => state.phase === "done",
    progress: (state) => progress(input, state),
    outcome: (state) => outcome(input, state),
  };
}

function step(input: SearchInput, state: PlannerState, budget: SliceBudget): PlannerState {
  const search = new Search(input, state);
  const { unitMs, work } = search.state;
  const { timeLimitS = DEFAULT_TIME_LIMIT_S } = input.problem.options;
  for (let first = true;; first = false) {
    if (search.state.spentMs >= 1000 * timeLimitS) expire(search);
    const unit = nextUnit(search);
    if (unit === null) break;
    const before = budget.remainingMs();
    // A quarter on top: units of a kind differ, and a cold isolate runs them slower.
    if (!first && 1.25 * (unitMs[unit.kind] ?? UNKNOWN_UNIT_MS) > before) break;
    budget.enter?.(PHASE_NAMES[search.state.phase]);
    unit.run(search);
    work.units++;
    const took = Math.max(0, before - budget.remainingMs());
    search.state.spentMs += took;
    unitMs[unit.kind] = Math.round(Math.max(took, 0.8 * (unitMs[unit.kind] ?? 0)));
  }
  search.state.fraction = Math.max(search.state.fraction, fractionOf(search));
  return search.save();
}

function progress(input: SearchInput, state: PlannerState): PlannerProgress {
  const { positions, terms } = input.merged.tables;
  const lines = unpackBest(input, state).length / input.tables.terms;
  return {
    phase: PHASE_NAMES[state.phase],
    fraction: state.fraction,
    lines,
    linesWanted: input.problem.lines,
    bound: state.bound,
    objective: state.bestValue,
    gap: gapOf(state.bestValue, state.bound),
    columns: unpackCells(state.pool, positions, terms).length / terms,
  };
}

function gapOf(objective: number | null, bound: number | null): number | null {
  if (objective === null || bound === null) return null;
  return Math.max(0, bound - objective) / Math.max(1, Math.abs(bound));
}

function outcome(input: SearchInput, state: PlannerState): PlannerOutcome {
  if (state.phase !== "done") throw new Error(`the search is in phase ${state.phase}`);
  if (state.explanation) return { status: "INFEASIBLE", explanation: state.explanation };
  if (state.failure) return { status: "FAILED", ...state.failure };
  const cells = sortLines(input, splitPlan(input.merged, unpackBest(input, state)));
  return withLeave(input.problem, input.bounds, {
    status: "COMPLETED",
    lines: namedLines(input, cells),
    quality: qualityOf(input, state, cells),
  });
}

/** The best plan, over merged positions. */
function unpackBest({ merged: { tables } }: SearchInput, state: PlannerState): Int32Array {
  return unpackCells(state.best, tables.positions, tables.terms);
}

/** Lines in the order of their positions' names, term by term: the same plan reads the same. */
function sortLines({ problem, tables }: SearchInput, cells: Int32Array): Int32Array {
  const T = tables.terms;
  const rank = Int32Array.from({ length: tables.positions }, (_, r) => r);
  problem.positions.map((p, r) => ({ name: `${p.name}\n${p.id}`, r }))
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    .forEach(({ r }, i) => rank[r] = i);
  const lines = Array.from(
    { length: cells.length / T },
    (_, i) => cells.subarray(i * T, (i + 1) * T),
  );
  lines.sort((a, b) => {
    for (let t = 0; t < T; t++) if (a[t] !== b[t]) return rank[a[t]] - rank[b[t]];
    return 0;
  });
  return Int32Array.from(lines.flatMap((line) => [...line]));
}

function namedLines({ problem, bounds, tables }: SearchInput, cells: Int32Array): PlannedLine[] {
  const T = tables.terms, scorer = new LineScorer(tables);
  return Array.from({ length: cells.length / T }, (_, i) => {
    const line = cells.subarray(i * T, (i + 1) * T);
    const pathway = bounds.pathways[tables.groups.indexOf(line[T - 1])];
    return {
      positions: problem.termWeeks.map((_, t) => problem.positions[line[t]].id),
      affinity: scorer.value(cells, i * T),
      ...pathway ? { pathway: pathway.name } : {},
    };
  });
}

function qualityOf(input: SearchInput, state: PlannerState, cells: Int32Array): PlanQuality {
  const { problem, bounds, tables } = input;
  const objective = state.bestValue!;
  const bound = Math.max(objective, state.bound ?? Infinity);
  return {
    lines: {
      wanted: problem.lines,
      built: cells.length / tables.terms,
      bound: state.linesBound,
      reason: state.linesReason,
    },
    objective,
    bound,
    gap: gapOf(objective, bound)!,
    ...measurePlan(problem, bounds, tables, cells),
    work: state.work,
  };
}
