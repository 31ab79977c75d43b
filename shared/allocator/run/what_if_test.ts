import assert from "node:assert/strict";
import { problemOf } from "../testing/problems.ts";
import { type WhatIf, withWeightings } from "./what_if.ts";

const ask = (what: Partial<WhatIf>): WhatIf => ({ pins: [], exclusions: [], ...what });

Deno.test("withWeightings() puts a what-if's weightings in place of the allocation run's, where it brings any", () => {
  const own = [{ line: null, workers: ["w0"], tags: [], weighting: 5 }];
  const problem = problemOf(2, [1, 1], { weightings: own });
  assert.deepEqual(withWeightings(problem, ask({})).weightings, own);
  assert.deepEqual(withWeightings(problem, ask({ weightings: [] })).weightings, []);
  const weighting = { job_line: "l1", worker_mappings: ["w1"], qualification_tags: ["t"] };
  assert.deepEqual(
    withWeightings(problem, ask({ weightings: [{ ...weighting, weighting: 2 }] })).weightings,
    [{ line: "l1", workers: ["w1"], tags: ["t"], weighting: 2 }],
  );
});
