// Leave of a replan: lines that stay as they are keep theirs, what was taken stays whatever
// changes, and the others are planned around it.

import { checkPlan } from "../check/checker.ts";
import { type LeaveQuality, measureLeave, withLeave } from "../leave/leave.ts";
import { placementsOf } from "../leave/placements.ts";
import { absentPosition, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { takesLeave } from "../rules/annual_leave.ts";
import {
  capacityBeside,
  earlyWeeks,
  type LeaveBlock,
  leaveByTerm,
  termOfWeek,
  weeksOf,
} from "../rules/calendar.ts";
import { LEAVE_WEEKS, leaveOptions } from "../rules/leave_options.ts";
import { isOfNoOption, placementsBeside, takenBefore } from "./leave_left.ts";
import type { ExistingLine } from "./model.ts";

interface Line {
  positions: string[];
  existing: number | null;
  changes: number;
  leave?: LeaveBlock[];
}

interface Plan<L, Quality> {
  status: "COMPLETED";
  lines: L[];
  quality: Quality;
}

/**
 * A replanned plan with its leave, where leave is planned. Where the leave of lines that stay is no
 * longer good, all of it that is not taken yet is planned anew.
 * @param frozen terms that lie before: leave in them was taken and stays, and none is planned there
 * @param known [line][term] weeks of leave that fit within the terms' capacities, where the lines chose them
 */
export function replanLeave<L extends Line, Quality extends { leave: LeaveQuality | null }>(
  problem: PlannerProblem,
  bounds: RuleBounds,
  existing: readonly ExistingLine[],
  plan: Plan<L, Quality>,
  frozen: number,
  known: readonly (readonly number[] | null)[],
) {
  if (bounds.annualLeave === null) return plan;
  const own = plan.lines.map((line) =>
    line.existing === null ? [] : existing[line.existing].leave ?? []
  );
  const { termWeeks } = problem;
  const taken = own.map((leave) => takenBefore(termWeeks, leave, frozen));
  const options = placementsOf(
    termWeeks,
    leaveOptions(termWeeks, bounds.annualLeave.capacity_weeks),
  );
  const isOdd = taken.map((blocks) => isOfNoOption(termWeeks, options, blocks, frozen));
  const hasOwn = plan.lines.map((line, i) => isOdd[i] || isOfPart(problem, line));
  const planned = (stays: (line: L, i: number) => boolean, chosen: typeof known) => {
    const lines = plan.lines.map((line, i): L => {
      if (hasOwn[i]) return { ...line, leave: stillTaken(problem, line, own[i], frozen) };
      return own[i].length > 0 && stays(line, i) ? { ...line, leave: [...own[i]] } : line;
    });
    goOn(problem, bounds, lines, taken, frozen, known);
    return besideThese(problem, bounds, { ...plan, lines }, frozen, chosen);
  };
  const stayed = planned(
    (line, i) =>
      line.changes === 0 ||
      (taken[i].length > 0 && stillTaken(problem, line, own[i], frozen).length === own[i].length),
    [],
  );
  if (stayed.status === "COMPLETED") {
    const faults = checkPlan(problem, stayed.lines.map((line) => line.positions), stayed.lines);
    const isFault = ({ code, line }: typeof faults[number]) =>
      code === "ANNUAL_LEAVE" && (line === undefined || !isOdd[line]);
    if (!faults.some(isFault)) return stayed;
  }
  return planned((_, i) => taken[i].length === own[i].length, known);
}

/** The plan with leave for the lines that have none yet, beside that of the others. */
function besideThese<L extends Line, Quality extends { leave: LeaveQuality | null }>(
  problem: PlannerProblem,
  bounds: RuleBounds,
  plan: Plan<L, Quality>,
  frozen: number,
  known: readonly (readonly number[] | null)[],
) {
  const { lines } = plan;
  if (!lines.some((line) => line.leave)) return withLeave(problem, bounds, plan, known, frozen);
  const planned = withLeave(
    { ...problem, leaveBeside: [...problem.leaveBeside ?? [], ...kept(problem, lines)] },
    boundsBeside(problem, bounds, lines),
    { ...plan, lines: lines.filter((line) => !line.leave) },
    known.filter((_, i) => !lines[i].leave),
    frozen,
  );
  if (planned.status !== "COMPLETED") return planned;
  let next = 0;
  const all = lines.map((line) => line.leave ? line : planned.lines[next++]);
  return {
    ...plan,
    lines: all,
    quality: { ...plan.quality, leave: measure(problem, bounds, all) },
  };
}

/** Whether a line is worked in a part of the year only: it has the leave of that part, however much it is. */
function isOfPart({ termWeeks }: PlannerProblem, { positions }: Line): boolean {
  return termWeeks.some((_, t) => positions[t] === absentPosition(t).id);
}

/** The blocks of a line's leave that were taken already, or lie in terms that still take it. */
function stillTaken(
  { termWeeks, positions }: PlannerProblem,
  line: Line,
  leave: readonly LeaveBlock[],
  frozen: number,
): LeaveBlock[] {
  const byId = new Map(positions.map((position) => [position.id, position]));
  return leave.filter(({ startWeek }) => {
    const t = termOfWeek(termWeeks, startWeek);
    return t < frozen || takesLeave(byId.get(line.positions[t])!);
  });
}

/**
 * Gives lines that have taken a part of their leave the rest of it, in the weeks in which fewest others are away.
 * @param lines changed: those that find room for it
 * @param taken [line] its leave before the date
 */
function goOn(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: Line[],
  taken: readonly (readonly LeaveBlock[])[],
  frozen: number,
  known: readonly (readonly number[] | null)[],
): void {
  const { termWeeks } = problem, capacity = bounds.annualLeave!.capacity_weeks;
  const options = placementsOf(termWeeks, leaveOptions(termWeeks, capacity));
  lines.forEach((line, i) => {
    if (line.leave || taken[i].length === 0) return;
    const others = lines.flatMap(({ leave = [] }) => leave);
    const room = capacity && capacityBeside(capacity, termWeeks, others);
    const fits = (blocks: LeaveBlock[]) =>
      stillTaken(problem, line, blocks, frozen).length === blocks.length &&
      leaveByTerm(termWeeks, blocks).every((weeks, t) => weeks <= (room?.[t] ?? Infinity));
    const away = (blocks: LeaveBlock[]) => weeksTogether(blocks, others);
    const isKnown = (blocks: LeaveBlock[]) =>
      leaveByTerm(termWeeks, blocks).join() === known[i]?.join() ? 0 : 1;
    const [best] = options
      .flatMap((option) => placementsBeside(termWeeks, option, taken[i], frozen))
      .filter(fits)
      .sort((a, b) => isKnown(a) - isKnown(b) || away(a) - away(b));
    if (best) lines[i] = { ...line, leave: best };
  });
}

/** Weeks that blocks have in common with others, each as often as it is another's. */
function weeksTogether(blocks: readonly LeaveBlock[], others: readonly LeaveBlock[]): number {
  const end = ({ startWeek, weeks }: LeaveBlock) => startWeek + weeks;
  return blocks.reduce((sum, block) =>
    sum + others.reduce((both, other) => {
      const from = Math.max(block.startWeek, other.startWeek);
      return both + Math.max(0, Math.min(end(block), end(other)) - from);
    }, 0), 0);
}

/** Lines that keep their leave, as the others see them. */
function kept({ positions }: PlannerProblem, lines: readonly Line[]) {
  const teams = new Map(positions.map(({ id, team }) => [id, team ?? id]));
  return lines.flatMap((line) =>
    line.leave
      ? [{ teams: line.positions.map((id) => teams.get(id) ?? null), leave: line.leave }]
      : []
  );
}

/** Capacities and share that are left for the lines without leave. */
function boundsBeside(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): RuleBounds {
  const leave = bounds.annualLeave!;
  const { first_half_share: share, capacity_weeks: capacity } = leave;
  const { termWeeks } = problem;
  const blocks = lines.flatMap((line) => line.leave ?? []);
  const open = LEAVE_WEEKS * lines.filter((line) => !line.leave).length;
  const wanted = share * (weeksOf(blocks) + open) - earlyWeeks(termWeeks, blocks);
  return {
    ...bounds,
    annualLeave: {
      ...leave,
      first_half_share: Math.min(1, Math.max(0, open === 0 ? share : wanted / open)),
      ...capacity && { capacity_weeks: capacityBeside(capacity, termWeeks, blocks) },
    },
  };
}

function measure(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): LeaveQuality {
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  return measureLeave(
    problem,
    bounds,
    lines.map((line) => line.positions.map((id) => index.get(id)!)),
    lines.map((line) => line.leave ?? []),
  );
}
