// A trial asks one set of bounds how many lines exist: quick counts and the count LP prove from above, a
// short construction shows from below.

import { packCells, unpackCells } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { noWork, workDone } from "../effort.ts";
import { linesIn } from "../model/flat.ts";
import { lineAt } from "../model/lines.ts";
import { countRound, type CountState, fewLines, mostLines, startCount } from "./count_lp.ts";
import { countTables } from "./project.ts";
import { buildTables } from "../model/build.ts";
import { slotsInUse } from "../model/leave_choice.ts";
import { slotCounts } from "../model/line_values.ts";
import { forcedMissing, type PlannerTables } from "../model/tables.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import { randomFill } from "../moves/random_fill.ts";
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
  /** Row-major lines x T position indexes, packed. */
  cells: string;
  rng: number;
  moves: number;
}

/** Legal lines of a short construction: shows how many are possible at least; and the moves that it took. */
function quickConstruction(
  tables: PlannerTables,
  lines: number,
): { cells: Int32Array; made: number } {
  const random = new Random(1);
  let moves: PlanMoves, made = 0;
  // Without noise a forced cell may be out of reach from one fill and not from another.
  for (let attempt = 0;; attempt++) {
    moves = new PlanMoves(tables, randomFill(tables, lines, random), random);
    const missing = () => forcedMissing(tables, moves.counts);
    for (let i = 0; i < QUICK_MOVES && moves.faults() + missing() > 0; i++, made++) moves.move(0);
    if (missing() === 0 || attempt === MOST_FILLS) break;
  }
  return { cells: legalCells(tables, moves), made };
}

/** The lines of a plan under construction that break no rule. */
function legalCells({ terms: T }: PlannerTables, moves: PlanMoves): Int32Array {
  const legal = Array.from({ length: moves.lines }, (_, i) => i).filter((i) => moves.isLegal(i));
  return Int32Array.from(legal.flatMap((i) => [...lineAt(moves.cells, i, T)]));
}

/** Lines of a construction; none where it misses a forced cell, because then it shows no plan. */
function builtLines(tables: PlannerTables, cells: Int32Array): number {
  const lines = linesIn(cells, tables.terms);
  return forcedMissing(tables, slotCounts(tables, cells, lines)) > 0 ? 0 : lines;
}

/** A longer construction before its first move. */
function startShow(tables: PlannerTables, lines: number): Show {
  const random = new Random(1);
  const cells = randomFill(tables, lines, random);
  return { cells: packCells(cells, tables.positions, tables.terms), rng: random.state, moves: 0 };
}

/** Some moves of a longer construction. @returns it after them, null when it is over, and its lines */
function showOn(tables: PlannerTables, show: Show): { next: Show | null; built: number } {
  const random = new Random(show.rng), { positions, terms } = tables;
  const moves = new PlanMoves(tables, unpackCells(show.cells, positions, terms), random);
  let made = show.moves;
  for (let i = 0; i < SHOW_STEP; i++, made++) {
    moves.move(SHOW_HEAT * Math.max(0, 1 - 1.1 * made / SHOW_MOVES));
  }
  const built = builtLines(tables, legalCells(tables, moves));
  const next = { cells: packCells(moves.cells, positions, terms), rng: random.state, moves: made };
  return { next: made >= SHOW_MOVES ? null : next, built };
}

/**
 * Takes a trial one step further: a short construction, the count LP over classes of positions, where it
 * decides nothing over single ones, a longer construction, and an integer program where lines are few.
 * @param goal lines that are asked about
 * @param build whether lines are to be built as long as enough may exist, or in any case; "no": only the
 * proof from above is wanted
 * @returns the work that it took, as `workDone` counts it
 */
export function advance(
  problem: PlannerProblem,
  bounds: RuleBounds,
  trial: Trial,
  goal: number,
  build: Build,
): number {
  const isOpen = () => trial.shown < Math.min(goal, trial.upper);
  const isWanted = () =>
    isOpen() && (build === "always" || (build === "open" && trial.upper >= goal));
  switch (trial.stage) {
    case "quick": {
      const tables = buildTables(problem, bounds);
      const { cells, made } = quickConstruction(tables, trial.upper);
      trial.shown = builtLines(tables, cells);
      trial.count = startCount(problem, bounds, cells);
      trial.stage = isOpen() ? "count" : "end";
      return movesWork(made, trial.upper);
    }
    case "count": {
      const tables = countTables(problem, bounds, trial.count!.exact), before = trial.count!;
      trial.count = countRound(tables, before);
      const work = countWork(tables, before, trial.count);
      if (!trial.count.done) return work;
      trial.upper = Math.min(trial.upper, trial.count.bound ?? trial.upper);
      // Where no line was built, classes of positions may hide that none exists.
      if (trial.shown === 0 && trial.upper >= goal && !trial.count.exact) {
        trial.count = startCount(problem, bounds, new Int32Array(0), true);
        return work;
      }
      trial.count = null;
      // What the LP leaves open, the integer program may settle.
      trial.stage = isWanted() ? "show" : isOpen() && trial.upper >= goal ? "choose" : "end";
      if (isWanted()) trial.show = startShow(buildTables(problem, bounds), trial.upper);
      return work;
    }
    case "show": {
      const { next, built } = showOn(buildTables(problem, bounds), trial.show!);
      trial.shown = Math.max(trial.shown, built);
      trial.show = isOpen() ? next : null;
      if (trial.show === null) trial.stage = isWanted() ? "choose" : "end";
      return movesWork(SHOW_STEP, trial.upper);
    }
    case "choose":
      return choose(problem, bounds, trial);
    case "end":
      return 0;
  }
}

/** Lines that a move takes part in at most; fewer make it less work. */
const MOVED_LINES = 60;

function movesWork(moves: number, lines: number): number {
  return moves * (Math.min(MOVED_LINES, lines) / MOVED_LINES) ** 2;
}

/** The work of a unit of a count. */
function countWork(tables: PlannerTables, before: CountState, after: CountState): number {
  const lp_work = after.lpWork - before.lpWork, pricing_nodes = after.nodes - before.nodes;
  return workDone({ ...noWork(), lp_work, pricing_nodes }, slotsInUse(tables));
}

/** Chooses among all legal lines, where they are few enough for that: shows a plan, and that there is no larger one. */
function choose(problem: PlannerProblem, bounds: RuleBounds, trial: Trial): number {
  const tables = countTables(problem, bounds, true);
  const few = fewLines(tables);
  let mip_work = 0;
  if (few) {
    const { found, proven, work } = mostLines(tables, few, CHOOSE_WORK);
    mip_work = work;
    trial.shown = Math.max(trial.shown, found);
    if (proven) trial.upper = Math.min(trial.upper, trial.shown);
  }
  trial.stage = "end";
  return workDone({ ...noWork(), mip_work }, slotsInUse(tables));
}
