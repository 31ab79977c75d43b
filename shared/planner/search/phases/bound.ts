// Column generation: the restricted master and pricing in turn, which gives the bound, the prices and the pool.

import { lagrangeanBound } from "../master.ts";
import { trimPool } from "./pool.ts";
import { beginRound } from "./round.ts";
import type { Search } from "../search.ts";

/** Simplex work of one unit of the master, times the slots. */
const LP_WORK = 200_000;

/** Most pricing rounds; the LP closed within 20 on every instance measured. */
const MOST_ROUNDS = 60;

/** Goes on to the bound. */
export function beginBound(search: Search): void {
  search.state.phase = "bound";
  search.state.attempt = 0;
  search.state.moves = 0;
}

/** Solves the restricted master; its duals are priced next. */
export function solveMaster(search: Search): void {
  const { state } = search;
  trimPool(search);
  const limit = Math.max(100, Math.round(LP_WORK / search.tables.cap.length));
  const solution = search.master.solve(search.pool, search.basis, limit);
  search.basis = solution.basis;
  state.work.lps++;
  state.work.lp_work += solution.work;
  if (solution.prices === null) {
    if (solution.basis === null) beginRound(search);
    return;
  }
  search.prices = solution.prices;
  state.linePrice = solution.linePrice;
}

/** Prices all legal lines at the master's duals: new columns and a Lagrangean bound. */
export function price(search: Search): void {
  const { state, pool, tables } = search;
  const prices = search.prices;
  const found = search.pricer.price(prices, state.linePrice + 0.01);
  const bound = Math.floor(lagrangeanBound(tables, prices, found.best) + 1e-6);
  if (state.bound === null || bound < state.bound) state.bound = bound;
  const added = pool.addAll(found.lines, found.count);
  search.lastPrices = prices;
  search.prices = new Float64Array(0);
  state.rounds++;
  state.work.pricings++;
  state.work.pricing_nodes += found.work;
  // Many terms: what cannot be enumerated is not priced for long.
  if (!found.exact) state.rounds += Math.floor(MOST_ROUNDS / 5);
  if (added === 0 && found.exact) state.lpOptimal = true;
  if (added === 0 || state.rounds >= MOST_ROUNDS) beginRound(search);
}
