// The limits of a line as counts, at the lightest terms: what a set of classes can tell of them.

import { firstWeightOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";

/** A limit that may bind. */
export interface CountedLimit {
  /** [class] whether it counts. */
  has: Uint8Array;
  /** Terms that may count, at most. */
  most: number;
}

/** How many terms that count in a limit a line may have at most: as many of the lightest as fit. */
export function mostTerms(tables: PlannerTables, limit: number): number {
  const { limitWeight, limitMax, terms: T } = tables;
  let room = limitMax[limit], most = 0;
  for (
    const weight of limitWeight.slice(firstWeightOf(limit, T), firstWeightOf(limit + 1, T)).sort()
  ) {
    if (weight > room) break;
    room -= weight;
    most++;
  }
  return most;
}

/** Every legal line keeps to these; lines that do may be illegal. */
export function countedLimits(tables: PlannerTables): CountedLimit[] {
  const { limits, limitOf, limitStart, terms: T, classes: C } = tables;
  return Array.from({ length: limits }, (_, l) => {
    const has = new Uint8Array(C);
    for (let c = 0; c < C; c++) {
      has[c] = limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(l) ? 1 : 0;
    }
    return { has, most: mostTerms(tables, l) };
  }).filter(({ most }) => most < T);
}
