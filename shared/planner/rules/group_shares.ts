// Caps on the weeks of each group of positions (a specialty, a subspecialty).

import type { PlannerPosition } from "../problem.ts";
import type { LineLimit, RuleContext, RuleFinding } from "./rule.ts";
import { percent, shareWeeks, weeksFinding, weightOf } from "./shares.ts";

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
