// What a UI sees of the planner: rows as the API answers them, and what the client makes of them.
// Rows keep the names of their columns. Documents within them (options, progress, results) and what the client itself
// composes are in camelCase; they are stored and sent in snake_case, see platform/spelling.ts.

/** One constraint: a name ("VIC_PGY1", "NO_NIGHTS"), or a name with its value. */
export type ConstraintEntry = string | { name: string; value?: unknown };

/** What `constraints` may hold, for a form to draw. */
export interface ConstraintCatalogue {
  version: number;
  /** The ruleset of a run that names none. */
  defaultRuleset: string;
  rulesets: {
    name: string;
    description: string;
    /** Value of every rule that the ruleset switches on. */
    bounds: Record<string, unknown>;
    /** The same in words. */
    rules: { name: string; text: string }[];
  }[];
  rules: {
    name: string;
    description: string;
    /** JSON Schema of the entry's `value`. */
    parameter: Record<string, unknown>;
    /** Whether the name alone is an entry. */
    mayBeBare: boolean;
  }[];
}

/** Members of the catalogue that are values of constraints, or JSON Schemas of them: they keep their spelling. */
export const CATALOGUE_KEPT = ["bounds", "parameter"] as const;

/** State of a planner run; the last four are terminal and never change. */
export type PlannerRunStatus =
  | "PENDING"
  | "GENERATING"
  | "COMPLETED"
  | "INFEASIBLE"
  | "FAILED"
  | "CANCELLED";

/** Options as they are stored on a run. */
export interface PlannerRunOptions {
  /** Build as many valid lines as possible where the number wanted cannot be reached. */
  allowPartial?: boolean;
  /** The same input and seed give the same lines. */
  seed?: number;
  /**
   * What becomes of the lines that are there: "rebuild" (default) makes all unlocked ones anew, "fill" keeps
   * every line and adds the missing ones, "replan" changes as few rotations as possible.
   */
  mode?: "rebuild" | "fill" | "replan";
  /** How much work goes into a better plan (default "normal"); a number is a factor on "normal". */
  effort?: "quick" | "normal" | "high" | number;
  /** Of a replan: terms that began before this day (ISO) stay as they are. */
  from?: string;
  /** Of a replan from a day on: what changes with it, written in the same transaction. */
  changes?: YearChanges;
  /** Of a dry replan: one line to be mended, or to have something else in a cell; see `Recommendation`. */
  recommend?: Recommendation;
  /** A dry run of the same request: what is written is what that one showed, or the run ends ALLOCATION_RUN_CHANGED. */
  asPreviewed?: string;
  /** Seconds of CPU of the search, 1..840, default 420; the best plan so far is taken then. */
  timeLimitS?: number;
  /** Solve and report; write no line. `preview(plannerRunId)` reads what would have been written. */
  dryRun?: boolean;
}

/** What a dry replan is to recommend: the fewest changes after which a line is legal and holds nothing of `avoid`. */
export interface Recommendation {
  jobLine: string;
  /** Cells that it is not to have; terms count from 1. */
  avoid?: { term: number; position: string }[];
  /** Lines that stay as they are, whatever they break. */
  keep?: string[];
}

/** What changes from a day on: terms are counted from 1, and begin on that day or later. */
export interface YearChanges {
  /** How many posts there are: lost, or added. */
  posts?: { position: string; term: number; posts: number }[];
  /** In which terms lines are worked; null: from the beginning, to the end. */
  lines?: { jobLine: string; firstTerm?: number | null; lastTerm?: number | null }[];
  /** Doctors who leave on that day: they hold their line until the day before. */
  leavers?: { workerMapping: string }[];
  /** Stands in the audit log, and with who leaves. */
  reason?: string;
}

/** How far a run is, written once per slice. */
export interface PlannerProgress {
  phase: string;
  /** Share of the work done, 0..1; never falls. */
  fraction: number;
  lines: number;
  linesWanted: number;
  /** Proven upper bound of the objective; null while there is none. */
  bound: number | null;
  objective: number | null;
  /** (bound - objective) / max(1, size of the plan), see `PlannerResult.scale`; null while one of them is unknown. */
  gap: number | null;
  slice: number;
  /** CPU used so far, in ms. */
  cpuMs: number;
}

