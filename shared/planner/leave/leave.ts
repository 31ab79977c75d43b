// Annual leave of finished lines: which terms it lies in, then in which weeks, so that no unit is left by too many at
// once. Deterministic: lines in their order, no chance.
//
// This folder owns where leave lies in finished lines. Search and replan import it for their outcomes; it knows rules and
// problem alone.

import type { PlannerProblem } from "../problem.ts";
import { earlyWeeks, type LeaveBlock, termOfWeek, weeksOf } from "../rules/calendar.ts";
import { takesLeave } from "../rules/annual_leave.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { LEAVE_WEEKS, leaveOptions } from "../rules/leave_options.ts";
import { chooseFreely, chooseOptions, type LeaveChoiceOfLine } from "./choice.ts";
import { type PlacedOption, placementsOf } from "./placements.ts";
import { mostAway, spreadLeave } from "./spread.ts";
import { plural } from "../../engine/words.ts";

/** Leave of a plan. */
export interface LeavePlan {
  /** [line] its blocks by week; empty where none could be placed. */
  blocks: LeaveBlock[][];
  /** Lines for which the terms' capacities left no room. */
  unplaced: number;
  quality: LeaveQuality;
}

/** How the leave of a plan lies; stored with the run. */
export interface LeaveQuality {
  /** Share of all leave weeks in the first half of the year. */
  first_half_share: number;
  wanted_share: number;
  /** Lines with leave in two parts. */
  split_lines: number;
  week_share: number;
  team_share: number;
  /** Every week of the year, from 1: lines away, and how many should be at most. Lines that stay are counted. */
  weeks: { week: number; away: number; capacity: number }[];
  /** Where more are away than should be: of all lines (`team` null), or of a team. */
  over: {
    week: number;
    team: string | null;
    away: number;
    there: number;
    capacity: number;
  }[];
}

/** A line that stays beside the planned ones, as far as leave goes. */
type LeaveBeside = NonNullable<PlannerProblem["leaveBeside"]>[number];

/**
 * Plans the leave of the lines.
 * @param lines position indexes, one per term of the year
 * @param bounds with `annualLeave` set
 * @param known [line] terms in which it can take its leave, within the capacities, where that is known
 * @param from the first term in which leave may lie: what lies before is past
 */
export function planLeave(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly (readonly number[])[],
  known: readonly (readonly number[] | null)[] = [],
  from = 0,
): LeavePlan {
  const { week_share, team_share } = bounds.annualLeave!;
  const { termWeeks } = problem;
  const { options, isPart, takes, capacity, target, chosen } = chooseLeave(
    problem,
    bounds,
    lines,
    known,
    from,
  );
  const beside = problem.leaveBeside ?? [];
  const blocks = spreadLeave({
    termWeeks,
    options,
    teams: teamsOf(problem, lines, beside),
    takes,
    fixed: beside.map(({ leave }) => leave),
    capacity,
    weekShare: week_share,
    teamShare: team_share,
    target,
  }, chosen);
  return {
    blocks,
    unplaced: blocks.filter((own, i) => own.length === 0 && !isPart[i]).length,
    quality: measureLeave(problem, bounds, lines, blocks),
  };
}

/** The option of leave of each line, and what it was chosen by. */
function chooseLeave(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly (readonly number[])[],
  known: readonly (readonly number[] | null)[],
  from: number,
) {
  const { first_half_share, capacity_weeks } = bounds.annualLeave!;
  const { termWeeks } = problem;
  const options = placementsOf(termWeeks, leaveOptions(termWeeks, capacity_weeks));
  const isPart = lines.map((line) => line.some((r) => problem.positions[r].isAbsent));
  const takes = lines.map((line, i) =>
    line.map((r, t) => t >= from && !isPart[i] && takesLeave(problem.positions[r]))
  );
  const capacity = capacity_weeks ?? termWeeks.map(() => Infinity);
  const whole = isPart.filter((part) => !part).length;
  const target = first_half_share * LEAVE_WEEKS * whole;
  const chosen = capacity.every((weeks) => weeks >= LEAVE_WEEKS * lines.length)
    ? chooseFreely(options, takes, target)
    : withFewerLeftOut(
      chooseOptions(options, takes, capacity, target),
      knownOptions(options, known, takes),
    );
  return { options, isPart, takes, capacity, target, chosen };
}

/** The one that leaves fewer lines without leave; the first where both leave as many. */
function withFewerLeftOut(
  first: (LeaveChoiceOfLine | null)[],
  second: (LeaveChoiceOfLine | null)[],
): (LeaveChoiceOfLine | null)[] {
  const without = (own: readonly unknown[]) => own.filter((choice) => choice === null).length;
  return second.length === first.length && without(second) < without(first) ? second : first;
}

