// Job shares: two doctors on one line who take one place together. Both stay workers of their own, each with their ranks, so
// that nothing of what they think is lost; the second of the two stands on a twin of the line, which has the line's wishes and
// no places of its own. A share is then a link like that of a couple (the line and its twin fit, and nothing else), and
// everything that counts places counts those of lines as ever. Exact: matchings of the wider tables are those in which
// every pair that shares is on one line, with one place taken by both.

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
import type { AllocatorTables, CapGroup } from "./tables.ts";

/** The tables with the job shares of their links; as they are where nobody shares. */
export function withShares(tables: AllocatorTables): AllocatorTables {
  const pairs = tables.links.filter(({ isShare }) => isShare);
  if (pairs.length === 0) return tables;
  const { W, J } = tables, second = new Uint8Array(W);
  for (const { workers } of pairs) second[workers[1]] = 1;
  const own = (row: ArrayLike<number>, none: number) => widened(row, J, second, none);
  const both = (row: Float64Array) => {
    const wide = new Float64Array(2 * row.length);
    for (let p = 0; p < wide.length; p++) {
      wide[p] = row[pairOf(workerOfPair(p, 2 * J), lineOfPair(p, J), J)];
    }
    return wide;
  };
  const twins = new Int32Array(J).fill(pairs.length);
  return {
    ...tables,
    J: 2 * J,
    lines: [...tables.lines, ...tables.lines.map((line) => ({ ...line, capacity: pairs.length }))],
    capacity: Int32Array.of(...tables.capacity, ...twins),
    mustHave: Uint8Array.of(...tables.mustHave, ...new Uint8Array(J)),
    cost: own(tables.cost, Infinity),
    rank: both(tables.rank),
    choice: Int32Array.from(own(tables.choice, 0)),
    regard: both(tables.regard),
    standing: both(leastStanding(tables, pairs)),
    wish: both(tables.wish),
    links: tables.links.map((link) => link.isShare ? shareOf(link, J) : wider(link, J)),
    caps: tables.caps.flatMap((cap) => capsOf(cap, J)),
    pinned: tables.pinned && {
      lineOf: tables.pinned.lineOf.map((j, w) => j >= 0 && second[w] ? J + j : j),
      eligible: Uint8Array.from(own(tables.pinned.eligible, 0)),
    },
    near: tables.near && tables.near.map((j, w) => j >= 0 && second[w] ? J + j : j),
    shares: { lines: J, second },
  };
}

/** The tables in which who shared has a place of their own: nobody stands on twins. */
export function withoutShares(tables: AllocatorTables): AllocatorTables {
  const { W, J, shares } = tables;
  if (!shares) return tables;
  const cost = tables.cost.slice(), choice = tables.choice.slice();
  for (let w = 0; w < W; w++) {
    if (!shares.second[w]) continue;
    for (let j = 0, p = firstPairOf(w, J); j < shares.lines; j++, p++) {
      cost[p] = cost[p + shares.lines];
      choice[p] = choice[p + shares.lines];
      cost[p + shares.lines] = Infinity;
      choice[p + shares.lines] = 0;
    }
  }
  const pinned = tables.pinned && {
    ...tables.pinned,
    lineOf: tables.pinned.lineOf.map((j) => j >= shares.lines ? j - shares.lines : j),
  };
  return {
    ...tables,
    cost,
    choice,
    pinned,
    shares: { lines: shares.lines, second: new Uint8Array(W) },
  };
}

/** The line that a column is of: that of a twin is its line. */
export function lineOfColumn({ shares }: Pick<AllocatorTables, "shares">, j: number): number {
  return shares && j >= shares.lines ? j - shares.lines : j;
}

/** Whether a pair is one at all: who is second in a share stands on twins, everybody else on lines. */
export function stands({ J, shares }: AllocatorTables, pair: number): boolean {
  const j = lineOfPair(pair, J);
  return shares === null || (j >= shares.lines) === (shares.second[workerOfPair(pair, J)] === 1);
}

/** Looks up where a worker stands who has a line, by the line's id; -1: it is none of the tables. */
export function columnsOf(
  { lines, shares }: Pick<AllocatorTables, "lines" | "shares">,
): (worker: number, line: string) => number {
  const count = shares?.lines ?? lines.length;
  const index = new Map(lines.slice(0, count).map(({ id }, j) => [id, j]));
  return (worker, line) => {
    const j = index.get(line) ?? -1;
    return j >= 0 && shares?.second[worker] ? j + count : j;
  };
}

/** Rows of J entries as rows of 2 J: each worker's are where they stand, `none` where they do not. */
function widened(
  row: ArrayLike<number>,
  J: number,
  second: Uint8Array,
  none: number,
): Float64Array {
  const wide = new Float64Array(2 * row.length).fill(none);
  for (let w = 0; w < second.length; w++) {
    for (let j = 0; j < J; j++) {
      wide[pairOf(w, second[w] ? J + j : j, 2 * J)] = row[pairOf(w, j, J)];
    }
  }
  return wide;
}

/**
 * What lines think of workers, of two who share as much as of the one of whom they think less. The first stands for both: the
 * second is on twins, which always have room and compare nobody.
 */
function leastStanding({ J, standing }: AllocatorTables, pairs: readonly Link[]): Float64Array {
  const least = standing.slice();
  for (const { workers: [a, b] } of pairs) {
    for (let j = 0; j < J; j++) {
      least[pairOf(a, j, J)] = Math.max(standing[pairOf(a, j, J)], standing[pairOf(b, j, J)]);
    }
  }
  return least;
}

function shareOf(link: Link, J: number): Link {
  const none: number[] = [];
  return {
    ...link,
    near: [
      Array.from({ length: 2 * J }, (_, j) => j < J ? [J + j] : none),
      Array.from({ length: 2 * J }, (_, k) => k < J ? none : [k - J]),
    ],
    fits: (j, k) => k === J + j,
  };
}

/** A link of two who do not share, whose order goes by pairs of columns. */
function wider(link: Link, J: number): Link {
  if (link.order === null) return link;
  const order = [...link.order].map(([pair, place]): [number, number] => {
    const j = firstLineOf(pair, J), k = secondLineOf(pair, J);
    return [linePairOf(j, k, 2 * J), place];
  });
  return { ...link, order: new Map(order) };
}

/** A cap on lines counts lines, one on workers everybody, also who shares. */
function capsOf(cap: CapGroup, J: number): CapGroup[] {
  return [
    ...cap.maxLines === null ? [] : [{ ...cap, maxWorkers: null }],
    ...cap.maxWorkers === null ? [] : [{
      ...cap,
      maxLines: null,
      lines: Int32Array.of(...cap.lines, ...cap.lines.map((j) => J + j)),
    }],
  ];
}
