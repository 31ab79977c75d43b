// ANNUAL_LEAVE: five weeks of leave in every line, in one block or in 2 + 3 weeks at least 13 weeks
// apart, never in a service term nor in a position that allows none. Where what all lines together may take in a term is
// limited, each line chooses its leave with its positions; in which weeks it lies is planned once the lines stand
// (`leave/`), so that no week and no team is left by too many at once.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { MOST_TERMS } from "../limits.ts";
import type { PlannerPosition, PlannerProblem } from "../problem.ts";
import { capacityBeside, termOfWeek, weeksOf } from "./calendar.ts";
import { leaveFaults } from "./leave_faults.ts";
import { LEAVE_WEEKS, type LeaveOption, leaveOptions } from "./leave_options.ts";
import type { LineRule, RuleContext } from "./rule.ts";
import { percent, positionsWhere } from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** Its value. */
interface AnnualLeave {
  /** Share of all leave weeks that should lie in the first half of the year. */
  first_half_share: number;
  /** Leave weeks that each term can take over all lines; absent: as many as there are. */
  capacity_weeks?: number[];
  /** Share of all lines that should be away in one week at most, and of a team's; what cannot be kept is reported. */
  week_share: number;
  team_share: number;
}

/** Null: leave is not planned. */
interface LeaveBound {
  annualLeave: AnnualLeave | null;
}

const value = once(() =>
  z.strictObject({
    first_half_share: z.number().min(0).max(1).default(0.7)
      .describe("Share of all leave weeks wanted in the first half of the year"),
    capacity_weeks: z.array(z.int().min(0).max(100_000)).min(1).max(MOST_TERMS).optional()
      .describe("Leave weeks that each term can take over all lines"),
    week_share: z.number().min(0).max(1).default(0.2)
      .describe("Share of all lines that should be away in one week, at most"),
    team_share: z.number().min(0).max(1).default(0.34)
      .describe("Share of a team's lines that should be away in one week, at most; one always may"),
  }).nullable()
);

/** Leave weeks by which each term's capacity is raised when it is loosened. */
const RAISES = [1, 2, 3, 5, 10, 20, 50];

/** Whether leave may be taken in a position: never in service, nor where the position says so. */
export function takesLeave({ isService, allowsLeave }: PlannerPosition): boolean {
  return !isService && allowsLeave !== false;
}

function optionsOf({ problem, bounds }: RuleContext<LeaveBound>): LeaveOption[] {
  return leaveOptions(problem.termWeeks, bounds.annualLeave?.capacity_weeks);
}

function noTerm(context: RuleContext<LeaveBound>): string | null {
  return optionsOf(context).length > 0
    ? null
    : `no term can take a block of ${LEAVE_WEEKS} weeks of leave, nor two of them 2 and 3 weeks`;
}

/** Whether lines must choose their leave with their positions: it is scarce somewhere, or no block fits some term. */
function isChoice(
  { problem, bounds, choosesLeave = false }: RuleContext<LeaveBound>,
  options: readonly LeaveOption[],
): boolean {
  if (options.length === 0) return false;
  if (choosesLeave) return true;
  const capacity = bounds.annualLeave!.capacity_weeks;
  return problem.termWeeks.some((weeks, t) =>
    weeks < LEAVE_WEEKS || (capacity?.[t] ?? Infinity) < LEAVE_WEEKS * problem.lines
  );
}

