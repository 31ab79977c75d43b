// What the allocator engine answers: plain JSON, fit for `result_metadata`.

import type { SearchProgress } from "../engine/contract.ts";
import type { RankFlaw } from "./input/ranks.ts";

/** One worker's line. */
export interface Allocation {
  worker: string;
  line: string;
  /** The worker's fractional rank of the line, null if it was not ranked. */
  originalPreference: number | null;
}

/** An allocation as it is stored: which choice of the worker's the line is, too (1: none is better, tied lines are the same). */
export interface StoredAllocation extends Allocation {
  choice: number | null;
}

/** A worker and a line that would both rather have each other. */
export interface BlockingPair {
  worker: string;
  line: string;
}

/** A worker who is worst off. */
export interface WorstOff {
  worker: string;
  line: string;
  rank: number | null;
}

/** A move that helps a worst-off worker while no worker gets a line they like less. */
export interface HelpfulMove {
  worker: string;
  to: string;
  /** The worker who takes the line in exchange; null: the line has a free place. */
  swapWith: string | null;
  /** Change of the objective; never negative in an optimal matching without stability. */
  cost: number;
}

/** How far workers' wishes are met. */
export interface Choices {
  /** Workers with their 1st, 2nd, 3rd... choice (tied lines are the same choice). */
  choices: number[];
  unranked: number;
  /** Over the workers who got a ranked line; null if nobody did. */
  meanRank: number | null;
  /** Over all workers, a line that was not ranked counting as the objective counts it; null if there are none. */
  meanRankOfAll: number | null;
  worstRank: number | null;
}

/** A list of ranks that did not read as it should, and was read all the same: one person's slip stops nobody's match. */
export interface MendedRanks {
  /** Who gave it: a worker (by the id of the mapping) or a preferencer. */
  by: "worker" | "preferencer";
  id: string;
  flaws: RankFlaw[];
  /** Ids of the lines or workers of the entries that were left out; without another entry they are unranked. */
  ignored: string[];
}

/** How good a matching is. */
export interface AllocatorReport extends Choices {
  /** Sum of (1 - a) D_worker + a D_preferencer. */
  objective: number;
  /** Proven lower bound on it; equal to it where the matching is proven optimal. */
  bound: number;
  workers: number;
  /** Unweighted sums of D_worker and D_preferencer. */
  dissatisfaction: { workers: number; preferencers: number };
  /** Lines with free places. */
  unfilledLines: { line: string; name: string; free: number; used: number }[];
  blockingPairs: {
    count: number;
    /** At most 1,000, those by which a worker would gain most first. */
    pairs: BlockingPair[];
  };
  /** How each priority group fared, the first first; not there without groups. `name` null: whom no group names. */
  groups?: ({ name: string | null; workers: number; objective: number; bound: number } & Choices)[];
  /** Linked workers: how many couples, and those who block (one pair of lines of each); not there without any. */
  couples?: { count: number; blocking: { workers: [string, string]; lines: [string, string] }[] };
  fairness: { worstOff: WorstOff[]; helpfulMoves: HelpfulMove[]; message: string };
  /** Lists of ranks that were mended: how many, and at most 1,000 of them; not there where all read as they should. */
  mended?: { count: number; lists: MendedRanks[] };
}

/** Why there is no matching. */
export interface AllocatorExplanation {
  /**
   * `NO_ELIGIBLE_LINE`: a worker is eligible for none. `TOO_FEW_PLACES`: these workers have only these
   * lines. `MUST_HAVE`: these lines cannot all get a worker. `CAPS`: the caps of preferencers cannot
   * hold. `LINKED`: linked workers cannot all have lines that fit. `STABILITY`: matchings exist, none of them stable.
   */
  code: "NO_ELIGIBLE_LINE" | "TOO_FEW_PLACES" | "MUST_HAVE" | "CAPS" | "LINKED" | "STABILITY";
  /** For people, with names. */
  message: string;
  /** Ids of those in conflict. */
  workers: string[];
  lines: string[];
  preferencers: string[];
  /** Places that these workers can have between them, where the code is about places. */
  places: number | null;
  /** Each of these alone makes a matching possible; smallest first. */
  relaxations: { change: string }[];
}

/** How a search ended. */
export type AllocatorOutcome =
  | { status: "COMPLETED"; allocations: Allocation[]; report: AllocatorReport }
  | { status: "INFEASIBLE"; explanation: AllocatorExplanation }
  | { status: "FAILED"; code: string; message: string };

/** How far a search is; `bound` is a lower bound. */
export interface AllocatorProgress extends SearchProgress {
  workers: number;
  /** Workers in the best matching so far. */
  matched: number;
}
