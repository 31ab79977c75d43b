// Limits of a line that some terms weigh more in than others: sets of positions do not tell them, beginnings of lines do.

import { firstWeightOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";

/** All limits, as bits. */
const ALL = -1;

/** Weeks of the limits that may bind among some elements. */
export interface SetWeeks {
  none: readonly number[];
  /**
   * What is used once the i-th of the elements comes at term t; null where that is too much.
   * @param places the limits that are counted, as bits
   */
  use(weeks: readonly number[], i: number, t: number, places?: number): readonly number[] | null;
  /** The limits that a line breaks, as bits. @param line of each term which of the elements comes */
  broken(line: readonly number[]): number;
}

/** The limits of one problem that some terms weigh more in than others. */
export class WeekLimits {
  /** [element] entries: number of its sum, weights by term, and the most. */
  readonly #entries: { sum: number; weights: Int32Array; most: number }[][];

  /** @param at position of each element */
  constructor(tables: PlannerTables, at: Int32Array) {
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUse, classOf } = tables;
    const isUneven = new Set<number>();
    const weights = (l: number) =>
      limitWeight.subarray(firstWeightOf(l, T), firstWeightOf(l + 1, T));
    for (let l = 0; l < tables.limits; l++) {
      const own = weights(l);
      if (own.some((w) => w !== own[0])) isUneven.add(limitUse[l]);
    }
    this.#entries = Array.from(at, (r) => {
      const c = classOf[r];
      return Array.from(limitOf.subarray(limitStart[c], limitStart[c + 1]))
        .filter((l) => isUneven.has(limitUse[l]))
        .map((l) => ({ sum: limitUse[l], weights: weights(l), most: limitMax[l] }));
    });
  }

  /** Those that may bind where a line holds nothing but these elements. */
  among(elements: readonly number[]): SetWeeks {
    const heaviest = new Map<number, number>(), mosts = new Map<number, number>();
    for (const e of elements) {
      for (const { sum, weights, most } of this.#entries[e]) {
        heaviest.set(sum, (heaviest.get(sum) ?? 0) + Math.max(...weights));
        mosts.set(sum, Math.min(mosts.get(sum) ?? Infinity, most));
      }
    }
    const places = new Map<number, number>();
    for (const [sum, n] of heaviest) if (n > mosts.get(sum)!) places.set(sum, places.size);
    const own = elements.map((e) =>
      this.#entries[e].filter(({ sum }) => places.has(sum)).map((entry) => ({
        ...entry,
        place: places.get(entry.sum)!,
      }))
    );
    return {
      none: Array.from(places, () => 0),
      use(weeks, i, t, counted = ALL) {
        if (counted === 0 || own[i].length === 0) return weeks;
        const next = weeks.slice();
        for (const { place, weights, most } of own[i]) {
          if ((counted >> place & 1) === 0) continue;
          next[place] += weights[t];
          if (next[place] > most) return null;
        }
        return next;
      },
      broken(line) {
        const sums = Array.from(places, () => 0);
        let broken = 0;
        line.forEach((i, t) => {
          for (const { place, weights, most } of own[i]) {
            sums[place] += weights[t];
            if (sums[place] > most) broken |= 1 << place;
          }
        });
        return broken;
      },
    };
  }
}
