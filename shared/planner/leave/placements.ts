// Where leave can lie in a line: every option at every week, with what matters of it.

import { earlyWeeks, type LeaveBlock } from "../rules/calendar.ts";
import { LEAVE_GAP_WEEKS, type LeaveOption, termStarts } from "../rules/leave_options.ts";

/** Leave at certain weeks. */
export interface Placement {
  blocks: LeaveBlock[];
  /** Weeks in the first half of the year. */
  early: number;
}

/** An option with all the weeks at which it can lie. */
export interface PlacedOption extends LeaveOption {
  placements: Placement[];
}

/** The options with their placements, in the order of their weeks. */
export function placementsOf(
  termWeeks: readonly number[],
  options: readonly LeaveOption[],
): PlacedOption[] {
  const starts = termStarts(termWeeks);
  const weeksFor = ({ term, weeks }: LeaveOption["parts"][number]): LeaveBlock[] =>
    Array.from({ length: Math.max(0, termWeeks[term] - weeks + 1) }, (_, i) => ({
      startWeek: starts[term] + i,
      weeks,
    }));
  return options.map(({ parts }) => {
    const all = parts.reduce<LeaveBlock[][]>(
      (found, part) => found.flatMap((blocks) => weeksFor(part).map((block) => [...blocks, block])),
      [[]],
    );
    const placements = all.filter(isApart)
      .map((blocks) => ({ blocks, early: earlyWeeks(termWeeks, blocks) }));
    return { parts, placements };
  });
}

/** Whether two parts lie far enough from each other. */
function isApart([first, second]: LeaveBlock[]): boolean {
  return second === undefined ||
    second.startWeek - first.startWeek - first.weeks >= LEAVE_GAP_WEEKS;
}
