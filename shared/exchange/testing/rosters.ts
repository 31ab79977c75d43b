// Rosters for tests, as the database answers them.

import type { Roster, RosterLine, RosterPosition } from "../roster.ts";

/** A position with everything plain; override what the test is about. */
export function rosterPosition(
  name: string,
  overrides: Partial<RosterPosition> = {},
): RosterPosition {
  return {
    id: crypto.randomUUID(),
    hospital: "Wandoo Park",
    team: "Team",
    name,
    specialty: "Medicine",
    subspecialty: null,
    experience_categories: ["B"],
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    allows_leave: true,
    min_weeks: 1,
    fte: 1,
    colour: "#1f6fb2",
    six_month_term: null,
    six_month_part: null,
    six_month_qualification: null,
    six_month_college: null,
    version: "0123456789ab",
    posts: [1, 1],
    minimum_fill: [0, 0],
    ...overrides,
  };
}

/** Dates of term `term` (from 1) of a year that starts on 11 January 2027. */
export function termDates(termWeeks: number[], term: number) {
  const weeks = (count: number) => termWeeks.slice(0, count).reduce((sum, w) => sum + w, 0);
  const day = (days: number) => new Date(Date.UTC(2027, 0, 11 + days)).toISOString().slice(0, 10);
  return { starts_on: day(7 * weeks(term - 1)), ends_on: day(7 * weeks(term) - 1) };
}

/** A roster whose lines hold the positions of these indexes by term; null: none. */
export function rosterOf(
  positions: RosterPosition[],
  lines: (number | null)[][],
  termWeeks = [10, 12],
): Roster {
  return {
    allocation_run: {
      id: crypto.randomUUID(),
      name: "PGY1 2027",
      status: "draft",
      starts_on: "2027-01-11",
      ends_on: termDates(termWeeks, termWeeks.length).ends_on,
      term_weeks: termWeeks,
      constraints: [],
      org: "Northern & Southern Health",
      plan: "Junior doctors",
      timezone: "Australia/Melbourne",
    },
    positions,
    lines: lines.map((held, i): RosterLine => ({
      id: crypto.randomUUID(),
      name: `Line ${i + 1}`,
      is_locked: false,
      pathway: null,
      affinity: 10 * (i + 1),
      planner_run: null,
      notes: null,
      overrides: [],
      rotations: held.flatMap((place, t) =>
        place === null
          ? []
          : [{ term: t + 1, position: positions[place].id, ...termDates(termWeeks, t + 1) }]
      ),
      leave: [],
      doctors: [],
    })),
    doctors_by: null,
    planner_run: null,
  };
}
