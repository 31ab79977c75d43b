// Blocks of leave in the year: which term they lie in, and what they leave for others.

/** Weeks of leave in a row; weeks of the year count from 0. */
export interface LeaveBlock {
  startWeek: number;
  weeks: number;
}

/** The term in which a week lies; -1 where the year is over. */
export function termOfWeek(termWeeks: readonly number[], week: number): number {
  let end = 0;
  return termWeeks.findIndex((weeks) => week < (end += weeks));
}

/** Weeks of leave that blocks take. */
export function weeksOf(blocks: readonly LeaveBlock[]): number {
  return blocks.reduce((sum, { weeks }) => sum + weeks, 0);
}

/** Weeks of blocks that lie in the first half of the year. */
export function earlyWeeks(termWeeks: readonly number[], blocks: readonly LeaveBlock[]): number {
  const half = termWeeks.reduce((sum, weeks) => sum + weeks, 0) / 2;
  return weeksOf(blocks.map(({ startWeek, weeks }) => ({
    startWeek,
    weeks: Math.max(0, Math.min(weeks, half - startWeek)),
  })));
}

/** [term] weeks of leave that blocks take in it. */
export function leaveByTerm(termWeeks: readonly number[], blocks: readonly LeaveBlock[]): number[] {
  return termWeeks.map((_, t) =>
    weeksOf(blocks.filter(({ startWeek }) => termOfWeek(termWeeks, startWeek) === t))
  );
}

/** Leave weeks that each term can still take beside these blocks. @param capacity by term */
export function capacityBeside(
  capacity: readonly number[],
  termWeeks: readonly number[],
  blocks: readonly LeaveBlock[],
): number[] {
  const taken = leaveByTerm(termWeeks, blocks);
  return capacity.map((room, t) => Math.max(0, room - taken[t]));
}
