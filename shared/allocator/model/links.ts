// Linked doctors (couples): two workers whose lines have to fit together. What fits, what a link takes from a domain, rows that
// it adds to the linear program, and pairs of lines that a couple and the lines would both rather have (Manlove, McBride and
// Trimble 2017, section 2.3, for couples whose members both get nothing worse and one something better).
//
// A row of a link is an implication over pairs: sum of the pairs that it wants - sum of the pairs that want it >= least.
//   members fit          for lines A of one, and N(A), all that fit any of them, of the other:  sum N(A) - sum A >= 0
//   a couple that blocks  (a, b) on lines (l, m) with (j, k) instead: either stays not, or one more worker comes to j or k whom
//                         that line thinks as much of:  sum of those - x_al - x_bm >= -1

import type { Link } from "./read_links.ts";
import type { AllocatorTables, Point } from "./tables.ts";

/** A row: -1 - (-least), how many pairs want it, those, and then the pairs that it wants. */
export type Implication = number[];

/** Implications broken by less are not worth a row. */
const LEAST_VIOLATION = 0.02;

/** Whether a cut is one of these; all others begin with a number from 0. */
export function isImplication(cut: readonly number[]): boolean {
  return cut[0] < 0;
}

/** Its parts. */
export function readImplication(cut: Implication) {
  const wants = cut.slice(2, 2 + cut[1]), wanted = cut.slice(2 + cut[1]);
  return { least: cut[0] + 1, wants, wanted };
}

function implication(least: 0 | -1, wants: number[], wanted: number[]): Implication {
  return [least - 1, wants.length, ...wants, ...wanted];
}

/** Whether all linked workers have lines that fit. */
export function linksHold({ links }: AllocatorTables, lineOf: ArrayLike<number>): boolean {
  return links.every(({ workers: [a, b], fits }) => fits(lineOf[a], lineOf[b]));
}

/** The usable lines of a worker. */
function linesOf({ J }: AllocatorTables, usable: Uint8Array, w: number): number[] {
  const lines: number[] = [];
  for (let j = 0; j < J; j++) if (usable[w * J + j] === 1) lines.push(j);
  return lines;
}

/**
 * Takes pairs out of a domain for which the other of a couple has no line that fits.
 * @returns whether any was taken; null: a worker has none left
 */
export function pruneLinks(tables: AllocatorTables, usable: Uint8Array): boolean | null {
  const { J, links } = tables;
  let lost = false;
  for (const { workers: [a, b], fits } of links) {
    const own = linesOf(tables, usable, a), other = linesOf(tables, usable, b);
    const keptA = own.filter((j) => other.some((k) => fits(j, k)));
    const keptB = other.filter((k) => keptA.some((j) => fits(j, k)));
    if (keptA.length === 0 || keptB.length === 0) return null;
    if (keptA.length === own.length && keptB.length === other.length) continue;
    lost = true;
    for (const j of own) usable[a * J + j] = 0;
    for (const k of other) usable[b * J + k] = 0;
    for (const j of keptA) usable[a * J + j] = 1;
    for (const k of keptB) usable[b * J + k] = 1;
  }
  return lost;
}

/** Rows of links that a point breaks. */
export function brokenFits({ J, links }: AllocatorTables, point: Point): Implication[] {
  if (links.length === 0) return [];
  const value = new Map(point.pairs.map((p, i) => [p, point.values[i]]));
  return links.flatMap(({ workers, near }) =>
    [0, 1].flatMap((i) => {
      const w = workers[i], v = workers[1 - i], done = new Set<readonly number[]>();
      const valueOf = (of: number, lines: readonly number[]) =>
        lines.reduce((sum, j) => sum + (value.get(of * J + j) ?? 0), 0);
      return near[i].flatMap((others, j) => {
        if (!value.has(w * J + j) || done.has(others)) return [];
        done.add(others);
        const lines = near[i].flatMap((list, l) => list === others ? [l] : []);
        if (valueOf(w, lines) - valueOf(v, others) <= LEAST_VIOLATION) return [];
        return [implication(0, lines.map((l) => w * J + l), others.map((k) => v * J + k))];
      });
    })
  );
}

/** A couple, and lines that would take both of them, none of whom would like that less and one more. */
export interface BlockingLink {
  link: Link;
  lines: [number, number];
}

