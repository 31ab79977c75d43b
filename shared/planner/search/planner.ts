// A rebuild as the kernel runs it: a problem in, units of work, a plan out.
//
// This folder owns the search for a plan from nothing: its state, its parts, and a file per phase in `phases/`. The
// planner's door (engine.ts) and the replan, which it lends a plan, import it; what it uses lies below.

import { type Engine, type SearchProgress } from "../../engine/contract.ts";
import { unpackCells } from "../../engine/packing.ts";
import { type SliceBudget, stepUnits, type Unit } from "../../engine/units.ts";
import { DEFAULT_TIME_LIMIT_S } from "../effort.ts";
import { buildTables } from "../model/build.ts";
import { linesIn } from "../model/flat.ts";
import { slotCounts } from "../model/line_values.ts";
import { mergeTables } from "../model/merge.ts";
import { forcedMissing } from "../model/tables.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { validateProblem } from "../validate.ts";
import { gapOf, outcome, type PlannerOutcome, unpackBest } from "./outcome.ts";
import { expire } from "./phases/finish.ts";
import { Search, type SearchInput } from "./search.ts";
import { firstState, PLANNER_CHECKPOINT, type PlannerState } from "./state.ts";
import { fractionOf, nextUnit, type SearchUnit } from "./units.ts";

/** How far a search is. */
export interface PlannerProgress extends SearchProgress {
  lines: number;
  linesWanted: number;
  /** Lines that the master chooses from. */
  columns: number;
}

/** The engine for one problem. */
export type Planner = Engine<PlannerState, PlannerProgress, PlannerOutcome>;

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

/** Runs a unit of a search. */
export type UnitRunner = (search: Search, unit: SearchUnit) => void;

const runUnit: UnitRunner = (search, unit) => unit.run(search);

/**
 * Prepares the engine for a problem: validation and derived tables, a few milliseconds.
 * @param run who measures units runs them, and looks at the search before and after
 * @throws PlannerInputError with a path for each fault
 */
export function preparePlanner(problem: PlannerProblem, run: UnitRunner = runUnit): Planner {
  validateProblem(problem);
  const bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const input: SearchInput = { problem, bounds, tables, merged: mergeTables(tables) };
  return {
    format: PLANNER_CHECKPOINT,
    start: () => firstState(problem.options.seed, problem.lines),
    step: (state, budget) => step(input, state, budget, run),
    done: (state) => state.phase === "done",
    phase: (state) => PHASE_NAMES[state.phase],
    progress: (state) => progress(input, state),
    outcome: (state) => outcome(input, state),
  };
}

function step(
  input: SearchInput,
  state: PlannerState,
  budget: SliceBudget,
  run: UnitRunner,
): PlannerState {
  const search = new Search(input, state);
  const { timeLimitS = DEFAULT_TIME_LIMIT_S } = input.problem.options;
  stepUnits({
    books: search.state,
    next: () => unitOf(search, run),
    fraction: () => fractionOf(search),
    timeLimit: { ms: 1000 * timeLimitS, expire: () => expire(search) },
  }, budget);
  return search.save();
}

function unitOf(search: Search, run: UnitRunner): Unit | null {
  const unit = nextUnit(search);
  if (unit === null) return null;
  const { kind, guessMs } = unit;
  return { kind, guessMs, phase: PHASE_NAMES[search.state.phase], run: () => run(search, unit) };
}

function progress(input: SearchInput, state: PlannerState): PlannerProgress {
  const { tables } = input.merged, { positions, terms } = tables;
  const best = unpackBest(input, state), lines = linesIn(best, terms);
  // What has too few lines, or misses a forced cell, is no plan yet, and the bound says nothing of it.
  const isPlan = (tables.allowPartial || lines === input.problem.lines) &&
    forcedMissing(tables, slotCounts(tables, best, lines)) === 0;
  const objective = isPlan ? state.bestValue : null;
  return {
    phase: PHASE_NAMES[state.phase],
    fraction: state.fraction,
    lines,
    linesWanted: input.problem.lines,
    bound: state.bound,
    objective,
    gap: gapOf(objective, state.bound, state.scale),
    columns: linesIn(unpackCells(state.pool, positions, terms), terms),
  };
}
