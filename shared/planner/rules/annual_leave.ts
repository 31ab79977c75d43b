// ANNUAL_LEAVE: five weeks of leave in every line, in one block or in 2 + 3 weeks at least 13 weeks
// apart, never in a service term nor in a position that allows none. The blocks are chosen once the lines stand (leave.ts); what the
// lines must provide for it is a term that can take the whole block.

import * as z from "zod";
import { MOST_TERMS } from "../limits.ts";
import type { PlannerPosition, PlannerProblem } from "../problem.ts";
import type { AnnualLeave } from "./bounds.ts";
import { termOfWeek, weeksOf } from "./calendar.ts";
import type { LineRule, RuleContext } from "./rule.ts";
import { percent, positionsWhere } from "./shares.ts";

/** Weeks of leave in a line. */
export const LEAVE_WEEKS = 5;

const value = z.strictObject({
  first_half_share: z.number().min(0).max(1).default(0.7)
    .describe("Share of all leave weeks wanted in the first half of the year"),
  capacity_weeks: z.array(z.int().min(0).max(100_000)).min(1).max(MOST_TERMS).optional()
    .describe("Leave weeks that each term can take over all lines"),
}).nullable();

/** Whether leave may be taken in a position: never in service, nor where the position says so. */
export function takesLeave({ isService, allowsLeave }: PlannerPosition): boolean {
  return !isService && allowsLeave !== false;
}

/** Whether a term of its length and capacity can take a block of five weeks. */
export function takesBlock({ problem, bounds }: RuleContext, t: number): boolean {
  const capacity = bounds.annualLeave?.capacity_weeks?.[t] ?? Infinity;
  return problem.termWeeks[t] >= LEAVE_WEEKS && capacity >= LEAVE_WEEKS;
}

function noTerm(context: RuleContext): string | null {
  return context.problem.termWeeks.some((_, t) => takesBlock(context, t))
    ? null
    : `no term can take a block of ${LEAVE_WEEKS} weeks of leave`;
}

/** Five weeks of leave in every line. */
export const annualLeave: LineRule = {
  name: "ANNUAL_LEAVE",
  description:
    "Five weeks of annual leave in every line, outside service terms and positions without leave.",
  value,
  bare: {},
  set: (bounds, v) => ({ ...bounds, annualLeave: v as AnnualLeave | null }),
  valueOf: (bounds) => bounds.annualLeave,
  off: (bounds) => ({ ...bounds, annualLeave: null }),
  active: (bounds) => bounds.annualLeave !== null,
  unknown(problem: PlannerProblem, { annualLeave: leave }) {
    const given = leave?.capacity_weeks?.length ?? problem.termWeeks.length;
    return given === problem.termWeeks.length
      ? []
      : [`capacity_weeks has ${given} entries, the year has ${problem.termWeeks.length} terms`];
  },
  check(context, line) {
    const has = line.some((r, t) =>
      takesLeave(context.problem.positions[r]) && takesBlock(context, t)
    );
    return noTerm(context) ?? (has ? null : `no term can take ${LEAVE_WEEKS} weeks of leave`);
  },
  finding({ problem: { termWeeks } }, _line, { leave }) {
    const weeks = weeksOf(leave);
    const termAt = (week: number) => termOfWeek(termWeeks, week);
    const blocks = [...leave].sort((a, b) => a.startWeek - b.startWeek);
    const text = blocks.map(({ startWeek, weeks }) =>
      `weeks ${startWeek + 1}-${startWeek + weeks} (term ${termAt(startWeek) + 1})`
    ).join(" and ");
    return {
      text: text === "" ? "no leave is planned" : `${weeks} weeks of leave: ${text}`,
      terms: blocks.map(({ startWeek }) => termAt(startWeek)),
      ...weeks !== LEAVE_WEEKS && { met: false },
    };
  },
  contribute(context) {
    const termWeight = context.problem.termWeeks.map((_, t) => takesBlock(context, t) ? 1 : 0);
    return {
      structure: noTerm(context),
      // "At least one such term that takes leave" is "not all of them in positions that take none".
      limits: [{
        max: termWeight.filter((w) => w > 0).length - 1,
        kind: "without leave",
        positions: positionsWhere(context, (p) => !takesLeave(p)),
        termWeight,
      }],
    };
  },
  explain: ({ annualLeave: leave }) =>
    `${LEAVE_WEEKS} weeks of leave outside service terms, ${
      percent(leave!.first_half_share)
    } in the first half of the year`,
};
