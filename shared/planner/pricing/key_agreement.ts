// Multipliers of a set of keys moved to where what its lines' beginnings come to and what the set gets back agree best: those that
// the set came with fit sequences that count and remember nothing, and leave lines that do far below what they bound them by.
// What beginnings there are, and what follows each, is known by then, so that a step is a look back over them.

import type { Beginnings } from "./key_beginnings.ts";
import { turn } from "./key_lists.ts";
import type { OwnSet } from "./own_set.ts";

/** Steps after each search, how long the first is, steps without progress after which they become shorter, and by how much. */
const STEPS = 10;
const FIRST = 0.2;
const PATIENCE = 2;
const SHORTER = 0.6;

/**
 * Moves the multipliers of a set.
 * @param floor what was left out comes to at most
 * @param lookBack fills in what follows each of the beginnings
 * @returns what lines of these beginnings come to at most, whatever else they hold
 */
export function agree(
  own: OwnSet,
  begun: Beginnings,
  floor: number,
  lookBack: () => void,
): number {
  const { returns } = own;
  let best = returns.cost, lowest = Infinity, length = FIRST, idle = 0;
  let before: Float64Array | null = null;
  for (let step = 0;; step++) {
    lookBack();
    const most = begun.behind[0] + own.set.worth;
    if (most < lowest - 0.01) {
      lowest = most;
      best = returns.cost;
      idle = 0;
    } else if (++idle >= PATIENCE) {
      length *= SHORTER;
      idle = 0;
    }
    if (most <= floor || step === STEPS) break;
    const slope = slopeOf(own, begun);
    turn(slope, before);
    before = slope;
    const norm = slope.reduce((sum, x) => sum + x * x, 0);
    if (norm === 0) break;
    const far = length * Math.max(1, most - floor + 2) / norm;
    returns.reprice(returns.cost.map((cost, e) => cost - far * slope[e]));
  }
  returns.reprice(best);
  begun.reprice(best);
  lookBack();
  return lowest;
}

/** [element] how often the set gets it more than the best line pays for it. */
function slopeOf({ returns, elements, terms }: OwnSet, begun: Beginnings): Float64Array {
  const slope = new Float64Array(returns.cost.length);
  const { line, end } = begun.follow(returns.cost, terms);
  for (const e of line) slope[e]--;
  for (const i of returns.elements(begun.held[end], begun.counts[end])) slope[elements[i]]++;
  return slope;
}
