// The links of a problem as lists of lines that fit.

import type { AllocatorProblem } from "../problem.ts";
import { linePairOf } from "./pairs.ts";

/** Two linked workers. */
export interface Link {
  /** Indexes of the tables. */
  workers: [number, number];
  /** Of each of the two, by their line: the lines of the other that fit. Lines that share one list are alike for the link. */
  near: [readonly (readonly number[])[], readonly (readonly number[])[]];
  /** By number (`linePairOf`), the place of a pair of lines in the couple's own order; null: each of the two goes by their ranks. */
  order: ReadonlyMap<number, number> | null;
  /** Whether the two take one place together: see shares.ts. */
  isShare: boolean;
  /** Whether the first may have line j while the second has line k. */
  fits(j: number, k: number): boolean;
}

/** What a link says of lines, whoever the two are. */
type LinkedLines = Omit<Link, "workers">;

/** The kinds of fit. */
type Fit = NonNullable<AllocatorProblem["links"]>[number]["fit"];

/** Reads the links of a problem; lines are those of the tables. */
export function readLinks(
  { links = [], preferences }: AllocatorProblem,
  workerIndex: ReadonlyMap<string, number>,
  lineIndex: ReadonlyMap<string, number>,
): Link[] {
  const rankedBy = (worker: string) => {
    const lines = preferences.filter((each) => each.worker === worker)
      .flatMap(({ ranks }) => ranks.filter(([, rank]) => rank > 0 && rank < Infinity))
      .flatMap(([line]) => lineIndex.get(line) ?? []);
    return [...new Set(lines)].sort((a, b) => a - b);
  };
  return links.map(({ workers: [first, second], fit }): Link => {
    const workers: [number, number] = [workerIndex.get(first)!, workerIndex.get(second)!];
    if (fit.kind === "pairs") return { workers, ...byPairs(fit, lineIndex) };
    return fit.kind === "ranked"
      ? { workers, ...byRanks([rankedBy(first), rankedBy(second)], lineIndex.size) }
      : { workers, ...byKind(fit, lineIndex) };
  });
}

/** Pairs of lines that were named, in the order in which they are wanted or in none. */
function byPairs(
  { pairs: named, ordered }: Extract<Fit, { kind: "pairs" }>,
  lineIndex: ReadonlyMap<string, number>,
): LinkedLines {
  const J = lineIndex.size;
  const pairs = named.map(([line, other]): [number, number] => [
    lineIndex.get(line) ?? -1,
    lineIndex.get(other) ?? -1,
  ]).filter(([j, k]) => j >= 0 && k >= 0);
  const known = new Set(pairs.map(([j, k]) => linePairOf(j, k, J)));
  const near = (own: 0 | 1) =>
    Array.from(
      { length: J },
      (_, j) =>
        [...new Set(pairs.filter((pair) => pair[own] === j).map((pair) => pair[1 - own]))]
          .sort((a, b) => a - b),
    );
  return {
    near: [near(0), near(1)],
    order: ordered ? new Map([...known].map((pair, i) => [pair, i])) : null,
    isShare: false,
    fits: (j, k) => known.has(linePairOf(j, k, J)),
  };
}

/** Lines that each of the two ranked. @param J how many lines there are */
function byRanks(ranked: readonly [number[], number[]], J: number): LinkedLines {
  const of = ranked.map((lines) => new Set(lines)), none: number[] = [];
  const near = (own: 0 | 1) =>
    Array.from({ length: J }, (_, j) => of[own].has(j) ? ranked[1 - own] : none);
  return {
    near: [near(0), near(1)],
    order: null,
    isShare: false,
    fits: (j, k) => of[0].has(j) && of[1].has(k),
  };
}

/** Lines of one kind (of the same hospitals, say); of a shared job the same line alone. */
function byKind(
  fit: Extract<Fit, { kind: "share" | "alike" }>,
  lineIndex: ReadonlyMap<string, number>,
): LinkedLines {
  const kinds = new Map<string, number[]>();
  for (const [line, kind] of fit.kind === "share" ? [] : fit.lines) {
    const j = lineIndex.get(line);
    if (j !== undefined) kinds.set(kind, [...kinds.get(kind) ?? [], j]);
  }
  const near = Array.from({ length: lineIndex.size }, (_, j) => [j]);
  for (const lines of kinds.values()) for (const j of lines) near[j] = lines;
  return {
    near: [near, near],
    order: null,
    isShare: fit.kind === "share",
    fits: (j, k) => j === k || (near[j].length > 1 && near[j] === near[k]),
  };
}
