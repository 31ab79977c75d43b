// All matchings of a tiny problem as arrays of lines, for tests that compare with every one of them.

import { pairOf } from "../model/pairs.ts";
import type { AllocatorTables } from "../model/tables.ts";

/** Every matching that keeps eligibility and capacities: the line of each worker. */
export function allMatchings({ W, J, cost, capacity }: AllocatorTables): number[][] {
  const found: number[][] = [], lineOf: number[] = [], load = new Int32Array(J);
  const visit = (w: number): void => {
    if (w === W) {
      found.push([...lineOf]);
      return;
    }
    for (let j = 0; j < J; j++) {
      if (cost[pairOf(w, j, J)] === Infinity || load[j] === capacity[j]) continue;
      load[j]++;
      lineOf.push(j);
      visit(w + 1);
      lineOf.pop();
      load[j]--;
    }
  };
  visit(0);
  return found;
}
