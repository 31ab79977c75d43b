// All sets of a few elements that one line may hold, smaller ones first, each with the sets that lack one of its elements:
// what half a line is worth follows from its set and the element at one end (Held and Karp 1962), so that halves are
// listed once and valued at any prices in one pass.

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";
import { type Elements, elementsOf } from "./elements.ts";

/** Limits that are told in one number, of so many bits each, of which the highest is for what is too much. */
const LIMITS = 6;
const BITS = 5;
const FULL = 1 << BITS - 1;

/** Less than any line is worth. */
export const NONE = -1e12;

/** What lines are made of here: positions of one affinity key that count alike, ordered by key. */
export interface KeyElements extends Elements {
  /** [element] how often a line may hold it. */
  copies: Int32Array;
  /** [element] limits over several elements that it counts in, and [limit] how many may. */
  limitsOf: number[][];
  most: number[];
  /** [key * keys + key'] what two keys bring as neighbours, and what they bring in one line. */
  near: Float64Array;
  pair: Float64Array;
}

/** The sets of one size. */
export interface SetLayer {
  size: number;
  count: number;
  /** [set * size + i] its elements, in order; sets in the order of these. */
  rows: Uint8Array;
  /** [set * size + i] the set without its i-th element; -1 where it holds it before. */
  without: Int32Array;
  /** [set * size + i] what the i-th element brings beside the others. */
  gain: Float32Array;
}

/** The room of limits over two sets: what they use adds up with the bias, and shows in the bits of `full` above it. */
export interface Room {
  limits: number[];
  bias: number;
  full: number;
}

/** What is used of limits in both their numbers. */
export type Uses = [number, number];

/** The elements of tables. */
export function keyElements(tables: PlannerTables): KeyElements {
  const { keys: K, affinity, distinct, terms: T, keyOf, classOf, classes: C } = tables;
  const limits = countedLimits(tables);
  const kinds = Array.from({ length: C }, (_, c) => limits.map(({ has }) => has[c]).join(""));
  const found = elementsOf(tables, (r) => `${keyOf[classOf[r]]} ${kinds[classOf[r]]}`);
  const order = Array.from(found.key.keys()).sort((a, b) => found.key[a] - found.key[b] || a - b);
  const own: Elements = {
    positions: order.map((e) => found.positions[e]),
    key: order.map((e) => found.key[e]),
    cover: order.map((e) => found.cover[e]),
    classes: order.map((e) => found.classes[e]),
  };
  const copies = Int32Array.from(own.positions, ({ length }) => distinct ? Math.min(T, length) : T);
  const limitsOf = order.map(() => [] as number[]), most: number[] = [];
  for (const limit of limits) {
    const held = own.classes.flatMap(([c], e) => limit.has[c] === 1 ? [e] : []);
    if (held.length === 1) copies[held[0]] = Math.min(copies[held[0]], limit.most);
    if (held.length < 2) continue;
    for (const e of held) limitsOf[e].push(most.length);
    most.push(limit.most);
  }
  const isSame = (i: number) => i % K === Math.floor(i / K);
  return {
    ...own,
    copies,
    limitsOf,
    most,
    near: Float64Array.from(affinity, (weight) => OBJECTIVE.adj * weight),
    pair: Float64Array.from(affinity, (weight, i) => isSame(i) ? 0 : OBJECTIVE.all * weight),
  };
}

/** Sets of so many elements, limits forgotten but for how often each may come. */
export function countSets({ copies }: KeyElements, size: number): number {
  let ways = Float64Array.of(1, ...new Array<number>(size).fill(0));
  for (const most of copies) {
    ways = ways.map((_, n) => {
      let sum = 0;
      for (let i = 0; i <= Math.min(n, most); i++) sum += ways[n - i];
      return sum;
    });
  }
  return ways[size];
}

/** [size - 1] the sets of each size up to the largest. */
export function setLayers(elements: KeyElements, keys: number, largest: number): SetLayer[] {
  const layers: SetLayer[] = [], choose = binomials(elements.key.length + largest, largest);
  let placeOf = new Int32Array(0);
  for (let size = 1; size <= largest; size++) {
    const rows = rowsOf(elements, size), count = rows.length / size;
    const places = new Int32Array(choose[elements.key.length + size - 1][size]).fill(-1);
    const without = new Int32Array(rows.length).fill(-1), gain = new Float32Array(rows.length);
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * size, (i + 1) * size);
      places[rank(choose, row, -1)] = i;
      for (let q = 0; q < size; q++) {
        if (q > 0 && row[q - 1] === row[q]) continue;
        without[i * size + q] = size === 1 ? 0 : placeOf[rank(choose, row, q)];
        gain[i * size + q] = gainOf(elements, keys, row, q);
      }
    }
    layers.push({ size, count, rows, without, gain });
    placeOf = places;
  }
  return layers;
}

/**
 * What the sets of the last layer are worth by the element at their open end.
 * @param layers of sets up to that size
 * @param value [term * elements + element]
 * @param terms of the elements, the one at the closed end first
 * @param lost [size - 1][element] what sets lose whose open end holds it for the second time; absent: nothing
 * @returns [set * size + i] with the i-th element at the open end; NONE where it is not the first of its kind
 */