/** CPU of a run over its slices, in ms. */
export interface CpuMs {
  total: number;
  p50Slice: number;
  p95Slice: number;
  maxSlice: number;
}

/** What the result of a run says of the work, whichever engine's. */
export interface RunFigures {
  slices: number;
  cpuMs: CpuMs;
  cpuMsByPhase: Record<string, number>;
  memoryBytesMax: number;
  /** From the first slice to the end, in ms. */
  wallMs: number;
  /** Version of the shape of this document. */
  version: number;
}

/** `result_metadata` of a run that is COMPLETED. */
export interface PlannerResult extends RunFigures {
  /** `bound`: no plan has more lines; `reason` says why where that is below what was wanted. */
  lines: {
    wanted: number;
    built: number;
    locked: number;
    /** Lines that the run took as they are: locked ones, and every line in a fill. */
    kept: number;
    bound: number;
    reason: string | null;
  };
  mode: NonNullable<PlannerRunOptions["mode"]>;
  dryRun: boolean;
  /** Of a replan only. */
  changes?: PlannerChanges;
  /** Of a run that changed lines under a finalised result: whose, with positions by id; and the version of theirs. */
  doctors?: {
    workerMapping: string;
    jobLine: string;
    changes: (
      | { term: number; from: string | null; to: string | null }
      | { leave: true; from: unknown[]; to: unknown[] }
    )[];
  }[];
  resultVersion?: number | null;
  objective: number;
  /** Proven upper bound of the objective; of a replan, among plans of as few changes, null where not proven. */
  bound: number | null;
  /** (bound - objective) / max(1, scale). */
  gap: number | null;
  /** What the objective is made of, each part at its size, so that parts cannot cancel. */
  scale: number;
  /** Affinity of a line. */
  affinity: { min: number; mean: number; max: number };
  /** `meanDistance`: terms in which two lines differ, mean over all pairs. */
  diversity: { meanDistance: number; largestIdenticalGroup: number };
  /** `waived`: what excludable positions miss, which may stay empty. */
  minimumFill: {
    wanted: number;
    missed: number;
    waived: number;
    slots: { term: number; position: string; missing: number }[];
  };
  /** Posts left empty; those of excludable positions count in `excludable` alone. */
  unfilledPosts: {
    total: number;
    byTerm: number[];
    excludable: number;
    slots: { term: number; position: string; posts: number }[];
  };
  /** How annual leave lies, where it is planned. */
  leave: LeaveReport | null;
  /** What soft wishes that were not met cost in the objective. */
  softWishes: {
    cost: number;
    wishes: {
      rule: string;
      term: number;
      position: string;
      wanted: number;
      held: number;
      cost: number;
    }[];
  };
  ruleset: string;
  rulesetVersion: number;
  affinityProfile: string;
  affinityProfileVersion: number;
  seed: number;
  allowPartial: boolean;
}

/** How annual leave lies. */
export interface LeaveReport {
  firstHalfShare: number;
  wantedShare: number;
  splitLines: number;
  weekShare: number;
  teamShare: number;
  /** Every week of the year, from 1: lines away, and how many should be at most. */
  weeks: { week: number; away: number; capacity: number }[];
  /** Where more are away than should be: of all lines (`team` null), or of a team (its id). */
  over: { week: number; team: string | null; away: number; there: number; capacity: number }[];
}

/** What a replan changed. */
export interface PlannerChanges {
  /** Rotations that changed in lines that stayed. */
  rotations: number;
  /** No plan changes fewer. */
  bound: number;
  /** Whether `rotations` is proven to be the fewest possible. */
  proven: boolean;
  linesChanged: number;
  linesAdded: number;
  linesRemoved: number;
}

