// From two halves of a line and what stands between them to the line itself: the best order of each half, and positions.

import type { PlannerTables } from "../model/tables.ts";
import { type KeyElements, NONE } from "./key_sets.ts";

/** Choices of positions for one line that are looked at. */
const MOST_STEPS = 2_000;

/**
 * The best order of a set.
 * @param row its elements
 * @param value [term * elements + element]
 * @param terms of the elements, the one at the closed end first
 * @param next key that stands beside the open end
 * @returns elements in the order of the terms; one of them where none is possible
 */
export function bestOrder(
  { key, near }: KeyElements,
  keys: number,
  row: Uint8Array,
  value: Float64Array,
  terms: readonly number[],
  next: number,
): Uint8Array {
  const n = row.length, E = key.length, order = new Uint8Array(n);
  let best = -Infinity, found = row.slice();
  const descend = (i: number, used: number, worth: number) => {
    if (i === n) {
      const all = worth + near[key[order[n - 1]] * keys + next];
      if (all > best) [best, found] = [all, order.slice()];
      return;
    }
    for (let q = 0; q < n; q++) {
      if ((used >> q & 1) === 1) continue;
      const own = value[terms[i] * E + row[q]];
      if (own <= NONE / 2) continue;
      order[i] = row[q];
      const beside = i === 0 ? 0 : near[key[order[i - 1]] * keys + key[row[q]]];
      descend(i + 1, used | 1 << q, worth + own + beside);
    }
  };
  descend(0, 0, 0);
  return found;
}

/** The best positions of the elements that cover what a line must, none twice where that is a rule; null: none found. */
export function placeLine(
  { positions }: KeyElements,
  { terms: T, positions: R, classOf, cover, need, distinct }: PlannerTables,
  prices: Float64Array,
  cap: Int32Array,
  elements: ArrayLike<number>,
): Int32Array | null {
  const options = Array.from(
    { length: T },
    (_, t) =>
      positions[elements[t]].filter((r) => cap[t * R + r] > 0)
        .sort((a, b) => prices[t * R + a] - prices[t * R + b] || a - b),
  );
  // [term] the least that terms from it on cost, and what they can cover.
  const least = new Float64Array(T + 1), covers = new Int32Array(T + 1);
  for (let t = T - 1; t >= 0; t--) {
    if (options[t].length === 0) return null;
    least[t] = least[t + 1] + prices[t * R + options[t][0]];
    covers[t] = options[t].reduce((all, r) => all | cover[classOf[r]], covers[t + 1]);
  }
  const line = new Int32Array(T);
  let best: Int32Array | null = null, cheapest = Infinity, steps = 0;
  const descend = (t: number, paid: number, missing: number) => {
    if (paid + least[t] >= cheapest || (missing & ~covers[t]) !== 0) return;
    if (t === T) {
      [best, cheapest] = [line.slice(), paid];
      return;
    }
    for (const r of options[t]) {
      if (++steps > MOST_STEPS) return;
      if (distinct && line.subarray(0, t).includes(r)) continue;
      line[t] = r;
      descend(t + 1, paid + prices[t * R + r], missing & ~cover[classOf[r]]);
    }
  };
  descend(0, 0, need);
  return best;
}
