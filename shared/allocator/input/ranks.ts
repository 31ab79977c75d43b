// Ranks as people give them, made comparable: fractional ranks, closed up. Only their order and their ties count, so that
// no gap (a line that went, a doctor who withdrew) and no slip of one person can stop a match of many.

import type { RankNotation } from "../problem.ts";

/** Why a list does not read as its notation says. */
export type RankFlaw =
  /** A number is left out: what was there went, or was never given. */
  | "gaps"
  /** It is written in another notation, or in none. */
  | "notation"
  /** The same rank is given twice, where that is not allowed; both keep their shared place. */
  | "ties"
  /** An entry is no rank (not a number above 0), or names what is not in the run or is named already; it counts as unranked. */
  | "ignored";

/** Ranks of one list, normalised; entries in the order given. */
export interface NormalRanks {
  /** Fractional rank: tied entries share the mean of their places. */
  rank: Float64Array;
  /** Choice: 1 + the number of entries ranked better; 0: the entry is no rank. */
  choice: Int32Array;
  flaws: RankFlaw[];
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

/** Whether a number can be a rank: the order of such numbers is what their list says. */
export function isRank(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/**
 * Normalises one list of ranks. Never refuses one: entries that are no ranks are left out, the others close up.
 * @param given in any notation; `notation` and `allowTies` only say what is told as a flaw
 */
export function normaliseRanks(
  given: readonly unknown[],
  notation: RankNotation,
  allowTies: boolean,
): NormalRanks {
  if (!given.every(isRank)) return withoutOthers(given, notation, allowTies);
  const n = given.length, flaws = new Set<RankFlaw>();
  const rank = new Float64Array(n), choice = new Int32Array(n);
  const order = sortedEntries(given);
  for (let from = 0, groups = 0; from < n; groups++) {
    let to = from + 1;
    while (to < n && given[order[to]] === given[order[from]]) to++;
    const value = given[order[from]], expected = written(notation, from, to - from, groups);
    // What follows the first that is written wrongly is wrong for the same reason.
    if (value !== expected && !flaws.has("gaps") && !flaws.has("notation")) {
      flaws.add(value > expected ? "gaps" : "notation");
    }
    if (to - from > 1 && !allowTies) flaws.add("ties");
    for (let i = from; i < to; i++) {
      rank[order[i]] = from + (to - from + 1) / 2;
      choice[order[i]] = from + 1;
    }
    from = to;
  }
  return { rank, choice, flaws: [...flaws] };
}

/** Normalises the entries that are ranks. */
function withoutOthers(
  given: readonly unknown[],
  notation: RankNotation,
  allowTies: boolean,
): NormalRanks {
  const kept = given.flatMap((value, entry) => isRank(value) ? [entry] : []);
  const own = normaliseRanks(kept.map((entry) => given[entry]), notation, allowTies);
  const rank = new Float64Array(given.length), choice = new Int32Array(given.length);
  kept.forEach((entry, i) => {
    rank[entry] = own.rank[i];
    choice[entry] = own.choice[i];
  });
  return { rank, choice, flaws: ["ignored", ...own.flaws] };
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
 * @param ranks K of them, normalised
 * @param last entries that stand behind all others, and so are none of the unranked
 * @returns (sum(1..N) - sum of the ranks given) / (N - K), or N where all are ranked
 */
export function unrankedRank(all: number, { rank, choice }: NormalRanks, last = 0): number {
  let given = 0, count = 0;
  for (let i = 0; i < rank.length; i++) {
    given += rank[i]; // 0 where the entry is no rank
    if (choice[i] > 0) count++;
  }
  const others = all - last;
  return others <= count ? others : (others * (others + 1) / 2 - given) / (others - count);
}

/** The places that the last of all share. */
export function lastRank(all: number, last: number): number {
  return all - (last - 1) / 2;
}
