// What a line loses that holds an element twice: elements are worth their best position in each term, and no position comes
// twice. Where one position is the best in both terms, the second best has to do in one of them.

import { slotOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";
import { type KeyElements, NONE } from "./key_sets.ts";

/** Losses by element and terms. */
export interface Repeats {
  /** [element, t, u] what is lost at least where the element stands in both terms; above 0 where more is. */
  lost: Float64Array;
  terms: number;
}

/** Where the loss of an element in two terms stands. @param T terms */
function lossAt(e: number, t: number, u: number, T: number): number {
  // deno-lint-ignore flat/open-coded -- by element and two terms, this file's alone
  return (e * T + t) * T + u;
}

/** Losses at these prices. @param value [term * elements + element] of the best position */
export function repeatsOf(
  { positions }: KeyElements,
  { terms: T, positions: R, distinct }: PlannerTables,
  prices: Float64Array,
  cap: Int32Array,
  value: Float64Array,
): Repeats {
  const E = positions.length, lost = new Float64Array(E * T * T);
  const worth = (r: number, t: number) =>
    cap[slotOf(t, r, R)] > 0 ? -prices[slotOf(t, r, R)] : NONE;
  for (let e = 0; e < E && distinct; e++) {
    if (positions[e].length < 2) continue;
    for (let t = 0; t < T; t++) {
      for (let u = 0; u < t; u++) {
        let most = 2 * NONE;
        for (const one of positions[e]) {
          for (const two of positions[e]) {
            if (one !== two) most = Math.max(most, worth(one, t) + worth(two, u));
          }
        }
        const loss = Math.max(0, value[t * E + e] + value[u * E + e] - most);
        lost[lossAt(e, t, u, T)] = lost[lossAt(e, u, t, T)] = loss;
      }
    }
  }
  return { lost, terms: T };
}

/** [element] the least that is lost where it stands in term t and in one of the others. */
export function leastLost({ lost, terms: T }: Repeats, t: number, others: readonly number[]) {
  const E = lost.length / (T * T), least = new Float64Array(E);
  if (others.length === 0) return least;
  for (let e = 0; e < E; e++) {
    least[e] = others.reduce((all, u) => Math.min(all, lost[lossAt(e, t, u, T)]), Infinity);
  }
  return least;
}
