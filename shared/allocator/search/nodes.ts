// Open nodes as a checkpoint keeps them. A node's decisions begin as those of the one before it, mostly: it says of how many
// first ones that is so, and then its own.

import type { AllocatorState, OpenNode } from "./state.ts";

/** The state with its nodes packed. */
export function packNodes(state: AllocatorState): AllocatorState {
  let before: readonly number[] = [];
  const nodes = state.nodes.map((node): OpenNode => {
    const { decisions } = node;
    let shared = 0;
    while (shared < decisions.length && decisions[shared] === before[shared]) shared++;
    before = decisions;
    return { ...node, decisions: [shared, ...decisions.slice(shared)] };
  });
  return { ...state, nodes, packed: true };
}

/** Open nodes of a state, whether packed or not. */
export function unpackNodes({ nodes, packed }: AllocatorState): OpenNode[] {
  if (!packed) return nodes.map((node) => ({ ...node }));
  let before: number[] = [];
  return nodes.map((node) => {
    const [shared, ...own] = node.decisions;
    before = [...before.slice(0, shared), ...own];
    return { ...node, decisions: before };
  });
}
