// Problems that the engine cannot read are refused by code, path and message; what is merely impossible is not.

import assert from "node:assert/strict";
import { MOST_POWER } from "./limits.ts";
import { AllocatorInputError, type AllocatorProblem, DEFAULT_OPTIONS } from "./problem.ts";
import { Random } from "../engine/random.ts";
import { problemOf, randomProblem, withGroups, withLinks } from "./testing/problems.ts";
import { validateProblem } from "./validate.ts";

const options = (change: Partial<AllocatorProblem["options"]>) => ({
  options: { ...DEFAULT_OPTIONS, ...change },
});
const entry = {
  line: "l0",
  includedWorkers: [],
  excludedWorkers: [],
  includedTags: [],
  excludedTags: [],
};
const preferencer = {
  id: "p0",
  name: "P0",
  lines: [],
  maxLines: null,
  maxWorkers: null,
  ranks: [],
};
const line = { id: "l0", name: "L0", capacity: 1, mustHave: false };
const weighting = { line: null, workers: [], tags: [], weighting: 1 };
const ranked = { kind: "ranked" } as const;

/** What is wrong, how it comes to be so, and where that is said. */
const FAULTS: [string, Partial<AllocatorProblem>, string][] = [
  [
    "two workers of one id",
    { workers: Array(2).fill({ id: "w", name: "W", tags: [] }) },
    "workers[1].id",
  ],
  ["two lines of one id", { lines: [line, line] }, "lines[1].id"],
  [
    "two preferencers of one id",
    { preferencers: [preferencer, preferencer] },
    "preferencers[1].id",
  ],
  ["a capacity below 0", { lines: [{ ...line, capacity: -1 }] }, "lines[0].capacity"],
  ["half a place", { lines: [{ ...line, capacity: 0.5 }] }, "lines[0].capacity"],
  [
    "a cap that is no count",
    { preferencers: [{ ...preferencer, maxLines: 1.5 }] },
    "preferencers[0]",
  ],
  ["a cap below 0", { preferencers: [{ ...preferencer, maxWorkers: -2 }] }, "preferencers[0]"],
  ["a weight above 1", options({ preferencerWeight: 1.01 }), "options.preferencerWeight"],
  ["a weight that is no number", options({ preferencerWeight: NaN }), "options.preferencerWeight"],
  ["a power of 0", options({ preferencePower: 0 }), "options.preferencePower"],
  [
    "a power beyond the most",
    options({ preferencePower: MOST_POWER + 1 }),
    "options.preferencePower",
  ],
  ["a seed that is not whole", options({ seed: 0.5 }), "options.seed"],
  [
    "a weighting beyond a million",
    { weightings: [{ ...weighting, weighting: 2e6 }] },
    "weightings[0]",
  ],
  [
    "a weighting of no line",
    { weightings: [{ ...weighting, line: "gone" }] },
    "weightings[0].line",
  ],
  ["a pin of a stranger", { pins: [{ worker: "gone", line: "l0" }] }, "pins[0]"],
  ["a pin to no line", { pins: [{ worker: "w0", line: "gone" }] }, "pins[0]"],
  ["two pins of one worker", {
    pins: [{ worker: "w0", line: "l0" }, { worker: "w0", line: "l1" }],
  }, "pins[1]"],
  ["a link to a stranger", { links: [{ workers: ["w0", "gone"], fit: ranked }] }, "links[0]"],
  ["a worker in two links", {
    links: [{ workers: ["w0", "w1"], fit: ranked }, { workers: ["w1", "w2"], fit: ranked }],
  }, "links[1]"],
  ["two entries of eligibility for one line", { eligibility: [entry, entry] }, "eligibility[1]"],
  ["too many workers", {
    workers: Array.from({ length: 3_001 }, (_, w) => ({ id: `w${w}`, name: "W", tags: [] })),
  }, "workers"],
];

function refusal(problem: AllocatorProblem): AllocatorInputError | null {
  try {
    validateProblem(problem);
    return null;
  } catch (error) {
    assert.ok(error instanceof AllocatorInputError, String(error));
    return error;
  }
}

Deno.test("each fault is refused by its path, as the first of those named", () => {
  for (const [what, change, path] of FAULTS) {
    const refused = refusal(problemOf(3, [1, 1], change));
    assert.ok(refused, what);
    assert.deepEqual([refused.code, refused.errors[0].path], ["INVALID_PROBLEM", path], what);
    assert.ok(refused.message.length > 0);
  }
});

Deno.test("all faults are told at once", () => {
  const problem = problemOf(3, [-1, 1.5], options({ seed: 0.5 }));
  assert.deepEqual(refusal(problem)!.errors.map(({ path }) => path), [
    "lines[0].capacity",
    "lines[1].capacity",
    "options.seed",
  ]);
});

Deno.test("whatever can be read passes, impossible or not", () => {
  const random = new Random(5);
  for (let round = 0; round < 100; round++) {
    const plain = randomProblem(random, { caps: true, stability: round % 2 === 0 });
    validateProblem(withGroups(random, withLinks(random, plain)));
  }
  validateProblem(problemOf(5, [0]));
});
