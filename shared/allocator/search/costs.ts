// Costs of pairs, worker by worker.

import { firstPairOf } from "../model/pairs.ts";
import type { AllocatorTables } from "../model/tables.ts";

/** Least cost of each worker, and the widest range of one worker's costs. */
export interface LeastCosts {
  least: Float64Array;
  range: number;
}

/** See {@link LeastCosts}. */
export function leastCosts({ W, J, cost }: AllocatorTables): LeastCosts {
  const least = new Float64Array(W).fill(Infinity);
  let range = 1;
  for (let w = 0, p = 0; w < W; w++) {
    let high = -Infinity;
    for (let j = 0; j < J; j++, p++) {
      if (cost[p] === Infinity) continue;
      if (cost[p] < least[w]) least[w] = cost[p];
      if (cost[p] > high) high = cost[p];
    }
    range = Math.max(range, high - least[w]);
  }
  return { least, range };
}

/** The cheapest pairs of each worker, below `limit`; sorted. */
export function cheapest(
  { W, J }: AllocatorTables,
  reduced: Float64Array,
  perWorker: number,
  limit: number,
): number[] {
  const chosen: number[] = [];
  for (let w = 0; w < W; w++) {
    const best: number[] = [];
    for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
      if (!(reduced[p] < limit)) continue;
      if (best.length === perWorker && reduced[p] >= reduced[best[perWorker - 1]]) continue;
      let at = best.length === perWorker ? perWorker - 1 : best.length;
      for (; at > 0 && reduced[best[at - 1]] > reduced[p]; at--) best[at] = best[at - 1];
      best[at] = p;
    }
    chosen.push(...best);
  }
  return chosen.sort((a, b) => a - b);
}
