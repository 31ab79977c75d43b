// Priority groups: one search after the other over the same problem. Each places everybody and keeps the costs of one group
// as low as it can; whoever belongs to an earlier group has the line that it got and no other, and whoever belongs to a
// later one only has to have some line.

import { type AllocatorTables, matchingCost } from "../model/tables.ts";
import { type AllocatorState, firstState } from "./state.ts";

/** The groups that have workers, in the order in which they are matched; [null] where there are none. */
export function stagesOf({ groupOf }: AllocatorTables): (number | null)[] {
  if (groupOf === null) return [null];
  return [...new Set(groupOf)].sort((a, b) => a - b);
}

/**
 * The problem of one group.
 * @param before the matching of the search before, in which earlier groups have what they keep; null: this is the first
 */
export function stageTables(
  tables: AllocatorTables,
  group: number | null,
  before: readonly number[] | null,
): AllocatorTables {
  const { W, J, groupOf } = tables;
  if (group === null || groupOf === null) return tables;
  const cost = tables.cost.slice();
  for (let w = 0, p = 0; w < W; w++) {
    const isEarlier = groupOf[w] < group;
    for (let j = 0; j < J; j++, p++) {
      if (groupOf[w] === group || cost[p] === Infinity) continue;
      cost[p] = isEarlier && before![w] !== j ? Infinity : 0;
    }
  }
  return { ...tables, cost, group };
}

/**
 * The state with which the next group's search begins: with what is to be kept of this one, whose matching is a legal one to
 * begin with.
 * @param next the problem of the next group
 */
export function nextStage(next: AllocatorTables, state: AllocatorState): AllocatorState {
  const { work, unitMs, spentMs, fraction, timeUp, earlier, ...own } = state;
  const kept: AllocatorState = {
    ...firstState(),
    phase: "done",
    best: own.best,
    bestCost: own.bestCost,
    bound: own.bound,
    why: own.why,
    root: own.root,
    cuts: own.root === null ? [] : own.cuts.slice(0, own.root.cuts),
  };
  return {
    ...firstState(),
    earlier: [...earlier, kept],
    best: own.best,
    bestCost: matchingCost(next, own.best!),
    work,
    unitMs,
    spentMs,
    fraction,
    ...timeUp && { timeUp },
  };
}
