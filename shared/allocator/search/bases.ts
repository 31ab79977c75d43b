// Bases that open nodes begin with: that of the program of the node they are halves of. From any other node's a program takes
// some ten times as many pivots. Only the nodes that come next have one, since each is part of the checkpoint.

import {
  packBasis,
  packBits,
  packRising,
  unpackBasis,
  unpackBits,
  unpackRising,
} from "../../engine/packing.ts";
import { AT_LOWER, AT_UPPER, BASIC, growBasis, keepItems } from "../../lp/basis.ts";
import { packTree } from "./nodes.ts";
import type { AllocatorState, KeptBasis, OpenNode } from "./state.ts";

/** Characters of all bases that are kept at most: some 24 of 500 workers and 300 lines, each of two halves. */
const MOST_TEXT = 24_000;
/** Characters of a checkpoint that bases may fill up to, as far as it grows with the problem. */
const MOST_STATE = 58_000;

/** Keeps the basis at hand for the halves of the node that it is of. */
export function keepBasis(state: AllocatorState, halves: readonly OpenNode[]): void {
  if (halves.length === 0) return;
  const id = state.bases.reduce((most, kept) => Math.max(most, kept.id), 0) + 1;
  for (const half of halves) half.from = id;
  const { basis, basisRows: rows } = state;
  // Another list: the one at hand may be the checkpoint's that the slice began with.
  state.bases = [...state.bases, { id, rows, basis: packSparse(unpackBasis(basis!)) }];
}

/** Characters that a checkpoint has for bases. */
function roomFor(state: AllocatorState): number {
  const { nodes, cuts } = packTree(state), { pool, basis, root, rootPoint } = state;
  const others = [
    nodes,
    cuts,
    pool,
    basis,
    root,
    rootPoint,
    state.relaxed,
    state.best,
    state.ranges,
    state.ranges, // for what is affordable, which may be there or not
  ];
  return Math.min(MOST_TEXT, MOST_STATE - JSON.stringify(others).length);
}

/** Drops the bases of nodes that are no longer open, and of those of higher bounds than enough others. */
export function pruneBases(state: AllocatorState): KeptBasis[] {
  const { nodes, bases } = state;
  if (bases.length === 0) return bases;
  const least = new Map<number, number>();
  for (const { from, bound } of nodes) {
    if (from !== undefined) least.set(from, Math.min(bound, least.get(from) ?? Infinity));
  }
  const wanted = bases.filter(({ id }) => least.has(id))
    .sort((a, b) => least.get(a.id)! - least.get(b.id)! || b.id - a.id);
  const room = roomFor(state);
  let text = 0;
  return wanted.filter(({ basis }) => (text += basis.length) <= room)
    .sort((a, b) => a.id - b.id);
}

/** Goes on from the basis that was kept for a node, where there still is one. */
export function takeBasis(state: AllocatorState, node: OpenNode): void {
  const kept = state.bases.find(({ id }) => id === node.from);
  delete node.from;
  if (kept === undefined) return;
  state.basis = packBasis(unpackSparse(kept.basis));
  state.basisRows = kept.rows;
  state.newRows = true;
}

/** The kept bases of a program that has got columns. */
export function growBases({ bases }: AllocatorState, pool: Int32Array, grown: Int32Array) {
  return bases.map((kept): KeptBasis => ({
    ...kept,
    basis: packSparse(growBasis(unpackSparse(kept.basis), kept.rows, kept.rows, pool, grown)),
  }));
}

/** By cut: whether its row is tight in a kept basis, so that the basis would be none without it. @param firstCut row of the first */
export function tightCuts({ bases, cuts }: AllocatorState, firstCut: number): boolean[] {
  const tight = cuts.map(() => false);
  for (const { basis, rows } of bases) {
    const statuses = unpackSparse(basis);
    for (let row = firstCut; row < rows; row++) {
      if (statuses[row] !== BASIC) tight[row - firstCut] = true;
    }
  }
  return tight;
}

/** The kept bases of a program that loses cuts that are tight in none of them. */
export function withoutCuts({ bases }: AllocatorState, firstCut: number, keep: readonly boolean[]) {
  return bases.map((kept): KeptBasis => {
    const own = keep.slice(0, Math.max(0, kept.rows - firstCut));
    return {
      ...kept,
      rows: kept.rows - own.filter((stays) => !stays).length,
      basis: packSparse(keepItems(unpackSparse(kept.basis), firstCut, own)),
    };
  });
}

/** How many items there are, which are basic, and which are at their upper bound; others are at their lower one. */
function packSparse(basis: Uint8Array): string {
  const upper: number[] = [];
  basis.forEach((status, i) => {
    if (status === AT_UPPER) upper.push(i);
  });
  const basic = packBits(basis.map((status) => status === BASIC ? 1 : 0));
  return `${basis.length} ${basic} ${packRising(Int32Array.from(upper))}`;
}

function unpackSparse(text: string): Uint8Array {
  const [length, basic, upper] = text.split(" ");
  const basis = unpackBits(basic, Number(length)).map((bit) => bit === 1 ? BASIC : AT_LOWER);
  for (const i of unpackRising(upper)) basis[i] = AT_UPPER;
  return basis;
}
