// Open nodes and cuts as a checkpoint keeps them. A node's decisions begin as those of the one before it, mostly: it says of how many
// first ones that is so, and then its own.

import { packLists, unpackLists } from "../../engine/packing.ts";
import type { AllocatorState, OpenNode } from "./state.ts";

/** The state with its nodes and cuts packed. */
export function packState(state: AllocatorState): AllocatorState {
  let before: readonly number[] = [];
  const nodes = state.nodes.map((node): OpenNode => {
    const { decisions } = node;
    let shared = 0;
    while (shared < decisions.length && decisions[shared] === before[shared]) shared++;
    before = decisions;
    return { ...node, decisions: [shared, ...decisions.slice(shared)] };
  });
  return { ...state, nodes, cuts: [], packed: packLists(state.cuts) };
}

/** Cuts of a state, whether packed or not. */
export function unpackCuts({ cuts, packed }: AllocatorState): number[][] {
  return packed === null ? cuts : unpackLists(packed);
}

/** Open nodes of a state, whether packed or not. */
export function unpackNodes({ nodes, packed }: AllocatorState): OpenNode[] {
  if (packed === null) return nodes.map((node) => ({ ...node }));
  let before: number[] = [];
  return nodes.map((node) => {
    const [shared, ...own] = node.decisions;
    before = [...before.slice(0, shared), ...own];
    return { ...node, decisions: before };
  });
}
