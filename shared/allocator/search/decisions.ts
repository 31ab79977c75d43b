// What a search decides on its way to a node. A decision about a worker splits the lines that the worker
// can have, in the order of the worker's ranks (ties by index), after one of them, or leaves one line only; a
// decision about a line says that it counts as used, or that it stays empty; where stability is asked for, also that its cutoff
// is at most a level, or beyond it.

import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import type { Domain, Field, Standings } from "../stability/cutoffs.ts";
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

/** The cutoff of a line is at most a level, or beyond it. */
export function cutoffs({ W, J }: AllocatorTables, line: number, level: number): [number, number] {
  // Numbered as a worker of the level's number with the line: no line tells apart more levels than there are workers.
  const upTo = -1 - 2 * J - W * J - 2 * pairOf(level, line, J);
  return [upTo, upTo - 1];
}

/**
 * Takes out of a domain what a decision rules out, and notes a line's use and the workers to look at again: all who have lost
 * pairs.
 * @param field where stability is asked for
 */
export function apply(
  tables: AllocatorTables,
  decision: number,
  domain: Domain,
  used: Int8Array,
  changed: Set<number>,
  field: Field | null,
): void {
  const { W, J, rank } = tables, { usable } = domain;
  const ofCutoff = -1 - 2 * J - W * J - decision;
  if (ofCutoff >= 0) return applyCutoff(tables, field!, domain, changed, ofCutoff);
  if (decision < -2 * J) {
    const pair = -1 - 2 * J - decision, w = workerOfPair(pair, J);
    for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) if (p !== pair) usable[p] = 0;
    changed.add(w);
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
  const w = workerOfPair(pair, J);
  for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
    const first = rank[p] < rank[pair] || (rank[p] === rank[pair] && p <= pair);
    if (first !== keepsFirst) usable[p] = 0;
  }
  changed.add(w);
}

function applyCutoff(
  { J }: AllocatorTables,
  { ofLine, standings: { level } }: Field,
  { usable, lowest, highest }: Domain,
  changed: Set<number>,
  ofCutoff: number,
): void {
  const isBeyond = (ofCutoff & 1) === 1, line = lineOfPair(ofCutoff >> 1, J);
  const at = workerOfPair(ofCutoff >> 1, J);
  if (isBeyond) lowest[line] = Math.max(lowest[line], at + 1);
  else highest[line] = Math.min(highest[line], at);
  for (const p of ofLine[line]) {
    if (isBeyond ? level[p] <= at : level[p] > at && usable[p] === 1) {
      changed.add(workerOfPair(p, J));
    }
  }
}

/**
 * Splits of lines' cutoffs that a point decides least, one each of at most `most` lines. A cutoff up to a level fills the line
 * with workers of these levels; one beyond it gives each of those workers the line or one as good.
 * @returns the two decisions of each, the likelier side first; none: every cutoff is decided
 */
export function splitCutoffs(
  tables: AllocatorTables,
  standings: Standings,
  { lowest, highest }: Domain,
  point: Point,
  most: number,
): [number, number][] {
  const { J, wish, capacity } = tables, { level, order } = standings;
  const has = new Map<number, [pair: number, value: number][]>();
  point.pairs.forEach((p, i) => {
    const w = workerOfPair(p, J);
    has.set(w, [...has.get(w) ?? [], [p, point.values[i]]]);
  });
  const found: Undecided[] = [];
  for (let j = 0; j < J; j++) {
    if (capacity[j] === 0 || lowest[j] >= highest[j]) continue;
    let there = 0, missing = 0, own: Undecided | null = null;
    for (let i = 0; i < order[j].length;) {
      const at = level[pairOf(order[j][i], j, J)];
      if (at >= highest[j]) break;
      for (; i < order[j].length && level[pairOf(order[j][i], j, J)] === at; i++) {
        const pair = pairOf(order[j][i], j, J);
        let content = 0;
        for (const [p, value] of has.get(order[j][i]) ?? []) {
          if (p === pair) there += value;
          if (wish[p] <= wish[pair]) content += value;
        }
        missing += Math.max(0, 1 - content);
      }
      if (at < lowest[j]) continue;
      const room = Math.max(0, capacity[j] - there), by = Math.min(room, missing);
      if (by <= (own?.by ?? 1e-6) + 1e-9) continue;
      const [upTo, beyond] = cutoffs(tables, j, at);
      own = { by, split: room <= missing ? [upTo, beyond] : [beyond, upTo] };
    }
    if (own) found.push(own);
  }
  return clearest(found, most);
}

/** A split, and how undecided a point is between its sides. */
interface Undecided {
  by: number;
  split: [number, number];
}

/** Those that are least decided; what differs by nothing but rounding stays in the order it has. */
function clearest(found: Undecided[], most: number): [number, number][] {
  const order = ({ by }: Undecided) => Math.round(by * 1e9);
  return found.sort((a, b) => order(b) - order(a)).slice(0, most).map(({ split }) => split);
}

/**
 * The most even splits of workers' lines at a point, one each of at most `most` workers.
 * @returns the two decisions of each, the heavier side first; none: every worker has one line
 */
export function splitWorkers(
  { J, rank }: AllocatorTables,
  point: Point,
  most: number,
): [number, number][] {
  const ofWorker = new Map<number, number[]>();
  point.pairs.forEach((p, i) => {
    const w = workerOfPair(p, J);
    ofWorker.set(w, [...ofWorker.get(w) ?? [], i]);
  });
  const found: Undecided[] = [];
  for (const entries of ofWorker.values()) {
    entries.sort((a, b) => rank[point.pairs[a]] - rank[point.pairs[b]] || a - b);
    let mass = 0, own: Undecided | null = null;
    for (const i of entries.slice(0, -1)) {
      mass += point.values[i];
      const even = Math.min(mass, 1 - mass), p = point.pairs[i];
      if (even <= (own?.by ?? 1e-6) + 1e-9) continue;
      own = { by: even, split: mass >= 0.5 ? [upTo(p), after(p)] : [after(p), upTo(p)] };
    }
    if (own) found.push(own);
  }
  return clearest(found, most);
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
  point.pairs.forEach((p, i) => has[workerOfPair(p, J)] += point.values[i]);
  for (let w = 0; w < W; w++) {
    if (has[w] > 1 - 1e-6) continue;
    const left = Array.from({ length: J }, (_, j) => pairOf(w, j, J)).filter((p) =>
      usable[p] === 1
    );
    if (left.length < 2) continue;
    left.sort((a, b) => rank[a] - rank[b] || a - b);
    const p = left[(left.length >> 1) - 1];
    return [upTo(p), after(p)];
  }
  return null;
}
