// Lines and runs for the demo's tests.

import type { JobLine, PlannerResult, PlannerRun, Position } from "../../shared/client/mod.ts";

const NAMES: [name: string, specialty: string, subspecialty: string | null, colour: string][] = [
  ["Emergency Short Stay WP", "Emergency", null, "#d62839"],
  ["General Medicine 1 WP", "Medicine", "General Medicine", "#1f6fb2"],
  ["Elective General Surgery WP", "Surgery", "General Surgery", "#e07a1f"],
  ["Obstetrics and Gynaecology LB", "Obstetrics & Gynae", null, "#e06c9f"],
  ["Medical Nights WP", "Relief", "Nights", "#343a40"],
];

function position(index: number): Position {
  const [name, specialty, subspecialty, colour] = NAMES[index % NAMES.length];
  return {
    id: `p${index}`,
    team: "t",
    name,
    specialty,
    subspecialty,
    experience_categories: ["A"],
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    allows_leave: true,
    min_weeks: 1,
    fte: 20,
    six_month_term: null,
    six_month_part: null,
    colour,
  };
}

const TERMS = [
  ["2027-01-11", "2027-03-21"],
  ["2027-03-22", "2027-05-30"],
  ["2027-05-31", "2027-08-08"],
  ["2027-08-09", "2027-10-17"],
  ["2027-10-18", "2028-01-09"],
];

/** `count` lines over five terms. */
export function jobLines(count: number): JobLine[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `l${i}`,
    allocation_run: "a",
    name: `Line ${String(i + 1).padStart(2, "0")}`,
    sort_order: i + 1,
    is_locked: false,
    pathway: null,
    affinity: 100 - i,
    planner_run: "r",
    rotations: TERMS.map(([starts_on, ends_on], t) => ({
      id: `l${i}-${t}`,
      job_line: `l${i}`,
      term: t + 1,
      starts_on,
      ends_on,
      position: position(i + t),
    })),
    leave: [],
    max_n_workers: 1,
    must_have_workers: false,
    first_term: null,
    last_term: null,
    notes: null,
    overrides: [],
  }));
}

/** Weeks of the terms of `jobLines()`. */
export const TERM_WEEKS = [10, 10, 10, 10, 12];

/** The result of a run for 60 lines. */
export function plannerResult(changes: Partial<PlannerResult> = {}): PlannerResult {
  return {
    mode: "rebuild",
    dryRun: false,
    lines: { wanted: 60, built: 60, locked: 0, kept: 0, bound: 60, reason: null },
    objective: 12_000,
    bound: 12_240,
    gap: 0.0196,
    scale: 12_240,
    affinity: { min: -12, mean: 101.3, max: 240 },
    diversity: { meanDistance: 4.62, largestIdenticalGroup: 1 },
    minimumFill: { wanted: 120, missed: 3, waived: 0, slots: [] },
    unfilledPosts: { total: 19, byTerm: [4, 4, 5, 4, 2], excludable: 0, slots: [] },
    softWishes: { cost: 0, wishes: [] },
    leave: null,
    ruleset: "VIC_PGY1",
    rulesetVersion: 1,
    affinityProfile: "Interests",
    affinityProfileVersion: 2,
    seed: 1,
    allowPartial: false,
    slices: 9,
    cpuMs: { total: 3_210, p50Slice: 410, p95Slice: 640.5, maxSlice: 701 },
    cpuMsByPhase: { bound: 2_000, polish: 1_000, init: 210 },
    memoryBytesMax: 120 * 2 ** 20,
    wallMs: 4_900,
    version: 1,
    ...changes,
  };
}

/** A run that ended, a second queued and five at work. */
export function endedRun(changes: Partial<PlannerRun> = {}): PlannerRun {
  return {
    id: "r",
    org_id: "o",
    allocation_run: "a",
    created_at: "2027-01-01T00:00:00.000000+00:00",
    status: "COMPLETED",
    n_job_lines: 60,
    constraints: ["VIC_PGY1"],
    options: {},
    name: null,
    requested_by: "u",
    progress: null,
    result_metadata: plannerResult(),
    error_code: null,
    error_message: null,
    started_at: "2027-01-01T00:00:01.000000+00:00",
    finished_at: "2027-01-01T00:00:06.250000+00:00",
    updated_at: "2027-01-01T00:00:06.250000+00:00",
    ...changes,
  };
}
