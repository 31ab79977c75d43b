// The search for an explanation, in steps small enough for slices: a deletion filter over the named
// rules finds a minimal conflict, then every rule of it is loosened until feasibility comes back.
// A trial asks one set of bounds how many lines exist: quick counts and the count LP prove from above,
// a short construction shows from below.

import { countRound, type CountState, countTables, startCount } from "./counts.ts";
import {
  allRuleNames,
  conflictMessage,
  describeTry,
  type Explanation,
  loosened,
  quickBound,
  quickReason,
  type Relaxation,
  relaxTries,
  type RelaxTry,
  withoutRules,
} from "./explain.ts";
import { slotCounts } from "./line_values.ts";
import { PlanMoves, randomFill } from "./neighbourhoods.ts";
import type { PlannerProblem } from "./problem.ts";
import { Random } from "../lp/random.ts";
import type { RuleBounds } from "./rules/mod.ts";
import { buildTables, forcedMissing, type PlannerTables } from "./tables.ts";

/** Moves of a construction that only has to show what is possible. */
const QUICK_MOVES = 40;
/** Moves in all, moves of a step and starting noise where it missed some of the possible lines. */
const SHOW_MOVES = 150;
const SHOW_STEP = 30;
const SHOW_HEAT = 100;
/** Fills that it starts from, at most, while forced cells are missing. */
const MOST_FILLS = 4;

/** How many lines exist under some bounds, as far as it is known. */
export interface Trial {
  /** Lines built; null before the construction. */
  shown: number | null;
  /** Proven bound. */
  upper: number;
  count: CountState | null;
}

/** A longer construction, to show how many lines there are without any loosening. */
interface Show {
  /** Row-major lines x T position indexes. */
  cells: number[];
  rng: number;
  moves: number;
}

/** Checkpoint of the search for an explanation. */
export interface ConflictState {
  /** The conflict keeps the lines below this. */
  below: number;
  /** Loosening a rule restores feasibility when it allows this many lines. */
  goal: number;
  /** Rules proven to play no part in the conflict. */
  removed: string[];
  /** Groups of rules still to be tried without, each at once. */
  pending: string[][];
  /** Ways to loosen still to be tried; null while the conflict is not known. */
  tries: RelaxTry[] | null;
  trial: Trial | null;
  found: Relaxation[];
  show: Show | null;
  /** Lines built without loosening; null before it was tried. */
  shown: number | null;
  done: boolean;
}

/**
 * The search before its first step.
 * @param possible proven bound on the lines; where it is 0, what rules out every line is the conflict
 * @param goal lines that would have been enough
 */
export function startConflict(
  problem: PlannerProblem,
  bounds: RuleBounds,
  possible: number,
  goal: number,
): ConflictState {
  const below = possible === 0 ? 1 : goal;
  const names = allRuleNames(bounds);
  const suspects = quickReason(problem, bounds, below);
  const others = suspects ? names.filter((name) => !suspects.includes(name)) : [];
  const single = names.filter((name) => !others.includes(name)).map((name) => [name]);
  return {
    below,
    goal,
    removed: [],
    pending: others.length > 0 ? [others, ...single] : single,
    tries: null,
    trial: null,
    found: [],
    show: null,
    shown: null,
    done: false,
  };
}

/** Legal lines of a short construction: shows how many are possible at least. */
function quickConstruction(problem: PlannerProblem, bounds: RuleBounds, lines: number): Int32Array {
  const tables = buildTables(problem, bounds);
  const random = new Random(1);
  let moves: PlanMoves;
  // Without noise a forced cell may be out of reach from one fill and not from another.
  for (let attempt = 0;; attempt++) {
    moves = new PlanMoves(tables, randomFill(tables, lines, random), random);
    const missing = () => forcedMissing(tables, moves.counts);
    for (let i = 0; i < QUICK_MOVES && moves.faults() + missing() > 0; i++) moves.move(0);
    if (missing() === 0 || attempt === MOST_FILLS) break;
  }
  return legalCells(tables, moves);
}

/** The lines of a plan under construction that break no rule. */
function legalCells({ terms: T }: PlannerTables, moves: PlanMoves): Int32Array {
  const legal = Array.from({ length: moves.lines }, (_, i) => i).filter((i) => moves.isLegal(i));
  return Int32Array.from(legal.flatMap((i) => [...moves.cells.subarray(i * T, (i + 1) * T)]));
}

/** Lines of a construction; none where it misses a forced cell, because then it shows no plan. */
function builtLines(tables: PlannerTables, cells: Int32Array): number {
  const lines = cells.length / tables.terms;
  return forcedMissing(tables, slotCounts(tables, cells, lines)) > 0 ? 0 : lines;
}

