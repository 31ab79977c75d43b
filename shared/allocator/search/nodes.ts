// Open nodes and cuts as a checkpoint keeps them. A node's decisions begin as those of the one before it, mostly: it says of how many
// first ones that is so, and then its own.

import { packLists, unpackLists } from "../../engine/packing.ts";
import type { AllocatorState, OpenNode, PackedTree } from "./state.ts";

/** The state with its nodes and cuts packed. */
export function packState(state: AllocatorState): AllocatorState {
  return { ...state, nodes: [], cuts: [], packed: packTree(state) };
}

/** Nodes and cuts, packed. A node: its bound, its basis (-1: none), what else is so of it, and its decisions. */
export function packTree({ nodes, cuts }: Pick<AllocatorState, "nodes" | "cuts">): PackedTree {
  let before: readonly number[] = [];
  const packed = nodes.map(({ decisions, bound, counted, dived, from = -1 }) => {
    let shared = 0;
    while (shared < decisions.length && decisions[shared] === before[shared]) shared++;
    before = decisions;
    return [bound, from, (counted ? 1 : 0) + (dived ? 2 : 0), shared, ...decisions.slice(shared)];
  });
  return { nodes: packed, cuts: packLists(cuts) };
}

/** Nodes and cuts of a state, whether packed or not. */
export function unpackTree({ nodes, cuts, packed }: AllocatorState): {
  nodes: OpenNode[];
  cuts: number[][];
} {
  if (packed === null) return { nodes: nodes.map((node) => ({ ...node })), cuts };
  let before: number[] = [];
  return {
    nodes: packed.nodes.map(([bound, from, flags, shared, ...own]) => {
      before = [...before.slice(0, shared), ...own];
      const node: OpenNode = { decisions: before, bound, counted: (flags & 1) === 1 };
      if ((flags & 2) === 2) node.dived = true;
      if (from >= 0) node.from = from;
      return node;
    }),
    cuts: unpackLists(packed.cuts),
  };
}
