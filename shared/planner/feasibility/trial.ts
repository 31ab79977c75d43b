// A trial asks one set of bounds how many lines exist: quick counts and the count LP prove from above, a
// short construction shows from below.

import { Random } from "../../engine/random.ts";
import { countRound, type CountState, fewLines, mostLines, startCount } from "./count_lp.ts";
import { countTables } from "./project.ts";
import { buildTables } from "../model/build.ts";
import { slotCounts } from "../model/line_values.ts";
import { forcedMissing, type PlannerTables } from "../model/tables.ts";
import { lineAt } from "../model/lines.ts";
import { PlanMoves, randomFill } from "../moves/neighbourhoods.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";

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
  /** Proven bound; at first what quick counts allow, so that no term has fewer posts. */
  upper: number;
  count: CountState | null;
  /** A longer construction, where the short one leaves open whether enough lines exist; null without. */
  show: Show | null;
}

/** How hard a trial tries to build lines. */
export type Build = "no" | "open" | "always";

/** A longer construction, to show how many lines there are. */
interface Show {
  /** Row-major lines x T position indexes. */
  cells: number[];
  rng: number;
  moves: number;
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
  return Int32Array.from(legal.flatMap((i) => [...lineAt(moves.cells, i, T)]));
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
export function advance(
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
      // What the LP leaves open, the integer program may settle.
      trial.stage = isWanted() ? "show" : isOpen() && trial.upper >= goal ? "choose" : "end";
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

/** Chooses among all legal lines, where they are few enough for that: shows a plan, and that there is no larger one. */
function choose(problem: PlannerProblem, bounds: RuleBounds, trial: Trial): void {
  const tables = countTables(problem, bounds, true);
  const few = fewLines(tables);
  if (few) {
    const { found, proven } = mostLines(tables, few, CHOOSE_WORK);
    trial.shown = Math.max(trial.shown, found);
    if (proven) trial.upper = Math.min(trial.upper, trial.shown);
  }
  trial.stage = "end";
}
