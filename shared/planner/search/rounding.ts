// A whole plan from the LP: integer parts of the line columns, then fractional columns by value while
// posts last, then random free posts; the assignment neighbourhoods repair and improve it from there.

import { cellOf, firstCellOf, slotOf } from "../model/flat.ts";
import type { LinePool } from "./master.ts";
import { fillLeave, PostsLeft } from "../model/leave_choice.ts";
import { lineAt } from "../model/lines.ts";
import { isOfPair, placePairs } from "../model/pairs.ts";
import type { Random } from "../../engine/random.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";

/**
 * Rounds an LP solution to a plan that respects every post count; rules may be broken by the fill.
 * @param weight [pool line] LP value
 * @param lines lines of the plan, at most the posts of the tightest term
 */
export function roundSolution(
  tables: PlannerTables,
  pool: LinePool,
  weight: Float64Array,
  lines: number,
  random: Random,
): Int32Array {
  const T = tables.terms, left = new PostsLeft(tables);
  const cells = new Int32Array(lines * T);
  let placed = 0;
  const place = (j: number): boolean => {
    if (placed === lines || !left.fits(pool.cells, firstCellOf(j, T))) return false;
    left.take(pool.cells, firstCellOf(j, T));
    cells.set(lineAt(pool.cells, j, T), firstCellOf(placed++, T));
    return true;
  };
  const fractional: { j: number; key: number }[] = [];
  for (let j = 0; j < pool.count; j++) {
    if (weight[j] < 1e-6) continue;
    let whole = Math.floor(weight[j] + 1e-6);
    fractional.push({ j, key: weight[j] - whole + 0.3 * random.next() });
    while (whole-- > 0) place(j);
  }
  fractional.sort((a, b) => b.key - a.key || a.j - b.j);
  for (const { j } of fractional) place(j);
  const filled = tables.hasPairs
    ? placePairs(tables, cells, placed, left.left, random, 0)
    : new Uint8Array(cells.length);
  for (let t = 0; t < T; t++) {
    if (t === tables.leave?.term) fillLeave(tables, cells, placed, left);
    else fillTerm(tables, cells, t, placed, filled, left.left, random);
  }
  return cells;
}

/** Gives the lines from `placed` on a free post of term t each where they hold none, the best paid first. */
function fillTerm(
  tables: PlannerTables,
  cells: Int32Array,
  t: number,
  placed: number,
  filled: Uint8Array,
  left: Int32Array,
  random: Random,
): void {
  const { terms: T, positions: R, cap } = tables;
  const units: { r: number; key: number }[] = [];
  for (let r = 0; r < R; r++) {
    const s = slotOf(t, r, R);
    for (let n = cap[s] - left[s] + 1; n <= cap[s]; n++) {
      // A single position of a pair only where no other post is left.
      const key = isOfPair(tables, r) ? -1e9 : slotGain(tables, s, n);
      units.push({ r, key: key + random.next() });
    }
  }
  units.sort((a, b) => b.key - a.key);
  let next = 0;
  for (let i = placed; firstCellOf(i, T) < cells.length; i++) {
    if (filled[cellOf(i, t, T)] === 0) cells[cellOf(i, t, T)] = units[next++].r;
  }
}
