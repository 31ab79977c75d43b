// Linked doctors (couples): two workers whose lines have to fit together. What fits, what a link takes from a domain, rows that
// it adds to the linear program, and pairs of lines that a couple and the lines would both rather have (Manlove, McBride and
// Trimble 2017, section 2.3, for couples whose members both get nothing worse and one something better).
//
// A row of a link is an implication over pairs: sum of the pairs that it wants - sum of the pairs that want it >= least.
//   members fit          for lines A of one, and N(A), all that fit any of them, of the other:  sum N(A) - sum A >= 0
//   a couple that would rather  have (j, k), which fit: while a has worse than j, b has better than k, or one of the lines is
//                         full of others whom it thinks as much of; of those it takes as many as it has places:
//                         sum x_bm of better m + sum_j others / places_j + sum_k others / places_k - sum x_al of worse l >= 0
//   a couple that blocks  (a, b) on lines (l, m) with (j, k) instead: either stays not, or one more worker comes to j or k whom
//                         that line thinks as much of:  sum of those - x_al - x_bm >= -1

import {
  firstLineOf,
  firstPairOf,
  lineOfPair,
  linePairOf,
  pairOf,
  secondLineOf,
  workerOfPair,
} from "./pairs.ts";
import type { Link } from "./read_links.ts";
import type { AllocatorTables, Point } from "./tables.ts";

/**
 * A row as the checkpoint keeps it: what it is for, and nothing that follows from the tables.
 *   members fit           FITS, the link, which of the two the lines A are of, one of them
 *   a couple that would rather  RATHER, the link, which of the two has worse, its line j, the other's line k
 *   a couple that blocks  BLOCKS, the link, (j, k), (l, m), and the pairs of those at j or k whom the line thinks as much of
 */
export type Implication = number[];

/** What fits a line that a link does not know. */
const NONE: readonly number[] = [];

/** First numbers of rows: below 0, as of no other cut. */
const FITS = -1, BLOCKS = -2, RATHER = -3;

/** A row as the linear program has it: how often each pair counts, below 0 those that want it. */
export interface ImpliedPairs {
  least: 0 | -1;
  factors: ReadonlyMap<number, number>;
}

/** Implications broken by less are not worth a row. */
const LEAST_VIOLATION = 0.02;

/** Rows of what a couple would rather have, for each of its members at a time. */
const RATHERS_PER_MEMBER = 3;

/** Whether a cut is one of these; all others begin with a number from 0. */
export function isImplication(cut: readonly number[]): boolean {
  return cut[0] < 0;
}

/** The pairs of a row. */
export function readImplication(tables: AllocatorTables, cut: Implication): ImpliedPairs {
  if (cut[0] === FITS) return readFit(tables, cut);
  return cut[0] === BLOCKS ? readBlock(tables, cut) : readRather(tables, cut);
}

function implied(least: 0 | -1, wants: readonly number[], wanted: readonly number[]): ImpliedPairs {
  return {
    least,
    factors: new Map([
      ...wants.map((p) => [p, -1] as const),
      ...wanted.map((p) => [p, 1] as const),
    ]),
  };
}

function readFit({ J, links }: AllocatorTables, [, at, i, line]: Implication): ImpliedPairs {
  const { workers, near: { [i]: near } } = links[at], others = near[line];
  const wants = alike(near, line).map((j) => pairOf(workers[i], j, J));
  return implied(0, wants, others.map((k) => pairOf(workers[1 - i], k, J)));
}

/** Lines that a link takes for the same as one. */
function alike(near: readonly (readonly number[])[], line: number): number[] {
  return near.flatMap((list, j) => list === near[line] ? [j] : []);
}

function readBlock(tables: AllocatorTables, cut: Implication): ImpliedPairs {
  const { W, J, standing, cost, links } = tables, { workers } = links[cut[1]];
  const there = new Set(cut.slice(6)), comers = new Set<number>();
  workers.forEach((w, i) => {
    const j = cut[2 + i];
    if (cut[4 + i] === j) return;
    for (let v = 0; v < W; v++) {
      const p = pairOf(v, j, J);
      if (workers.includes(v) || there.has(p) || cost[p] === Infinity) continue;
      if (!before(standing[pairOf(w, j, J)], standing[p])) comers.add(p);
    }
  });
  return implied(-1, workers.map((w, i) => pairOf(w, cut[4 + i], J)), [...comers]);
}

function readRather(tables: AllocatorTables, [, at, i, j, k]: Implication): ImpliedPairs {
  const { W, J, rank, capacity, links } = tables, { workers } = links[at];
  const a = workers[i], b = workers[1 - i], factors = new Map<number, number>();
  for (let line = 0; line < J; line++) {
    if (rank[pairOf(a, line, J)] > rank[pairOf(a, j, J)]) factors.set(pairOf(a, line, J), -1);
    if (rank[pairOf(b, line, J)] < rank[pairOf(b, k, J)]) factors.set(pairOf(b, line, J), 1);
  }
  for (const target of [pairOf(a, j, J), pairOf(b, k, J)]) {
    const line = lineOfPair(target, J);
    for (let v = 0, p = line; v < W; v++, p += J) {
      if (v !== a && v !== b && isKeptFrom(tables, target, p)) factors.set(p, 1 / capacity[line]);
    }
  }
  return { least: 0, factors };
}