/** Why a run is INFEASIBLE. */
export interface PlannerExplanation {
  message: string;
  /** Lines wanted, a proven bound on how many exist, and how many were built to show it. */
  lines: { wanted: number; possible: number; shown: number };
  /** Sets of posts that are too few, fewest lines first. */
  bottlenecks: { what: string; posts: number; perLine: number; lines: number; message: string }[];
  /** Names of the rules that conflict; empty where posts alone are the reason. */
  rules: string[];
  /** The smallest loosening of each rule; `value` null: switched off; `proven`: such a plan was built. */
  relaxations: { rule: string; value: unknown; lines: number; proven: boolean; message: string }[];
}

/** `result_metadata` as it may be on any run: all of it, a part (INFEASIBLE), or nothing yet. */
export type PlannerResultMetadata = Partial<PlannerResult> & { explanation?: PlannerExplanation };

/** A planner run: one request to generate job lines for an allocation run. */
export interface PlannerRun {
  id: string;
  org_id: string;
  allocation_run: string;
  created_at: string;
  status: PlannerRunStatus;
  n_job_lines: number;
  constraints: ConstraintEntry[];
  options: PlannerRunOptions;
  /** What people call what came of it; null: they do not. */
  name: string | null;
  requested_by: string | null;
  progress: PlannerProgress | null;
  result_metadata: PlannerResultMetadata | null;
  error_code: string | null;
  error_message: string | null;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string;
}

/** The columns of a planner run that the client reads, in the order of `PlannerRun`. */
export const PLANNER_RUN_COLUMNS = [
  "id",
  "org_id",
  "allocation_run",
  "created_at",
  "status",
  "n_job_lines",
  "constraints",
  "options",
  "name",
  "requested_by",
  "progress",
  "result_metadata",
  "error_code",
  "error_message",
  "started_at",
  "finished_at",
  "updated_at",
] as const satisfies readonly (keyof PlannerRun)[];

/** What to generate. */
export interface GenerateRequest {
  allocationRun: string;
  /** Lines wanted in all, locked ones included: 1..1000. */
  nJobLines: number;
  /** In place of the allocation run's own. */
  constraints?: ConstraintEntry[];
  options?: PlannerRunOptions;
  /** Also store `constraints` on the allocation run, with the lines that they make; not where none are written. */
  saveConstraints?: boolean;
  /** The allocation run's constraints as they were read: others that somebody else saved meanwhile are not overwritten. */
  seenConstraints?: ConstraintEntry[];
  /** A yes to lines being replaced or changed that something hangs on: see WOULD_LOSE and its `losses`. */
  acceptLosses?: boolean;
  /** Why, at most 1000 characters; stands in the audit log. */
  reason?: string;
  /** One per press of the button; made by the client where it is left out. */
  idempotencyKey?: string;
}

/** The answer to a request for lines. */
export interface GenerateAnswer {
  plannerRunId: string;
  status: PlannerRunStatus;
  /**
   * "queued": other runs come first. "deferred": accepted, but the solver could not be called; the sweeper starts it.
   * "none": had ended.
   */
  dispatch: "sent" | "queued" | "deferred" | "none";
  /** The idempotency key had come before: this is that run. */
  replayed: boolean;
}

/** All that a form for generating lines shows when it opens. */
export interface PlannerForm {
  allocationRun: {
    id: string;
    name: string;
    status: "draft" | "open" | "closed";
    starts_on: string;
    ends_on: string;
  };
  constraints: ConstraintEntry[];
  /** Weeks of each term, in order. */
  termWeeks: number[];
  /** Options and number of lines of the latest run; null before the first. */
  options: PlannerRunOptions | null;
  nJobLines: number | null;
  lastRun: PlannerRun | null;
  /** The run under way, to be watched; null where there is none. */
  unfinishedRun: PlannerRun | null;
  /** Unlocked lines that generating would replace. */
  replacedLines: number;
  /** Posts of the term that has the fewest: more lines than that cannot be. 0 where a term has none. */
  fewestPosts: number;
}