export function valueSets(
  { key, near }: KeyElements,
  keys: number,
  layers: readonly SetLayer[],
  value: Float64Array,
  terms: readonly number[],
  lost?: readonly Float64Array[],
): Float64Array {
  const E = key.length;
  let before = new Float64Array(0), rowsBefore: Uint8Array = new Uint8Array(0);
  for (const { size, count, rows, without, gain } of layers) {
    const now = new Float64Array(count * size).fill(NONE), at = terms[size - 1] * E, n = size - 1;
    const losses = lost?.[n];
    for (let i = 0; i < now.length; i++) {
      const w = without[i];
      if (w < 0) continue;
      const e = rows[i], beside = key[e] * keys;
      // The second of its kind is behind it, and what a third one loses is left out.
      const place = i % size, isTwice = place < n && rows[i + 1] === e;
      const isThrice = place < n - 1 && rows[i + 2] === e;
      const loss = losses && isTwice && !isThrice ? losses[e] : 0;
      let best = size === 1 ? 0 : NONE;
      for (let j = w * n; j < w * n + n; j++) {
        const worth = before[j] + near[beside + key[rowsBefore[j]]];
        if (worth > best) best = worth;
      }
      now[i] = best + gain[i] + value[at + e] - loss;
    }
    before = now;
    rowsBefore = rows;
  }
  return before;
}

/** What the q-th element of a set brings beside the others: nothing where its key is among theirs. */
function gainOf({ key, pair }: KeyElements, K: number, row: Uint8Array, q: number): number {
  const own = key[row[q]];
  let sum = 0, last = -1;
  for (let i = 0; i < row.length; i++) {
    if (i === q) continue;
    const k = key[row[i]];
    if (k === own) return 0;
    if (k !== last) sum += pair[own * K + k];
    last = k;
  }
  return sum;
}

/** All sets of a size that limits allow, row-major. */
function rowsOf({ copies, limitsOf, most }: KeyElements, size: number): Uint8Array {
  const rows: number[] = [], held = new Int32Array(size), room = Int32Array.from(most);
  const times = new Int32Array(copies.length);
  const descend = (depth: number, from: number) => {
    if (depth === size) {
      for (let i = 0; i < size; i++) rows.push(held[i]);
      return;
    }
    for (let e = from; e < copies.length; e++) {
      if (times[e] >= copies[e] || limitsOf[e].some((l) => room[l] === 0)) continue;
      times[e]++;
      for (const l of limitsOf[e]) room[l]--;
      held[depth] = e;
      descend(depth + 1, e);
      times[e]--;
      for (const l of limitsOf[e]) room[l]++;
    }
  };
  descend(0, 0);
  return Uint8Array.from(rows);
}

/** [n][k] ways to choose k of n. */
function binomials(n: number, k: number): Float64Array[] {
  const all: Float64Array[] = [];
  for (let i = 0; i <= n; i++) {
    const row = new Float64Array(k + 2);
    row[0] = 1;
    for (let j = 1; i > 0 && j <= k + 1; j++) row[j] = all[i - 1][j - 1] + all[i - 1][j];
    all.push(row);
  }
  return all;
}

/** The number of a set among all of its size, repeats allowed, but for one of its elements. */
function rank(choose: readonly Float64Array[], row: Uint8Array, skip: number): number {
  let sum = 0, n = 0;
  for (let i = 0; i < row.length; i++) {
    if (i === skip) continue;
    sum += choose[row[i] + n][n + 1];
    n++;
  }
  return sum;
}

/** Limits over several elements, those of most elements first, in two numbers. */
export function roomsOf({ limitsOf, most }: KeyElements): [Room, Room] {
  const holds = most.map((_, l) => limitsOf.filter((own) => own.includes(l)).length);
  const order = Array.from(most.keys()).sort((a, b) => holds[b] - holds[a] || a - b);
  const room = (limits: number[]): Room => {
    let bias = 0, full = 0;
    limits.forEach((l, i) => {
      bias |= (FULL - 1 - most[l]) << BITS * i;
      full |= FULL << BITS * i;
    });
    return { limits, bias, full };
  };
  return [room(order.slice(0, LIMITS)), room(order.slice(LIMITS, 2 * LIMITS))];
}

/** How much of the limits elements use, as one number. */
export function useOf({ limitsOf }: KeyElements, { limits }: Room, row: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    for (const l of limitsOf[row[i]]) {
      const at = limits.indexOf(l);
      if (at >= 0) sum += 1 << BITS * at;
    }
  }
  return sum;
}

/** What keys bring together. @param mask the keys as bits */
export function pairsOf({ pair }: KeyElements, keys: number, mask: number): number {
  let sum = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const row = (31 - Math.clz32(rest & -rest)) * keys;
    for (let more = rest & rest - 1; more !== 0; more &= more - 1) {
      sum += pair[row + 31 - Math.clz32(more & -more)];
    }
  }
  return sum;
}

/** What key k brings beside others. @param mask the others as bits */
export function besideKeys({ pair }: KeyElements, keys: number, k: number, mask: number): number {
  let sum = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    sum += pair[k * keys + 31 - Math.clz32(rest & -rest)];
  }
  return sum;
}

/** What keys bring together at most without some of those that may come again (as bits); NONE where there are none. */
export function pairsWithout(own: KeyElements, keys: number, mask: number, again: number): number {
  let most = NONE;
  for (let some = mask & again; some !== 0; some = some - 1 & mask & again) {
    most = Math.max(most, pairsOf(own, keys, mask & ~some));
  }
  return most;
}
