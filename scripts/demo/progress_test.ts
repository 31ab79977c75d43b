// The progress bar and its plain form.

import assert from "node:assert/strict";
import type { PlannerRun } from "../../shared/client/mod.ts";
import { createPaint } from "./paint.ts";
import { describeOutcome, describeProgress, drawBar, drawProgress, phaseOf } from "./progress.ts";
import { allocatorRun } from "../../shared/client/testing/allocator_runs.ts";
import { endedRun } from "./testing.ts";
import { widthOf } from "./text.ts";

const plain = createPaint("none");

function working(): PlannerRun {
  const progress = {
    phase: "bound",
    fraction: 0.456,
    lines: 60,
    linesWanted: 60,
    bound: 12_240,
    objective: 12_000,
    gap: 0.0196,
    slice: 4,
    cpuMs: 1_900,
  };
  return endedRun({ status: "GENERATING", progress });
}

Deno.test("drawBar() fills by eighths and never overflows", () => {
  assert.equal(drawBar(0, 4, plain), "░░░░");
  assert.equal(drawBar(0.5, 4, plain), "██░░");
  assert.equal(drawBar(0.53125, 4, plain), "██▏░");
  assert.equal(drawBar(1, 4, plain), "████");
  for (const share of [-1, 0.999, 2, 1 / 3]) assert.equal(widthOf(drawBar(share, 7, plain)), 7);
});

Deno.test("drawProgress() tells phase, lines, gap, slice and time", () => {
  const row = drawProgress(working(), 3_140, 120, plain);
  assert.match(row, / 45% · bound · 60 of 60 lines · gap 2\.0% · slice 4 · 3\.1 s$/);
});

Deno.test("drawProgress() fits its width, leaving out what matters less", () => {
  for (let width = 40; width <= 120; width++) {
    assert(widthOf(drawProgress(working(), 3_140, width, plain)) < width, `${width} columns`);
  }
  assert.match(drawProgress(working(), 3_140, 40, plain), /45%/);
});

Deno.test("describeProgress() counts the doctors of an allocator run", () => {
  assert.equal(describeProgress(allocatorRun()), "25%, Placing doctors, 42 of 60 doctors, slice 1");
});

Deno.test("describeProgress() is the same in a line of a log", () => {
  assert.equal(describeProgress(working()), "45%, bound, 60 of 60 lines, gap 2.0%, slice 4");
});

Deno.test("phaseOf() names what comes before the first slice", () => {
  assert.equal(phaseOf(endedRun({ status: "PENDING" })), "queued");
  assert.equal(phaseOf(endedRun({ status: "GENERATING" })), "starting");
});

Deno.test("describeOutcome() names the status, and the code of a failure", () => {
  assert.equal(describeOutcome(endedRun(), 3_000, plain), "COMPLETED after 3.0 s");
  const failed = endedRun({ status: "FAILED", error_code: "PLAN_REFUSED" });
  assert.equal(describeOutcome(failed, 400, plain), "FAILED (PLAN_REFUSED) after 400 ms");
});
