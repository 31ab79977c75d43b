// Part-time lines: nobody has one who works more than it is, and neither do two who share a job and work more together.

import type { AllocatorProblem } from "../problem.ts";
import { withExclusions } from "./pins.ts";

/** A part of full time in twentieths, which are whole numbers: 0.7 and 0.3 are one, whatever a computer makes of their sum. */
export function twentieths(fte: number): number {
  return Math.round(20 * fte);
}

/**
 * The problem with part-time lines for those alone who work no more than they are, whatever else a line's eligibility says.
 * @param links who is linked; of those who share a job counts what they work together
 * @param lines how much of full time each line is
 */
export function withPartTimeLines(
  problem: AllocatorProblem,
  links: readonly { first: string; second: string; fit: string }[],
  lines: readonly { id: string; fte: number }[],
): AllocatorProblem {
  const partOf = new Map(lines.filter(({ fte }) => fte < 1).map(({ id, fte }) => [id, fte]));
  const partTime = problem.lines.filter(({ id }) => partOf.has(id));
  if (partTime.length === 0) return problem;
  const works = new Map(problem.workers.map(({ id, fte = 1 }) => [id, twentieths(fte)]));
  for (const { first, second, fit } of links) {
    const together = (works.get(first) ?? 0) + (works.get(second) ?? 0);
    if (fit !== "share" || !works.has(first) || !works.has(second)) continue;
    works.set(first, together).set(second, together);
  }
  const tooMuch = partTime.flatMap(({ id: line }) => {
    const most = twentieths(partOf.get(line)!);
    return problem.workers.filter(({ id }) => works.get(id)! > most)
      .map(({ id: worker }) => ({ worker, line }));
  });
  if (tooMuch.length === 0) return problem;
  return { ...problem, tooMuch, eligibility: withExclusions(problem.eligibility, tooMuch) };
}
