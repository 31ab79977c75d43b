// What a rule of the planner is: one object with its name, parameter, check, contribution to the
// line model and explanation. The solver knows only the contributions, never a rule by name.

import type { PlannerProblem } from "../problem.ts";
import type * as z from "zod";
import type { LeaveBlock } from "./calendar.ts";

/** What a rule reads when it checks or contributes; `Own`: what it may read of the bounds, which is its own. */
export interface RuleContext<Own = unknown> {
  problem: PlannerProblem;
  bounds: Own;
  /** Weeks of the whole year. */
  totalWeeks: number;
  /** Whether lines choose their leave however much of it the terms can take: a date leaves them different ways. */
  choosesLeave?: boolean;
}

/** Linear limit on a line: sum over terms t whose position is in `positions` of termWeight[t] <= max. */
export interface LineLimit {
  max: number;
  /** What the positions have in common, in words: "rural", "Surgery". */
  kind: string;
  /** Indexes into `problem.positions`. */
  positions: number[];
  /** Weight of each term, non-negative integers (1, or the term's weeks). */
  termWeight: number[];
  /** Further positions that weigh otherwise, in the same sum: what comes after what is such a limit. */
  beside?: { positions: number[]; termWeight: number[] };
}

/** How many different groups of positions (hospitals, specialties) a line holds. */
export interface LineVariety {
  /** [position] number of its group; -1 for none. */
  groupOf: number[];
  most: number;
  least: number;
}

/** Lines of a pathway, by indexes into `problem.positions`. */
export type PathwayReserve =
  & { name: string; lines: number }
  & ({ sequence: (number | null)[] } | { positions: number[]; need: number });

/** Leave as a choice of every line, where all lines together may take so much of it. */
export interface LeaveReserve {
  /** Ways to take leave: weeks in one term, or in several. */
  options: { parts: { term: number; weeks: number }[] }[];
  /** Positions in whose terms no leave is taken, by index. */
  blocked: number[];
  /** [term] weeks that all lines together may take; Infinity for any. */
  budgets: number[];
}

/** What a rule adds to the model of a legal line. */
export interface RuleContribution {
  /** A sentence when the term structure itself breaks the rule: then no line is legal. */
  structure?: string | null;
  /** Positions that may not be used at all. */
  forbids?: number[];
  /** Slots (term, position) that may not be used. */
  forbidsSlot?: (term: number, position: number) => boolean;
  limits?: LineLimit[];
  varieties?: LineVariety[];
  /** Features every line must cover: one set of positions per feature, at least one of them used. */
  covers?: { label: string; positions: number[] }[];
  /** No position twice. */
  distinct?: boolean;
  /** Positions that a line holds in two consecutive terms or not at all. */
  pairs?: { first: number; second: number }[];
  /** Features that a line with such a pair must cover. */
  coversBesidePairs?: { label: string; positions: number[] }[];
  /** Slots that at least so many lines of a plan must hold. */
  forces?: { term: number; position: number; lines: number }[];
  /** Lines reserved for pathways. */
  reserves?: PathwayReserve[];
  /** Slots that so many lines should hold; each that is missing costs the weight. */
  wishes?: { term: number; position: number; lines: number; weight: number }[];
  leave?: LeaveReserve;
}

/** What a line has beside its positions. */
export interface LineFacts {
  /** Name of the pathway that the line is reserved for. */
  pathway: string | null;
  /** Annual leave; weeks of the year count from 0. */
  leave: readonly LeaveBlock[];
}

/** How a line stands to a rule, for a planner who asks which rule is met by what. */
export interface RuleFinding {
  /** What was found, in words: "10 of 52 weeks in service terms". */
  text: string;
  /** The terms that it rests on, from 0; none where it is about the year as a whole. */
  terms: number[];
  /** Where `check` alone cannot tell: null for what the whole plan must keep, and no line by itself. */
  met?: boolean | null;
}

/** A line that stands already. */
export interface StandingLine {
  /** Terms count from 1. */
  rotations: readonly { term: number; position: string }[];
  pathway: string | null;
  leave: readonly LeaveBlock[];
}

/** A year that is worked already up to one of its terms. */
export interface WorkedYear {
  /** Terms that are over or begun. */
  frozen: number;
  termWeeks: readonly number[];
  /** [term] weeks of leave that lines have there. */
  taken: readonly number[];
}

/**
 * A rule of the planner. `Own`: what it keeps in the bounds; the bounds of a run hold that of every rule (`bounds.ts`), so that
 * a field has one name everywhere.
 */
export interface LineRule<Own = unknown> {
  /** Name in `constraints`, upper case. */
  name: string;
  /** One sentence for a planner. */
  description: string;
  /** Where it stands among the rules, in lists, results and explanations; with room for others in between. */
  place: number;
  /** True where it belongs to the positions themselves: no entry sets it, and it cannot be switched off. */
  inherent?: true;
  /** True where it asks something of all lines together, and not only of each by itself. */
  ofPlan?: true;
  /** Shape of the entry's `value`; made when it is first asked for, since most runs name few rules. */
  value: () => z.ZodType;
  /** Value an entry without parameter stands for; absent when the parameter is required. */
  bare?: unknown;
  /** Value that is in force in every ruleset, as a rule of the house; absent: off unless a ruleset names it. */
  house?: unknown;
  /** The bounds with this rule set to `value` (already validated). */
  set<All extends Own>(bounds: All, value: unknown): All;
  /** The value in force under these bounds, as an entry would give it. */
  valueOf(bounds: Own): unknown;
  /** Looser values, the least loose first: "MAX_SERVICE 23% instead of 20%". Off is not among them. */
  loosen?(bounds: Own, problem: PlannerProblem): { value: unknown; words: string }[];
  /** The bounds with this rule switched off. */
  off<All extends Own>(bounds: All): All;
  /** Whether the rule binds anything under these bounds. */
  active(bounds: Own): boolean;
  /** What an entry's value still asks where the year is worked up to a term; absent: all of it. */
  later?(value: unknown, year: WorkedYear): unknown;
  /** What an entry's value still asks of other lines beside those that stay; absent: all of it. */
  beside?(value: unknown, staying: readonly StandingLine[], termWeeks: readonly number[]): unknown;
  /** What the parameter names that the problem does not have, as sentences. */
  unknown?(problem: PlannerProblem, bounds: Own): string[];
  /** Checks a finished line (position index per term): null, or a sentence that says what is wrong. */
  check(context: RuleContext<Own>, line: readonly number[]): string | null;
  /** What a finished line, legal or not, has to do with the rule, and in which terms. */
  finding(context: RuleContext<Own>, line: readonly number[], facts: LineFacts): RuleFinding;
  /** Contribution to the model of a legal line. */
  contribute(context: RuleContext<Own>): RuleContribution;
  /** The rule as it stands under these bounds, in words: "at most 20% of the year in service terms". */
  explain(bounds: Own): string;
}

/** What a rule keeps in the bounds. */
export type OwnOf<Rule> = Rule extends LineRule<infer Own> ? Own : never;