/** Whether a line thinks as much of who has one of its pairs as of who has another, so that it keeps that one. */
function isKeptFrom({ standing }: AllocatorTables, target: number, pair: number): boolean {
  return !before(standing[target], standing[pair]);
}

/** Whether all linked workers have lines that fit. */
export function linksHold({ links }: AllocatorTables, lineOf: ArrayLike<number>): boolean {
  return links.every(({ workers: [a, b], fits }) => fits(lineOf[a], lineOf[b]));
}

/** The usable lines of a worker. */
function linesOf({ J }: AllocatorTables, usable: Uint8Array, w: number): number[] {
  const lines: number[] = [];
  for (let j = 0; j < J; j++) if (usable[pairOf(w, j, J)] === 1) lines.push(j);
  return lines;
}

/**
 * Takes pairs out of a domain for which the other of a couple has no line that fits.
 * @param changed takes the workers who have lost pairs
 * @returns whether everybody has a pair left
 */
export function pruneLinks(
  tables: AllocatorTables,
  usable: Uint8Array,
  changed: Set<number>,
): boolean {
  const { J, links } = tables;
  return links.every(({ workers, near }) =>
    // What the first loses takes nothing from the second: each line of the second that is left fits one that is.
    [0, 1].every((i) => {
      const w = workers[i], row = firstPairOf(workers[1 - i], J);
      const fits = new Map<readonly number[], boolean>();
      let left = 0;
      for (const j of linesOf(tables, usable, w)) {
        const others = near[i][j] ?? NONE;
        if (!fits.has(others)) fits.set(others, others.some((k) => usable[row + k] === 1));
        if (fits.get(others)) {
          left++;
          continue;
        }
        usable[pairOf(w, j, J)] = 0;
        changed.add(w);
      }
      return left > 0;
    })
  );
}

/** Rows of links that a point breaks. */
export function brokenFits({ J, links }: AllocatorTables, point: Point): Implication[] {
  if (links.length === 0) return [];
  const value = new Map(point.pairs.map((p, i) => [p, point.values[i]]));
  return links.flatMap(({ workers, near }, at) =>
    [0, 1].flatMap((i) => {
      const w = workers[i], v = workers[1 - i], done = new Set<readonly number[]>();
      const valueOf = (of: number, lines: readonly number[]) =>
        lines.reduce((sum, j) => sum + (value.get(pairOf(of, j, J)) ?? 0), 0);
      return near[i].flatMap((others, j) => {
        if (!value.has(pairOf(w, j, J)) || done.has(others)) return [];
        done.add(others);
        const lines = alike(near[i], j);
        if (valueOf(w, lines) - valueOf(v, others) <= LEAST_VIOLATION) return [];
        return [[FITS, at, i, lines[0]]];
      });
    })
  );
}

/** Rows of lines that a couple would rather have which a point breaks: of each member of each couple those broken most. */
export function brokenRathers(tables: AllocatorTables, point: Point): Implication[] {
  const { J, links, rank } = tables;
  if (links.length === 0) return [];
  const ofWorker = new Map<number, number[]>(), onLine = new Map<number, number[]>();
  const note = (lists: Map<number, number[]>, key: number, i: number) => {
    const list = lists.get(key);
    if (list) list.push(i);
    else lists.set(key, [i]);
  };
  point.pairs.forEach((p, i) => {
    note(ofWorker, workerOfPair(p, J), i);
    note(onLine, lineOfPair(p, J), i);
  });
  const sum = (indexes: readonly number[] | undefined, counts: (p: number) => boolean) =>
    (indexes ?? []).reduce((sum, i) => counts(point.pairs[i]) ? sum + point.values[i] : sum, 0);
  return links.flatMap((link, at) => {
    if (link.order !== null || link.isShare) return [];
    // By member and line: what there is of better lines, of worse ones, and how full the line is of others that it keeps.
    const seen = link.workers.map((w) =>
      openLines(tables, w).map((j) => {
        const p = pairOf(w, j, J);
        const full = sum(onLine.get(j), (other) => {
          const v = workerOfPair(other, J);
          return !link.workers.includes(v) && isKeptFrom(tables, p, other);
        }) / tables.capacity[j];
        return {
          line: j,
          full,
          better: sum(ofWorker.get(w), (own) => rank[own] < rank[p]),
          worse: sum(ofWorker.get(w), (own) => rank[own] > rank[p]),
        };
      })
    );
    return [0, 1].flatMap((i) => {
      const broken: { by: number; cut: Implication }[] = [];
      for (const { line: j, full, worse } of seen[i]) {
        if (worse - full <= LEAST_VIOLATION) continue;
        for (const { line: k, full: filled, better } of seen[1 - i]) {
          const by = worse - full - filled - better;
          if (by <= LEAST_VIOLATION || j === k || !(i === 0 ? link.fits(j, k) : link.fits(k, j))) {
            continue;
          }
          broken.push({ by, cut: [RATHER, at, i, j, k] });
        }
      }
      return broken.sort((a, b) => b.by - a.by).slice(0, RATHERS_PER_MEMBER).map(({ cut }) => cut);
    });
  });
}

