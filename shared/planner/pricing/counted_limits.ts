// The limits of a line as counts, at the lightest terms: what a set of classes can tell of them.

import type { PlannerTables } from "../model/tables.ts";

/** A limit that may bind. */
export interface CountedLimit {
  /** [class] whether it counts. */
  has: Uint8Array;
  /** Terms that may count, at most. */
  most: number;
}

/** Every legal line keeps to these; lines that do may be illegal. */
export function countedLimits(tables: PlannerTables): CountedLimit[] {
  const { limits, limitOf, limitStart, limitWeight, limitMax, terms: T, classes: C } = tables;
  return Array.from({ length: limits }, (_, l) => {
    const has = new Uint8Array(C);
    for (let c = 0; c < C; c++) {
      has[c] = limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(l) ? 1 : 0;
    }
    let room = limitMax[l], most = 0;
    for (const w of limitWeight.slice(l * T, (l + 1) * T).sort()) {
      if (w > room) break;
      room -= w;
      most++;
    }
    return { has, most };
  }).filter(({ most }) => most < T);
}