/** Takes a trial one step further. @returns whether there is anything left to do for it */
function advance(
  problem: PlannerProblem,
  bounds: RuleBounds,
  trial: Trial,
  goal: number,
): boolean {
  if (trial.shown === null) {
    const tables = buildTables(problem, bounds);
    const lines = quickConstruction(problem, bounds, trial.upper);
    trial.shown = builtLines(tables, lines);
    if (trial.shown >= Math.min(goal, trial.upper)) return false;
    trial.count = startCount(problem, bounds, lines);
    return true;
  }
  trial.count = countRound(countTables(problem, bounds, trial.count!.exact), trial.count!);
  if (!trial.count.done) return true;
  trial.upper = Math.min(trial.upper, trial.count.bound ?? trial.upper);
  // Where no line was built, classes of positions may hide that none exists.
  const isOpen = trial.shown === 0 && trial.upper >= goal && !trial.count.exact;
  trial.count = isOpen ? startCount(problem, bounds, new Int32Array(0), true) : null;
  return isOpen;
}

/** Runs the trial of these bounds for one step. @returns its result once it is there */
function tryOut(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  goal: number,
): { shown: number; upper: number } | null {
  if (state.trial === null) {
    const upper = quickBound(problem, bounds);
    if (upper < goal) return { shown: 0, upper };
    state.trial = { shown: null, upper, count: null };
  }
  if (advance(problem, bounds, state.trial, goal)) return null;
  const { shown, upper } = state.trial;
  state.trial = null;
  return { shown: shown ?? 0, upper };
}

/**
 * One step of the search.
 * @returns the state after it; `done` when the explanation is complete
 */
export function conflictStep(
  problem: PlannerProblem,
  bounds: RuleBounds,
  before: ConflictState,
  possible: number,
): ConflictState {
  const state = structuredClone(before);
  // What quick counts decide costs nothing, so a step goes on to the first trial that needs work.
  for (;;) {
    if (state.tries === null) {
      if (state.pending.length === 0) {
        state.tries = relaxTries(problem, bounds, conflictOf(bounds, state));
      } else if (!deleteNext(problem, bounds, state)) return state;
    } else if (state.tries.length === 0) {
      showStep(problem, bounds, state, possible);
      return state;
    } else if (!loosenNext(problem, bounds, state, possible)) return state;
  }
}

/** Rules of the conflict: all that could not be removed. */
function conflictOf(bounds: RuleBounds, { removed }: ConflictState): string[] {
  return allRuleNames(bounds).filter((name) => !removed.includes(name));
}

/** The deletion filter: a rule without which the goal is still out of reach plays no part. */
function deleteNext(problem: PlannerProblem, bounds: RuleBounds, state: ConflictState): boolean {
  const [group, ...rest] = state.pending;
  const without = withoutRules(bounds, [...state.removed, ...group]);
  const result = tryOut(problem, without, state, state.below);
  if (result === null) return false;
  const isIdle = result.upper < state.below;
  if (isIdle) state.removed = [...state.removed, ...group];
  const split = isIdle || group.length === 1 ? [] : group.map((name) => [name]);
  state.pending = [...split, ...rest];
  return true;
}

/** Loosens a rule; the least loose way that restores the goal ends the tries of this rule. */
function loosenNext(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  possible: number,
): boolean {
  const [next, ...rest] = state.tries!;
  const result = tryOut(problem, loosened(bounds, next), state, state.goal);
  if (result === null) return false;
  const { shown, upper } = result;
  const restored = shown >= state.goal;
  state.tries = restored ? rest.filter(({ rule }) => rule !== next.rule) : rest;
  const isLast = !rest.some(({ rule }) => rule === next.rule);
  if (restored || (isLast && upper > possible)) {
    state.found.push(describeTry(next, shown, restored ? shown : upper, problem.lines));
  }
  return true;
}

/** Builds what is possible as it stands: in one go, or else by a longer construction in steps. */
function showStep(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  possible: number,
): void {
  const tables = buildTables(problem, bounds);
  if (state.shown === null) {
    const quick = quickConstruction(problem, bounds, possible);
    state.shown = builtLines(tables, quick);
    state.done = state.shown === possible;
    const random = new Random(1);
    if (!state.done) {
      const cells = Array.from(randomFill(tables, possible, random));
      state.show = { cells, rng: random.state, moves: 0 };
    }
    return;
  }
  const show = state.show!, random = new Random(show.rng);
  const moves = new PlanMoves(tables, Int32Array.from(show.cells), random);
  for (let i = 0; i < SHOW_STEP; i++, show.moves++) {
    moves.move(SHOW_HEAT * Math.max(0, 1 - 1.1 * show.moves / SHOW_MOVES));
  }
  state.shown = Math.max(state.shown, builtLines(tables, legalCells(tables, moves)));
  state.done = show.moves >= SHOW_MOVES || state.shown === possible;
  state.show = state.done ? null : { ...show, cells: Array.from(moves.cells), rng: random.state };
}

/** The explanation with what the search found. */
export function explained(
  explanation: Explanation,
  bounds: RuleBounds,
  state: ConflictState,
): Explanation {
  const whole = {
    ...explanation,
    rules: conflictOf(bounds, state),
    relaxations: state.found,
    lines: { ...explanation.lines, shown: state.shown ?? 0 },
  };
  return { ...whole, message: conflictMessage(whole, bounds) };
}
