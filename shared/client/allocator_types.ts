// What a UI sees of the allocator: rows as the API answers them, and what the client makes of them.
// Rows keep the names of their columns. Documents within them (options, progress, results) and what the client itself
// composes are in camelCase; they are stored and sent in snake_case, see platform/spelling.ts.

import type { RunStatus } from "./run_state.ts";
import type { RunFigures } from "./planner_types.ts";

/** Options of a run. */
export interface AllocatorRunOptions {
  /** How ranks were given (default "dense"): 1,1,3 or 1,1,2 or 1.5,1.5,3. */
  rankNotation?: "competition" | "dense" | "fractional";
  /** Share of the preferencers in the objective, 0..1 (default 0.3). */
  preferencerWeight?: number;
  /** Dissatisfaction is rank to this power, 0.1..3 (default 1). */
  preferencePower?: number;
  /** No doctor and line that would both rather have each other. */
  stability?: boolean;
  allowTies?: boolean;
  /** The same input and seed give the same match. */
  rngSeed?: number;
  /** These doctors get these lines. */
  pins?: ReasonedPin[];
  /** These doctors do not get these lines. */
  exclusions?: ReasonedPin[];
  /** Doctors who are matched first, group by group, each keeping what it got; whoever is in none comes last. */
  priorityGroups?: PriorityGroup[];
  /** Couples. */
  linkedDoctors?: LinkedDoctors[];
}

/** Doctors of a priority group: by their worker mappings, or by a qualification that they hold. */
export interface PriorityGroup {
  name: string;
  workerMappings?: string[];
  qualificationTags?: string[];
}

/** Two doctors whose lines have to fit together. */
export interface LinkedDoctors {
  /** Worker mappings. */
  first: string;
  second: string;
  /**
   * The same hospital in each term, each a line that they ranked, one of some pairs of lines, or a job share: one line, of
   * which they take one place together.
   */
  fit: "same_hospital" | "ranked_lines" | "line_pairs" | "share";
  /** With `line_pairs`: lines of the first and of the second. */
  linePairs?: { first: string; second: string }[];
}

/** A doctor, by the worker mapping, and a line. */
export interface Pin {
  workerMapping: string;
  jobLine: string;
}

/** A doctor and a line, decided by hand, and why. */
export interface ReasonedPin extends Pin {
  reason: string;
}

/** A line that a doctor ranked better than the one they got, and why they did not get it; see functions/README.md. */
export interface AllocatorReason {
  /** The worker mapping. */
  worker: string;
  line: string;
  code:
    | "NOT_ELIGIBLE"
    | "FULL_BETTER"
    | "WOULD_COST"
    | "EARLIER_GROUP"
    | "IMPOSSIBLE"
    | "PINNED"
    | "NOT_OFFERED";
  values: {
    rule?: "works_more" | "by_hand" | "excluded_worker" | "excluded_tag" | "included_tags";
    /** Ids of the qualifications that the rule is about. */
    tags?: string[];
    /** Doctors on the line. */
    placed?: number;
    /** Places that are left on it. */
    free?: number;
    /** By how much the objective would be worse, just that or at least; null: nothing is proven. */
    objective?: number | null;
    objectiveExact?: boolean;
    /** Ranks that all others would lose together, just that or at least; null: nothing is proven. */
    ranks?: number | null;
    exact?: boolean;
    /** The line is full from an earlier match. */
    full?: boolean;
  };
}

/** Added to what preferencers think of some doctors (none named: of all), on one line or on all. */
export interface Weighting {
  jobLine?: string | null;
  workerMappings?: string[];
  qualificationTags?: string[];
  weighting: number;
}

/** What a what-if asks besides other weights; stored as `options.what_if`. */
export interface WhatIf {
  /** The completed run to compare with; the last one where it is left out. */
  baseRun?: string;
  /** These doctors get these lines. */
  pins?: Pin[];
  /** These doctors do not get these lines. */
  exclusions?: Pin[];
  /** In place of the allocation run's weightings. */
  weightings?: Weighting[];
}

/** How far a run is, written once per slice. */
export interface AllocatorProgress {
  phase: string;
  /** Share of the work done, 0..1; never falls. */
  fraction: number;
  /** Doctors to place. */
  workers: number;
  /** Doctors in the best match so far. */
  matched: number;
  objective: number | null;
  /** Proven lower bound of the objective; null while there is none. */
  bound: number | null;
  /** (objective - bound) / max(1, |objective|); null while one of them is unknown. */
  gap: number | null;
  slice: number;
  /** CPU used so far, in ms. */
  cpuMs: number;
}

