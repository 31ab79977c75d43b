// The first phases: the lines as they are, and plans by assignment moves that keep what they can.

import { packCells, unpackCells } from "../../../engine/packing.ts";
import { Random } from "../../../engine/random.ts";
import { addPlanLines, firstColumns, unique } from "../columns.ts";
import type { Context } from "../context.ts";
import { draftOf, movesOn } from "../drafts.ts";
import type { ReplanModel } from "../model.ts";
import { firstPrices } from "../pricing.ts";
import { loadColumns, type ReplanState, saveColumns, savePlan } from "../state.ts";
import { beginTune } from "./improve.ts";
import { UNIT_MOVES } from "./moves.ts";
import { beginEngine } from "./rebuild.ts";

/** Assignment moves for a plan to start from: at least so many, or so many for each line. */
const LEAST_MOVES = 400;
const LINE_MOVES = 7;
/** Their starting noise. */
const MOVES_HEAT = 150;
/** How often such a plan is sought, while fewer changes may be enough. */
const MOST_SEARCHES = 4;

/** Finds out whether any plan may be, and starts from the lines as they are. */
export function start({ model }: Context, state: ReplanState): void {
  const { structureFault, forced, cap } = model.tables;
  // Impossible whatever the lines: the engine says why.
  if (structureFault || forced.some((n, s) => n > cap[s])) return beginEngine(state);
  saveColumns(model, state, firstColumns(model));
  // The first round needs no LP.
  const { slots, lines } = firstPrices(model);
  state.prices = { slots: Array.from(slots), lines: Array.from(lines) };
  if (!beginSearch(model, state)) state.phase = "bound";
}

/** Starts moves for a plan, from another filling each time. @returns whether there is a filling */
function beginSearch(model: ReplanModel, state: ReplanState): boolean {
  const random = new Random(state.rng);
  const cells = draftOf(model, state.lines, random);
  state.rng = random.state;
  if (cells === null) return false;
  state.draft = { cells: packCells(cells, model.positions, model.terms), moves: 0 };
  state.phase = "search";
  return true;
}

/** Some assignment moves towards a legal plan that keeps what it can. */
export function search({ model }: Context, state: ReplanState): void {
  const { cells, moves: before } = state.draft!;
  const random = new Random(state.rng);
  const moves = movesOn(model, unpackCells(cells, model.positions, model.terms), random);
  const all = Math.max(LEAST_MOVES, LINE_MOVES * moves.lines);
  let made = before;
  for (; made < Math.min(all, before + UNIT_MOVES); made++) {
    moves.move(MOVES_HEAT * Math.max(0, 1 - 1.2 * made / all));
  }
  state.rng = random.state;
  state.work.moves += made - before;
  state.draft = { cells: packCells(moves.cells, model.positions, model.terms), moves: made };
  if (made < all) return;
  const plan = model.planOf(moves.cells);
  if (plan && (state.planChanges === null || model.changes(plan) < state.planChanges)) {
    savePlan(model, state, plan);
    const columns = loadColumns(model, state);
    addPlanLines(model, columns, plan);
    saveColumns(model, state, unique(model, columns));
  }
  state.draft = null;
  state.searches++;
  if (state.rounds === 0) state.phase = "bound";
  else goOn(model, state);
}

/** Where a plan may change less than the best one, other moves are tried; else it is improved as it is. */
export function goOn(model: ReplanModel, state: ReplanState): void {
  if (state.planChanges === null) return beginEngine(state);
  const isOpen = state.planChanges > state.bound && state.searches < MOST_SEARCHES;
  if (!isOpen || !beginSearch(model, state)) beginTune(model, state);
}
