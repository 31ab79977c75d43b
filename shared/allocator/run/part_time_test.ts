// Who may have part-time lines.

import assert from "node:assert/strict";
import { problemOf } from "../testing/problems.ts";
import { solve } from "../testing/solve.ts";
import { applyByHand } from "./pins.ts";
import { withPartTimeLines } from "./part_time.ts";

/** Two lines of one place: l0 is half-time. Everybody wants it first. */
function wanted(...works: (number | undefined)[]) {
  return problemOf(works.length, [1, 2], {
    workers: works.map((fte, w) => ({ id: `w${w}`, name: `W${w}`, tags: [], fte })),
    preferences: works.map((_, w) => ({ worker: `w${w}`, ranks: [["l0", 1], ["l1", 2]] })),
    reasons: true,
  });
}

const lines = [{ id: "l0", fte: 0.5 }, { id: "l1", fte: 1 }];

function matched(problem: ReturnType<typeof wanted>) {
  const { outcome } = solve(problem);
  assert.ok(outcome.status === "COMPLETED");
  return outcome.allocations.map(({ worker, line }) => `${worker} ${line}`).sort();
}

Deno.test("a part-time line is for who works no more than it is", () => {
  const problem = withPartTimeLines(wanted(1, 0.5, undefined), [], lines);
  assert.deepEqual(problem.tooMuch, [{ worker: "w0", line: "l0" }, { worker: "w2", line: "l0" }]);
  assert.deepEqual(matched(problem), ["w0 l1", "w1 l0", "w2 l1"]);
});

Deno.test("being named for the line lets nobody in who works more, and no pin does", () => {
  const open = { line: "l0", excludedWorkers: [], includedTags: [], excludedTags: [] };
  const asked = { ...wanted(1, 1), eligibility: [{ ...open, includedWorkers: ["w0"] }] };
  const problem = withPartTimeLines(asked, [], lines);
  assert.deepEqual(matched(problem), ["w0 l1", "w1 l1"]);
  const pin = { worker_mapping: "w0", job_line: "l0" };
  assert.throws(() => applyByHand(problem, { pins: [pin], exclusions: [] }), /W0 to L0/);
});

Deno.test("where no match exists for that reason, the way out names the part of full time and not eligibility", () => {
  const half = [{ id: "l0", fte: 0.5 }];
  const { outcome } = solve(withPartTimeLines(problemOf(1, [1]), [], half));
  assert.ok(outcome.status === "INFEASIBLE");
  assert.deepEqual(outcome.explanation.relaxations.map(({ change }) => change), [
    "Change the part of full time so that nobody works more than the line is: W0 for L0.",
  ]);
});

Deno.test("two who share a job have it where they work no more together than it is", () => {
  const share = [{ first: "w0", second: "w1", fit: "share" }];
  const barred = (...works: number[]) =>
    withPartTimeLines(wanted(...works), share, lines).tooMuch?.map(({ worker }) => worker);
  assert.equal(barred(0.3, 0.2), undefined);
  assert.deepEqual(barred(0.3, 0.25), ["w0", "w1"]);
  // Linked otherwise, each counts alone.
  const couple = [{ ...share[0], fit: "ranked_lines" }];
  assert.equal(withPartTimeLines(wanted(0.5, 0.5), couple, lines).tooMuch, undefined);
});

Deno.test("a problem without part-time lines stays what it is", () => {
  const problem = wanted(1, 0.5);
  assert.equal(withPartTimeLines(problem, [], lines.map(({ id }) => ({ id, fte: 1 }))), problem);
});
