// Shares of the year, and what rules say of terms and weeks in a line.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { PlannerPosition } from "../problem.ts";
import type { RuleContext, RuleFinding } from "./rule.ts";
import { plural } from "../../engine/words.ts";

/** A share of the year, 0..1; null switches the bound off. */
export const shareValue = once(() => z.number().min(0).max(1).nullable());

/** A whole number of terms or weeks; null switches the bound off. */
export const countValue = once(() => z.number().int().min(0).max(366).nullable());

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
  return { text: `${weeks} of ${plural(context.totalWeeks, "week")} ${kind} (${share}%)`, terms };
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
