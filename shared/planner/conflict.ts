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
import { buildTables, forcedMissing } from "./tables.ts";

/** Moves of a construction that only has to show what is possible. */
const QUICK_MOVES = 40;
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
  const T = tables.terms;
  const legal = Array.from({ length: lines }, (_, i) => i).filter((i) => moves.isLegal(i));
  return Int32Array.from(legal.flatMap((i) => [...moves.cells.subarray(i * T, (i + 1) * T)]));
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
    const built = lines.length / tables.terms;
    trial.shown = forcedMissing(tables, slotCounts(tables, lines, built)) > 0 ? 0 : built;
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
    } else if (state.tries.length === 0) return { ...state, done: true };
    else if (!loosenNext(problem, bounds, state, possible)) return state;
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

/** The explanation with what the search found. @param shown lines that a construction built */
export function explained(
  explanation: Explanation,
  bounds: RuleBounds,
  state: ConflictState,
  shown: number,
): Explanation {
  const whole = {
    ...explanation,
    rules: conflictOf(bounds, state),
    relaxations: state.found,
    lines: { ...explanation.lines, shown },
  };
  return { ...whole, message: conflictMessage(whole, bounds) };
}

/** How many of the possible lines a construction builds. */
export function showLines(problem: PlannerProblem, bounds: RuleBounds, possible: number): number {
  if (possible === 0) return 0;
  const tables = buildTables(problem, bounds);
  return quickConstruction(problem, bounds, possible).length / tables.terms;
}
