// The planner's input as plain JSON: what an allocation run asks for, and the posts it may use.
// Locked lines and the posts they hold are already subtracted by whoever loads the problem.

import type { Effort } from "./effort.ts";

/** Clinical experience category of the framework: A undifferentiated illness, B chronic illness, C acute and critical illness, D peri-procedural care. */
export type Category = "A" | "B" | "C" | "D";

/** All categories, in the order of their bits (A = 1, B = 2, C = 4, D = 8). */
export const CATEGORIES: readonly Category[] = ["A", "B", "C", "D"];

/** One position (a post on a clinical team) as the engine sees it. */
export interface PlannerPosition {
  id: string;
  name: string;
  /** Parent specialty, e.g. "Medicine". */
  specialty: string;
  /** Subspecialty, e.g. "Cardiology"; null where the position has none. */
  subspecialty: string | null;
  /** Categories the position is accredited for, at most two. */
  categories: Category[];
  isService: boolean;
  isRural: boolean;
  isNightsRelief: boolean;
  /** The doctor is embedded in a clinical team. */
  isClinicalTeam: boolean;
  isNonClinical: boolean;
  isExcludable: boolean;
  /** Whether annual leave may be planned in it; absent: it may. In service terms it never is. */
  allowsLeave?: boolean;
  /** Team and hospital that it belongs to, by id; absent: not known. */
  team?: string;
  hospital?: string;
  /** No post, but a term in which a line is not worked (`absentPosition`); rules ask nothing of it. */
  isAbsent?: boolean;
  /** Shortest term, in weeks, that the position may fill. */
  minWeeks: number;
  /** How much of full time its posts are; absent: all of it. */
  fte?: number;
}

/**
 * A six-month term: two positions, its components, that one line holds in two consecutive terms. Each is
 * a position like any other, with posts, subspecialty and flags of its own.
 */
export interface SixMonthTerm {
  id: string;
  name: string;
  /** Id of the position worked first and of the one in the term after it; null: the run has no posts of it. */
  components: [first: string | null, second: string | null];
  /** The diploma or certificate that it belongs to. */
  qualification: string | null;
  /** The college that requires it. */
  college: string | null;
}

/** An entry of the run's `constraints`: a name, or a name with its parameter. */
export type ConstraintEntry = string | { name: string; value?: unknown };

/** A versioned affinity profile; pairs that are not listed weigh 0, the relation is symmetric. */
export interface AffinityProfile {
  profile: string;
  version: number;
  /** `[key, key, weight]`, weight an integer in -100..100; a key is `subspecialty ?? specialty`. */
  weights: [specialtyA: string, specialtyB: string, weight: number][];
}

/** Everything the planner engine needs to know; serialisable, because runs are snapshotted. */
export interface PlannerProblem {
  version: 1;
  /** N: job lines to build. */
  lines: number;
  /** Weeks of each of the T terms. */
  termWeeks: number[];
  /** The R positions. */
  positions: PlannerPosition[];
  /** Six-month terms that positions are components of; absent: none. */
  sixMonthTerms?: SixMonthTerm[];
  /** `[T][R]`: posts of each position in each term. */
  posts: number[][];
  /** `[T][R]`: posts that should be filled at least; a soft wish that ranks above affinity. */
  minimumFill: number[][];
  constraints: ConstraintEntry[];
  affinity: AffinityProfile;
  /** Lines that stay beside the planned ones, as far as leave goes: team per term (null: none), and when they are away. */
  leaveBeside?: { teams: (string | null)[]; leave: { startWeek: number; weeks: number }[] }[];
  options: {
    /** Build as many valid lines as possible where N cannot be reached. */
    allowPartial: boolean;
    /** Same problem and seed, same plan. */
    seed: number;
    /** How hard to try; "normal" where absent. */
    effort?: Effort;
    /** Seconds of CPU of the search after which it ends with its best plan; 420 where absent. */
    timeLimitS?: number;
  };
}

