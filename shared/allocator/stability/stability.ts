// Blocking pairs: a worker and a line that would both rather have each other. The line has a free
// place, or a worker of whom its preferencers think less. Strictly on both sides (weak stability).
// Caps do not excuse a pair: a free place counts as free whatever its preferencer's caps say.

import { sortedBy } from "../../engine/sorting.ts";
import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { type AllocatorTables, type Point, SAME_REGARD } from "../model/tables.ts";
import type { Standings } from "./cutoffs.ts";

/** A blocking pair, with what the worker would gain in rank. */
export interface Blocking {
  pair: number;
  gain: number;
}

/**
 * All blocking pairs of a matching.
 * @param lineOf line of each worker
 */
export function blockingPairs(tables: AllocatorTables, lineOf: ArrayLike<number>): Blocking[] {
  const { W, J, cost, wish, standing } = tables;
  const worst = worstStandings(tables, lineOf), found: Blocking[] = [];
  for (let w = 0; w < W; w++) {
    const own = wish[pairOf(w, lineOf[w], J)];
    for (let j = 0, p = firstPairOf(w, J); j < J; j++, p++) {
      if (wish[p] < own && cost[p] < Infinity && standing[p] < worst[j] - SAME_REGARD) {
        found.push({ pair: p, gain: own - wish[p] });
      }
    }
  }
  return found.sort((a, b) => b.gain - a.gain || a.pair - b.pair);
}

/** What each line thinks of the worker it would give up: Infinity where it has a free place. */
function worstStandings(
  { W, J, capacity, standing }: AllocatorTables,
  lineOf: ArrayLike<number>,
): Float64Array {
  const worst = new Float64Array(J).fill(-Infinity), load = new Int32Array(J);
  for (let w = 0; w < W; w++) {
    const j = lineOf[w];
    load[j]++;
    worst[j] = Math.max(worst[j], standing[pairOf(w, j, J)]);
  }
  for (let j = 0; j < J; j++) if (load[j] < capacity[j]) worst[j] = Infinity;
  return worst;
}

/**
 * Deferred acceptance, workers applying. Ties are broken by what a point of the program gives to each pair, and then
 * by the order of the tables: whatever breaks them, the matching is weakly stable.
 * @param point none: the order alone
 * @param wishes by `wishesOf`, which takes longer than many a unit of work
 * @returns line of each worker, -1 for those whom no line they may have would keep
 */
export function deferredAcceptance(
  tables: AllocatorTables,
  point: Point = { pairs: [], values: [] },
  wishes: readonly Int32Array[] = wishesOf(tables),
): Int32Array {
  const { W, J, standing, capacity } = tables;
  const value = new Map(point.pairs.map((p, i) => [p, point.values[i]]));
  const atPoint = (w: number, j: number) => value.get(pairOf(w, j, J)) ?? 0;
  const lineOf = new Int32Array(W).fill(-1), kept: number[][] = Array.from({ length: J }, () => []);
  const lines = wishesAt(tables, point, wishes);
  const next = new Int32Array(W), waiting = Array.from({ length: W }, (_, i) => W - 1 - i);
  while (waiting.length > 0) {
    const w = waiting.pop()!;
    if (next[w] === lines[w].length) continue;
    const j = lines[w][next[w]++];
    kept[j].push(w);
    lineOf[w] = j;
    if (kept[j].length <= capacity[j]) continue;
    kept[j].sort((a, b) =>
      standing[pairOf(a, j, J)] - standing[pairOf(b, j, J)] || atPoint(b, j) - atPoint(a, j) ||
      a - b
    );
    const refused = kept[j].pop()!;
    lineOf[refused] = -1;
    waiting.push(refused);
  }
  return lineOf;
}

/**
 * Deferred acceptance, lines proposing: the best that lines can have, whatever breaks ties.
 * @returns line of each worker, -1 for those to whom no line came that they may have
 */
export function linesPropose(
  { W, J, rank, capacity }: AllocatorTables,
  { order }: Standings,
): Int32Array {
  const lineOf = new Int32Array(W).fill(-1), load = new Int32Array(J), next = new Int32Array(J);
  const waiting = Array.from({ length: J }, (_, j) => j);
  for (let j = waiting.pop(); j !== undefined; j = waiting.pop()) {
    while (load[j] < capacity[j] && next[j] < order[j].length) {
      const w = order[j][next[j]++], own = lineOf[w];
      if (own >= 0 && rank[pairOf(w, own, J)] <= rank[pairOf(w, j, J)]) continue;
      lineOf[w] = j;
      load[j]++;
      if (own < 0) continue;
      load[own]--;
      waiting.push(own);
    }
  }
  return lineOf;
}

/** The lines that each worker may have, the best first; of those liked as well, first those that a point gives more of. */
function wishesAt(
  { J, rank }: AllocatorTables,
  { pairs, values }: Point,
  all: readonly Int32Array[],
): Int32Array[] {
  const wishes = all.map((lines) => lines.slice());
  for (const i of values.map((_, i) => i).sort((a, b) => values[a] - values[b])) {
    const w = workerOfPair(pairs[i], J), j = lineOfPair(pairs[i], J), lines = wishes[w];
    const row = firstPairOf(w, J);
    const at = lines.indexOf(j);
    let first = at;
    while (first > 0 && rank[row + lines[first - 1]] === rank[row + j]) first--;
    lines.copyWithin(first + 1, first, at);
    lines[first] = j;
  }
  return wishes;
}

/** The lines that each worker may have, the best first. */
export function wishesOf({ W, J, cost, rank }: AllocatorTables): Int32Array[] {
  const open = new Int32Array(J), ranks = new Float64Array(J);
  return Array.from({ length: W }, (_, w) => {
    let n = 0;
    for (let j = 0, p = firstPairOf(w, J); j < J; j++, p++) {
      if (cost[p] === Infinity) continue;
      ranks[n] = rank[p];
      open[n++] = j;
    }
    return sortedBy(ranks.subarray(0, n), open);
  });
}
