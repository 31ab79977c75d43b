// Shares of the year and the two shapes of rule that most rules have: a cap on weeks or on terms.

import * as z from "zod";
import type { PlannerPosition, PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "./bounds.ts";
import type { LineLimit, LineRule, RuleContext, RuleFinding } from "./rule.ts";

/** A share of the year, 0..1; null switches the bound off. */
export const shareValue = z.number().min(0).max(1).nullable();

/** A whole number of terms or weeks; null switches the bound off. */
export const countValue = z.number().int().min(0).max(366).nullable();

/**
 * Weeks that a share of the year allows. A single whole term whose percentage rounds to the share
 * counts as within (13 of 51 weeks is 25%).
 * @param share 0..1
 * @param termWeeks weeks of each term
 */
export function shareWeeks(share: number, termWeeks: readonly number[]): number {
  const total = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  let limit = Math.floor(share * total + 1e-9);
  for (const weeks of termWeeks) {
    if (weeks > limit && Math.round(100 * weeks / total) <= Math.round(100 * share)) limit = weeks;
  }
  return limit;
}

/** A share in words, "20%". */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}

/** Sum of a line's term weights over the positions that pass `test`. */
export function weightOf(
  context: RuleContext,
  line: readonly number[],
  termWeight: readonly number[],
  test: (position: PlannerPosition) => boolean,
): number {
  return line.reduce(
    (sum, r, t) => sum + (test(context.problem.positions[r]) ? termWeight[t] : 0),
    0,
  );
}

/** Terms of a line, from 0, whose position passes `test`. */
export function termsOf(
  { problem }: RuleContext,
  line: readonly number[],
  test: (position: PlannerPosition) => boolean,
): number[] {
  return line.flatMap((r, t) => test(problem.positions[r]) ? [t] : []);
}

/** "term 2", "terms 1 and 4", "terms 1, 3 and 4" of terms from 0. */
export function termNames(terms: readonly number[]): string {
  const names = terms.map((t) => `${t + 1}`);
  const last = names.pop();
  return names.length === 0 ? `term ${last}` : `terms ${names.join(", ")} and ${last}`;
}

/** The weeks of a line that pass `test`, as a finding: "10 of 52 weeks in service terms (19%)". */
export function weeksFinding(
  context: RuleContext,
  line: readonly number[],
  kind: string,
  test: (position: PlannerPosition) => boolean,
): RuleFinding {
  const terms = termsOf(context, line, test);
  const weeks = terms.reduce((sum, t) => sum + context.problem.termWeeks[t], 0);
  const share = Math.round(100 * weeks / context.totalWeeks);
  return { text: `${weeks} of ${context.totalWeeks} weeks ${kind} (${share}%)`, terms };
}

/** "no rural term", "1 rural term", "2 rural terms". */
export function countOfTerms(count: number, kind: string): string {
  return `${count === 0 ? "no" : count} ${kind} term${count === 1 || count === 0 ? "" : "s"}`;
}

/** Indexes of the positions that pass `test`. */
export function positionsWhere(
  context: RuleContext,
  test: (position: PlannerPosition) => boolean,
): number[] {
  return context.problem.positions.flatMap((p, r) => test(p) ? [r] : []);
}

type NumberKey = {
  [K in keyof RuleBounds]: RuleBounds[K] extends number | null ? K : never;
}[keyof RuleBounds];

/** Every number of weeks that some of the terms add up to, ascending. */
function termSums(termWeeks: readonly number[]): number[] {
  let sums = new Set([0]);
  for (const weeks of termWeeks) sums = new Set([...sums, ...[...sums].map((sum) => sum + weeks)]);
  return [...sums].sort((a, b) => a - b);
}

/** The whole percentages above a share that let in another set of terms. */
function looserShares(share: number, termWeeks: readonly number[]): number[] {
  const sums = termSums(termWeeks);
  const most = (limit: number) => sums.findLast((sum) => sum <= limit)!;
  const found: number[] = [];
  let before = most(shareWeeks(share, termWeeks));
  for (let per = Math.floor(100 * share + 1e-9) + 1; per <= 100; per++) {
    const now = most(shareWeeks(per / 100, termWeeks));
    if (now > before) found.push(per / 100);
    before = now;
  }
  return found;
}

function range(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}

/** How a bound is loosened: values that change something, the least loose first. */
const LOOSER = {
  "share at most": looserShares,
  "share at least": (share: number, termWeeks: readonly number[]) => {
    const total = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
    return termSums(termWeeks).reverse()
      .map((sum) => Math.floor(100 * sum / total) / 100).filter((looser) => looser < share);
  },
  "terms at most": (count: number, termWeeks: readonly number[]) =>
    count < termWeeks.length ? range(count + 1, termWeeks.length) : [],
  "terms at least": (count: number) => count > 0 ? range(count - 1, 0) : [],
  "weeks at least": (count: number, termWeeks: readonly number[]) =>
    termSums(termWeeks).reverse().filter((sum) => sum < count),
  "terms exactly": (count: number, termWeeks: readonly number[]) =>
    count === termWeeks.length ? [] : [termWeeks.length],
};

