// Why a doctor did not get a line that they ranked better than the one they got: a code and its figures for each such pair, from
// which readers make sentences. No other doctor is named, and no rank of one.

import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import type { Allocation } from "../outcome.ts";
import type { AllocatorEligibility, AllocatorProblem, AllocatorWorker } from "../problem.ts";
import { columnsOf, lineOfColumn } from "../model/shares.ts";
import { type AllocatorTables, COST_SCALE, loadsOf } from "../model/tables.ts";
import { betterPairs, type Price } from "./why.ts";

/** What another matching, in which the doctor has the line, would be. */
export interface Figures {
  /** By how much the report's objective would be worse, at least; null: not proven. */
  objective: number | null;
  /** It would be worse by just that. */
  objective_exact: boolean;
  /** Ranks that the other doctors would lose at least, in sum; null: nothing is proven. */
  ranks: number | null;
  /** They would lose just that in the best such matching. */
  exact: boolean;
}

/** A line that a doctor ranked better than their own, and why they did not get it. */
export type Reason =
  & { worker: string; line: string }
  & (
    /** By the first rule that decides, see {@link ruleAgainst}; `tags`: ids of the tags that it is about. */
    | { code: "NOT_ELIGIBLE"; values: { rule: EligibilityRule; tags: string[] } }
    /** All places are taken by doctors whom the match's objective puts before (`objective` 0: alike, and the draw decided). */
    | { code: "FULL_BETTER"; values: { placed: number } & Figures }
    /** Places are free; one of them costs others more than it helps. */
    | { code: "WOULD_COST"; values: { free: number } & Figures }
    /** No matching that keeps the rules gives the doctor this line: pins, lines that must have somebody, caps or who is linked forbid it. */
    | { code: "IMPOSSIBLE"; values: { placed: number; free: number } }
    /** Doctors of an earlier priority group have what the line could give. */
    | { code: "EARLIER_GROUP"; values: { placed: number; free: number } }
    /** The doctor was given their line by hand. */
    | { code: "PINNED"; values: Record<string, never> }
    /** The line was no part of this match: left out, or `full` from an earlier one. */
    | { code: "NOT_OFFERED"; values: { full: boolean } }
  );

/** Rules of eligibility that keep a doctor off a line. */
export type EligibilityRule =
  | "works_more"
  | "by_hand"
  | "excluded_worker"
  | "excluded_tag"
  | "included_tags";

/** The rule that keeps a worker off a line, and the tags that it is about; null: none does. */
function ruleAgainst(
  { id, tags }: AllocatorWorker,
  entry: AllocatorEligibility | undefined,
): { rule: EligibilityRule; tags: string[] } | null {
  if (!entry || entry.includedWorkers.includes(id)) return null;
  if (entry.excludedWorkers.includes(id)) return { rule: "excluded_worker", tags: [] };
  const excluded = entry.excludedTags.filter((tag) => tags.includes(tag));
  if (excluded.length > 0) return { rule: "excluded_tag", tags: excluded };
  if (entry.includedTags.length === 0 || entry.includedTags.some((tag) => tags.includes(tag))) {
    return null;
  }
  return { rule: "included_tags", tags: entry.includedTags };
}

/**
 * The reasons of all doctors, the lines of each in no order that means anything; where there are more than 60,000, of each
 * doctor those of the lines that they ranked best.
 * @param prices see `Allocator.prices()`
 */