/** Lines with places that a worker may have. */
function openLines({ J, cost, capacity }: AllocatorTables, w: number): number[] {
  return Array.from({ length: J }, (_, j) => j)
    .filter((j) => cost[pairOf(w, j, J)] < Infinity && capacity[j] > 0);
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
    for (const lines of wanted(tables, lineOf, on, link)) {
      if (!wouldTake(tables, lineOf, on, link, lines)) continue;
      found.push({ link, lines });
      if (one) break;
    }
  }
  return found;
}

/** Pairs of lines that a couple may have and would rather have than what they have, and of which each would take its one alone. */
function* wanted(
  tables: AllocatorTables,
  lineOf: ArrayLike<number>,
  on: readonly number[][],
  link: Link,
): Generator<[number, number]> {
  const { J, cost } = tables, [a, b] = link.workers;
  if (link.order !== null) {
    const own = link.order.get(linePairOf(lineOf[a], lineOf[b], J)) ?? Infinity;
    const open = (w: number, j: number) => j === lineOf[w] || cost[pairOf(w, j, J)] < Infinity;
    for (const [pair, place] of link.order) {
      if (place >= own) return;
      const j = firstLineOf(pair, J), k = secondLineOf(pair, J);
      if (open(a, j) && open(b, k)) yield [j, k];
    }
    return;
  }
  const [first, second] = link.workers.map((w, i) => {
    const { lines, better } = noWorse(tables, lineOf, w), other = link.workers[1 - i];
    return { lines: lines.filter((j) => hasRoom(tables, lineOf, on, w, other, j)), better };
  });
  for (const j of first.lines) {
    for (const k of second.lines) {
      if ((first.better.has(j) || second.better.has(k)) && link.fits(j, k)) yield [j, k];
    }
  }
}

/** Lines that a worker may have and likes as much as the own one, and those among them liked better. */
function noWorse({ J, cost, rank }: AllocatorTables, lineOf: ArrayLike<number>, w: number) {
  const own = rank[pairOf(w, lineOf[w], J)], lines: number[] = [], better = new Set<number>();
  for (let j = 0, p = firstPairOf(w, J); j < J; j++, p++) {
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
  const { J, standing } = tables;
  return workers.every((w, i) => {
    const j = lines[i], other = workers[1 - i];
    // The other of the couple has a place there, too: one that it keeps, or one that it asks for.
    const both = lines[1 - i] === j &&
      (lineOf[other] === j || !before(standing[pairOf(w, j, J)], standing[pairOf(other, j, J)]));
    return hasRoom(tables, lineOf, on, w, other, j, both ? 1 : 0);
  });
}

/** Whether a line has a place for one of a couple, beside workers whom it thinks as much of and perhaps the other. */
function hasRoom(
  { J, capacity, standing }: AllocatorTables,
  lineOf: ArrayLike<number>,
  on: readonly number[][],
  w: number,
  other: number,
  j: number,
  ahead = 0,
): boolean {
  if (lineOf[w] === j) return true;
  const own = standing[pairOf(w, j, J)];
  for (const v of on[j]) {
    if (v !== w && v !== other && !before(own, standing[pairOf(v, j, J)])) ahead++;
  }
  return ahead < capacity[j];
}

/** Whether a line thinks strictly more of one standing than of another. */
function before(standing: number, other: number): boolean {
  return standing < other - 1e-9;
}

/** Rows that keep blocking couples from blocking a whole matching as they do. */
export function unblock(tables: AllocatorTables, lineOf: ArrayLike<number>): Implication[] {
  const { J, links, standing } = tables, on = occupants(tables, lineOf);
  return blockingLinks(tables, lineOf, true).map(({ link, lines }) => {
    const { workers } = link;
    const there = workers.flatMap((w, i) => {
      const j = lines[i];
      if (lineOf[w] === j) return [];
      return on[j].filter((v) =>
        !workers.includes(v) && !before(standing[pairOf(w, j, J)], standing[pairOf(v, j, J)])
      ).map((v) => pairOf(v, j, J));
    });
    return [BLOCKS, links.indexOf(link), ...lines, ...workers.map((w) => lineOf[w]), ...there];
  });
}
