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
import { AT_LOWER, AT_UPPER, BASIC, growBasis, insertRows, keepItems } from "../../lp/basis.ts";
import { packTree } from "./nodes.ts";
import type { AllocatorState, KeptBasis, OpenNode } from "./state.ts";

/** Characters of all bases that are kept at most: some 90 of 500 workers and 300 lines, each of two halves. */
const MOST_TEXT = 40_000;
/** Characters of a checkpoint that bases may fill up to, as far as it grows with the problem. */
const MOST_STATE = 58_000;

/** Characters of a kept basis beside its statuses: of small problems as many bases are kept that these come to kilobytes. */
const BESIDES = 45;

/** A kept basis as it is: statuses of rows, then of columns. */
interface Unpacked {
  id: number;
  rows: number;
  statuses: Uint8Array;
}

/** What packed bases are, as far as this isolate has packed or read them. */
const known = new WeakMap<KeptBasis, Unpacked>();

/** Keeps the basis at hand for the halves of the node that it is of. */
export function keepBasis(state: AllocatorState, halves: readonly OpenNode[]): void {
  if (halves.length === 0) return;
  const id = state.bases.reduce((most, kept) => Math.max(most, kept.id), 0) + 1;
  for (const half of halves) half.from = id;
  const { basis, basisRows: rows } = state, older = unpackBases(state.bases);
  // Another list: the one at hand may be the checkpoint's that the slice began with.
  state.bases = [...state.bases, packNear({ id, rows, statuses: unpackBasis(basis!) }, older)];
}

/** Characters that a checkpoint has for bases. */
function roomFor(state: AllocatorState): number {
  const { nodes, cuts } = packTree(state), { pool, basis, root, rootPoint } = state;
  const others = [
    nodes,
    cuts,
    pool,
    basis,
    basis, // for a dive to go back to
    root,
    rootPoint,
    state.relaxed,
    state.best,
    state.ranges,
    state.ranges, // for what is affordable, which may be there or not
  ];
  return Math.min(MOST_TEXT, MOST_STATE - JSON.stringify(others).length);
}

/** How much of the room for bases is taken. */
export function crowding(state: AllocatorState): number {
  return textOf(state.bases) / Math.max(1, roomFor(state));
}

function textOf(bases: readonly KeptBasis[]): number {
  return bases.reduce((text, { basis }) => text + basis.length + BESIDES, 0);
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
  let kept = only(bases, wanted);
  while (wanted.length > 0 && textOf(kept) > room) {
    wanted.pop();
    kept = only(kept, wanted);
  }
  return kept;
}

/** Some of all bases; those that were written as what they differ from others in are written anew without these. */
function only(bases: readonly KeptBasis[], wanted: readonly KeptBasis[]): KeptBasis[] {
  const stays = new Set(wanted.map(({ id }) => id)), older: Unpacked[] = [];
  if (bases.every(({ id }) => stays.has(id))) return [...bases];
  const all = unpackBases(bases);
  return bases.flatMap((kept, i) => {
    if (!stays.has(kept.id)) return [];
    const same = kept.near === null || stays.has(kept.near);
    const packed = same ? kept : packNear(all[i], older);
    older.push(all[i]);
    return [packed];
  });
}

/** Goes on from the basis that was kept for a node, where there still is one. */
export function takeBasis(state: AllocatorState, node: OpenNode): void {
  const kept = state.bases.find(({ id }) => id === node.from);
  delete node.from;
  if (kept === undefined) return;
  state.basis = packBasis(unpackBases(state.bases).find(({ id }) => id === kept.id)!.statuses);
  state.basisRows = kept.rows;
  state.newRows = true;
}

/** The kept bases of a program that has got columns. */
export function growBases({ bases }: AllocatorState, pool: Int32Array, grown: Int32Array) {
  return rewritten(bases, ({ rows, statuses, ...kept }) => ({
    ...kept,
    rows,
    statuses: growBasis(statuses, rows, rows, pool, grown),
  }));
}

/** By cut: whether its row is tight in a kept basis, so that the basis would be none without it. @param firstCut row of the first */
export function tightCuts({ bases, cuts }: AllocatorState, firstCut: number): boolean[] {
  const tight = cuts.map(() => false);
  for (const { statuses, rows } of unpackBases(bases)) {
    for (let row = firstCut; row < rows; row++) {
      if (statuses[row] !== BASIC) tight[row - firstCut] = true;
    }
  }
  return tight;
}