/** Weights of the objective (integers, so that plan values are exact). */
export interface ObjectiveWeights {
  /** Per unit of affinity between consecutive terms. */
  adj: number;
  /** Per unit of affinity of every unordered pair of different affinity keys in a line. */
  all: number;
  /** Per pair of lines that share a (term, position). */
  coll: number;
  /** Per missing unit of minimum fill. */
  short: number;
  /** The same where the position is excludable: its posts stay empty before those of others do. */
  shortExcludable: number;
  /** Per line built, at least (see `lineReward`); part of the objective where `allowPartial` is set. */
  line: number;
}

/** The weights every run uses. */
export const OBJECTIVE: Readonly<ObjectiveWeights> = {
  adj: 2,
  all: 1,
  coll: 4,
  short: 300,
  shortExcludable: 30,
  line: 20_000,
};

/**
 * The most by which the wishes on one line can differ between two plans: affinity at either sign, and on every
 * slot its minimum fill, its preferred cell and its collisions. Whatever outranks wishes weighs more.
 * @param wishWeights weights of the preferred cells
 */
export function wishSwing(problem: PlannerProblem, wishWeights: readonly number[]): number {
  const T = problem.termWeeks.length;
  const weight = problem.affinity.weights.reduce((most, [, , w]) => Math.max(most, Math.abs(w)), 0);
  const pairs = OBJECTIVE.adj * (T - 1) + OBJECTIVE.all * T * (T - 1) / 2;
  const shared = problem.posts.flat().reduce((most, n) => Math.max(most, n), 0);
  const slot = OBJECTIVE.short + OBJECTIVE.coll * Math.min(shared, problem.lines) +
    wishWeights.reduce((most, w) => Math.max(most, w), 0);
  return 2 * pairs * weight + T * slot;
}

/**
 * What a line built is worth where fewer may do: no wishes on it and on a line that makes way for it are worth
 * as much, so that a plan of more lines is always the better one.
 */
export function lineReward(problem: PlannerProblem, wishWeights: readonly number[]): number {
  return Math.max(OBJECTIVE.line, 1000 * Math.ceil(2 * wishSwing(problem, wishWeights) / 1000));
}

/**
 * A term in which lines of part of the year are not worked, as a position like any other: it covers what the rest of
 * the year cannot, and counts in no share.
 * @param term from 0
 */
export function absentPosition(term: number): PlannerPosition {
  return {
    id: `${ABSENT}${term + 1}`,
    name: `not worked in term ${term + 1}`,
    specialty: `${ABSENT}${term + 1}`,
    subspecialty: null,
    categories: [...CATEGORIES],
    isService: false,
    isRural: false,
    isNightsRelief: false,
    isClinicalTeam: true,
    isNonClinical: false,
    isExcludable: true,
    isAbsent: true,
    minWeeks: 1,
  };
}

/**
 * The problem with a position for every term in which some lines are not worked.
 * @param lines [term] lines that are not worked in it
 */
export function withAbsences(problem: PlannerProblem, lines: readonly number[]): PlannerProblem {
  const terms = lines.flatMap((n, t) => n > 0 ? [t] : []);
  const row = (t: number) => terms.map((term) => term === t ? lines[t] : 0);
  return {
    ...problem,
    positions: [...problem.positions, ...terms.map(absentPosition)],
    posts: problem.posts.map((posts, t) => [...posts, ...row(t)]),
    minimumFill: problem.minimumFill.map((fill) => [...fill, ...terms.map(() => 0)]),
  };
}

/** What ids of such positions begin with; ids of posts are UUIDs. */
const ABSENT = "absent:";

/** Whether an id stands for a term in which the line is not worked. */
export function isAbsent(id: string): boolean {
  return id.startsWith(ABSENT);
}

/** The key under which a position looks up its affinities. */
export function affinityKey(position: PlannerPosition): string {
  return position.subspecialty ?? position.specialty;
}

/** A problem that the engine refuses, with a path for each fault. */
export class PlannerInputError extends Error {
  readonly code: string;
  readonly errors: { path: string; message: string }[];

  constructor(code: string, message: string, errors: { path: string; message: string }[]) {
    super(message);
    this.name = "PlannerInputError";
    this.code = code;
    this.errors = errors;
  }
}
