// Which of two versions of a run is the newer one. Updates come late, twice and out of order
// (live events race refetches), and what a user sees must never go back.

import type { PlannerRunStatus } from "./planner_types.ts";

/** State of a run, whichever engine works it. */
export type RunStatus = PlannerRunStatus;

/** What runs of every engine have. */
export interface Run {
  id: string;
  status: RunStatus;
  updated_at: string;
}

const RANK: Record<RunStatus, number> = {
  PENDING: 0,
  GENERATING: 1,
  COMPLETED: 2,
  INFEASIBLE: 2,
  FAILED: 2,
  CANCELLED: 2,
};

/** Whether a status is an end: it never changes again. */
export function isTerminal(status: RunStatus): boolean {
  return RANK[status] === 2;
}

/**
 * Whether `next` comes after `current`. A terminal run is the last there is; a higher status wins
 * whatever the clocks say; within a status `updated_at` decides, to the microsecond.
 */
export function isNewer(next: Run, current: Run | null): boolean {
  if (current === null) return true;
  if (isTerminal(current.status)) return false;
  const step = RANK[next.status] - RANK[current.status];
  if (step !== 0) return step > 0;
  return compareInstants(next.updated_at, current.updated_at) > 0;
}

/**
 * The run in a live event, or null where the event does not carry all of it: Realtime leaves out
 * large unchanged values and cuts records over 1 MB. Columns that are none of a UI's are dropped.
 */
export function runOfEvent<R extends Run>(
  record: Record<string, unknown>,
  columns: readonly (keyof R & string)[],
): R | null {
  if (!columns.every((column) => record[column] !== undefined)) return null;
  if (!(String(record.status) in RANK)) return null;
  return Object.fromEntries(columns.map((column) => [column, record[column]])) as unknown as R;
}

/**
 * Orders two timestamps of PostgreSQL, whose microseconds `Date` would drop: negative where `a` is
 * earlier, 0 where they are the same instant.
 */
export function compareInstants(a: string, b: string): number {
  return Math.floor(Date.parse(iso(a)) / 1000) - Math.floor(Date.parse(iso(b)) / 1000) ||
    microseconds(a) - microseconds(b);
}

/** PostgreSQL's own text form ("2026-01-01 10:00:00.5+00") as ISO 8601. */
function iso(timestamp: string): string {
  return timestamp.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

function microseconds(timestamp: string): number {
  const digits = /\.(\d+)/.exec(timestamp)?.[1] ?? "";
  return Number(digits.slice(0, 6).padEnd(6, "0"));
}
