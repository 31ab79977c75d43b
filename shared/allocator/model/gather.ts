// Lists of ranks and weightings as arrays by pair.

import type { WorkerLookup } from "../input/eligibility.ts";
import { isRank, lastRank, normaliseRanks, type RankFlaw, unrankedRank } from "../input/ranks.ts";
import type { MendedRanks } from "../outcome.ts";
import type { AllocatorPreferencer, AllocatorProblem } from "../problem.ts";
import { firstPairOf, pairOf } from "./pairs.ts";

/** Where each row stands, by its id. */
export function indexOf(rows: readonly { id: string }[]): Map<string, number> {
  return new Map(rows.map(({ id }, i) => [id, i]));
}

/** What lists can name, also of what the batch leaves out, and what a list names. */
class Items {
  /** Where each item stands, those of the batch first. */
  readonly at: ReadonlyMap<string, number>;
  /** The list that each was seen in last. */
  readonly #seen: Int32Array;
  #lists = 0;

  /** @param ofBatch in their order */
  constructor(ofBatch: readonly { id: string }[], outside: readonly { id: string }[]) {
    const at = indexOf(ofBatch);
    for (const { id } of outside) if (!at.has(id)) at.set(id, at.size);
    this.at = at;
    this.#seen = new Int32Array(at.size);
  }