/**
 * The parts of a rule that live in one nullable number of the bounds.
 * @param kind what the number bounds, which says how it is loosened
 */
export function boundBy(
  key: NumberKey,
  value: z.ZodType,
  kind: keyof typeof LOOSER,
): Pick<LineRule, "value" | "set" | "valueOf" | "off" | "active"> & {
  loosen: (this: LineRule, bounds: RuleBounds, problem: PlannerProblem) => {
    value: unknown;
    words: string;
  }[];
} {
  const show = (n: number) => kind.startsWith("share") ? percent(n) : `${n}`;
  return {
    loosen(bounds, { termWeeks }) {
      const now = bounds[key] as number;
      return LOOSER[kind](now, termWeeks).map((looser) => ({
        value: looser,
        words: `${this.name} ${show(looser)} instead of ${show(now)}`,
      }));
    },
    value,
    set: (bounds, v) => ({ ...bounds, [key]: v as number | null }),
    valueOf: (bounds) => bounds[key],
    off: (bounds) => ({ ...bounds, [key]: null }),
    active: (bounds) => bounds[key] !== null,
  };
}

/** What a rule "at most k terms of a kind" needs to be told. */
export interface TermCountSpec {
  name: string;
  description: string;
  key: NumberKey;
  /** The kind in words, "rural". */
  kind: string;
  test: (position: PlannerPosition) => boolean;
}

/** Builds a rule "at most k terms whose position is of a kind". */
export function termCountRule(spec: TermCountSpec): LineRule {
  const bound = (bounds: RuleBounds) => bounds[spec.key] as number;
  return {
    name: spec.name,
    description: spec.description,
    ...boundBy(spec.key, countValue, "terms at most"),
    check(context, line) {
      const ones = context.problem.termWeeks.map(() => 1);
      const count = weightOf(context, line, ones, spec.test);
      return count > bound(context.bounds)
        ? `${count} ${spec.kind} terms, at most ${bound(context.bounds)} allowed`
        : null;
    },
    finding(context, line) {
      const terms = termsOf(context, line, spec.test);
      return { text: countOfTerms(terms.length, spec.kind), terms };
    },
    contribute: (context) => ({
      limits: [{
        max: bound(context.bounds),
        kind: spec.kind,
        positions: positionsWhere(context, spec.test),
        termWeight: context.problem.termWeeks.map(() => 1),
      }],
    }),
    explain: (bounds) =>
      `at most ${bound(bounds)} ${spec.kind} term${bound(bounds) === 1 ? "" : "s"}`,
  };
}

/** One limit in weeks for each value of a grouping key (specialty, subspecialty). */
export function groupedWeekLimits(
  context: RuleContext,
  share: number,
  key: (position: PlannerPosition) => string | null,
): LineLimit[] {
  const groups = new Map<string, number[]>();
  context.problem.positions.forEach((position, r) => {
    const group = key(position);
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), r]);
  });
  const max = shareWeeks(share, context.problem.termWeeks);
  return [...groups].map(([kind, positions]) => ({
    max,
    kind,
    positions,
    termWeight: context.problem.termWeeks,
  }));
}

/** The first group whose weeks in the line exceed the share, as a sentence; null when none does. */
export function groupOverShare(
  context: RuleContext,
  line: readonly number[],
  share: number,
  key: (position: PlannerPosition) => string | null,
): string | null {
  const { positions, termWeeks } = context.problem;
  const weeks = new Map<string, number>();
  line.forEach((r, t) => {
    const group = key(positions[r]);
    if (group !== null) weeks.set(group, (weeks.get(group) ?? 0) + termWeeks[t]);
  });
  const limit = shareWeeks(share, termWeeks);
  for (const [group, sum] of weeks) {
    if (sum > limit) {
      return `${sum} of ${context.totalWeeks} weeks in ${group}, at most ${percent(share)} allowed`;
    }
  }
  return null;
}

/** The group that takes most of a line's weeks, as a finding: "20 of 52 weeks in Medicine (38%)". */
export function largestGroupFinding(
  context: RuleContext,
  line: readonly number[],
  key: (position: PlannerPosition) => string | null,
): RuleFinding {
  const { positions, termWeeks } = context.problem;
  const groups = new Set(line.flatMap((r) => key(positions[r]) ?? []));
  const weeksIn = (group: string) =>
    weightOf(context, line, termWeeks, (position) => key(position) === group);
  const [largest] = [...groups].sort((a, b) => weeksIn(b) - weeksIn(a));
  if (largest === undefined) return { text: "no term counts", terms: [] };
  const found = weeksFinding(context, line, `in ${largest}`, (p) => key(p) === largest);
  return groups.size > 1 ? { ...found, text: `${found.text}, the most of any` } : found;
}
