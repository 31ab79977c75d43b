// SAME_FTE: a line is worked full time, or one part of full time all year.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { PlannerPosition } from "../problem.ts";
import type { LineRule, RuleContext } from "./rule.ts";
import { percent, termNames } from "./shares.ts";
import { numbered } from "./varieties.ts";

/** How much of full time a term in the position is; null where nobody works. */
function fteOf({ fte = 1, isAbsent }: PlannerPosition): number | null {
  return isAbsent ? null : fte;
}

/** The parts of full time that a line's terms are, in the order in which they come. */
function parts({ problem }: RuleContext, line: readonly number[]): number[] {
  return [...new Set(line.flatMap((r) => fteOf(problem.positions[r]) ?? []))];
}

const words = (fte: number) => fte === 1 ? "full time" : `${percent(fte)} of full time`;

/** No line is full time in one term and part-time in another: one doctor, or two who share it, work it all year. */
export const sameFte: LineRule<{ sameFte: boolean }> = {
  name: "SAME_FTE",
  description:
    "All positions of a line are the same part of full time, so that a doctor who works part-time, or two who share a job, can have it all year.",
  place: 2300,
  value: once(() => z.boolean()),
  bare: true,
  house: true,
  set: (bounds, value) => ({ ...bounds, sameFte: value as boolean }),
  valueOf: (bounds) => bounds.sameFte,
  off: (bounds) => ({ ...bounds, sameFte: false }),
  active: (bounds) => bounds.sameFte,
  check(context, line) {
    const held = parts(context, line);
    return held.length <= 1 ? null : `${held.map(words).join(" and ")} in one line`;
  },
  finding(context, line) {
    const held = parts(context, line), { positions } = context.problem;
    if (held.length <= 1) return { text: held.map(words).join(""), terms: [] };
    const least = Math.min(...held);
    const terms = line.flatMap((r, t) => fteOf(positions[r]) === least ? [t] : []);
    return { text: `${words(least)} in ${termNames(terms)}`, terms };
  },
  contribute({ problem: { positions } }) {
    const groupOf = numbered(positions.map((position) => fteOf(position)?.toString() ?? null));
    // Where all posts are alike there is nothing to keep, and nothing that would slow the search.
    if (groupOf.every((group) => group <= 0)) return {};
    return { varieties: [{ groupOf, most: 1, least: 0 }] };
  },
  explain: () => "all terms of a line are the same part of full time",
};
