// Bases that open nodes begin with: that of the program of the node they are halves of. From any other node's a program takes
// some ten times as many pivots. Only the nodes that come next have one, since each is part of the checkpoint.

import { packBasis, packLists, unpackBasis, unpackLists } from "../../engine/packing.ts";
import { AT_LOWER, AT_UPPER, BASIC, growBasis, keepItems } from "../../lp/basis.ts";
import type { AllocatorState, KeptBasis, OpenNode } from "./state.ts";

/** Characters of all bases that are kept: some four of 500 workers and 300 lines, each of two halves. */
const MOST_TEXT = 8_000;

/** Keeps the basis at hand for the halves of the node that it is of. */
export function keepBasis(state: AllocatorState, halves: readonly OpenNode[]): void {
  if (halves.length === 0) return;
  const id = state.bases.reduce((most, kept) => Math.max(most, kept.id), 0) + 1;
  for (const half of halves) half.from = id;
  const { basis, basisRows: rows } = state;
  // Another list: the one at hand may be the checkpoint's that the slice began with.
  state.bases = [...state.bases, { id, rows, basis: packSparse(unpackBasis(basis!)) }];
}

/** Drops the bases of nodes that are no longer open, and of those of higher bounds than enough others. */
export function pruneBases({ nodes, bases }: AllocatorState): KeptBasis[] {
  const least = new Map<number, number>();
  for (const { from, bound } of nodes) {
    if (from !== undefined) least.set(from, Math.min(bound, least.get(from) ?? Infinity));
  }
  const wanted = bases.filter(({ id }) => least.has(id))
    .sort((a, b) => least.get(a.id)! - least.get(b.id)! || b.id - a.id);
  let text = 0;
  return wanted.filter(({ basis }) => (text += basis.length) <= MOST_TEXT)
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

/** What is basic, and what is at its upper bound; most is at its lower one. */
function packSparse(basis: Uint8Array): string {
  const basic: number[] = [], upper: number[] = [];
  basis.forEach((status, i) => {
    if (status === BASIC) basic.push(i);
    else if (status === AT_UPPER) upper.push(i);
  });
  return packLists([[basis.length], basic, upper]);
}

function unpackSparse(text: string): Uint8Array {
  const [[length], basic, upper] = unpackLists(text);
  const basis = new Uint8Array(length).fill(AT_LOWER);
  for (const i of basic) basis[i] = BASIC;
  for (const i of upper) basis[i] = AT_UPPER;
  return basis;
}
