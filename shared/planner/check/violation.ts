// What the checker speaks of: a broken promise, and a line with its positions.

import type { PlannerPosition } from "../problem.ts";

/** One broken promise. `line` and `term` are 0-based; the message counts from 1, for planners. */
export interface Violation {
  /** Name of the constraint, or LINES, TERMS, UNKNOWN_POSITION, POSTS, POSITION_MIN_WEEKS. */
  code: string;
  message: string;
  line?: number;
  term?: number;
  /** Id of the position. */
  position?: string;
}

/** A line with its positions looked up; `index` is its place in the plan. */
export interface Year {
  index: number;
  positions: PlannerPosition[];
}

/** What a line of a plan has beside its positions. */
export interface LineDetails {
  /** Name of the pathway that the line is reserved for. */
  pathway?: string;
  /** Annual leave; weeks of the year count from 0. */
  leave?: readonly { startWeek: number; weeks: number }[];
}

/** The sum of numbers, 0 of none. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
