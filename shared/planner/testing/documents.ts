/** What planner.load_run() may answer, with everything that can stand in it, for tests of who reads it. */

import type { PlannerMode } from "../run/options.ts";

/** A position with everything plain; override what the test is about. */
export const loadedPosition = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  name: `Position ${id}`,
  specialty: "Medicine",
  subspecialty: null,
  categories: ["A", "B"],
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
  team: "team",
  hospital: "Base",
  ...more,
});

const line = (id: string, held: string[], more: Record<string, unknown> = {}) => ({
  id,
  name: `Line ${id}`,
  sort_order: 1,
  is_locked: false,
  affinity: 3,
  pathway: null,
  is_at_stake: false,
  first_term: null,
  last_term: null,
  rotations: held.map((id, t) => ({ position: id, term: t + 1 })),
  leave: [{ start_week: 3, weeks: 5 }],
  ...more,
});

const LINES = [
  "4d1fe9d4-9a5c-4bb0-8d5c-000000000001",
  "4d1fe9d4-9a5c-4bb0-8d5c-000000000002",
];
/** A position that changes may name: they ask for a uuid. */
const CHANGED = "4d1fe9d4-9a5c-4bb0-8d5c-00000000000a";

/** A good document of a run that builds four lines of four terms in the mode asked for. */
export function plannerDocument(mode: PlannerMode): Record<string, unknown> {
  const held = ["p0", "p1", "p2", "p3"],
    positions = [
      loadedPosition("p0", { subspecialty: "Cardiology", is_rural: true }),
      loadedPosition("p1", { specialty: "Surgery", categories: ["C"] }),
      loadedPosition("p2", { specialty: "Service", is_service: true, categories: [] }),
      loadedPosition("p3", { categories: ["D", "A"], hospital: "Other", is_excludable: true }),
      loadedPosition("s1", { six_month_term: "six", six_month_part: 1 }),
      loadedPosition("s2", { six_month_term: "six", six_month_part: 2 }),
      loadedPosition(CHANGED),
    ];
  return {
    n_job_lines: 4,
    constraints: [
      "UNRESTRICTED",
      { name: "REQUIRED_CATEGORIES", value: ["A"] },
      { name: "MAX_SPECIALTY", value: 1 },
      { name: "FORCED_CELLS", value: [{ position: "p0", term: 1, lines: 1 }] },
      { name: "PREFERRED_CELLS", value: [{ position: "p1", term: 2, lines: 1, weight: 50 }] },
      { name: "FORBIDDEN_CELLS", value: [{ position: "p3", terms: [1] }] },
      { name: "PATHWAYS", value: [{ name: "Way", lines: 1, positions: ["p0", "p1"], need: 1 }] },
      {
        name: "NOT_AFTER",
        value: [{ first: { flags: ["service"] }, then: { positions: ["p0"] } }],
      },
      { name: "TERMS_IN_SET", value: [{ kind: { specialties: ["Medicine"] }, most: 4 }] },
      { name: "ANNUAL_LEAVE", value: { capacity_weeks: [20, 20, 20, 20] } },
    ],
    options: {
      allow_partial: true,
      seed: 7,
      effort: "quick",
      time_limit_s: 60,
      mode,
      dry_run: false,
      ...mode === "replan" && {
        from: "2027-04-12",
        changes: {
          posts: [{ position: CHANGED, term: 4, posts: 2 }],
          lines: [{ job_line: LINES[0], first_term: 1, last_term: 3 }],
          leavers: [],
          reason: "A ward closes",
        },
      },
    },
    starts_on: "2027-01-11",
    term_weeks: [13, 13, 13, 13],
    positions,
    six_month_terms: [{ id: "six", name: "Six", qualification: null, college: "College" }],
    posts: [1, 2, 3, 4].flatMap((term) =>
      positions.map(({ id }) => ({ position: id, term, posts: 4, minimum_fill: 1 }))
    ),
    lines: [
      line(LINES[0], held),
      line(LINES[1], held, { is_locked: true, pathway: "Way", is_at_stake: true }),
    ],
    fingerprint: "as loaded",
    affinity: { profile: "Survey", version: 2, weights: [["Cardiology", "Surgery", 12]] },
  };
}
