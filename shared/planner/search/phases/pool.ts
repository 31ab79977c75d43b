// The column pool as phases keep it: within a few columns per slot.

import { packCells, packPrices } from "../../../engine/packing.ts";
import { BASIC, keepItems } from "../../../lp/basis.ts";
import { firstCellOf, firstSlotOf } from "../../model/flat.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { lineAt } from "../../model/lines.ts";
import type { PlannerTables } from "../../model/tables.ts";
import { postsLeft } from "../dive.ts";
import type { Search } from "../search.ts";
import { isTooLarge } from "../stop.ts";

/** Columns per slot that the pool is cut back to when it outgrows POOL_MOST. */
const POOL_KEEP = 3;

/** Columns per slot that it may hold. */
const POOL_MOST = 4;

/** Characters that a checkpoint may have, and those that the pool has whatever else there is. */
const MOST_CHARS = 58_000;
const LEAST_CHARS = 12_000;
/** Characters of the bound of long lines, for each number of its point, which is there three times. */
const ASCENT_CHARS = 12;

/** Characters that the lines of constructions may take: lines may have to be counted beside them. */
const COLLECTED_CHARS = 16_000;

/** Of the lines that there is room for, the share that is kept once there are more. */
const KEPT_SHARE = 0.75;

/** Tells which lines are meant: those that find posts, or of a group. */
type Fitting = Pick<ReturnType<typeof postsLeft>, "fits">;

/** More than lines differ by. */
const FAR = 1e9;

/** Lines of the pool that pricing starts from, for each line of the plan, and at most. */
const STARTS_EACH = 2;
const MOST_STARTS = 120;
/** Terms from which on a part's are of its own group. */
const OWN_TERMS = 10;

/**
 * The lines of the pool that are worth most at these prices, row-major.
 * @param some those alone that are meant
 * @param lines of the plan that they are for
 */
export function dearest(
  { pool, tables }: Search,
  prices: Float64Array,
  some: Fitting | null = null,
  lines = tables.lines,
): Int32Array {
  const T = tables.terms, most = Math.min(MOST_STARTS, STARTS_EACH * lines);
  const worth = Float64Array.from({ length: pool.count }, (_, j) => pool.reduced(j, prices));
  const order = Array.from(worth.keys()).filter((j) =>
    some === null || some.fits(pool.cells, firstCellOf(j, T))
  )
    .sort((a, b) => worth[b] - worth[a] || a - b).slice(0, most);
  const starts = new Int32Array(order.length * T);
  order.forEach((j, i) => starts.set(lineAt(pool.cells, j, T), firstCellOf(i, T)));
  return starts;
}

/**
 * The lines that those of a part are annealed from: of its own group, since the dearest of all may have none of it, and then
 * nothing would be annealed. Null: any line.
 */
export function ownLines({ tables, pricer }: Search, part: number): Fitting | null {
  const slot = pricer.groupOf(part), last = tables.terms - 1;
  if (slot < 0 || tables.year < OWN_TERMS) return null;
  const group = slot - firstSlotOf(last, tables.positions);
  return { fits: (cells, at) => cells[at + last] === group };
}

/** [pool line] times the dive at hand has fixed it. */
export function diveFixed({ state, pool }: Search): Int32Array {
  const fixed = new Int32Array(pool.count), pairs = state.dive ?? [];
  for (let i = 0; i < pairs.length; i += 2) fixed[pairs[i]] = pairs[i + 1];
  return fixed;
}

/** Puts the legal lines of the plan into the pool, while it has room. */
export function collectLines(search: Search): void {
  const { tables, pool } = search;
  // Without a master nothing chooses from it.
  const most = isTooLarge(search)
    ? 0
    : Math.min(POOL_KEEP * slotsInUse(tables), COLLECTED_CHARS / charsOf(tables));
  for (let i = 0; i < search.moves.lines && pool.count < most; i++) {
    if (search.moves.isLegal(i)) pool.add(search.plan, firstCellOf(i, tables.terms));
  }
}

/** Characters of a packed line. */
function charsOf({ positions, terms }: PlannerTables): number {
  return packCells(new Int32Array(terms), positions, terms).length;
}

/**
 * Lines for which a checkpoint has room beside all that it holds otherwise; bases have a digit for two of them. It follows
 * from what is searched, and not from what checkpoints say of times.
 */
function roomOf(search: Search): number {
  const { tables, master, plan, best } = search, chars = charsOf(tables);
  const prices = [search.prices, search.lastPrices, search.centre, search.divePrices];
  const rest = prices.reduce((sum, own) => sum + packPrices(own).length, 0) +
    (plan.length + best.length) / tables.terms * chars + master.fixedBasis +
    ASCENT_CHARS * (search.ascent?.size ?? 0);
  return Math.max(LEAST_CHARS, MOST_CHARS - rest) / (chars + 1);
}

/** Lines that the pool may hold. */
function mostLines(search: Search): number {
  const most = POOL_MOST * slotsInUse(search.tables);
  const { count } = search.pool;
  // What is far from filling a checkpoint need not be measured.
  if (count <= most && count * charsOf(search.tables) <= LEAST_CHARS) return most;
  return Math.min(most, roomOf(search));
}

/**
 * Keeps the pool below POOL_MOST columns per slot, and within a checkpoint: basic columns stay, what a dive has fixed, and
 * the best reduced values.
 * @param prices of the LP whose lines are wanted
 */
export function trimPool(search: Search, prices = search.lastPrices): void {
  const { pool, tables, master, basis, diveBasis, state } = search;
  if (prices.length === 0) return;
  const most = mostLines(search);
  if (pool.count <= most) return;
  const fixed = master.fixedBasis, held = new Uint8Array(pool.count);
  const pairs = state.dive ?? [];
  for (let i = 0; i < pairs.length; i += 2) held[pairs[i]] = 1;
  const isHeld = (j: number) =>
    held[j] === 1 || basis?.[fixed + j] === BASIC || diveBasis?.[fixed + j] === BASIC;
  const order = Array.from({ length: pool.count }, (_, j) => j);
  // Lines that find no posts beside those fixed are of no use to a dive.
  const left = pairs.length === 0 ? null : postsLeft(tables, pool, diveFixed(search));
  const far = (j: number) =>
    left === null || left.fits(pool.cells, firstCellOf(j, tables.terms)) ? 0 : FAR;
  const reduced = order.map((j) => isHeld(j) ? Infinity : pool.reduced(j, prices) - far(j));
  order.sort((a, b) => reduced[b] - reduced[a] || a - b);
  const kept = Math.min(POOL_KEEP * slotsInUse(tables), Math.floor(KEPT_SHARE * most));
  const keep = new Uint8Array(pool.count);
  order.forEach((j, n) => keep[j] = n < kept || reduced[j] === Infinity ? 1 : 0);
  search.basis = basis && keepItems(basis, fixed, keep);
  search.diveBasis = diveBasis && keepItems(diveBasis, fixed, keep);
  state.dive = state.dive && movedPairs(pairs, keep);
  search.pool = pool.filtered(keep);
}

/** Pairs of a line and a number, the lines by their places among those that are kept. */
function movedPairs(pairs: readonly number[], keep: Uint8Array): number[] {
  const at = new Int32Array(keep.length);
  let n = 0;
  keep.forEach((isKept, j) => at[j] = isKept ? n++ : -1);
  return pairs.map((x, i) => i % 2 === 0 ? at[x] : x);
}
