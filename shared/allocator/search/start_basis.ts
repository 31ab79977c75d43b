// Bases that a program starts from: the solution of the flow, or a matching that needs changes. The simplex goes on from there
// instead of finding both anew.

import { AT_LOWER, AT_UPPER, BASIC } from "../../lp/basis.ts";
import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { loadsOf } from "../model/tables.ts";
import type { FlowState } from "./flow.ts";
import type { Layout } from "./layout.ts";

/** A basis with the solution of the flow in it: assigned pairs, and a forest of tight pairs. */
export function flowBasis(
  at: Layout,
  pairs: ArrayLike<number>,
  flow: FlowState,
): Uint8Array {
  const { W, J, capacity } = at.tables;
  const load = loadsOf(J, flow.lineOf), tight = tightForest(at, pairs, flow, load);
  const basis = basisOf(at, pairs, flow.lineOf, new Set(tight.pairs));
  for (let j = 0; j < J; j++) {
    if (load[j] >= capacity[j] && tight.reached[j]) basis[W + j] = AT_UPPER;
  }
  return basis;
}

/** A basis with a matching in it that may need changes; -1: the worker has no line yet. */
export function changedBasis(
  at: Layout,
  pairs: ArrayLike<number>,
  lineOf: readonly number[],
): Uint8Array {
  const { W, J } = at.tables;
  const basis = basisOf(at, pairs, lineOf, new Set());
  const load = loadsOf(J, lineOf), activity = new Int32Array(at.rows);
  for (let j = 0; j < J; j++) {
    for (const row of [W + j, ...at.workerRows[j]]) activity[row] += load[j];
  }
  at.changes.forEach(([row], i) => {
    if (activity[row] <= at.upper[row]) return;
    basis[row] = AT_UPPER;
    basis[at.rows + at.firstChange + i] = BASIC;
  });
  return basis;
}

/** Each worker's own pair (or penalty), some pairs more, all rows, and the y of lines that may be empty. */
function basisOf(
  at: Layout,
  pairs: ArrayLike<number>,
  lineOf: readonly number[],
  more: ReadonlySet<number>,
): Uint8Array {
  const { W, J, capacity } = at.tables;
  const firstPair = at.rows + at.fixedColumns;
  const basis = new Uint8Array(firstPair + pairs.length).fill(AT_LOWER).fill(BASIC, W, at.rows);
  lineOf.forEach((j, w) => j < 0 && (basis[at.rows + w] = BASIC));
  for (let i = 0; i < pairs.length; i++) {
    const p = pairs[i], j = lineOfPair(p, J);
    if (lineOf[workerOfPair(p, J)] === j || more.has(p)) basis[firstPair + i] = BASIC;
  }
  at.yLines.forEach((j, i) => {
    if (at.used(j)[0] === 1 || capacity[j] === 0) return;
    basis[at.link[j]] = AT_UPPER;
    basis[at.rows + W + J + i] = BASIC;
  });
  return basis;
}

/** Tight pairs that connect full lines to lines with room, one for each full line they reach. */
function tightForest(
  at: Layout,
  pairs: ArrayLike<number>,
  flow: FlowState,
  load: Int32Array,
) {
  const { J, cost, capacity } = at.tables;
  const into: number[][] = Array.from({ length: J }, () => []);
  for (let i = 0; i < pairs.length; i++) {
    const p = pairs[i], k = lineOfPair(p, J), w = workerOfPair(p, J), own = flow.lineOf[w];
    if (k === own) continue;
    const reduced = cost[p] - flow.linePrice[k] - cost[pairOf(w, own, J)] + flow.linePrice[own];
    if (Math.abs(reduced) < 1e-6) into[k].push(p);
  }
  const reached = new Uint8Array(J), forest: number[] = [];
  const queue = Array.from({ length: J }, (_, j) => j).filter((j) => load[j] < capacity[j]);
  for (const j of queue) reached[j] = 1;
  for (let i = 0; i < queue.length; i++) {
    for (const p of into[queue[i]]) {
      const own = flow.lineOf[workerOfPair(p, J)];
      if (reached[own]) continue;
      reached[own] = 1;
      forest.push(p);
      queue.push(own);
    }
  }
  return { reached, pairs: forest };
}
