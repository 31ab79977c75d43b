// The search for an explanation, in steps small enough for slices: a deletion filter over the named
// rules finds a minimal conflict, then every rule of it is loosened until feasibility comes back.
// A trial asks one set of bounds how many lines exist: quick counts and the count LP prove from above,
// a short construction shows from below.

import {
  countRound,
  type CountState,
  countTables,
  fewLines,
  mostLines,
  startCount,
} from "./counts.ts";
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
import { slotCounts } from "../model/line_values.ts";
import { PlanMoves, randomFill } from "../moves/neighbourhoods.ts";
import type { PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { buildTables, forcedMissing, type PlannerTables } from "../model/tables.ts";

/** Moves of a construction that only has to show what is possible. */
const QUICK_MOVES = 40;
/** Moves in all, moves of a step and starting noise where it missed some of the possible lines. */
const SHOW_MOVES = 150;
const SHOW_STEP = 30;
const SHOW_HEAT = 100;
/** Branch-and-cut work of the integer program that settles what constructions leave open. */
const CHOOSE_WORK = 600;
/** Fills that it starts from, at most, while forced cells are missing. */
const MOST_FILLS = 4;

/** How many lines exist under some bounds, as far as it is known. */
export interface Trial {
  stage: "quick" | "count" | "show" | "choose" | "end";
  /** Lines built. */
  shown: number;
  /** Proven bound. */
  upper: number;
  count: CountState | null;
  /** A longer construction, where the short one leaves open whether enough lines exist; null without. */
  show: Show | null;
}

/** How hard a trial tries to build lines. */
type Build = "no" | "open" | "always";

/** A longer construction, to show how many lines there are. */
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
  /** Lines built without loosening, and a proven bound on them; null before it was tried. */
  shown: number | null;
  possible: number | null;
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
    shown: null,
    possible: null,
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

/** A longer construction before its first move. */
function startShow(tables: PlannerTables, lines: number): Show {
  const random = new Random(1);
  const cells = Array.from(randomFill(tables, lines, random));
  return { cells, rng: random.state, moves: 0 };
}

/** Some moves of a longer construction. @returns it after them, null when it is over, and its lines */
function showOn(tables: PlannerTables, show: Show): { next: Show | null; built: number } {
  const random = new Random(show.rng);
  const moves = new PlanMoves(tables, Int32Array.from(show.cells), random);
  let made = show.moves;
  for (let i = 0; i < SHOW_STEP; i++, made++) {
    moves.move(SHOW_HEAT * Math.max(0, 1 - 1.1 * made / SHOW_MOVES));
  }
  const built = builtLines(tables, legalCells(tables, moves));
  const next = { cells: Array.from(moves.cells), rng: random.state, moves: made };
  return { next: made >= SHOW_MOVES ? null : next, built };
}

/**
 * Takes a trial one step further: a short construction, the count LP over classes of positions, where it
 * decides nothing over single ones, a longer construction, and an integer program where lines are few.
 * @param goal lines that are asked about
 * @param build whether lines are to be built as long as enough may exist, or in any case; "no": only the
 * proof from above is wanted
 */
function advance(
  problem: PlannerProblem,
  bounds: RuleBounds,
  trial: Trial,
  goal: number,
  build: Build,
): void {
  const isOpen = () => trial.shown < Math.min(goal, trial.upper);
  const isWanted = () =>
    isOpen() && (build === "always" || (build === "open" && trial.upper >= goal));
  switch (trial.stage) {
    case "quick": {
      const lines = quickConstruction(problem, bounds, trial.upper);
      trial.shown = builtLines(buildTables(problem, bounds), lines);
      trial.count = startCount(problem, bounds, lines);
      trial.stage = isOpen() ? "count" : "end";
      return;
    }
    case "count": {
      trial.count = countRound(countTables(problem, bounds, trial.count!.exact), trial.count!);
      if (!trial.count.done) return;
      trial.upper = Math.min(trial.upper, trial.count.bound ?? trial.upper);
      // Where no line was built, classes of positions may hide that none exists.
      if (trial.shown === 0 && trial.upper >= goal && !trial.count.exact) {
        trial.count = startCount(problem, bounds, new Int32Array(0), true);
        return;
      }
      trial.stage = isWanted() ? "show" : "end";
      if (isWanted()) trial.show = startShow(buildTables(problem, bounds), trial.upper);
      return;
    }
    case "show": {
      const { next, built } = showOn(buildTables(problem, bounds), trial.show!);
      trial.shown = Math.max(trial.shown, built);
      trial.show = isOpen() ? next : null;
      if (trial.show === null) trial.stage = isWanted() ? "choose" : "end";
      return;
    }
    case "choose":
      return choose(problem, bounds, trial);
  }
}

/** Chooses among all legal lines, where they are few enough for that. */
function choose(problem: PlannerProblem, bounds: RuleBounds, trial: Trial): void {
  const tables = countTables(problem, bounds, true);
  const few = fewLines(tables);
  if (few) trial.shown = Math.max(trial.shown, mostLines(tables, few, CHOOSE_WORK));
  trial.stage = "end";
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
    const upper = quickBound(problem, bounds);
    if (upper < goal && (build !== "always" || upper === 0)) return { shown: 0, upper };
    state.trial = { stage: "quick", shown: 0, upper, count: null, show: null };
  }
  advance(problem, bounds, state.trial, goal, build);
  if (state.trial.stage !== "end") return null;
  const { shown, upper } = state.trial;
  state.trial = null;
  return { shown, upper };
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
  const isLast = !rest.some(({ rule }) => rule === next.rule);
  const build = isLast ? "always" : "open";
  const result = tryOut(problem, loosened(bounds, next), state, state.goal, build);
  if (result === null) return false;
  const { shown, upper } = result;
  const restored = shown >= state.goal;
  state.tries = restored ? rest.filter(({ rule }) => rule !== next.rule) : rest;
  if (restored || (isLast && upper > possible)) {
    state.found.push(describeTry(next, shown, restored ? shown : upper, problem.lines));
  }
  return true;
}

/** How many lines there are as it stands: built from below, proven from above. */
function showStep(
  problem: PlannerProblem,
  bounds: RuleBounds,
  state: ConflictState,
  possible: number,
): void {
  const result = tryOut(problem, bounds, state, possible, "always");
  if (result === null) return;
  state.shown = Math.min(possible, result.shown);
  state.possible = Math.min(possible, result.upper);
  state.done = true;
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
