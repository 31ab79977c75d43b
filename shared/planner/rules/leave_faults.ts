// What is wrong with the leave of one line, wherever it came from: a plan, a hand, an import.

import type { PlannerPosition } from "../problem.ts";
import { type LeaveBlock, termOfWeek } from "./calendar.ts";
import { LEAVE_GAP_WEEKS } from "./leave_options.ts";
import { plural } from "../../engine/words.ts";

/**
 * Where blocks of leave may not lie, as clauses: outside of a term, in service, where a position allows none, too close.
 * @param positions of the line by term; undefined where it has none
 * @param blocks weeks of the year count from 0
 */
export function leaveFaults(
  termWeeks: readonly number[],
  positions: readonly (PlannerPosition | undefined)[],
  blocks: readonly LeaveBlock[],
): { text: string; term: number }[] {
  const inOrder = blocks.toSorted((a, b) => a.startWeek - b.startWeek);
  const alone = inOrder.flatMap((block) => {
    const { startWeek, weeks } = block;
    const term = termOfWeek(termWeeks, startWeek);
    const fault = (text: string) => [{ text: `leave from week ${startWeek + 1} ${text}`, term }];
    if (startWeek < 0 || term < 0) return fault("is not in the year");
    if (termOfWeek(termWeeks, startWeek + weeks - 1) !== term) return fault("is not within a term");
    const position = positions[term];
    if (!position) return fault("is where the line has no position");
    if (position.isService) return fault(`is in ${position.name}, a service term`);
    return position.allowsLeave === false ? fault(`is in ${position.name}, which allows none`) : [];
  });
  const close = inOrder.slice(1).flatMap(({ startWeek }, i) => {
    const before = inOrder[i];
    const between = startWeek - (before.startWeek + before.weeks);
    const term = termOfWeek(termWeeks, startWeek);
    return between < LEAVE_GAP_WEEKS
      ? [{
        text: `only ${plural(Math.max(0, between), "week lies", "weeks lie")} between its parts`,
        term,
      }]
      : [];
  });
  return [...alone, ...close];
}