/** All couples that block a matching, with the lines; at most one pair of lines of each couple where `one`. */
export function blockingLinks(
  tables: AllocatorTables,
  lineOf: ArrayLike<number>,
  one = false,
): BlockingLink[] {
  const found: BlockingLink[] = [];
  if (tables.links.length === 0) return found;
  const on = occupants(tables, lineOf);
  for (const link of tables.links) {
    for (const lines of wanted(tables, lineOf, link)) {
      if (!wouldTake(tables, lineOf, on, link, lines)) continue;
      found.push({ link, lines });
      if (one) break;
    }
  }
  return found;
}

/** Pairs of lines that a couple may have and would rather have than what they have. */
function* wanted(
  tables: AllocatorTables,
  lineOf: ArrayLike<number>,
  link: Link,
): Generator<[number, number]> {
  const { J, cost } = tables, [a, b] = link.workers;
  if (link.order !== null) {
    const own = link.order.get(lineOf[a] * J + lineOf[b]) ?? Infinity;
    const open = (w: number, j: number) => j === lineOf[w] || cost[w * J + j] < Infinity;
    for (const [pair, place] of link.order) {
      const k = pair % J, j = (pair - k) / J;
      if (place < own && open(a, j) && open(b, k)) yield [j, k];
    }
    return;
  }
  const first = noWorse(tables, lineOf, a), second = noWorse(tables, lineOf, b);
  for (const j of first.lines) {
    for (const k of second.lines) {
      if ((first.better.has(j) || second.better.has(k)) && link.fits(j, k)) yield [j, k];
    }
  }
}

/** Lines that a worker may have and likes as much as the own one, and those among them liked better. */
function noWorse({ J, cost, rank }: AllocatorTables, lineOf: ArrayLike<number>, w: number) {
  const own = rank[w * J + lineOf[w]], lines: number[] = [], better = new Set<number>();
  for (let j = 0, p = w * J; j < J; j++, p++) {
    if (rank[p] > own || (cost[p] === Infinity && j !== lineOf[w])) continue;
    lines.push(j);
    if (rank[p] < own) better.add(j);
  }
  return { lines, better };
}

function occupants({ W, J }: AllocatorTables, lineOf: ArrayLike<number>): number[][] {
  const on: number[][] = Array.from({ length: J }, () => []);
  for (let w = 0; w < W; w++) on[lineOf[w]].push(w);
  return on;
}

/** Whether both lines have room for those who come, beside workers whom they think as much of, and the couple itself. */
function wouldTake(
  tables: AllocatorTables,
  lineOf: ArrayLike<number>,
  on: readonly number[][],
  { workers }: Link,
  lines: [number, number],
): boolean {
  const { J, capacity, standing } = tables;
  return workers.every((w, i) => {
    const j = lines[i], other = workers[1 - i];
    if (lineOf[w] === j) return true;
    const own = standing[w * J + j];
    let ahead = 0;
    for (const v of on[j]) {
      if (v !== w && v !== other && !before(own, standing[v * J + j])) ahead++;
    }
    // The other of the couple has a place there, too: one that it keeps, or one that it asks for.
    if (lines[1 - i] === j && (lineOf[other] === j || !before(own, standing[other * J + j]))) {
      ahead++;
    }
    return ahead < capacity[j];
  });
}

/** Whether a line thinks strictly more of one standing than of another. */
function before(standing: number, other: number): boolean {
  return standing < other - 1e-9;
}

/** Rows that keep blocking couples from blocking a whole matching as they do. */
export function unblock(tables: AllocatorTables, lineOf: ArrayLike<number>): Implication[] {
  const { W, J, standing, cost } = tables;
  return blockingLinks(tables, lineOf, true).map(({ link: { workers }, lines }) => {
    const comers = new Set<number>();
    workers.forEach((w, i) => {
      const j = lines[i];
      if (lineOf[w] === j) return;
      for (let v = 0; v < W; v++) {
        const p = v * J + j;
        if (workers.includes(v) || lineOf[v] === j || cost[p] === Infinity) continue;
        if (!before(standing[w * J + j], standing[p])) comers.add(p);
      }
    });
    const wants = workers.map((w) => w * J + lineOf[w]);
    return implication(-1, wants, [...comers].sort((a, b) => a - b));
  });
}
