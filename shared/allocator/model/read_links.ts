// The links of a problem as lists of lines that fit.

import type { AllocatorProblem } from "../problem.ts";

/** Two linked workers. */
export interface Link {
  /** Indexes of the tables. */
  workers: [number, number];
  /** Of each of the two, by their line: the lines of the other that fit. Lines that share one list are alike for the link. */
  near: [readonly (readonly number[])[], readonly (readonly number[])[]];
  /** By j * J + k, the place of a pair of lines in the couple's own order; null: each of the two goes by their ranks. */
  order: ReadonlyMap<number, number> | null;
  /** Whether the two take one place together: see shares.ts. */
  isShare: boolean;
  /** Whether the first may have line j while the second has line k. */
  fits(j: number, k: number): boolean;
}

/** Reads the links of a problem; lines are those of the tables. */
export function readLinks(
  { links = [], preferences }: AllocatorProblem,
  workerIndex: ReadonlyMap<string, number>,
  lineIndex: ReadonlyMap<string, number>,
): Link[] {
  const J = lineIndex.size;
  const indexes = (lines: readonly string[]) =>
    [...new Set(lines.flatMap((line) => lineIndex.get(line) ?? []))].sort((a, b) => a - b);
  return links.map(({ workers: [first, second], fit }) => {
    const workers: [number, number] = [workerIndex.get(first)!, workerIndex.get(second)!];
    if (fit.kind === "pairs") {
      const pairs = fit.pairs.map(([line, other]): [number, number] => [
        lineIndex.get(line) ?? -1,
        lineIndex.get(other) ?? -1,
      ]).filter(([j, k]) => j >= 0 && k >= 0);
      const known = new Set(pairs.map(([j, k]) => j * J + k));
      const near = (own: 0 | 1) =>
        Array.from(
          { length: J },
          (_, j) =>
            [...new Set(pairs.filter((pair) => pair[own] === j).map((pair) => pair[1 - own]))]
              .sort((a, b) => a - b),
        );
      const order = fit.ordered ? new Map([...known].map((pair, i) => [pair, i])) : null;
      return {
        workers,
        near: [near(0), near(1)],
        order,
        isShare: false,
        fits: (j, k) => known.has(j * J + k),
      };
    }
    if (fit.kind === "ranked") {
      const rankedBy = (id: string) =>
        indexes(
          preferences.filter(({ worker }) => worker === id)
            .flatMap(({ ranks }) => ranks.filter(([, rank]) => rank > 0 && rank < Infinity))
            .map(([line]) => line),
        );
      const ranked = [rankedBy(first), rankedBy(second)];
      const of = ranked.map((lines) => new Set(lines)), none: number[] = [];
      const near = (own: 0 | 1) =>
        Array.from({ length: J }, (_, j) => of[own].has(j) ? ranked[1 - own] : none);
      return {
        workers,
        near: [near(0), near(1)],
        order: null,
        isShare: false,
        fits: (j, k) => of[0].has(j) && of[1].has(k),
      };
    }
    const byKind = new Map<string, number[]>();
    for (const [line, kind] of fit.kind === "share" ? [] : fit.lines) {
      const j = lineIndex.get(line);
      if (j !== undefined) byKind.set(kind, [...byKind.get(kind) ?? [], j]);
    }
    const near = Array.from({ length: J }, (_, j) => [j]);
    for (const lines of byKind.values()) for (const j of lines) near[j] = lines;
    return {
      workers,
      near: [near, near],
      order: null,
      isShare: fit.kind === "share",
      fits: (j, k) => j === k || (near[j].length > 1 && near[j] === near[k]),
    };
  });
}
