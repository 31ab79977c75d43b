// Whether a doctor can say anything now: what is asked of them on the page is asked only while they can do it.

/** `locked`: by a manager, while the window is open for others. */
export type Standing = "open" | "locked" | "closed";

/** How a window stands. @param now milliseconds by the database's clock */
export function standingOf(
  { status, locked = false, dueDate }: { status: string; locked?: boolean; dueDate: string | null },
  now: number,
): Standing {
  if (status !== "open" || dueDate !== null && Date.parse(dueDate) <= now) return "closed";
  return locked ? "locked" : "open";
}

/**
 * Why there is nothing to put in order, in sentences; null: there is something.
 * @param lines those of the window, and whether the doctor may have them
 */
export function nothingToRank(lines: readonly { eligible: boolean }[]): string | null {
  if (lines.some(({ eligible }) => eligible)) return null;
  return lines.length === 0
    ? "There is nothing to rank yet: this run has no lines. They come here once your workforce unit has made them."
    : `There is nothing to rank for you: ${
      lines.length === 1 ? "the only line is not" : `none of the ${lines.length} lines is`
    } open to you. Ask your workforce unit why.`;
}

/**
 * What the match counts of somebody who has not submitted, in sentences: ranks alone, and of who does not submit those alone that
 * they gave by hand. @param ranked how many lines have one
 */
export function unsubmittedMeans(standing: Standing, ranked: number): string {
  const counts = ranked === 0
    ? "You put no line in order yourself, so to the match all lines are equal for you"
    : `The match counts the order of ${
      ranked === 1 ? "the one line that has a place" : `the ${ranked} lines that have a place`
    } by your own hand, and puts all others behind them`;
  return standing === "open"
    ? "You have not submitted yet: until you do, the match knows no order but of lines that you moved yourself."
    : `${counts}; scores are not known to it.`;
}
