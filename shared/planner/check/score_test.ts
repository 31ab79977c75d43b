// The objective of small plans, counted by hand.

import assert from "node:assert/strict";
import { scoreLine, scorePlan } from "./score.ts";
import { position, problemOf } from "../testing/problems.ts";

/** Three positions; a and b share the affinity key X, c has Y. X-X 10, X-Y 30. */
function trio(overrides: Parameters<typeof problemOf>[1] = {}) {
  const positions = [
    position("a", { specialty: "Medicine", subspecialty: "X" }),
    position("b", { specialty: "X" }),
    position("c", { specialty: "Y" }),
  ];
  return problemOf(positions, {
    termWeeks: [13, 13, 13],
    affinity: { profile: "test", version: 1, weights: [["X", "X", 10], ["Y", "X", 30]] },
    ...overrides,
  });
}

Deno.test("scoreLine() doubles consecutive pairs and counts different keys once", () => {
  assert.equal(scoreLine(trio(), ["a", "b", "c"]), 2 * (10 + 30) + 30);
  assert.equal(scoreLine(trio(), ["a", "c", "b"]), 2 * (30 + 30) + 30);
  assert.equal(scoreLine(trio(), ["a", "b", "a"]), 2 * (10 + 10));
});

Deno.test("scoreLine() gives a pair outside the profile nothing", () => {
  const problem = trio({ affinity: { profile: "empty", version: 1, weights: [] } });
  assert.equal(scoreLine(problem, ["a", "b", "c"]), 0);
});

Deno.test("scorePlan() charges shared posts by pairs, and missing minimum fill", () => {
  const minimumFill = [[2, 0, 1], [0, 0, 0], [0, 0, 3]];
  const line = ["a", "b", "c"];
  assert.deepEqual(scorePlan(trio({ lines: 3, minimumFill }), [line, line, line]), {
    objective: 330 - 36 - 300,
    affinity: 330,
    collisions: 4 * 3 * 3,
    shortfall: 300,
    wishes: 0,
    lines: 0,
  });
});

Deno.test("scorePlan() rewards each line where partial plans are allowed", () => {
  const problem = trio({ lines: 3, options: { allowPartial: true, seed: 1 } });
  assert.deepEqual(scorePlan(problem, [["a", "b", "c"]]).lines, 20_000);
});

Deno.test("scoreLine() refuses a position that the problem does not have", () => {
  assert.throws(() => scoreLine(trio(), ["a", "b", "z"]), /no position "z"/);
});