export function reasonsOf(
  problem: AllocatorProblem,
  tables: AllocatorTables,
  allocations: readonly Allocation[],
  prices: readonly Price[],
): Reason[] {
  const { J, workers, lines, rank, pinned } = tables, column = columnsOf(tables);
  const lineOfWorker = new Map(allocations.map(({ worker, line }) => [worker, line]));
  const lineOf = workers.map(({ id }, w) => column(w, lineOfWorker.get(id)!));
  const load = loadsOf(J, lineOf),
    priceOf = new Map(prices.map((p) => [pairOf(p.worker, p.line, J), p]));
  const rules = rulesOf(problem), { groupOf } = tables;
  const earliest = new Int32Array(J).fill(workers.length);
  lineOf.forEach((j, w) => earliest[j] = Math.min(earliest[j], groupOf?.[w] ?? 0));
  const reasonOf = (w: number, j: number): Reason => {
    const pair = { worker: workers[w].id, line: lines[j].id };
    const against = rules(pair.worker, pair.line);
    if (against) return { ...pair, code: "NOT_ELIGIBLE", values: against };
    if (pinned !== null && pinned.lineOf[w] >= 0) return { ...pair, code: "PINNED", values: {} };
    const price = priceOf.get(pairOf(w, j, J))!, at = lineOfColumn(tables, j);
    const placed = load[at], free = lines[at].capacity - placed;
    // The flow knows no couples: a line that takes them apart whatever else happens costs it something, and can be had at no price.
    if (price.rise === null || !hasFit(tables, w, j)) {
      const earlier = groupOf !== null && earliest[j] < groupOf[w];
      const code = earlier ? "EARLIER_GROUP" : "IMPOSSIBLE";
      return { ...pair, code, values: { placed, free } };
    }
    const figures = figuresOf(price);
    return free > 0
      ? { ...pair, code: "WOULD_COST", values: { free, ...figures } }
      : { ...pair, code: "FULL_BETTER", values: { placed, ...figures } };
  };
  const own = lineOf.map((j, w) => rank[pairOf(w, j, J)]);
  const inside = betterPairs(tables, lineOf).map((p) =>
    reasonOf(workerOfPair(p, J), lineOfPair(p, J))
  );
  return [...inside, ...notOffered(problem, tables, own)];
}

/** Whether of a linked worker's other one any line that they may have fits a line; true of who is linked with nobody. */
function hasFit({ J, links, cost, pinned }: AllocatorTables, w: number, j: number): boolean {
  return links.every(({ workers, near }) => {
    const i = workers.indexOf(w);
    if (i < 0) return true;
    const other = workers[1 - i], fixed = pinned?.lineOf[other] ?? -1;
    return near[i][j]?.some((k) =>
      fixed < 0 ? cost[pairOf(other, k, J)] < Infinity : k === fixed
    ) ??
      false;
  });
}

function figuresOf(price: Price): Figures {
  return {
    // Without a proof that the match is the best, another might even be better.
    objective: price.rise! < 0 ? null : price.rise! / COST_SCALE,
    objective_exact: price.exact,
    ranks: price.ranks,
    exact: price.exactRanks,
  };
}

/** Looks up the rule that keeps a worker off a line. */
function rulesOf({ workers, eligibility, exclusions = [], tooMuch = [] }: AllocatorProblem) {
  const workerOf = new Map(workers.map((worker) => [worker.id, worker]));
  const entries = new Map(eligibility.map((entry) => [entry.line, entry]));
  const keys = (pairs: readonly { worker: string; line: string }[]) =>
    new Set(pairs.map(({ worker, line }) => `${worker} ${line}`));
  const more = keys(tooMuch), byHand = keys(exclusions);
  return (worker: string, line: string) => {
    const pair = `${worker} ${line}`;
    if (more.has(pair)) return { rule: "works_more" as const, tags: [] };
    if (byHand.has(pair)) return { rule: "by_hand" as const, tags: [] };
    return ruleAgainst(workerOf.get(worker)!, entries.get(line));
  };
}

/** Lines outside the match that doctors ranked better than their own, by the order of the ranks as given. */
function notOffered(
  { outside, preferences }: AllocatorProblem,
  tables: AllocatorTables,
  own: readonly number[],
): Reason[] {
  if (outside.lines.length === 0) return [];
  const places = new Map(outside.lines.map(({ id, full }) => [id, full === true]));
  const { workers, J, rank, choice } = tables, column = columnsOf(tables);
  const index = new Map(workers.map(({ id }, w) => [id, w]));
  return preferences.flatMap(({ worker, ranks }): Reason[] => {
    const w = index.get(worker);
    if (w === undefined) return [];
    // The best given rank that is no better than the worker's own line; Infinity: all that they ranked is better.
    let least = Infinity;
    for (const [line, given] of ranks) {
      const j = column(w, line);
      if (j < 0 || choice[pairOf(w, j, J)] === 0) continue;
      if (rank[pairOf(w, j, J)] >= own[w] && given < least) least = given;
    }
    return ranks.flatMap(([line, given]): Reason[] => {
      const full = places.get(line);
      if (full === undefined || !(given > 0 && given < least)) return [];
      return [{ worker, line, code: "NOT_OFFERED", values: { full } }];
    });
  });
}
