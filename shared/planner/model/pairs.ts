// Pairs of positions that a line holds in two consecutive terms or not at all (six-month terms): where
// they lie, and how a plan that is being filled gets them.

import type { Random } from "../../engine/random.ts";
import { cellOf, firstCellOf, linesIn, slotOf } from "./flat.ts";
import { pairsOf, type PlannerTables } from "./tables.ts";

/** A pair from term `t` on, by position and by slot. */
export interface PairPlace {
  t: number;
  first: number;
  second: number;
  /** Slots of the two positions. */
  one: number;
  two: number;
}

/** Every pair in every two terms in which both of its positions have posts. */
export function pairPlaces(tables: PlannerTables): PairPlace[] {
  const { terms: T, positions: R, cap } = tables;
  return pairsOf(tables).flatMap(({ first, second }) =>
    Array.from({ length: T - 1 }, (_, t) => ({
      t,
      first,
      second,
      one: slotOf(t, first, R),
      two: slotOf(t + 1, second, R),
    }))
  ).filter(({ one, two }) => cap[one] > 0 && cap[two] > 0);
}

/** Whether a position belongs to a pair. */
export function isOfPair({ classOf, nextClass, previousClass }: PlannerTables, r: number): boolean {
  return nextClass[classOf[r]] >= 0 || previousClass[classOf[r]] >= 0;
}

/**
 * Places pairs on the lines from `from` on, which are still empty: those without which a term has too few
 * other posts, and some more.
 * @param cells the plan, row-major; pairs are written into it
 * @param left [slot] posts left; lowered by what is placed
 * @param share of the pairs that no term needs, which are placed all the same
 * @returns [cell] 1 where the cell is filled
 */
export function placePairs(
  tables: PlannerTables,
  cells: Int32Array,
  from: number,
  left: Int32Array,
  random: Random,
  share: number,
): Uint8Array {
  const { terms: T } = tables, lines = linesIn(cells, T);
  const filled = new Uint8Array(cells.length);
  const places = pairPlaces(tables);
  const order = Int32Array.from(places.keys());
  random.choose(order, order.length);
  const short = shortTerms(tables, left, lines - from);
  for (const isForced of [true, false]) {
    for (const j of order) {
      const { t, first, second, one, two } = places[j];
      while (left[one] > 0 && left[two] > 0) {
        if (isForced ? short[t] <= 0 && short[t + 1] <= 0 : random.next() >= share) break;
        const i = emptiest(filled, T, from, lines, t);
        if (i < 0) break;
        cells.set([first, second], cellOf(i, t, T));
        filled.fill(1, cellOf(i, t, T), cellOf(i, t, T) + 2);
        left[one]--;
        left[two]--;
        short[t]--;
        short[t + 1]--;
      }
    }
  }
  return filled;
}

/** [term] lines for which the posts that belong to no pair are too few. */
function shortTerms(tables: PlannerTables, left: Int32Array, lines: number): number[] {
  const { terms: T, positions: R } = tables;
  return Array.from({ length: T }, (_, t) => {
    let others = 0;
    for (let r = 0; r < R; r++) if (!isOfPair(tables, r)) others += left[slotOf(t, r, R)];
    return lines - others;
  });
}

/** The line that holds least of those with room in terms t and t + 1; -1 where there is none. */
function emptiest(
  filled: Uint8Array,
  T: number,
  from: number,
  lines: number,
  t: number,
): number {
  let best = -1, least = Infinity;
  for (let i = from; i < lines; i++) {
    if (filled[cellOf(i, t, T)] + filled[cellOf(i, t, T) + 1] > 0) continue;
    const held = filled.subarray(firstCellOf(i, T), firstCellOf(i + 1, T)).reduce(
      (sum, n) => sum + n,
      0,
    );
    if (held < least) [best, least] = [i, held];
  }
  return best;
}
