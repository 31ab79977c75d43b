// The search for an explanation, in steps small enough for slices: a deletion filter over the named
// rules leaves out what is proven to play no part, then every other rule is loosened until feasibility comes back.

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
import { advance, type Build, type Trial } from "./trial.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/** Trials that quick counts may decide in one step: of a thousand lines each takes some 30 milliseconds. */
const MOST_QUICK = 4;

/** Work of quick counts, as `workDone` counts it. */
const QUICK_WORK = 1;

/** Checkpoint of the search for an explanation. */
export interface ConflictState {
  /** Lines built as it stands, and a proven bound on them; null before it was tried. */
  shown: number | null;
  possible: number | null;
  /** The conflict keeps the lines below this: where none is possible, what rules out every line is the conflict. */
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
  /** Work so far, as `workDone` counts it. */
  work: number;
  done: boolean;
}

/** The search before its first step. @param goal lines that would have been enough */
export function startConflict(goal: number): ConflictState {
  return {
    shown: null,
    possible: null,
    below: goal,
    goal,
    removed: [],
    pending: [],
    tries: null,
    trial: null,
    found: [],
    work: 0,
    done: false,
  };
}

/** Runs the trial of these bounds for one step. @returns its result once it is there */
function tryOut(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  goal: number,
  build: Build = "no",
): { shown: number; upper: number } | null {
  if (state.trial === null) {
    state.work += QUICK_WORK;
    const upper = quickBound(problem, bounds);
    if (upper < goal && (build !== "always" || upper === 0)) return { shown: 0, upper };
    state.trial = { stage: "quick", shown: 0, upper, count: null, show: null };
  }
  state.work += advance(problem, bounds, state.trial, goal, build);
  if (state.trial.stage !== "end") return null;
  const { shown, upper } = state.trial;
  state.trial = null;
  return { shown, upper };
}

/**
 * One step of the search.
 * @param possible proven bound on the lines as it stands
 * @returns the state after it; `done` when the explanation is complete
 */
export function conflictStep(
  problem: PlannerProblem,
  bounds: RuleBounds,
  before: ConflictState,
  possible: number,
): ConflictState {
  const state = structuredClone(before);
  // What quick counts decide costs little, so a step goes on to the first trial that needs work, and not far.
  for (let quick = 0; quick < MOST_QUICK; quick++) {
    if (state.possible === null) {
      if (!showStep(problem, bounds, state, possible)) return state;
    } else if (state.tries === null) {
      if (state.pending.length === 0) {
        state.tries = relaxTries(problem, bounds, conflictOf(bounds, state));
      } else if (!deleteNext(problem, bounds, state)) return state;
    } else if (state.tries.length === 0) {
      state.done = true;
      return state;
    } else if (!loosenNext(problem, bounds, state)) return state;
  }
  return state;
}

/** How many lines there are as it stands, built from below and proven from above: that tells what the conflict is about. */
function showStep(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  possible: number,
): boolean {
  const result = tryOut(problem, bounds, state, possible, "always");
  if (result === null) return false;
  state.shown = Math.min(possible, result.shown);
  state.possible = Math.min(possible, result.upper);
  if (state.possible === 0) state.below = 1;
  const names = allRuleNames(bounds);
  const suspects = quickReason(problem, bounds, state.below);
  const others = suspects ? names.filter((name) => !suspects.includes(name)) : [];
  const single = names.filter((name) => !others.includes(name)).map((name) => [name]);
  state.pending = others.length > 0 ? [others, ...single] : single;
  return true;
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
): boolean {
  const [next, ...rest] = state.tries!;
  const isLast = !rest.some(({ rule }) => rule === next.rule);
  // Where any line is enough, how many there are is asked all the same.
  const build = isLast || state.goal < problem.lines ? "always" : "open";
  const result = tryOut(problem, loosened(bounds, next), state, problem.lines, build);
  if (result === null) return false;
  const { shown, upper } = result;
  const restored = shown >= state.goal;
  state.tries = restored ? rest.filter(({ rule }) => rule !== next.rule) : rest;
  if (restored || (isLast && upper > state.possible!)) {
    state.found.push(describeTry(next, shown, upper, problem.lines));
  }
  return true;
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
    lines: {
      ...explanation.lines,
      possible: state.possible ?? explanation.lines.possible,
      shown: state.shown ?? 0,
    },
  };
  return { ...whole, message: conflictMessage(whole, bounds) };
}
