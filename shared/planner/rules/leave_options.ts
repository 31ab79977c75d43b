// The ways in which a line can take its leave: five weeks in one term, or two and three in two terms far enough apart.

/** Weeks of leave in a line. */
export const LEAVE_WEEKS = 5;

/** Weeks of the parts of split leave. */
const LEAVE_PARTS: readonly [number, number] = [2, 3];
/** Weeks that must lie between them, at least. */
export const LEAVE_GAP_WEEKS = 13;

/** Weeks of leave in one term, as part of an option. */
export interface LeavePart {
  term: number;
  weeks: number;
}

/** A way to take leave: one part, or two in the order of the year. */
export interface LeaveOption {
  parts: LeavePart[];
}

/** First week of each term, and the week after the last one. */
export function termStarts(termWeeks: readonly number[]): number[] {
  const starts = [0];
  for (const weeks of termWeeks) starts.push(starts.at(-1)! + weeks);
  return starts;
}

/**
 * All ways to take leave that the terms allow by their lengths and capacities, whole blocks first.
 * @param capacity leave weeks that each term can take over all lines; absent: any
 */
export function leaveOptions(
  termWeeks: readonly number[],
  capacity?: readonly number[],
): LeaveOption[] {
  const T = termWeeks.length, starts = termStarts(termWeeks);
  const takes = (t: number, weeks: number) =>
    Math.min(termWeeks[t], capacity?.[t] ?? Infinity) >= weeks;
  const terms = Array.from({ length: T }, (_, t) => t);
  const whole = terms.filter((t) => takes(t, LEAVE_WEEKS))
    .map((term) => ({ parts: [{ term, weeks: LEAVE_WEEKS }] }));
  const split = terms.flatMap((a) =>
    terms.slice(a + 1).flatMap((b) =>
      [LEAVE_PARTS, LEAVE_PARTS.toReversed()].flatMap(([first, second]) => {
        // From the start of one term to the end of the other.
        const between = starts[b + 1] - second - (starts[a] + first);
        if (!takes(a, first) || !takes(b, second) || between < LEAVE_GAP_WEEKS) return [];
        return [{ parts: [{ term: a, weeks: first }, { term: b, weeks: second }] }];
      })
    )
  );
  return [...whole, ...split];
}
