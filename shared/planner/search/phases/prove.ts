// The proof that nothing better than the best plan exists, node by node.

import { packBasis, unpackBasis } from "../../../engine/packing.ts";
import { finish } from "./finish.ts";
import { lookAtNode, packNodes, unpackNodes } from "../prove.ts";
import type { Search } from "../search.ts";
import { isGoodEnough, isOutOfWork } from "../stop.ts";

/** Nodes of one proof, at most: a proof that needs more has no end, and polishing finds better plans meanwhile. */
export const MOST_NODES = 600;

/**
 * Looks at a node of the proof that nothing better than the best plan exists; where too many lines
 * matter for a proof, it takes too many nodes, or one resists, polishing goes on as long as the effort allows.
 */
export function prove(search: Search): void {
  const { state, tables } = search;
  const columns = search.bestLines === state.linesBound ? search.decisive : null;
  if (columns === null) return endProof(search);
  // A checkpoint that a search was made from stays as it was.
  state.proof = { ...state.proof ?? { nodes: packNodes([[]]), basis: "", looked: 0 } };
  const nodes = unpackNodes(state.proof.nodes), node = nodes.pop()!;
  const basis = node.length > 0 ? unpackBasis(state.proof.basis) : null;
  const found = lookAtNode(tables, columns, node, state.bestValue!, basis);
  state.work.mips++;
  state.work.mip_work += found.work;
  if (node.length === 0 && found.basis) state.proof.basis = packBasis(found.basis);
  // Fewer lines matter beside a better plan: polished first, it is proven from the start.
  if (found.plan && search.offer(found.plan)) return beginPolish(search);
  if (found.children === null) return endProof(search);
  nodes.push(...found.children);
  state.proof.nodes = packNodes(nodes);
  state.proof.looked++;
  if (nodes.length === 0) state.bound = state.bestValue;
  if (isGoodEnough(search) || isOutOfWork(search)) finish(search);
  else if (state.proof.looked >= MOST_NODES) endProof(search);
}

/** Polishes the plan that a proof has found. */
function beginPolish(search: Search): void {
  const { state } = search;
  state.proof = null;
  state.phase = "polish";
  state.idle = 0;
  if (isGoodEnough(search) || isOutOfWork(search)) finish(search);
}

function endProof(search: Search): void {
  const { state } = search;
  state.proof = null;
  state.unproven = state.bestValue;
  state.phase = "polish";
}
