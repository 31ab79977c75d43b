// How a line is judged by what the database answers: by which constraints, over which terms, and where it cannot be.

import assert from "node:assert/strict";
import type { RestClient } from "../../platform/rest.ts";
import { readLineRules } from "./line_rules.ts";

const LINE = "00000000-0000-4000-8000-000000000001", RUN = "00000000-0000-4000-8000-000000000002";

function post(id: string, categories: string[]) {
  return {
    id,
    name: id,
    specialty: "Medicine",
    subspecialty: null,
    experience_categories: categories,
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    allows_leave: true,
    min_weeks: 1,
    six_month_term: null,
    six_month_part: null,
    six_month_terms: null,
    team: "team",
    teams: { hospital: "hospital" },
  };
}

const rotations = [
  { term: 2, positions: post("q", ["B"]) },
  { term: 1, positions: post("p", ["A"]) },
];

function lineRow(more: Record<string, unknown> = {}) {
  return {
    id: LINE,
    name: "Line 01",
    pathway: null,
    first_term: null,
    last_term: null,
    planner_run: RUN,
    rotations,
    job_line_leave: [],
    allocation_runs: { starts_on: "2027-01-11", term_weeks: [10, 12], constraints: [] },
    ...more,
  };
}

const runRow = {
  id: RUN,
  created_at: "2026-11-01T00:00:00Z",
  constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A", "C"] }],
};

/** A database with these rows, or with an error for all that it is asked. */
function client(rows: Record<string, unknown>, error: unknown = null): RestClient {
  const from = (table: string) => {
    const query = {
      select: () => query,
      eq: () => query,
      maybeSingle: () => Promise.resolve({ data: error ? null : rows[table] ?? null, error }),
    };
    return query;
  };
  return { from } as unknown as RestClient;
}

const read = (line: unknown, run: unknown = runRow) =>
  readLineRules(client({ job_lines: line, allocation_planner_runs: run }), LINE);

Deno.test("a line is judged by the constraints of its run, rotations in any order, terms from 1", async () => {
  const answer = await read(lineRow());
  assert.deepEqual([answer.planner_run, answer.asked_at], [RUN, runRow.created_at]);
  const rule = answer.rules.find((verdict) => verdict.rule === "REQUIRED_CATEGORIES")!;
  assert.equal(rule.met, false);
  assert.match(rule.finding, /C/);
  const kept = await read(lineRow(), {
    ...runRow,
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A"] }],
  });
  const met = kept.rules.find((verdict) => verdict.rule === "REQUIRED_CATEGORIES")!;
  assert.deepEqual([met.met, met.terms], [true, [1]]);
});

Deno.test("without its run, or where the caller does not see it, the allocation run's own constraints count", async () => {
  const allocation_runs = {
    starts_on: "2027-01-11",
    term_weeks: [10, 12],
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["B"] }],
  };
  for (
    const [line, run] of [[lineRow({ planner_run: null, allocation_runs }), runRow], [
      lineRow({ allocation_runs }),
      null,
    ]]
  ) {
    const answer = await read(line, run);
    assert.deepEqual([answer.planner_run, answer.asked_at], [null, null]);
    const rule = answer.rules.find((verdict) => verdict.rule === "REQUIRED_CATEGORIES")!;
    assert.deepEqual([rule.met, rule.terms], [true, [2]]);
  }
});

Deno.test("leave is counted in whole weeks from the start of the year", async () => {
  const leave = { job_line_leave: [{ starts_on: "2027-03-22", ends_on: "2027-04-25" }] };
  const run = { ...runRow, constraints: ["ANNUAL_LEAVE"] };
  const rule = (await read(lineRow(leave), run)).rules.find((r) => r.rule === "ANNUAL_LEAVE")!;
  // The tenth week ends on 21 March: the leave is the first five of term 2.
  assert.match(rule.finding, /5 weeks of leave: weeks 11-15 \(term 2\)/);
  assert.deepEqual([rule.met, rule.terms], [true, [2]]);
});

Deno.test("a line that cannot be judged says why", async () => {
  const one = (term_weeks: number[]) =>
    lineRow({ allocation_runs: { starts_on: "2027-01-11", term_weeks, constraints: [] } });
  const refusals: [Promise<unknown>, number, string, RegExp][] = [
    [read(null), 404, "JOB_LINE_NOT_FOUND", /no job line/],
    [readLineRules(client({}), "7"), 400, "INVALID_REQUEST", /job line/],
    [read(one([10, 12, 14])), 409, "LINE_INCOMPLETE", /Line 01 has no rotation in term 3/],
    [read(one([22])), 409, "LINE_INCOMPLETE", /more rotations than the year has terms/],
    [
      read(lineRow(), { ...runRow, constraints: ["GONE"] }),
      409,
      "INVALID_CONSTRAINTS",
      /no longer valid/,
    ],
  ];
  for (const [asked, status, code, message] of refusals) {
    await assert.rejects(asked, (error: Error & { status?: number; code?: string }) => {
      assert.deepEqual([error.status, error.code], [status, code]);
      assert.match(error.message, message);
      return true;
    });
  }
});
