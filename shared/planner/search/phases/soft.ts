// Column generation at soft prices: of many terms solving the master takes most of the time, and between two solves prices of its
// bound alone bring more.

import { isFirstDiveDue } from "./close.ts";
import { isSpaced } from "./keyed.ts";
import type { Search } from "../search.ts";
import { SoftBound, softNodes } from "../soft_prices.ts";

/** Of so many rounds one solves the master. */
const SOLVED_EACH = 16;
/** Steps of the bound's prices. */
const STEPS = 150;
/** Heat, as a share of what may be missing of the master's value for a line, and between which bounds. */
const HEAT = 1 / 30;
const LEAST_HEAT = 1;
const MOST_HEAT = 8;

/** Whether prices need not be the master's own. */
export function isSoft(search: Search): boolean {
  const { state, tables, basis, lastPrices } = search;
  return isSpaced(search) && !state.isEnding && !state.isSharp && tables.leave === null &&
    basis !== null && lastPrices.length > 0 && !isFirstDiveDue(search) &&
    (state.solves + 1) % SOLVED_EACH !== 0;
}

/** Soft prices are priced next, from those priced last. */
export function takeSoftPrices(search: Search): void {
  const { state, tables, pool } = search, { estimate, master } = state.near;
  const lack = estimate === null || master === null ? Infinity : estimate - master;
  const heat = Math.max(LEAST_HEAT, Math.min(MOST_HEAT, HEAT * lack / tables.lines));
  const found = new SoftBound(tables, pool, heat).lower(search.lastPrices, STEPS);
  search.prices = found.prices;
  state.linePrice = found.linePrice;
  // Where they bring no line the master's own are next.
  state.isSteady = true;
  state.solves++;
  state.work.pricing_nodes += softNodes(found);
}