/** The options that the search chose with the lines, where these take leave. @param takes [line][term] */
function knownOptions(
  options: readonly PlacedOption[],
  known: readonly (readonly number[] | null)[],
  takes: readonly (readonly boolean[])[],
): (LeaveChoiceOfLine | null)[] {
  return known.map((weeks, i) => {
    const option = options.findIndex(({ parts }) =>
      weeks !== null &&
      parts.every(({ term, weeks: own }) => weeks[term] === own && takes[i][term])
    );
    return option < 0 ? null : { option, early: options[option].placements[0].early };
  });
}

/** The team of a position: positions of no known team are one each. */
function teamOf({ id, team, isAbsent }: PlannerProblem["positions"][number]): string | undefined {
  return isAbsent ? undefined : team ?? id;
}

/** [line][term] numbers of teams; lines that stay come last. */
function teamsOf(
  problem: PlannerProblem,
  lines: readonly (readonly number[])[],
  beside: readonly LeaveBeside[],
): number[][] {
  const numbers = new Map<string, number>();
  const numberOf = (name: string | undefined) => {
    if (name === undefined) return -1;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  };
  return [
    ...lines.map((line) => line.map((r) => numberOf(teamOf(problem.positions[r])))),
    ...beside.map(({ teams }) => teams.map((team) => numberOf(team ?? undefined))),
  ];
}

/** How leave lies in lines, those that stay beside them included. @param blocks [line] its leave */
export function measureLeave(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly (readonly number[])[],
  blocks: readonly (readonly LeaveBlock[])[],
): LeaveQuality {
  const { first_half_share, week_share, team_share } = bounds.annualLeave!;
  const { termWeeks, leaveBeside: beside = [] } = problem;
  const all = blocks.flat(), weeks = weeksOf(all);
  const years = [
    ...lines.map((line) => line.map((r) => teamOf(problem.positions[r]))),
    ...beside.map(({ teams }) => teams),
  ];
  const leave = [...blocks, ...beside.map((line) => line.leave)];
  const isAway = (i: number, week: number) =>
    leave[i].some((block) => block.startWeek <= week && week < block.startWeek + block.weeks);
  const capacity = mostAway(years.length, week_share);
  const over: LeaveQuality["over"] = [];
  const byWeek = Array.from({ length: termWeeks.reduce((sum, n) => sum + n, 0) }, (_, week) => {
    const away = years.flatMap((_, i) => isAway(i, week) ? [i] : []);
    const count = away.length, t = termOfWeek(termWeeks, week);
    if (count > capacity) {
      over.push({ week: week + 1, team: null, away: count, there: years.length, capacity });
    }
    for (const team of new Set(away.map((i) => years[i][t]))) {
      if (team === null || team === undefined) continue;
      const own = away.filter((i) => years[i][t] === team).length;
      const there = years.filter((year) => year[t] === team).length;
      const most = mostAway(there, team_share);
      if (own > most) over.push({ week: week + 1, team, away: own, there, capacity: most });
    }
    return { week: week + 1, away: count, capacity };
  });
  return {
    first_half_share: weeks === 0 ? 0 : earlyWeeks(termWeeks, all) / weeks,
    wanted_share: first_half_share,
    split_lines: blocks.filter((own) => own.length > 1).length,
    week_share,
    team_share,
    weeks: byWeek,
    over,
  };
}

interface LeaveFailure {
  status: "FAILED";
  code: string;
  message: string;
}

/**
 * A finished plan with the leave of its lines, where leave is planned.
 * @param known see `planLeave`
 * @param from see `planLeave`
 * @returns FAILED where the terms' capacities leave no room for some lines
 */
export function withLeave<
  Line extends { positions: string[]; leave?: LeaveBlock[] },
  Quality extends { leave: LeaveQuality | null },
  Plan extends { status: "COMPLETED"; lines: Line[]; quality: Quality },
>(
  problem: PlannerProblem,
  bounds: RuleBounds,
  plan: Plan,
  known: readonly (readonly number[] | null)[] = [],
  from = 0,
): Plan | LeaveFailure {
  if (bounds.annualLeave === null) return plan;
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const cells = plan.lines.map((line) => line.positions.map((id) => index.get(id)!));
  const { blocks, unplaced, quality } = planLeave(problem, bounds, cells, known, from);
  if (unplaced > 0) {
    return {
      status: "FAILED",
      code: "LEAVE_NOT_PLACED",
      message:
        `${unplaced} of ${
          plural(blocks.length, "line")
        } found no room for their leave within the ` +
        "terms' capacities. Raise capacity_weeks of ANNUAL_LEAVE.",
    };
  }
  return {
    ...plan,
    lines: plan.lines.map((line, i) => ({ ...line, leave: blocks[i] })),
    quality: { ...plan.quality, leave: quality },
  };
}