  /** Where the items of a list stand; null: it names what there is not, or something twice. */
  placesOf(ranks: readonly [string, number][]): Int32Array | null {
    const list = ++this.#lists, places = new Int32Array(ranks.length);
    for (let i = 0; i < ranks.length; i++) {
      const at = this.at.get(ranks[i][0]);
      if (at === undefined || this.#seen[at] === list) return null;
      this.#seen[at] = list;
      places[i] = at;
    }
    return places;
  }
}

/** The entries of all lists that one worker gave, joined. */
function joinLists(problem: AllocatorProblem): Map<string, [string, number][]> {
  const lists = new Map<string, [string, number][]>();
  for (const { worker, ranks } of problem.preferences) {
    const list = lists.get(worker);
    lists.set(worker, list ? [...list, ...ranks] : ranks);
  }
  return lists;
}

/** The entries that name an item of the run; of two for one item the better. */
function cleaned(ranks: readonly [string, number][], known: ReadonlyMap<string, number>) {
  const best = new Map<string, [string, number]>();
  for (const entry of ranks) {
    const [item, rank] = entry, before = best.get(item)?.[1];
    const isBetter = !isRank(before) || (isRank(rank) && rank < before);
    if (known.has(item) && isBetter) best.set(item, entry);
  }
  return [...best.values()];
}

/** One list, read: what it ranks, where that stands, and how it is ranked; and what was mended. */
function readList(
  { rankNotation, options }: AllocatorProblem,
  by: Pick<MendedRanks, "by" | "id">,
  given: readonly [string, number][],
  items: Items,
) {
  const clean = items.placesOf(given), entries = clean ? given : cleaned(given, items.at);
  const values = entries.map((entry) => entry[1]);
  const ranks = normaliseRanks(values, rankNotation, options.allowTies);
  const places = clean ?? Int32Array.from(entries, ([item]) => items.at.get(item)!);
  if (clean && ranks.flaws.length === 0) return { entries, places, ranks, mended: [] };
  const kept = new Set(entries.filter((_, i) => ranks.choice[i] > 0));
  const ignored = given.filter((entry) => !kept.has(entry)).map(([item]) => item).sort();
  const flaws: RankFlaw[] = clean
    ? ranks.flaws
    : [...new Set(["ignored" as const, ...ranks.flaws])];
  return { entries, places, ranks, mended: [{ ...by, flaws, ignored }] };
}

/** What workers wish by pair: fractional ranks and choices; and the lists that were mended. */
export function readPreferences(
  problem: AllocatorProblem,
  workers: { id: string }[],
  lines: { id: string }[],
) {
  const J = lines.length, all = J + problem.outside.lines.length;
  const rank = new Float64Array(workers.length * J), choice = new Int32Array(workers.length * J);
  const items = new Items(lines, problem.outside.lines), { at } = items;
  const takingPart = new Items(workers, problem.outside.workers).at;
  const lists = joinLists(problem), mended: MendedRanks[] = [];
  const lastOf = new Map<string, string[]>();
  for (const { worker, last = [] } of problem.preferences) {
    lastOf.set(worker, [...new Set([...lastOf.get(worker) ?? [], ...last])]);
  }
  for (const [id, ranks] of lists) {
    if (takingPart.has(id)) continue;
    const ignored = ranks.map(([line]) => line).sort();
    mended.push({ by: "worker", id, flaws: ["ignored"], ignored });
  }
  workers.forEach(({ id }, w) => {
    const list = readList(problem, { by: "worker", id }, lists.get(id) ?? [], items);
    const { choice: choices, rank: ranks } = list.ranks;
    mended.push(...list.mended);
    const isRanked = (line: string) =>
      list.entries.some(([other], i) => other === line && choices[i] > 0);
    const wantedLast = lastOf.get(id)?.filter((line) => at.has(line) && !isRanked(line)) ?? [];
    rank.fill(
      unrankedRank(all, list.ranks, wantedLast.length),
      firstPairOf(w, J),
      firstPairOf(w + 1, J),
    );
    for (const line of wantedLast) {
      const j = at.get(line)!;
      if (j < J) rank[pairOf(w, j, J)] = lastRank(all, wantedLast.length);
    }
    list.places.forEach((j, i) => {
      if (j >= J || choices[i] === 0) return;
      rank[pairOf(w, j, J)] = ranks[i];
      choice[pairOf(w, j, J)] = choices[i];
    });
  });
  return { rank, choice, mended };
}

/** What preferencers think by pair, weightings included; and the lists that were mended. */
export function readRegard(
  problem: AllocatorProblem,
  preferencers: readonly AllocatorPreferencer[],
  workers: AllocatorProblem["workers"],
  lines: { id: string }[],
  lookup: WorkerLookup,
) {
  const W = workers.length, J = lines.length;
  const regard = new Float64Array(W * J), mended: MendedRanks[] = [];
  const items = new Items(workers, problem.outside.workers), lineIndex = indexOf(lines);
  const P = preferencers.length;
  const own = new Float64Array(W * P); // by worker, then preferencer
  const served: number[][] = Array.from({ length: J }, () => []); // preferencers of each line
  preferencers.forEach((preferencer, i) => {
    preferencerRegard(problem, preferencer, W, items, mended)
      .forEach((value, w) => own[w * P + i] = value);
    for (const id of new Set(preferencer.lines)) {
      const j = lineIndex.get(id);
      if (j !== undefined) served[j].push(i);
    }
  });
  served.forEach((ofLine, j) => {
    for (const i of ofLine) {
      for (let w = 0; w < W; w++) regard[pairOf(w, j, J)] += own[w * P + i];
    }
  });
  addWeightings(problem, lookup, lineIndex, served, regard);
  return { regard, mended };
}

/** rank^power of every worker, as one preferencer sees them. */
function preferencerRegard(
  problem: AllocatorProblem,
  { id, ranks }: AllocatorPreferencer,
  W: number,
  items: Items,
  mended: MendedRanks[],
): Float64Array {
  const list = readList(problem, { by: "preferencer", id }, ranks, items);
  mended.push(...list.mended);
  const all = problem.workers.length + problem.outside.workers.length;
  const power = problem.options.preferencePower;
  const own = new Float64Array(W);
  own.fill(Math.pow(unrankedRank(all, list.ranks), power));
  list.places.forEach((w, i) => {
    if (w < W && list.ranks.choice[i] > 0) own[w] = Math.pow(list.ranks.rank[i], power);
  });
  return own;
}

/** Adds every weighting once for each preferencer of the line: it is part of what each one thinks. */
function addWeightings(
  problem: AllocatorProblem,
  lookup: WorkerLookup,
  lineIndex: Map<string, number>,
  served: number[][],
  regard: Float64Array,
): void {
  const J = served.length;
  // In an order of their own: sums of fractions depend on it.
  const weightings = problem.weightings.toSorted((a, b) => a.weighting - b.weighting);
  for (const { line, workers: named, tags, weighting } of weightings) {
    const only = line === null ? null : lineIndex.get(line);
    if (only === undefined) continue;
    const everyone = named.length + tags.length === 0;
    lookup.matching(named, tags).forEach((matched, w) => {
      if (!everyone && !matched) return;
      const from = only ?? 0, to = only === null ? J : only + 1;
      for (let j = from; j < to; j++) regard[pairOf(w, j, J)] += weighting * served[j].length;
    });
  }
}
