// All lines that a plan within the bound can use.

import { Random } from "../../../engine/random.ts";
import { firstCellOf } from "../../model/flat.ts";
import { addLines, cheapestColumns, unique } from "../columns.ts";
import { type Context, ownersOf, pricesOf } from "../context.ts";
import type { ReplanColumns, ReplanModel, ReplanPrices } from "../model.ts";
import { canImprove, costOf, goodLines, listLines } from "../pricing.ts";
import { loadColumns, type ReplanState, saveColumns } from "../state.ts";

/** Most columns of an integer program; beyond it the dearest lines are left out. */
const MOST_COLUMNS = 2_500;
/** Lines whose places are listed in one unit. */
const UNIT_LINES = 8;

/** Starts to list what a plan of `target` changes can use. */
export function beginList(state: ReplanState, target: number): void {
  state.phase = "list";
  state.target = target;
  state.cursor = 0;
}

/** Lists, for some lines, everything in their place that a plan of `target` changes can use. */
export function list({ model }: Context, state: ReplanState): void {
  const prices = pricesOf(state.prices!), owners = ownersOf(model, state);
  const slack = state.target - state.value;
  const columns = loadColumns(model, state);
  for (let n = 0; state.cursor < owners && n < UNIT_LINES; state.cursor++) {
    const i = state.cursor;
    if (!canImprove(model, i, prices, slack + 2e-6)) continue;
    n++;
    const found = listLines(model, i, prices, slack);
    addLines(model, columns, i, found.lines);
    if (i === model.existing) addLines(model, columns, i, goodLines(model, new Random(state.rng)));
    state.complete &&= found.complete;
  }
  saveColumns(model, state, trimmed(model, state, unique(model, columns), prices));
  if (state.cursor === owners) state.phase = "choose";
}

/** The cheapest columns by reduced cost, where they are too many. */
function trimmed(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  prices: ReplanPrices,
): ReplanColumns {
  if (columns.owners.length <= MOST_COLUMNS) return columns;
  state.complete = false;
  const reduced = columns.owners.map((i, j) =>
    costOf(model, i, prices, columns.cells, firstCellOf(j, model.terms)) - prices.lines[i]
  );
  return cheapestColumns(model, columns, reduced, MOST_COLUMNS);
}
