// Lines as hands change them, judged by the rules at every step: in the page before anything is saved, and on the server
// when it is.

import { affinityKey, type ConstraintEntry, OBJECTIVE, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "./bounds.ts";
import type { RuleContext } from "./rule.ts";
import type { LeaveBlock } from "./calendar.ts";
import { judgeLine, resolveRules, type RuleVerdict } from "./mod.ts";

/** A line that may be unfinished. */
export interface JudgedLine {
  /** Position id by term; null where it has none. */
  positions: readonly (string | null)[];
  pathway: string | null;
  /** Weeks of the year count from 0. */
  leave: readonly LeaveBlock[];
}

/** A rule that a line breaks. */
export interface BrokenRule {
  rule: string;
  /** What the rule asks, in words. */
  requirement: string;
  /** What is wrong, in words. */
  message: string;
  /** The terms that it rests on, from 0. */
  terms: number[];
}

/** The name under which a term without a position is told. */
export const EMPTY_TERM = "EMPTY_TERM";

/** Judges lines by one set of constraints. */
export class LineJudge {
  readonly #context: RuleContext<RuleBounds>;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #known = new Map<string, BrokenRule[]>();

  /**
   * @param problem of at least the positions that lines hold, see problemAround()
   * @param constraints entries that parseConstraints() accepts
   */
  constructor(problem: PlannerProblem, constraints: readonly ConstraintEntry[]) {
    const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
    this.#context = { problem, bounds: resolveRules(constraints), totalWeeks };
    this.#indexOf = new Map(problem.positions.map(({ id }, index) => [id, index]));
  }

  /** Every rule with its verdict; null for a line with an empty term, which no rule can judge. */
  verdicts(line: JudgedLine): RuleVerdict[] | null {
    const indexes = line.positions.map((id) => id === null ? undefined : this.#indexOf.get(id));
    if (indexes.some((index) => index === undefined)) return null;
    return judgeLine(this.#context, indexes as number[], line);
  }

  /** The rules that a line breaks, in the order of the rules; known for lines that were judged before. */
  broken(line: JudgedLine): BrokenRule[] {
    const key = JSON.stringify([line.positions, line.pathway, line.leave]);
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size > 5_000) this.#known.clear();
    const found = this.#broken(line);
    this.#known.set(key, found);
    return found;
  }

  #broken(line: JudgedLine): BrokenRule[] {
    const verdicts = this.verdicts(line);
    if (verdicts) {
      return verdicts.filter(({ met }) => met === false).map((verdict) => ({
        rule: verdict.rule,
        requirement: verdict.requirement,
        message: verdict.finding,
        terms: verdict.terms,
      }));
    }
    const terms = line.positions.flatMap((id, t) =>
      id === null || !this.#indexOf.has(id) ? [t] : []
    );
    const names = terms.map((t) => t + 1).join(", ");
    return [{
      rule: EMPTY_TERM,
      requirement: "every term has a position",
      message: `no position in term ${names}`,
      terms,
    }];
  }
}

/** Rules that are broken now and were not, and those that were and are not any more. */
export function compareBroken(before: readonly BrokenRule[], now: readonly BrokenRule[]) {
  const had = new Set(before.map(({ rule }) => rule));
  const has = new Set(now.map(({ rule }) => rule));
  return {
    breaks: now.filter(({ rule }) => !had.has(rule)),
    mends: before.filter(({ rule }) => !has.has(rule)),
  };
}

/** Affinities between keys, looked up both ways. */
export function weightsOf(
  weights: readonly (readonly [string, string, number])[],
): (a: string, b: string) => number {
  const of = new Map(
    weights.map(([a, b, weight]) => [a < b ? `${a}\n${b}` : `${b}\n${a}`, weight]),
  );
  return (a, b) => of.get(a < b ? `${a}\n${b}` : `${b}\n${a}`) ?? 0;
}

/** Affinity of a whole line as the planner writes it: adj x consecutive terms + all x pairs of different keys. */
export function lineAffinity(
  { positions }: PlannerProblem,
  weight: (a: string, b: string) => number,
  line: readonly (string | null)[],
): number | null {
  const keys: string[] = [];
  for (const id of line) {
    const position = positions.find((each) => each.id === id);
    if (!position) return null;
    keys.push(affinityKey(position));
  }
  let affinity = 0;
  for (let t = 1; t < keys.length; t++) affinity += OBJECTIVE.adj * weight(keys[t - 1], keys[t]);
  const different = [...new Set(keys)];
  different.forEach((a, i) => {
    for (const b of different.slice(i + 1)) affinity += OBJECTIVE.all * weight(a, b);
  });
  return affinity;
}