/** How good a match is. Doctors are named by their worker mappings, lines by their ids. */
export interface AllocatorReport {
  objective: number;
  /** Proven lower bound; equal to the objective of an optimal match. */
  bound: number;
  workers: number;
  /** Doctors who got their 1st, 2nd, 3rd... choice; tied lines are the same choice. */
  choices: number[];
  /** Doctors who got a line that they had not ranked. */
  unranked: number;
  /** Over the doctors who got a ranked line; null where nobody did. */
  meanRank: number | null;
  /** Over all doctors, a line that was not ranked counting as the objective counts it. */
  meanRankOfAll: number | null;
  worstRank: number | null;
  dissatisfaction: { workers: number; preferencers: number };
  unfilledLines: { line: string; name: string; free: number; used: number }[];
  /** Doctors and lines that would both rather have each other; `pairs` has the first 1,000. */
  blockingPairs: { count: number; pairs: { worker: string; line: string }[] };
  /** How each priority group fared, the first first; `name` null: whom no group names. */
  groups?: GroupFigures[];
  /** Couples, and those of them who would rather have other lines that would take them. */
  couples?: { count: number; blocking: { workers: [string, string]; lines: [string, string] }[] };
  fairness: {
    worstOff: { worker: string; line: string; rank: number | null }[];
    /** Moves and swaps (`swapWith`) that would help the worst off and hurt nobody. */
    helpfulMoves: { worker: string; to: string; swapWith: string | null; cost: number }[];
    message: string;
  };
  /** Lists of ranks that did not read as they should and were read all the same; not there where there were none. */
  mended?: { count: number; lists: MendedRanks[] };
}

/** How a priority group fared. */
export interface GroupFigures
  extends
    Pick<AllocatorReport, "choices" | "unranked" | "meanRank" | "meanRankOfAll" | "worstRank"> {
  /** Null: whom no group names. */
  name: string | null;
  workers: number;
  objective: number;
  bound: number;
}

/** Whose ranks were mended, and what was: gaps closed, another notation, ties that are not allowed, entries left out. */
export interface MendedRanks {
  by: "worker" | "preferencer";
  id: string;
  flaws: ("gaps" | "notation" | "ties" | "ignored")[];
  /** Ids of the lines, or doctors, whose entries were left out. */
  ignored: string[];
}

/** Why a run is INFEASIBLE. */
export interface AllocatorExplanation {
  code: "NO_ELIGIBLE_LINE" | "TOO_FEW_PLACES" | "MUST_HAVE" | "CAPS" | "LINKED" | "STABILITY";
  /** For people, with names. */
  message: string;
  /** Ids of those in conflict. */
  workers: string[];
  lines: string[];
  preferencers: string[];
  /** Places that these doctors can have between them, where the code is about places. */
  places: number | null;
  /** Each of these alone makes a match possible; smallest first. */
  relaxations: { change: string }[];
}

/** How good a matching is, by the weights of a what-if. */
export interface MatchingFigures
  extends
    Pick<AllocatorReport, "choices" | "unranked" | "meanRank" | "meanRankOfAll" | "worstRank"> {
  /** Doctors with a line. */
  workers: number;
  objective: number;
  dissatisfaction: { workers: number; preferencers: number };
  /** Null where doctors are without a line. */
  blockingPairs: number | null;
}

/** What a what-if changes; who moves is told by `AllocatorClient.preview()`. */
export interface Difference {
  baseRun: string;
  /** Doctors who get another line, and how they like it. */
  moved: { total: number; better: number; worse: number; same: number };
  /** Doctors who had a line in the base run and take no part any more. */
  gone: number;
  /** The base run's matching and the what-if's, on today's wishes and by the what-if's weights. */
  before: MatchingFigures;
  after: MatchingFigures;
  /** Doctors, lines or wishes are not what they were when the base run was made. */
  inputChanged: boolean;
}

/** One end of a move; rank and choice are null for a line that the doctor had not ranked. */
export interface MoveEnd {
  line: string;
  name: string;
  rank: number | null;
  choice: number | null;
}