/** Five weeks of leave in every line. */
export const annualLeave: LineRule<LeaveBound> = {
  name: "ANNUAL_LEAVE",
  description:
    "Five weeks of annual leave in every line, outside service terms and positions without leave.",
  place: 2900,
  value,
  ofPlan: true,
  bare: {},
  set: (bounds, v) => ({ ...bounds, annualLeave: v as AnnualLeave | null }),
  valueOf: (bounds) => bounds.annualLeave,
  loosen({ annualLeave: now }) {
    const capacity = now!.capacity_weeks;
    if (!capacity) return [];
    return RAISES.map((more) => {
      const raised = capacity.map((weeks) => weeks + more);
      return {
        value: { ...now, capacity_weeks: raised },
        words: `ANNUAL_LEAVE capacity_weeks ${raised.join(", ")} instead of ${capacity.join(", ")}`,
      };
    });
  },
  off: (bounds) => ({ ...bounds, annualLeave: null }),
  active: (bounds) => bounds.annualLeave !== null,
  // Leave that was taken has its weeks.
  later(value, { frozen, taken }) {
    const given = value as Partial<AnnualLeave>, capacity = given.capacity_weeks;
    if (!capacity) return value;
    const most = capacity.map((weeks, t) => t < frozen ? Math.max(weeks, taken[t]) : weeks);
    return { ...given, capacity_weeks: most };
  },
  beside(value, staying, termWeeks) {
    const given = value as Partial<AnnualLeave>, capacity = given.capacity_weeks;
    if (!capacity) return value;
    const blocks = staying.flatMap(({ leave }) => leave);
    return { ...given, capacity_weeks: capacityBeside(capacity, termWeeks, blocks) };
  },
  unknown(problem: PlannerProblem, { annualLeave: leave }) {
    const given = leave?.capacity_weeks?.length ?? problem.termWeeks.length;
    return given === problem.termWeeks.length ? [] : [
      `capacity_weeks has ${plural(given, "entry", "entries")}, the year has ${
        plural(problem.termWeeks.length, "term")
      }`,
    ];
  },
  check(context, line) {
    const takes = line.map((r) => takesLeave(context.problem.positions[r]));
    const has = optionsOf(context).some(({ parts }) => parts.every(({ term }) => takes[term]));
    return noTerm(context) ?? (has ? null : `no term can take ${LEAVE_WEEKS} weeks of leave`);
  },
  finding({ problem: { termWeeks, positions } }, line, { leave }) {
    const faults = leaveFaults(termWeeks, line.map((r) => positions[r]), leave);
    const weeks = weeksOf(leave);
    const termAt = (week: number) => termOfWeek(termWeeks, week);
    const blocks = [...leave].sort((a, b) => a.startWeek - b.startWeek);
    const text = blocks.map(({ startWeek, weeks }) =>
      `weeks ${startWeek + 1}-${startWeek + weeks} (term ${termAt(startWeek) + 1})`
    ).join(" and ");
    // Who works a part of the year has the leave of that part, however much it is.
    const isPart = line.some((r) => positions[r].isAbsent);
    const found = text === ""
      ? "no leave is planned"
      : `${plural(weeks, "week")} of leave: ${text}`;
    if (faults.length > 0) {
      return {
        text: `${found}; ${faults.map((fault) => fault.text).join("; ")}`,
        terms: faults.map(({ term }) => term).filter((term) => term >= 0),
        met: false,
      };
    }
    return {
      text: found,
      terms: blocks.map(({ startWeek }) => termAt(startWeek)),
      ...(isPart ? weeks > LEAVE_WEEKS : weeks !== LEAVE_WEEKS) && { met: false },
    };
  },
  contribute(context) {
    const { problem, bounds } = context, options = optionsOf(context);
    const blocked = positionsWhere(context, (p) => !takesLeave(p));
    const isUsed = (t: number) =>
      options.some(({ parts }) => parts.some(({ term }) => term === t)) ? 1 : 0;
    const termWeight = problem.termWeeks.map((_, t) => isUsed(t));
    const budgets = bounds.annualLeave!.capacity_weeks ?? problem.termWeeks.map(() => Infinity);
    return {
      structure: noTerm(context),
      // "At least one such term that takes leave" is "not all of them in positions that take none".
      limits: [{
        // In a year of short terms it is two.
        max: termWeight.filter((w) => w > 0).length -
          Math.min(2, ...options.map((o) => o.parts.length)),
        kind: "without leave",
        positions: blocked,
        termWeight,
      }],
      ...isChoice(context, options) && { leave: { options, blocked, budgets } },
    };
  },
  explain({ annualLeave: leave }) {
    const { first_half_share: half, capacity_weeks: capacity } = leave!;
    const wanted = `${LEAVE_WEEKS} weeks of leave outside service terms, ${
      percent(half)
    } in the first half of the year`;
    return capacity ? `${wanted}, at most ${capacity.join(", ")} weeks in the terms` : wanted;
  },
};
