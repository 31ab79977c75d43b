import assert from "node:assert/strict";
import { WorkloadError } from "../../fleet/workload.ts";
import type { AllocatorExplanation } from "../outcome.ts";
import { problemOf } from "../testing/problems.ts";
import { applyWhatIf, contradictions, explainPins, type WhatIf } from "./what_if.ts";

const pin = (worker: string, line: string) => ({ worker_mapping: worker, job_line: line });
const ask = (what: Partial<WhatIf>): WhatIf => ({ pins: [], exclusions: [], ...what });
const code = (expected: string, message: RegExp) => (error: unknown) => {
  assert(error instanceof WorkloadError);
  assert.equal(error.code, expected);
  assert.match(error.message, message);
  return true;
};

Deno.test("contradictions() names the pin of a doctor with two lines, and of one kept off the same line", () => {
  assert.deepEqual(contradictions(ask({ pins: [pin("w0", "l0"), pin("w1", "l0")] })), []);
  assert.deepEqual(contradictions(ask({ pins: [pin("w0", "l0"), pin("w0", "l0")] })), []);
  const twice = contradictions(ask({ pins: [pin("w0", "l0"), pin("w0", "l1")] }));
  assert.deepEqual(twice.map(({ path }) => path), ["options.what_if.pins.1"]);
  assert.match(twice[0].message, /w0 is pinned to l0 as well/);
  const off = contradictions(ask({ pins: [pin("w0", "l0")], exclusions: [pin("w0", "l0")] }));
  assert.deepEqual(off.map(({ path }) => path), ["options.what_if.pins.0"]);
});

Deno.test("applyWhatIf() refuses pins by name: contradicting, outside the batch, not eligible", () => {
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
  const refused = (pins: WhatIf["pins"], expected: string, message: RegExp) =>
    assert.throws(() => applyWhatIf(problem, ask({ pins })), code(expected, message));
  refused([pin("w0", "l0"), pin("w0", "l1")], "CONTRADICTORY_PINS", /pinned to l0 as well/);
  refused([pin("w0", "l9")], "PIN_OUTSIDE_BATCH", /W0 to Out/);
  refused([pin("w0", "l1"), pin("w1", "l1")], "PIN_NOT_ELIGIBLE", /W0 to L1, W1 to L1/);
});

Deno.test("applyWhatIf() takes a doctor off a line, and leaves everybody else's eligibility alone", () => {
  const problem = problemOf(3, [1, 1], {
    eligibility: [{
      line: "l0",
      includedWorkers: ["w0", "w1"],
      excludedWorkers: ["w2"],
      includedTags: ["t"],
      excludedTags: [],
    }],
  });
  const { eligibility } = applyWhatIf(
    problem,
    ask({ exclusions: [pin("w0", "l0"), pin("w2", "l1")] }),
  );
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

Deno.test("applyWhatIf() puts its weightings in place of the allocation run's, where it brings any", () => {
  const own = [{ line: null, workers: ["w0"], tags: [], weighting: 5 }];
  const problem = problemOf(2, [1, 1], { weightings: own });
  assert.deepEqual(applyWhatIf(problem, ask({})).weightings, own);
  assert.deepEqual(applyWhatIf(problem, ask({ weightings: [] })).weightings, []);
  const weighting = { job_line: "l1", worker_mappings: ["w1"], qualification_tags: ["t"] };
  assert.deepEqual(
    applyWhatIf(problem, ask({ weightings: [{ ...weighting, weighting: 2 }] })).weightings,
    [{ line: "l1", workers: ["w1"], tags: ["t"], weighting: 2 }],
  );
});

Deno.test("explainPins() adds the pins that are part of a conflict", () => {
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
  const told = explainPins(conflict, problem, [pin("w1", "l1")]);
  assert.equal(told.message, "Too few. This what-if pins W0 to L0 and keeps W1 off L1.");
  assert.deepEqual(told.relaxations, conflict.relaxations);
  const off = explainPins(conflict, { ...problem, pins: [] }, [pin("w1", "l1")]);
  assert.equal(off.message, "Too few. This what-if keeps W1 off L1.");
  assert.equal(explainPins(conflict, { ...problem, pins: [] }, []), conflict);
});
