// Time series as lines of a small plot.

import type { PrimeSeriesPoint } from "../../../../shared/client/mod.ts";
import { groupsOf } from "../data/groups.ts";

/** One line of a plot, and what it says in numbers. */
export interface SeriesLine {
  /** What tells it from the others, e.g. the kind of work. */
  name: string;
  /** Points of a polyline in a box of 100 x 20, the latest at the right, the most at the top. */
  points: string;
  last: number;
  most: number;
  mean: number;
}

/**
 * A series as lines, one for each set of labels, on one scale of time.
 * @param from the left edge, as a time in ms
 * @param until the right edge
 */
export function linesOf(
  series: readonly PrimeSeriesPoint[],
  from: number,
  until: number,
): SeriesLine[] {
  const byLabel = groupsOf(series, ({ labels }) => Object.values(labels).join(" "));
  return [...byLabel].sort(([a], [b]) => a < b ? -1 : 1).map(([name, points]) => {
    const most = Math.max(...points.map(({ max }) => max));
    const samples = points.reduce((sum, { count }) => sum + count, 0);
    const x = (at: string) => 100 * (Date.parse(at) - from) / (until - from);
    const y = (value: number) => most === 0 ? 20 : 20 - 20 * value / most;
    return {
      name,
      points: points.map(({ at, avg }) => `${round(x(at))},${round(y(avg))}`).join(" "),
      last: points[points.length - 1].avg,
      most,
      mean: points.reduce((sum, { avg, count }) => sum + avg * count, 0) / samples,
    };
  });
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
