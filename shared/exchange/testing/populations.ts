// Who is there, for tests of tables about people.

import type { Population } from "../people/population.ts";

/** A population of a year without anybody; override what the test is about. */
export function populationOf(overrides: Partial<Population> = {}): Population {
  return {
    allocation_run: {
      id: "r",
      name: "R",
      status: "draft",
      starts_on: "2027-01-11",
      term_weeks: [52],
      org: "O",
      org_id: "o",
      plan: "P",
      timezone: "Australia/Melbourne",
    },
    lines: {},
    doctors: {},
    elsewhere: {},
    tags: [],
    wishes: {},
    preferencers: {},
    eligibility: {},
    weightings: {},
    ...overrides,
  };
}
