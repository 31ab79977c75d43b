// The column pool as phases keep it: within a few columns per slot.

import { BASIC, keepItems } from "../../../lp/basis.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { lineAt } from "../../model/lines.ts";
import type { Search } from "../search.ts";
import { isTooLarge } from "../stop.ts";

/** Columns per slot that the pool is cut back to when it outgrows POOL_MOST. */
const POOL_KEEP = 3;

/** Columns per slot that it may hold. */
const POOL_MOST = 4;

/** Lines of the pool that pricing starts from, for each line of the plan, and at most. */
const STARTS_EACH = 2;
const MOST_STARTS = 120;

/** The lines of the pool that are worth most at these prices, row-major. */
export function dearest({ pool, tables }: Search, prices: Float64Array): Int32Array {
  const T = tables.terms, most = Math.min(MOST_STARTS, STARTS_EACH * tables.lines);
  const worth = Float64Array.from({ length: pool.count }, (_, j) => pool.reduced(j, prices));
  const order = Array.from(worth.keys()).sort((a, b) => worth[b] - worth[a] || a - b);
  const lines = new Int32Array(Math.min(most, pool.count) * T);
  order.slice(0, most).forEach((j, i) => lines.set(lineAt(pool.cells, j, T), i * T));
  return lines;
}

/** Puts the legal lines of the plan into the pool, while it has room. */
export function collectLines(search: Search): void {
  const { tables, pool } = search;
  // Without a master nothing chooses from it.
  const most = isTooLarge(search) ? 0 : POOL_KEEP * slotsInUse(tables);
  for (let i = 0; i < search.moves.lines && pool.count < most; i++) {
    if (search.moves.isLegal(i)) pool.add(search.plan, i * tables.terms);
  }
}

/** Keeps the pool below POOL_MOST columns per slot: basic columns and the best reduced values stay. */
export function trimPool(search: Search): void {
  const { pool, tables, master, basis } = search;
  const slots = slotsInUse(tables);
  if (pool.count <= POOL_MOST * slots || basis === null || search.lastPrices.length === 0) return;
  const prices = search.lastPrices, fixed = master.fixedBasis;
  const isBasic = (j: number) => basis[fixed + j] === BASIC;
  const order = Array.from({ length: pool.count }, (_, j) => j);
  const reduced = order.map((j) => isBasic(j) ? Infinity : pool.reduced(j, prices));
  order.sort((a, b) => reduced[b] - reduced[a] || a - b);
  const keep = new Uint8Array(pool.count);
  for (const j of order.slice(0, POOL_KEEP * slots)) keep[j] = 1;
  search.basis = keepItems(basis, fixed, keep);
  search.pool = pool.filtered(keep);
}
