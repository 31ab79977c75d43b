// Which open node comes next.

import { crowding } from "./bases.ts";
import type { AllocatorState } from "./state.ts";

/** How far the search goes down from the bound towards the best matching before it goes on with the node of least bound. */
const PLUNGE = 0.25;
/** Open nodes above which the search goes down before it goes on elsewhere: what is open is part of the checkpoint. */
export const MOST_OPEN = 300;
/** By how much of the gap a node whose basis is kept may be above another that comes before it else. */
const WARM_SHARE = 0.3;
/** Share of the room for bases from which on nodes near to the best matching come first, and the gap below which they do. */
const CROWDED = 0.75, SMALL_GAP = 0.01;

/** Whether the node to come is too near to the best matching to be likely to hold a better one. */
export function isFarDown({ nodes, bestCost, bound }: AllocatorState): boolean {
  if (bestCost === null || bound === null || nodes.length > MOST_OPEN) return false;
  return nodes.at(-1)!.bound - bound > PLUNGE * (bestCost - bound);
}

/** The node that is worth most is next; what it is split into comes before others. */
export function goOnWithBest(state: AllocatorState): void {
  const { nodes, bases, bestCost } = state, kept = new Set(bases.map(({ id }) => id));
  // The nodes of least bound, of all and of those whose basis is kept; and of the latter the one of greatest.
  let least = 0, warm = -1, greatest = -1;
  nodes.forEach(({ bound, from }, i) => {
    if (bound < nodes[least].bound) least = i;
    if (from === undefined || !kept.has(from)) return;
    if (warm < 0 || bound < nodes[warm].bound) warm = i;
    if (greatest < 0 || bound >= nodes[greatest].bound) greatest = i;
  });
  let next = least;
  if (warm >= 0 && bestCost !== null) {
    const gap = bestCost - nodes[least].bound;
    if (nodes[warm].bound - nodes[least].bound <= WARM_SHARE * gap) next = warm;
    // What is soon done with makes room: a node whose basis was dropped takes ten times as many pivots.
    if (gap < SMALL_GAP * Math.abs(bestCost) && crowding(state) > CROWDED) next = greatest;
  }
  nodes.push(...nodes.splice(next, 1));
}
