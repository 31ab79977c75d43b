// The allocator's input as plain JSON: who takes part, which lines there are, and who prefers what.
// Beyond workers and lines of the run it knows those of the allocation run that the batch leaves out
// (`outside`): ranks for them are no errors, and count. Ranks are grouped
// by who gave them, because 80,000 rows that repeat two ids each would cost every slice its start.

/** How tied ranks are written: (1,1,3), (1,1,2) or (1.5,1.5,3). */
export type RankNotation = "competition" | "dense" | "fractional";

/** A worker who takes part; the id is the worker mapping's. */
export interface AllocatorWorker {
  id: string;
  /** What sentences call the worker: a name, or what stands for one. */
  name: string;
  /** The worker's place among all by name, namesakes alike, where `name` is not the name itself. */
  order?: number;
  /** Qualification tags that the worker holds. */
  tags: string[];
  /** How much of full time they work; absent: all of it. Only who shares a job takes less than a place. */
  fte?: number;
}

/** A job line of the run. */
export interface AllocatorLine {
  id: string;
  name: string;
  /** Most workers it takes (`max_n_workers`). */
  capacity: number;
  /** It must get at least one worker (`must_have_workers`). */
  mustHave: boolean;
}

/** Who may have a line; a line without an entry is open to all. At most one entry per line. */
export interface AllocatorEligibility {
  line: string;
  includedWorkers: string[];
  excludedWorkers: string[];
  includedTags: string[];
  excludedTags: string[];
}

/** The ranks one worker gave, as given: whatever stands there is read (see input/ranks.ts), and never refuses a match. */
export interface WorkerRanks {
  worker: string;
  ranks: [line: string, rank: number][];
  /** Lines that they want last, behind all that are unranked; they share their places, and are no choices. */
  last?: string[];
}

/** A supervisor or department that ranks workers for its lines. A line may have several. */
export interface AllocatorPreferencer {
  id: string;
  name: string;
  lines: string[];
  /** Most different lines of its own that may be used; null: no cap. */
  maxLines: number | null;
  /** Most workers over all of its lines; null: no cap. */
  maxWorkers: number | null;
  /** As given. */
  ranks: [worker: string, rank: number][];
}

/**
 * Added to a preferencer's dissatisfaction with the workers who are named or hold one of the tags (once
 * per weighting); with neither workers nor tags it concerns every worker. `line` null: on every line.
 */
export interface AllocatorWeighting {
  line: string | null;
  workers: string[];
  tags: string[];
  weighting: number;
}

/** Two workers who are linked. */
export interface AllocatorLink {
  workers: [first: string, second: string];
  fit:
    /** The same line, or lines of the same kind; a line without a kind is like none but itself. */
    | { kind: "alike"; lines: [line: string, kind: string][] }
    /** Each a line that they ranked themselves. */
    | { kind: "ranked" }
    /** One of these pairs: the first's line, the second's. `ordered`: the couple wants the first pair most, and so on. */
    | { kind: "pairs"; pairs: [line: string, line: string][]; ordered?: boolean }
    /** A job share: the same line, of which the two take one place together. Their parts add up to one at most. */
    | { kind: "share" };
}

/** Everything the allocator engine needs to know. The order of rows has no meaning anywhere. */
export interface AllocatorProblem {
  version: 1;
  workers: AllocatorWorker[];
  lines: AllocatorLine[];
  /** Workers and lines of the allocation run that this batch leaves out (may be empty). */
  outside: {
    workers: { id: string; name: string; order?: number }[];
    /** `full`: it takes no part because an earlier match has filled it. */
    lines: { id: string; name: string; full?: boolean }[];
  };
  eligibility: AllocatorEligibility[];
  preferences: WorkerRanks[];
  /** Of the workers' and the preferencers' ranks. */
  rankNotation: RankNotation;
  preferencers: AllocatorPreferencer[];
  weightings: AllocatorWeighting[];
  /** Workers who must get a certain line (usually empty). */
  pins: { worker: string; line: string }[];
  /** Of `eligibility`: the pairs that were ruled out by hand for this run. */
  exclusions?: { worker: string; line: string }[];
  /** Of `eligibility`: the pairs of which the worker, or the two who share, work more than the line is. */
  tooMuch?: { worker: string; line: string }[];
  /**
   * A matching made before: of equally good matchings, the one with fewest changes to it is chosen, where a
   * flow decides (no stability, no caps on lines, no preferencers with caps who share lines). Else it is
   * chosen itself if it is among the best. It may name workers and lines that take no part any more.
   */
  near?: { worker: string; line: string }[];
  /**
   * Priority groups, the first first, each with the workers it names; whoever is in none comes last. A group is matched as
   * well as it can be while all others can still be placed, and keeps what it got.
   */
  groups?: { name: string; workers: string[] }[];
  /** Linked workers (couples) whose lines have to fit together; each worker in one link at most. */
  links?: AllocatorLink[];
  /** Whether the search also finds out what lines that workers ranked better would have cost. */
  reasons?: boolean;
  options: {
    /** a in [0, 1]: share of the preferencers' dissatisfaction in the objective. */
    preferencerWeight: number;
    /** Dissatisfaction with a rank is rank^power. */
    preferencePower: number;
    /** No blocking pair (weak stability) may remain. */
    stability: boolean;
    /** Whether the same rank may be given twice. */
    allowTies: boolean;
    /** Chooses among matchings that are equally good. */
    seed: number;
  };
}

/** Options where a run says nothing else. */
export const DEFAULT_OPTIONS: Readonly<AllocatorProblem["options"]> = {
  preferencerWeight: 0.3,
  preferencePower: 1,
  stability: false,
  allowTies: true,
  seed: 1234,
};

/** One fault of the input. `message` names worker and line; `path` is the place in the problem. */
export interface AllocatorFault {
  path: string;
  message: string;
  /** Ids, where the fault is about a worker, a line or a preferencer. */
  worker?: string;
  line?: string;
  preferencer?: string;
}

/** A problem that the engine refuses; `message` names the first fault. */
export class AllocatorInputError extends Error {
  override name = "AllocatorInputError";
  constructor(readonly code: string, message: string, readonly errors: AllocatorFault[]) {
    super(message);
  }
}
