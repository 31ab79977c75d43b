// Open nodes of a tree as short text.

import { packLists, unpackLists } from "../../engine/packing.ts";

/** Packs nodes: of each, how many numbers are those of the one before, and the others; those of one search share most. */
export function packNodes(nodes: readonly (readonly number[])[]): string {
  return packLists(nodes.map((node, i) => {
    const before = i === 0 ? [] : nodes[i - 1];
    const differs = node.findIndex((x, k) => x !== before[k]);
    const shared = differs < 0 ? node.length : differs;
    return [shared, ...node.slice(shared)];
  }));
}

/** Reads what `packNodes` wrote. */
export function unpackNodes(text: string): number[][] {
  const nodes: number[][] = [];
  for (const [shared, ...rest] of unpackLists(text)) {
    nodes.push([...(nodes.at(-1) ?? []).slice(0, shared), ...rest]);
  }
  return nodes;
}
