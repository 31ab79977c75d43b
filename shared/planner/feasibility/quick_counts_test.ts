// Quick counts: what posts allow, by hand, and never fewer lines than there are.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { postCount, quickCounts } from "./quick_counts.ts";

function countsOf(problem: PlannerProblem) {
  const bounds = resolveRules(problem.constraints);
  return quickCounts(problem, bounds, buildTables(problem, bounds));
}

Deno.test("postCount() allows as many lines as there are posts for", () => {
  assert.equal(postCount(7, 2, "x", []).lines, 3);
});

Deno.test("each term and each required category is counted, fewest lines first", () => {
  const problem = problemOf(
    [position("a", { categories: ["A"] }), position("b", { categories: ["B"] })],
    {
      lines: 4,
      termWeeks: [26, 26],
      posts: [[1, 3], [2, 3]],
      constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A"] }],
    },
  );
  const found = countsOf(problem).map(({ what, lines, posts }) => [what, lines, posts]);
  assert.deepEqual(found[0], ["category A", 3, 3]);
  assert.ok(found.some(([what, lines]) => what === "term 1" && lines === 4));
  assert.ok(found.some(([what, lines]) => what === "term 2" && lines === 5));
});

Deno.test("leave that the terms have no room for allows fewer lines, in words", () => {
  const problem = problemOf([position("a")], {
    lines: 4,
    termWeeks: [26, 26],
    posts: [[4], [4]],
    constraints: [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [6, 6] } }],
  });
  const [{ lines, message }] = countsOf(problem);
  assert.equal(lines, 2);
  assert.match(message!, /the terms take 12 weeks, 4 lines need 5 each/);
});

Deno.test("no quick count is below the lines that exist", () => {
  const random = new Random(13);
  let tight = 0;
  for (let n = 0; n < 60; n++) {
    const problem = randomProblem(() => random.next(), {
      lines: 3,
      terms: 2 + n % 2,
      positions: 4,
      postsUpTo: 2,
      allowPartial: true,
    });
    const [{ lines }] = countsOf(problem), most = bruteForce(problem).mostLines;
    assert.ok(lines >= most, `problem ${n}: ${lines} of ${most}`);
    if (Math.min(lines, problem.lines) === most) tight++;
  }
  assert.ok(tight > 5, `${tight} of the counts are exact`);
});
