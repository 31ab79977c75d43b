// What a search decides on its way to a node. A decision about a worker splits the lines that the worker
// can have, in the order of the worker's ranks (ties by index), after one of them, or leaves one line only; a
// decision about a line says that it counts as used, or that it stays empty.

import type { Domain } from "../stability/cutoffs.ts";
import type { AllocatorTables, Point } from "../model/tables.ts";

/** The worker has the line of the pair, or one before it. */
export function upTo(pair: number): number {
  return 2 * pair;
}

/** The worker has a line after that of the pair. */
export function after(pair: number): number {
  return 2 * pair + 1;
}

/** The line counts as used (1), or is closed (0). */
export function lineUse(line: number, used: 0 | 1): number {
  return -1 - 2 * line - used;
}

/** The worker has the line of the pair. */
export function only({ J }: AllocatorTables, pair: number): number {
  return -1 - 2 * J - pair;
}

/** Takes out of a domain what a decision rules out, and notes a line's use and the workers who have lost pairs. */
export function apply(
  { W, J, rank }: AllocatorTables,
  decision: number,
  { usable }: Domain,
  used: Int8Array,
  changed: Set<number>,
): void {
  if (decision < -2 * J) {
    const pair = -1 - 2 * J - decision, row = pair - pair % J;
    for (let p = row; p < row + J; p++) if (p !== pair) usable[p] = 0;
    changed.add(row / J);
    return;
  }
  if (decision < 0) {
    const line = (-1 - decision) >> 1, use = (-1 - decision) & 1;
    used[line] = use;
    if (use === 1) return;
    for (let w = 0, p = line; w < W; w++, p += J) {
      if (usable[p] === 1) changed.add(w);
      usable[p] = 0;
    }
    return;
  }
  const pair = decision >> 1, keepsFirst = (decision & 1) === 0;
  const row = pair - pair % J;
  for (let p = row; p < row + J; p++) {
    const first = rank[p] < rank[pair] || (rank[p] === rank[pair] && p <= pair);
    if (first !== keepsFirst) usable[p] = 0;
  }
  changed.add(row / J);
}

/**
 * The most even split of a worker's lines at a point.
 * @returns the two decisions, the heavier side first; null: every worker has one line
 */
export function splitWorker({ J, rank }: AllocatorTables, point: Point): [number, number] | null {
  const ofWorker = new Map<number, number[]>();
  point.pairs.forEach((p, i) => {
    const w = Math.floor(p / J);
    ofWorker.set(w, [...ofWorker.get(w) ?? [], i]);
  });
  let best: [number, number] | null = null, most = 1e-6;
  for (const entries of ofWorker.values()) {
    entries.sort((a, b) => rank[point.pairs[a]] - rank[point.pairs[b]] || a - b);
    let mass = 0;
    for (const i of entries.slice(0, -1)) {
      mass += point.values[i];
      const even = Math.min(mass, 1 - mass);
      if (even <= most + 1e-9) continue;
      most = even;
      const p = point.pairs[i];
      best = mass >= 0.5 ? [upTo(p), after(p)] : [after(p), upTo(p)];
    }
  }
  return best;
}

/**
 * An even split of the lines that are left to a worker who has less than one line at a point.
 * @returns null: every such worker has one line left
 */
export function splitMissing(
  { W, J, rank }: AllocatorTables,
  { usable }: Domain,
  point: Point,
): [number, number] | null {
  const has = new Float64Array(W);
  point.pairs.forEach((p, i) => has[Math.floor(p / J)] += point.values[i]);
  for (let w = 0; w < W; w++) {
    if (has[w] > 1 - 1e-6) continue;
    const left = Array.from({ length: J }, (_, j) => w * J + j).filter((p) => usable[p] === 1);
    if (left.length < 2) continue;
    left.sort((a, b) => rank[a] - rank[b] || a - b);
    const p = left[(left.length >> 1) - 1];
    return [upTo(p), after(p)];
  }
  return null;
}
