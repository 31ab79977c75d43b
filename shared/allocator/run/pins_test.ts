import assert from "node:assert/strict";
import { WorkloadError } from "../../fleet/workload.ts";
import type { AllocatorExplanation } from "../outcome.ts";
import { problemOf } from "../testing/problems.ts";
import {
  applyByHand,
  type ByHand,
  contradictions,
  decidedOtherwise,
  explainByHand,
} from "./pins.ts";

const pin = (worker: string, line: string) => ({ worker_mapping: worker, job_line: line });
const byHand = (what: Partial<ByHand>): ByHand => ({ pins: [], exclusions: [], ...what });
const code = (expected: string, message: RegExp) => (error: unknown) => {
  assert(error instanceof WorkloadError);
  assert.equal(error.code, expected);
  assert.match(error.message, message);
  return true;
};

Deno.test("contradictions() names the pin of a doctor with two lines, and of one kept off the same line", () => {
  const at = "options.what_if";
  assert.deepEqual(contradictions(byHand({ pins: [pin("w0", "l0"), pin("w1", "l0")] }), at), []);
  assert.deepEqual(contradictions(byHand({ pins: [pin("w0", "l0"), pin("w0", "l0")] }), at), []);
  const twice = contradictions(byHand({ pins: [pin("w0", "l0"), pin("w0", "l1")] }), at);
  assert.deepEqual(twice.map(({ path }) => path), ["options.what_if.pins[1]"]);
  assert.match(twice[0].message, /w0 is pinned to l0 as well/);
  const both = byHand({ pins: [pin("w0", "l0")], exclusions: [pin("w0", "l0")] });
  const off = contradictions(both, "options");
  assert.deepEqual(off.map(({ path }) => path), ["options.pins[0]"]);
});

Deno.test("applyByHand() refuses pins by name: contradicting, outside the batch, not eligible", () => {
  const problem = problemOf(2, [1, 1], {
    outside: { workers: [], lines: [{ id: "l9", name: "Out" }] },
    eligibility: [{
      line: "l1",
      includedWorkers: [],
      excludedWorkers: [],
      includedTags: ["t"],
      excludedTags: [],
    }],
  });
  const refused = (pins: ByHand["pins"], expected: string, message: RegExp) =>
    assert.throws(() => applyByHand(problem, byHand({ pins })), code(expected, message));
  refused([pin("w0", "l0"), pin("w0", "l1")], "CONTRADICTORY_PINS", /pinned to l0 as well/);
  refused([pin("w0", "l9")], "PIN_OUTSIDE_BATCH", /W0 to Out/);
  refused([pin("w0", "l1"), pin("w1", "l1")], "PIN_NOT_ELIGIBLE", /W0 to L1, W1 to L1/);
});

Deno.test("applyByHand() takes a doctor off a line, and leaves everybody else's eligibility alone", () => {
  const problem = problemOf(3, [1, 1], {
    eligibility: [{
      line: "l0",
      includedWorkers: ["w0", "w1"],
      excludedWorkers: ["w2"],
      includedTags: ["t"],
      excludedTags: [],
    }],
  });
  const { eligibility, exclusions } = applyByHand(
    problem,
    byHand({ exclusions: [pin("w0", "l0"), pin("w2", "l1")] }),
  );
  assert.deepEqual(exclusions, [{ worker: "w0", line: "l0" }, { worker: "w2", line: "l1" }]);
  assert.deepEqual(eligibility, [{
    line: "l0",
    includedWorkers: ["w1"],
    excludedWorkers: ["w2", "w0"],
    includedTags: ["t"],
    excludedTags: [],
  }, {
    line: "l1",
    includedWorkers: [],
    excludedWorkers: ["w2"],
    includedTags: [],
    excludedTags: [],
  }]);
  assert.deepEqual(problem.eligibility[0].includedWorkers, ["w0", "w1"], "the base is as it was");
});

Deno.test("decidedOtherwise() lets a what-if decide anew of the doctors it pins and the pairs it excludes", () => {
  const run = byHand({
    pins: [pin("w0", "l0"), pin("w1", "l1"), pin("w2", "l2")],
    exclusions: [pin("w3", "l3"), pin("w4", "l4")],
  });
  const asked = byHand({
    pins: [pin("w0", "l5"), pin("w3", "l3")],
    exclusions: [pin("w1", "l1"), pin("w2", "l5")],
  });
  assert.deepEqual(decidedOtherwise(run, asked), {
    pins: [pin("w2", "l2"), pin("w0", "l5"), pin("w3", "l3")],
    exclusions: [pin("w4", "l4"), pin("w1", "l1"), pin("w2", "l5")],
  });
});

Deno.test("explainByHand() adds the pins and exclusions that are part of a conflict", () => {
  const problem = problemOf(3, [1, 1, 1], {
    pins: [{ worker: "w0", line: "l0" }, { worker: "w2", line: "l2" }],
  });
  const conflict: AllocatorExplanation = {
    code: "TOO_FEW_PLACES",
    message: "Too few.",
    workers: ["w0", "w1"],
    lines: ["l0"],
    preferencers: [],
    places: 1,
    relaxations: [{ change: "Add 1 place." }],
  };
  const exclusions = [{ worker: "w1", line: "l1" }];
  const told = explainByHand(conflict, { ...problem, exclusions }, "what-if");
  assert.equal(told.message, "Too few. This what-if pins W0 to L0 and keeps W1 off L1.");
  assert.deepEqual(told.relaxations, conflict.relaxations);
  const off = explainByHand(conflict, { ...problem, pins: [], exclusions }, "run");
  assert.equal(off.message, "Too few. This run keeps W1 off L1.");
  assert.equal(explainByHand(conflict, { ...problem, pins: [] }, "run"), conflict);
});