/** A doctor who gets another line in a what-if; `from` is null for one who had none. */
export interface Move {
  /** The worker mapping. */
  worker: string;
  from: MoveEnd | null;
  to: MoveEnd;
}

/** What a what-if would have written, and who moves: those who gain most come first. */
export interface WhatIfPreview {
  allocations: {
    worker: string;
    line: string;
    originalPreference: number | null;
    choice: number | null;
  }[];
  moves: Move[];
}

/** `result` of a run that is COMPLETED. */
export interface AllocatorResult extends RunFigures {
  report: AllocatorReport;
  /** Of a what-if. */
  difference?: Difference;
}

/** An allocator run: one request to match the doctors of an allocation run to its job lines. */
export interface AllocatorRun {
  id: string;
  org_id: string;
  allocation_run: string;
  created_at: string;
  status: RunStatus;
  is_exclusive: boolean;
  included_job_lines: string[] | null;
  included_worker_mappings: string[] | null;
  options: AllocatorRunOptions & { whatIf?: WhatIf };
  /** A what-if: the run it is compared with; it writes no allocations. */
  base_run: string | null;
  requested_by: string | null;
  progress: AllocatorProgress | null;
  /** All of it (COMPLETED), the costs and an explanation (INFEASIBLE), or nothing. */
  result: (Partial<AllocatorResult> & { explanation?: AllocatorExplanation }) | null;
  error_code: string | null;
  error_message: string | null;
  queued_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** When its allocations were written; null: not done. */
  completed_at: string | null;
  /** Since when lines that it gave are archived or have other rotations; null: they are as they were. */
  lines_changed_at: string | null;
  /** Since when a doctor whom it placed takes no part any more; null: all of them do. */
  doctors_left_at: string | null;
  updated_at: string;
}

/** Something that changed since a match was made, of what it rests on. */
export interface MatchChange {
  change: "doctor_left" | "doctor_joined" | "line_archived" | "line_changed" | "rule_broken";
  /** ISO 8601; null where it is not known any more. */
  since: string | null;
  /** The doctor; null: a line that somebody must take has nobody. */
  workerMapping: string | null;
  workerName: string | null;
  /** The line that the match gave them; null: none. */
  jobLine: string | null;
  lineName: string | null;
  /**
   * The rule that it breaks now: NOT_ELIGIBLE, NEVER, OVER_CAPACITY, MUST_HAVE, CAP_DOCTORS or CAP_LINES; null: another
   * change.
   */
  rule: string | null;
}

/** The columns of an allocator run that the client reads, in the order of `AllocatorRun`. */
export const ALLOCATOR_RUN_COLUMNS = [
  "id",
  "org_id",
  "allocation_run",
  "created_at",
  "status",
  "is_exclusive",
  "included_job_lines",
  "included_worker_mappings",
  "options",
  "base_run",
  "requested_by",
  "progress",
  "result",
  "error_code",
  "error_message",
  "queued_at",
  "started_at",
  "finished_at",
  "completed_at",
  "lines_changed_at",
  "doctors_left_at",
  "updated_at",
] as const satisfies readonly (keyof AllocatorRun)[];

/** What to match. */
export interface AllocateRequest {
  allocationRun: string;
  /** Keep the current match, and place only those who have no line in it. */
  isExclusive?: boolean;
  /** Only these lines; all where it is left out. */
  includedJobLines?: string[];
  /** Only these doctors; all where it is left out. */
  includedWorkerMappings?: string[];
  options?: AllocatorRunOptions;
  /** One per press of the button; made by the client where it is left out. */
  idempotencyKey?: string;
}

/** What to ask; everything that is left out is as in the base run. */
export interface WhatIfRequest {
  allocationRun: string;
  /** A completed run; the last one where it is left out. */
  baseRun?: string;
  /** Other weights, e.g. `{ preferencerWeight: 0.6 }`. */
  options?: AllocatorRunOptions;
  pins?: Pin[];
  exclusions?: Pin[];
  /** In place of the allocation run's weightings. */
  weightings?: Weighting[];
  /** One per press of the button; made by the client where it is left out. */
  idempotencyKey?: string;
}

/** The answer to a request for a match. */
export interface AllocateAnswer {
  allocatorRunId: string;
  status: RunStatus;
  /** As of `GenerateAnswer`. */
  dispatch: "sent" | "queued" | "deferred" | "none";
  /** The idempotency key had come before: this is that run. */
  replayed: boolean;
}
