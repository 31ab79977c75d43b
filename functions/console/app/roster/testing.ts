// Lines for tests of the roster, the heat map and the history.

import type { JobLine, Position } from "../../../../shared/client/mod.ts";
import type { Place } from "../data/posts.ts";
import { dayAfter } from "./roster.ts";

/** First day of the year of `line()`. */
export const STARTS_ON = "2027-01-11";
/** Terms of the year of `line()`. */
export const TERM_WEEKS = [10, 10, 12];

/** A position with everything plain. */
export function position(id: string, changes: Partial<Position> = {}): Position {
  return {
    id,
    team: "t1",
    name: `${id} JMO`,
    specialty: "Medicine",
    subspecialty: null,
    experience_categories: [],
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    allows_leave: true,
    min_weeks: 1,
    fte: 1,
    six_month_term: null,
    six_month_part: null,
    colour: "#8a94a6",
    ...changes,
  };
}

/** A line with a position per term; null leaves a term empty. */
export function line(
  name: string,
  positions: (Position | null)[],
  changes: Partial<JobLine> = {},
): JobLine {
  let week = 0;
  const rotations = positions.flatMap((position, t) => {
    const starts_on = dayAfter(STARTS_ON, 7 * week);
    week += TERM_WEEKS[t];
    const ends_on = dayAfter(STARTS_ON, 7 * week - 1);
    const id = `${name}-${t + 1}`;
    return position ? [{ id, job_line: name, term: t + 1, starts_on, ends_on, position }] : [];
  });
  return {
    id: name,
    allocation_run: "a1",
    name,
    sort_order: 0,
    is_locked: false,
    pathway: null,
    affinity: null,
    planner_run: "r1",
    max_n_workers: 1,
    must_have_workers: false,
    first_term: null,
    last_term: null,
    rotations,
    leave: [],
    notes: null,
    overrides: [],
    ...changes,
  };
}

/** Leave of so many weeks from a week of the year, counted from 0. */
export function leave(start: number, weeks: number) {
  return {
    starts_on: dayAfter(STARTS_ON, 7 * start),
    ends_on: dayAfter(STARTS_ON, 7 * (start + weeks) - 1),
  };
}

/** Two hospitals by team. */
export const PLACES: ReadonlyMap<string, Place> = new Map([
  ["t1", { hospital: "Wandoo Park", team: "Ward 1" }],
  ["t2", { hospital: "Lyrebird Bay", team: "Ward 2" }],
]);
