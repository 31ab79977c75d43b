// Caps on the weeks of each group of positions (a specialty, a subspecialty).

import type { PlannerPosition } from "../problem.ts";
import type { LineLimit, RuleContext, RuleFinding } from "./rule.ts";
import { percent, shareWeeks, weeksFinding, weightOf } from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** A group of positions: its name, and what that belongs to where others may have the same name ("" for none). */
export interface Group {
  name: string;
  of: string;
}

/** Tells groups apart; a name never holds a line break. */
const keyOf = (group: Group | null) => group === null ? null : `${group.name}\n${group.of}`;
const nameOf = (key: string) => key.split("\n")[0];

/** One limit in weeks for each value of a grouping key (specialty, subspecialty). */
export function groupedWeekLimits(
  context: RuleContext,
  share: number,
  key: (position: PlannerPosition) => Group | null,
): LineLimit[] {
  const groups = new Map<string, number[]>();
  context.problem.positions.forEach((position, r) => {
    const group = keyOf(key(position));
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), r]);
  });
  const max = shareWeeks(share, context.problem.termWeeks);
  return [...groups].map(([group, positions]) => ({
    max,
    kind: nameOf(group),
    positions,
    termWeight: context.problem.termWeeks,
  }));
}

/** The first group whose weeks in the line exceed the share, as a sentence; null when none does. */
export function groupOverShare(
  context: RuleContext,
  line: readonly number[],
  share: number,
  key: (position: PlannerPosition) => Group | null,
): string | null {
  const { positions, termWeeks } = context.problem;
  const weeks = new Map<string, number>();
  line.forEach((r, t) => {
    const group = keyOf(key(positions[r]));
    if (group !== null) weeks.set(group, (weeks.get(group) ?? 0) + termWeeks[t]);
  });
  const limit = shareWeeks(share, termWeeks);
  for (const [group, sum] of weeks) {
    if (sum > limit) {
      return `${sum} of ${plural(context.totalWeeks, "week")} in ${nameOf(group)}, at most ${
        percent(share)
      } allowed`;
    }
  }
  return null;
}

/** The group that takes most of a line's weeks, as a finding: "20 of 52 weeks in Medicine (38%)". */
export function largestGroupFinding(
  context: RuleContext,
  line: readonly number[],
  key: (position: PlannerPosition) => Group | null,
): RuleFinding {
  const { positions, termWeeks } = context.problem;
  const groups = new Set(line.flatMap((r) => keyOf(key(positions[r])) ?? []));
  const weeksIn = (group: string) =>
    weightOf(context, line, termWeeks, (position) => keyOf(key(position)) === group);
  const [largest] = [...groups].sort((a, b) => weeksIn(b) - weeksIn(a));
  if (largest === undefined) return { text: "no term counts", terms: [] };
  const found = weeksFinding(
    context,
    line,
    `in ${nameOf(largest)}`,
    (p) => keyOf(key(p)) === largest,
  );
  return groups.size > 1 ? { ...found, text: `${found.text}, the most of any` } : found;
}
