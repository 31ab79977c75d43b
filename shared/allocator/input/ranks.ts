// Ranks as people give them, made comparable: fractional ranks, checked on the way.

import type { RankNotation } from "../problem.ts";

/** Ranks of one list, normalised; entries in the order given. */
export interface NormalRanks {
  /** Fractional rank: tied entries share the mean of their places. */
  rank: Float64Array;
  /** Choice: 1 + the number of entries ranked better. */
  choice: Int32Array;
}

/** A fault of one entry. */
export interface RankFault {
  entry: number;
  message: string;
}

/** What the notation writes for a group of `size` tied entries behind `better` others in `groups` groups. */
function written(notation: RankNotation, better: number, size: number, groups: number): number {
  switch (notation) {
    case "competition":
      return better + 1;
    case "dense":
      return groups + 1;
    case "fractional":
      return better + (size + 1) / 2;
  }
}

/**
 * Normalises one list of ranks.
 * @returns the ranks, and every entry at which the list does not read as the notation says
 */
export function normaliseRanks(
  given: readonly number[],
  notation: RankNotation,
  allowTies: boolean,
): NormalRanks & { faults: RankFault[] } {
  const n = given.length, faults: RankFault[] = [];
  const rank = new Float64Array(n), choice = new Int32Array(n);
  given.forEach((value, entry) => {
    if (!Number.isFinite(value) || value < 1) {
      faults.push({ entry, message: `the rank ${value} is not a number from 1` });
    }
  });
  if (faults.length > 0) return { rank, choice, faults };
  const order = sortedEntries(given);
  for (let from = 0, groups = 0; from < n; groups++) {
    let to = from + 1;
    while (to < n && given[order[to]] === given[order[from]]) to++;
    const entry = order[from], value = given[entry];
    const expected = written(notation, from, to - from, groups);
    if (value !== expected) {
      const why = value > expected
        ? "there is a gap before it"
        : `it is not in ${notation} notation`;
      faults.push({ entry, message: `the rank ${value} should read ${expected}: ${why}` });
      break; // what follows is wrong for the same reason
    }
    if (to - from > 1 && !allowTies) {
      faults.push({ entry: order[from + 1], message: `the rank ${value} is given twice` });
    }
    for (let i = from; i < to; i++) {
      rank[order[i]] = from + (to - from + 1) / 2;
      choice[order[i]] = from + 1;
    }
    from = to;
  }
  return { rank, choice, faults };
}

/** Entries from the best rank to the worst; by counting where ranks are halves, as all proper ones are. */
function sortedEntries(given: readonly number[]): Int32Array {
  const n = given.length, starts = new Int32Array(2 * n + 4);
  for (let i = 0; i < n; i++) {
    const key = 2 * given[i];
    if (!Number.isInteger(key) || key > 2 * n + 2) {
      return Int32Array.from(given, (_, i) => i).sort((a, b) => given[a] - given[b]);
    }
    starts[key + 1]++;
  }
  for (let key = 1; key < starts.length; key++) starts[key] += starts[key - 1];
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[starts[2 * given[i]]++] = i;
  return order;
}

/**
 * What every unranked entry counts as: nobody gains or loses by ranking few.
 * @param all entries that could be ranked, N
 * @returns (sum(1..N) - sum of the ranks given) / (N - K), or N where all are ranked
 */
export function unrankedRank(all: number, rank: Float64Array): number {
  if (all <= rank.length) return all;
  const given = rank.reduce((sum, r) => sum + r, 0);
  return (all * (all + 1) / 2 - given) / (all - rank.length);
}
