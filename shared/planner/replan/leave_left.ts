// What a date leaves of leave: weeks before it are past, so that a line may take what it has not taken yet in later terms
// only, beside what it has taken.

import { type PlacedOption, placementsOf } from "../leave/placements.ts";
import { absentPosition, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { type LeaveBlock, leaveByTerm, termOfWeek } from "../rules/calendar.ts";
import { leaveOptions } from "../rules/leave_options.ts";

/** A line that is there, as far as leave goes: position id per term, and its blocks. */
interface LineBefore {
  positions: readonly (string | null)[];
  leave?: readonly LeaveBlock[];
}

/** The ways of taking leave that a date leaves. */
export interface LeaveLeft {
  /** The first term in which leave may still be planned. */
  from: number;
  options: PlacedOption[];
  /** [existing line][option] whether it may still have it. */
  open: boolean[][];
}

/** Blocks that lie in terms before. */
export function takenBefore(
  termWeeks: readonly number[],
  blocks: readonly LeaveBlock[],
  frozen: number,
): LeaveBlock[] {
  return blocks.filter(({ startWeek }) => termOfWeek(termWeeks, startWeek) < frozen);
}

/** All weeks in which an option can lie for a line that has taken these blocks. */
export function placementsBeside(
  termWeeks: readonly number[],
  option: PlacedOption,
  taken: readonly LeaveBlock[],
  frozen: number,
): LeaveBlock[][] {
  const told = (blocks: readonly LeaveBlock[]) =>
    JSON.stringify(blocks.map(({ startWeek, weeks }) => [startWeek, weeks]).sort());
  return option.placements.map(({ blocks }) => blocks)
    .filter((blocks) => told(takenBefore(termWeeks, blocks, frozen)) === told(taken));
}

/**
 * Whether leave was taken that no option goes on from, as hands can make it: such a line has what it has, less what its
 * terms do not take any more.
 */
export function isOfNoOption(
  termWeeks: readonly number[],
  options: readonly PlacedOption[],
  taken: readonly LeaveBlock[],
  frozen: number,
): boolean {
  return taken.length > 0 &&
    options.every((option) => placementsBeside(termWeeks, option, taken, frozen).length === 0);
}

/**
 * What a date leaves the existing lines; null where nothing lies before or no leave is planned. A line of a part of the year has
 * the leave of that part, and may have any option, and so may one whose leave no option goes on from (`isOfNoOption`); one that
 * stays may have its own.
 */
export function leaveLeft(
  { termWeeks }: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly LineBefore[],
  frozen: number,
): LeaveLeft | null {
  if (frozen === 0 || bounds.annualLeave === null) return null;
  const options = placementsOf(
    termWeeks,
    leaveOptions(termWeeks, bounds.annualLeave.capacity_weeks),
  );
  const open = lines.map(({ positions, leave = [] }) => {
    if (positions.some((id, t) => id === absentPosition(t).id)) return options.map(() => true);
    const taken = takenBefore(termWeeks, leave, frozen);
    if (isOfNoOption(termWeeks, options, taken, frozen)) return options.map(() => true);
    const own = leaveByTerm(termWeeks, leave).join();
    return options.map((option) => {
      const weeks = termWeeks.map((_, t) =>
        option.parts.reduce((sum, { term, weeks }) => sum + (term === t ? weeks : 0), 0)
      );
      return weeks.join() === own ||
        placementsBeside(termWeeks, option, taken, frozen).length > 0;
    });
  });
  return { from: frozen, options, open };
}
