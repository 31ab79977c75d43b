// A hospitals/residents instance as a problem of the allocator. Residents may stay without a hospital
// there, so there is one line more, which has a place for everybody, whom everybody ranks last and
// where each costs more than all ranks of a matching together. What the allocator minimises is then:
// first the residents without a hospital, then half the sum of both sides' (fractional) ranks of those who have one.

import {
  type AllocatorProblem,
  DEFAULT_OPTIONS,
  type WorkerRanks,
} from "../../shared/allocator/problem.ts";
import type { HrtInstance, TiedList } from "./format.ts";

/** The line of those who get none. */
export const UNMATCHED = "unmatched";

/** Largest weighting that the allocator takes. */
const MOST_WEIGHTING = 1_000_000;

/** Says what is optimal, for a report. */
export const OBJECTIVE =
  "largest weakly stable matching, then the least sum of both sides' fractional ranks";

/** Translates an instance. */
export function toProblem(
  { residents, hospitals, couples = [] }: HrtInstance,
  seed: number,
): AllocatorProblem {
  const R = residents.length, H = hospitals.length;
  const worst = R * (R + H + 2); // more than the ranks of any matching
  const everyone = Array.from({ length: Math.ceil(worst / MOST_WEIGHTING) }, () => ({
    line: UNMATCHED,
    workers: [],
    tags: [],
    weighting: Math.min(worst, MOST_WEIGHTING),
  }));
  return {
    version: 1,
    workers: residents.map((list, i) => ({
      id: resident(i + 1),
      name: `Resident ${i + 1}`,
      tags: list.flat().map(hospital),
    })),
    lines: [
      ...hospitals.map(({ capacity }, i) => ({
        id: hospital(i + 1),
        name: `Hospital ${i + 1}`,
        capacity,
        mustHave: false,
      })),
      { id: UNMATCHED, name: "Unmatched", capacity: R, mustHave: false },
    ],
    outside: { workers: [], lines: [] },
    eligibility: hospitals.map((_, i) => openToHolders(hospital(i + 1))),
    preferences: residents.map((list, i): WorkerRanks => ({
      worker: resident(i + 1),
      ranks: [...ranks(list, hospital), [UNMATCHED, list.length + 1]],
    })),
    rankNotation: "dense",
    preferencers: [
      ...hospitals.map(({ list }, i) => preferencer(hospital(i + 1), `Hospital ${i + 1}`, list)),
      preferencer(UNMATCHED, "Unmatched", []),
    ],
    weightings: [...everyone, ...shortLists(residents, H)],
    pins: [],
    links: couples.map(({ members: [a, b], pairs }) => ({
      workers: [resident(a), resident(b)],
      fit: {
        kind: "pairs",
        ordered: true,
        pairs: [
          ...pairs.map(([h, k]): [string, string] => [hospital(h), hospital(k)]),
          [UNMATCHED, UNMATCHED],
        ],
      },
    })),
    options: { ...DEFAULT_OPTIONS, preferencerWeight: 0.5, stability: true, seed },
  };
}

/** A line for those whose tag has its name: they ranked it. */
function openToHolders(line: string): AllocatorProblem["eligibility"][number] {
  return {
    line,
    includedWorkers: [],
    excludedWorkers: [],
    includedTags: [line],
    excludedTags: [],
  };
}

/** Who ranks for a line, the only one of theirs. */
function preferencer(
  line: string,
  name: string,
  list: TiedList,
): AllocatorProblem["preferencers"][number] {
  return {
    id: line,
    name,
    lines: [line],
    maxLines: null,
    maxWorkers: null,
    ranks: ranks(list, resident),
  };
}

/**
 * Who is left over has the rank behind their list. So that it does not matter whose list is the shorter, they are weighted
 * by what theirs is short of the longest there could be.
 */
function shortLists(residents: readonly TiedList[], H: number): AllocatorProblem["weightings"] {
  const byLength = new Map<number, string[]>();
  residents.forEach((list, i) => {
    const length = list.flat().length;
    byLength.set(length, [...(byLength.get(length) ?? []), resident(i + 1)]);
  });
  return [...byLength].filter(([length]) => length < H).map(([length, workers]) => ({
    line: UNMATCHED,
    workers,
    tags: [],
    weighting: H - length,
  }));
}

function resident(number: number): string {
  return `r${number}`;
}

function hospital(number: number): string {
  return `h${number}`;
}

/** Dense ranks. */
function ranks(list: TiedList, id: (number: number) => string): [string, number][] {
  return list.flatMap((group, g) => group.map((n): [string, number] => [id(n), g + 1]));
}
