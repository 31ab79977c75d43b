// What a UI sees around a match: who has which line, the result that was finalised and corrected, whether a match can be made,
// and the document that fills an allocation run. Rows keep the names of their columns; what the client composes is in
// camelCase, see platform/spelling.ts.

import type { OverfilledPost } from "./exchange_types.ts";

/** Which doctor got which line. */
export interface Allocation {
  id: string;
  /** The run that placed the doctor: by an exclusive match, an earlier one for those who were kept. */
  run: string;
  worker: { mapping: string; id: string; name: string };
  line: { id: string; name: string; sort_order: number };
  /** The doctor's rank of the line, ties shared (1.5, 1.5, 3); null where they had not ranked it. */
  originalPreference: number | null;
  /** Which choice the line is (1, 1, 3 for the same); null where they had not ranked it. */
  choice: number | null;
}

/** A position in a list of ranks: what is ranked (a line's name or a doctor's email), and the rank. */
export type NamedRank = [name: string, rank: number];

/** Lines, doctors and wishes for an allocation run: beside what is there, unless they are to replace it. */
export interface PopulationDocument {
  /** One that is there; or leave it out and describe a new one by the next members. */
  allocationRun?: string;
  allocationPlan?: string;
  name?: string;
  startsOn?: string;
  termWeeks?: number[];
  status?: "draft" | "open" | "closed";
  constraints?: unknown[];
  /** Why, at most 1000 characters; stands in the audit log with all that changes. */
  reason?: string;
  /** Of ranks only the order is meant, so that they may have gaps; else a rank that leaves one is refused. */
  orderOnly?: boolean;
  lines?: {
    name: string;
    sortOrder?: number;
    maxNWorkers?: number;
    mustHaveWorkers?: boolean;
    /** A position per term. */
    positions?: string[];
    eligibility?: {
      includedWorkers?: string[];
      excludedWorkers?: string[];
      includedTags?: string[];
      excludedTags?: string[];
    };
  }[];
  /** Doctors are known by their email within the org. */
  workers?: { email: string; name: string; tags?: string[]; fte?: number }[];
  qualificationTags?: string[];
  /** By a doctor's email: ranks of lines, by their names. */
  preferences?: { worker: string; ranks: NamedRank[] }[];
  /** Ranks of doctors, by their emails. */
  preferencers?: {
    name: string;
    maxJobLines?: number;
    maxWorkers?: number;
    lines: string[];
    ranks: NamedRank[];
  }[];
  weightings?: { line?: string; workers?: string[]; tags?: string[]; weighting: number }[];
  /**
   * Wishes that the document does not name go: all of them, or those of the sections that are named. Without it whoever is
   * not named keeps what they have; a list that is told stands in place of the earlier list of the same doctor or preferencer.
   */
  replace?: boolean | {
    preferences?: boolean;
    preferencers?: boolean;
    weightings?: boolean;
    eligibility?: boolean;
  };
}

/** A doctor, by the worker mapping. */
export interface NamedDoctor {
  workerMapping: string;
  name: string;
}

/** What whoever starts a match should know first. */
export interface MatchReadiness {
  status: string;
  dueDate: string | null;
  /** Doctors are still saying what they want, and a match is refused. */
  windowOpen: boolean;
  /** A match is finalised as the result. */
  finalised: boolean;
  /** Who take part, and how many of them have submitted. */
  doctors: number;
  submitted: number;
  notSubmitted: NamedDoctor[];
  changedSinceSubmit: NamedDoctor[];
  /** Wishes that changed after the last completed match began. */
  changedSinceMatch: NamedDoctor[];
  withoutWishes: NamedDoctor[];
  withdrawn: NamedDoctor[];
  /** Posts of which lines hold more than there are, in terms that are not over. */
  overfilled: OverfilledPost[];
}

/** A doctor with the line that they have. Days are `YYYY-MM-DD`. */
export interface LineDoctor {
  workerMapping: string;
  worker: string;
  doctor: string;
  /** Null: they have none. */
  jobLine: string | null;
  /** By the finalised result, or by the current match. */
  source: "result" | "match";
  startsOn: string;
  endsOn: string;
  /** How much of full time, above 0 and at most 1. */
  fte: number;
  choice: number | null;
  rank: number | null;
  correctionReason: string | null;
  overrides: string[];
}

/** A doctor's row of a finalised result. */
export interface ResultRow {
  workerMapping: string;
  doctor: string;
  /** Null: the doctor has no line. */
  jobLine: string | null;
  jobLineName: string | null;
  version: number;
  /** Which choice the line is; null: not ranked. */
  preferenceNumber: number | null;
  /** Rules that a manager set aside for it. */
  overrides: string[];
  correctionReason: string | null;
  allocatorRun: string | null;
  finalisedAt: string;
  releasedAt: string | null;
  emailedAt: string | null;
  /**
   * From when to when they work it: less than the year of who starts late or leaves, and of a line that is worked in part
   * of it. Dates are `YYYY-MM-DD`, both inclusive.
   */
  startDate: string;
  endDate: string;
  /** From when to when they are there, whatever part of the year the line is worked. */
  ownStartDate: string;
  ownEndDate: string;
  /** How much of a place they take: 1, or less. */
  fte: number;
  /** Since when they take no part any more; null: they do. */
  withdrawnAt: string | null;
  /** What became of it, the first version first. */
  versions: {
    version: number;
    jobLine: string | null;
    finalisedAt: string;
    releasedAt: string | null;
    supersededAt: string | null;
    correctionReason: string | null;
  }[];
}

/** A doctor is given another line by hand, or none; `override` sets rules aside that this breaks. */
export interface ResultMove {
  workerMapping: string;
  jobLine: string | null;
  /** The line, or none, that the doctor was seen with: who has another by now is not moved (CHANGED_MEANWHILE). */
  from?: string | null;
  /** Of who starts in the middle of the year and has no line until then: the day, `YYYY-MM-DD`. */
  startsOn?: string;
  /** How much of a place they take: 1, or less. */
  fte?: number;
  override?: boolean;
}

/** What a correction by hand came to. */
export interface Corrected {
  version: number;
  changed: { workerMapping: string; from: string | null; to: string | null; overrides: string[] }[];
}

/** What finalising came to. */
export interface Finalised extends Corrected {
  allocationRun: string;
  placed: number;
  unplaced: number;
}

/** How many doctors withdrew, and what of theirs stays for when they come back. */
export interface Withdrawn {
  withdrawn: number;
  /** Their ranks of lines, and preferencers' ranks of them. */
  ranks: number;
  preferencerRanks: number;
  /** Lines that matches gave them. */
  allocations: number;
}

/** What a population came to. */
export interface Population {
  allocationRun: string;
  /** Doctors who take part, and lines, all in all. */
  workers: number;
  lines: number;
  /** Keeps the wishes that were given up, for a restore; null: none were. */
  snapshot: string | null;
  /** How many lists that the document tells leave a rank out; only `orderOnly` lets them. */
  gaps: number;
}