/** The kept bases of a program that loses cuts that are tight in none of them. */
export function withoutCuts({ bases }: AllocatorState, firstCut: number, keep: readonly boolean[]) {
  return rewritten(bases, ({ rows, statuses, ...kept }) => {
    const own = keep.slice(0, Math.max(0, rows - firstCut));
    return {
      ...kept,
      rows: rows - own.filter((stays) => !stays).length,
      statuses: keepItems(statuses, firstCut, own),
    };
  });
}

/** All bases after a change, each written by the same other one as before. */
function rewritten(bases: readonly KeptBasis[], change: (kept: Unpacked) => Unpacked): KeptBasis[] {
  const all = unpackBases(bases).map(change), byId = new Map(all.map((kept) => [kept.id, kept]));
  return all.map((kept, i) => {
    const { near } = bases[i];
    return packBy(kept, near === null ? null : byId.get(near)!);
  });
}

/** Written by the older basis that it differs least from: by few items from that of the node above its own. */
function packNear(kept: Unpacked, older: readonly Unpacked[]): KeptBasis {
  let nearest: Unpacked | null = null, least = Infinity;
  for (const other of older) {
    const apart = apartFrom(kept, other).length;
    if (apart >= least) continue;
    least = apart;
    nearest = other;
  }
  const alone = packBy(kept, null), by = nearest && packBy(kept, nearest);
  return by !== null && by.basis.length < alone.basis.length ? by : alone;
}

/**
 * How many items there are, which are basic (beside another basis: which are so in one of the two only), and which are at
 * their upper bound; others are at their lower one.
 */
function packBy(kept: Unpacked, near: Unpacked | null): KeptBasis {
  const { id, rows, statuses } = kept, upper: number[] = [];
  statuses.forEach((status, i) => {
    if (status === AT_UPPER) upper.push(i);
  });
  const basic = near === null
    ? packBits(statuses.map((status) => status === BASIC ? 1 : 0))
    : packRising(Int32Array.from(apartFrom(kept, near)));
  const basis = `${statuses.length} ${basic} ${packRising(Int32Array.from(upper))}`;
  const packed = { id, rows, near: near?.id ?? null, basis };
  known.set(packed, kept);
  return packed;
}

/** Items that are basic in one of two bases only; rows that the older one does not know are basic there. */
function apartFrom({ rows, statuses }: Unpacked, other: Unpacked): number[] {
  const apart: number[] = [], own = rows - other.rows;
  for (let i = 0; i < statuses.length; i++) {
    const isThere = i < other.rows
      ? other.statuses[i] === BASIC
      : i < rows || other.statuses[i - own] === BASIC;
    if ((statuses[i] === BASIC) !== isThere) apart.push(i);
  }
  return apart;
}

/** Bases in their order: each is written by one before it, if any. */
function unpackBases(bases: readonly KeptBasis[]): Unpacked[] {
  const byId = new Map<number, Unpacked>();
  return bases.map((kept) => {
    const { id, rows, near, basis } = kept, before = known.get(kept);
    if (before !== undefined) {
      byId.set(id, before);
      return before;
    }
    const [length, basic, upper] = basis.split(" ");
    const other = near === null ? null : byId.get(near)!;
    const statuses = other === null
      ? unpackBits(basic, Number(length)).map((bit) => bit === 1 ? BASIC : AT_LOWER)
      : besides(other, rows, unpackRising(basic));
    for (const i of unpackRising(upper)) statuses[i] = AT_UPPER;
    const unpacked = { id, rows, statuses };
    byId.set(id, unpacked);
    known.set(kept, unpacked);
    return unpacked;
  });
}

/** Another basis but for some items. */
function besides(other: Unpacked, rows: number, apart: Int32Array): Uint8Array {
  const statuses = insertRows(other.statuses, other.rows, rows - other.rows)
    .map((status) => status === BASIC ? BASIC : AT_LOWER);
  for (const i of apart) statuses[i] = statuses[i] === BASIC ? AT_LOWER : BASIC;
  return statuses;
}
