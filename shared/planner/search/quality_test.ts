// The quality report, on plans small enough to count by hand.

import assert from "node:assert/strict";
import { measurePlan } from "./quality.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { position, problemOf } from "../testing/problems.ts";

const positions = [position("a"), position("b"), position("c", { isExcludable: true })];

function measure(lines: number[][], overrides: Parameters<typeof problemOf>[1]) {
  const problem = problemOf(positions, { termWeeks: [26, 26], lines: lines.length, ...overrides });
  const bounds = resolveRules(problem.constraints);
  return measurePlan(problem, bounds, buildTables(problem, bounds), Int32Array.from(lines.flat()));
}

Deno.test("diversity is the mean of pairwise differences, and the largest group of equal lines", () => {
  // 0-1 differ in 0 terms, 0-2 and 1-2 in one: 2 / 3.
  const { diversity } = measure([[0, 1], [0, 1], [0, 2]], { postsEach: 3 });
  assert.ok(Math.abs(diversity.mean_distance - 2 / 3) < 1e-12);
  assert.equal(diversity.largest_identical_group, 2);
});

Deno.test("empty posts are told by position and term, those of excludable positions apart", () => {
  const { unfilled_posts } = measure([[0, 1]], { postsEach: 1 });
  assert.deepEqual(unfilled_posts, {
    total: 2,
    by_term: [1, 1],
    excludable: 2,
    slots: [{ term: 1, position: "b", posts: 1 }, { term: 2, position: "a", posts: 1 }],
  });
});

Deno.test("minimum fill of excludable positions is waived, but costs a little", () => {
  const { minimum_fill, soft_wishes } = measure([[0, 1]], {
    minimumFill: [[1, 2, 1], [0, 0, 0]],
    constraints: [{
      name: "PREFERRED_CELLS",
      value: [{ position: "a", term: 2, lines: 1, weight: 70 }, { position: "a", term: 1 }],
    }],
  });
  assert.deepEqual(minimum_fill, {
    wanted: 3,
    missed: 2,
    waived: 1,
    slots: [{ term: 1, position: "b", missing: 2 }],
  });
  const costs = soft_wishes.wishes.map(({ rule, position, cost }) => [rule, position, cost]);
  assert.deepEqual(costs, [
    ["MINIMUM_FILL", "b", 600],
    ["MINIMUM_FILL", "c", 30],
    ["PREFERRED_CELLS", "a", 70],
  ]);
  assert.equal(soft_wishes.cost, 700);
});

Deno.test("affinity is told per line: least, mean and most", () => {
  const weights: [string, string, number][] = [["a specialty", "b specialty", 10]];
  const { affinity } = measure([[0, 1], [0, 2]], {
    affinity: { profile: "test", version: 1, weights },
  });
  assert.deepEqual(affinity, { min: 0, mean: 15, max: 30 });
});
