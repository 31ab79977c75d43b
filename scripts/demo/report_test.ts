// The figures after a run, and the summary of --json.

import assert from "node:assert/strict";
import { createPaint } from "./paint.ts";
import { reportInfeasible, reportQuality, reportTimes } from "./report.ts";
import { summarise } from "./summary.ts";
import { endedRun, plannerResult } from "./testing.ts";

const plain = { width: Infinity, paint: createPaint("none") };

const changes = {
  rotations: 4,
  bound: 4,
  proven: true,
  linesChanged: 3,
  linesAdded: 1,
  linesRemoved: 0,
};

Deno.test("reportQuality() shows lines, objective, affinity, diversity and fills", () => {
  const text = reportQuality(endedRun(), plain).join("\n");
  assert.match(text, /60 built of 60 wanted; no plan has more than 60/);
  assert.match(text, /12,000, proven bound 12,240: gap 2\.0%/);
  assert.match(text, /min -12, mean 101, max 240 a line \(Interests, version 2\)/);
  assert.match(text, /two lines differ in 4\.6 terms on average; no two are identical/);
  assert.match(text, /3 of 120 posts missed/);
});

Deno.test("reportQuality() says why lines are missing and which are locked", () => {
  const lines = {
    wanted: 140,
    built: 79,
    locked: 2,
    kept: 2,
    bound: 79,
    reason: "category C: 79 posts",
  };
  const text = reportQuality(endedRun({ result_metadata: plannerResult({ lines }) }), plain)
    .join("\n");
  assert.match(
    text,
    /79 built beside 2 kept \(2 locked\) of 140 wanted; no plan has more than 81\n +category C: 79/,
  );
});

Deno.test("reportQuality() says what a replan changed, and how few could be", () => {
  const report = (more: object) => {
    const result = plannerResult({ bound: null, gap: null, changes: { ...changes, ...more } });
    return reportQuality(endedRun({ result_metadata: result }), plain).join("\n");
  };
  const text = report({});
  assert.match(text, /4 rotations in 3 lines, 1 line added, 0 removed; no plan changes fewer\n/);
  assert.match(text, /Objective +12,000\n/);
  assert.match(report({ proven: false, bound: 2 }), /no plan changes fewer than 2\n/);
});

Deno.test("reportTimes() follows the time from start-up to the last slice", () => {
  const startup = { postgres: 600, migrations: 250, total: 1_900 };
  const text = reportTimes({ startup, answerMs: 88, run: endedRun() }, plain).join("\n");
  assert.match(text, /Start-up +1\.9 s: postgres 600 ms, migrations 250 ms\n/);
  assert.match(text, /Request +answered in 88 ms\n/);
  assert.match(text, /Queue +1\.0 s\n/);
  assert.match(text, /Wall +6\.3 s from the run's insert to COMPLETED\n/);
  assert.match(text, /3\.2 s in 9 slices: p50 410 ms, p95 641 ms, max 701 ms\n/);
  assert.match(text, /120 MB/);
  assert.match(text, /CPU by phase +bound +2\.0 s █{20}\n +polish +1\.0 s █{10}░{10}\n +init /);
});

Deno.test("reportTimes() makes do with a run that never started", () => {
  const run = endedRun({ status: "CANCELLED", started_at: null, result_metadata: null });
  const text = reportTimes({ startup: { total: 5 }, answerMs: 1, run }, plain).join("\n");
  assert.doesNotMatch(text, /Queue|Solver/);
  assert.match(text, /CANCELLED/);
});

Deno.test("reportInfeasible() gives the reason, the rules and what would help", () => {
  const explanation = {
    message: "category C: 18 posts a year for 20 lines",
    lines: { wanted: 20, possible: 18, shown: 18 },
    bottlenecks: [],
    rules: ["REQUIRED_CATEGORIES"],
    relaxations: [{
      rule: "REQUIRED_CATEGORIES",
      value: null,
      lines: 30,
      proven: false,
      message: "without it: up to 30",
    }],
  };
  const run = endedRun({
    status: "INFEASIBLE",
    error_message: explanation.message,
    result_metadata: { explanation },
  });
  assert.deepEqual(reportInfeasible(run, plain), [
    "category C: 18 posts a year for 20 lines",
    "At most 18 of the 20 lines exist.",
    "",
    "Rules in conflict",
    "  REQUIRED_CATEGORIES",
    "",
    "What would help",
    "  without it: up to 30",
  ]);
});

Deno.test("reports wrap at the width, each row under its text", () => {
  const narrow = { ...plain, width: 60 };
  const run = endedRun();
  const times = {
    startup: { postgres: 600, migrations: 250, functions: 1, total: 1_900 },
    answerMs: 1,
    run,
  };
  const rows = [...reportQuality(run, narrow), ...reportTimes(times, narrow)];
  assert(rows.every((row) => row.length <= 60), rows.join("\n"));
  assert(rows.every((row) => !/^ *ms/.test(row)), "a number stays with its unit");
  assert(rows.some((row) => /^ {16}\S/.test(row)));
});

Deno.test("summarise() has the run's own figures", () => {
  assert.deepEqual(summarise(endedRun(), 60), {
    status: "COMPLETED",
    lines: 60,
    cpu_ms: { total: 3_210, p50_slice: 410, p95_slice: 640.5, max_slice: 701 },
    slices: 9,
    bound: 12_240,
    gap: 0.0196,
    wall_ms: 6_250,
  });
});

Deno.test("summarise() is null where nothing is known", () => {
  const infeasible = endedRun({ status: "INFEASIBLE", result_metadata: { slices: 1 } });
  const { status, slices, gap } = summarise(infeasible, 0);
  assert.deepEqual({ status, slices, gap }, { status: "INFEASIBLE", slices: 1, gap: null });
  assert(Object.values(summarise(null, null)).every((value) => value === null));
});
