// Quick counts: what posts allow, by hand, and never fewer lines than there are.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { describeCount, postCount, quickCounts } from "./quick_counts.ts";

function countsOf(problem: PlannerProblem) {
  const bounds = resolveRules(problem.constraints);
  return quickCounts(problem, bounds, buildTables(problem, bounds));
}

Deno.test("postCount() allows as many lines as there are posts for", () => {
  assert.equal(postCount(7, 2, "x", []).lines, 3);
});

Deno.test("describeCount() counts posts of a term, of a year, and what each line needs of them", () => {
  const count = { lines: 1, posts: 18, perLine: 1, what: "category C", rules: [] };
  assert.equal(describeCount(count, 20), "category C: 18 posts a year for 20 lines");
  assert.equal(
    describeCount({ ...count, posts: 1, what: "term 3" }, 20),
    "term 3: 1 post for 20 lines",
  );
  assert.equal(
    describeCount({ ...count, perLine: 3, what: "not Surgery" }, 20),
    "not Surgery: 18 posts a year for 20 lines, 3 needed by each",
  );
  assert.equal(describeCount({ ...count, message: "in its own words" }, 20), "in its own words");
});

Deno.test("posts that a term is too short for are told where they are missing", () => {
  const positions = [
    position("a", { minWeeks: 12 }),
    position("b", { minWeeks: 10 }),
    position("c"),
  ];
  const problem = problemOf(positions, {
    lines: 4,
    termWeeks: [10, 42],
    posts: [[2, 1, 2], [2, 1, 2]],
  });
  assert.equal(
    countsOf(problem)[0].message,
    "term 1: 3 posts for 4 lines; 2 posts more cannot be used, since the term lasts 10 weeks and their positions " +
      "need longer ones (a JMO: 12 weeks at least)",
  );
  assert.equal(countsOf({ ...problem, lines: 3 })[0].message, undefined, "they are not missing");
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

Deno.test("leave that the terms take in no parts that lines can take allows fewer lines, at once", () => {
  const termWeeks = Array.from({ length: 13 }, () => 4);
  const capacity_weeks = termWeeks.map((_, t) => t < 2 ? 4 : t === 12 ? 20 : 1);
  const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks } }];
  const positions = [position("a"), position("b")];
  const problem = problemOf(positions, { termWeeks, lines: 7, postsEach: 9, constraints });
  const [first] = countsOf(problem);
  // Parts of two weeks each in the first two terms, of three in the last one: nothing else fits.
  assert.equal(first.lines, 4);
  assert.equal(
    first.message,
    "annual leave: the terms take 38 weeks, in parts that lines can take 20: enough for 4 of 7 lines",
  );
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

Deno.test("what every line needs beside a kind that is capped is counted, and told", () => {
  // Three terms, one of them rural at most: two of each line are not.
  const positions = [
    position("r", { isRural: true }),
    position("s", { isRural: true }),
    position("p"),
    position("q"),
  ];
  const problem = problemOf(positions, {
    lines: 4,
    termWeeks: [18, 17, 17],
    posts: [[4, 4, 1, 1], [4, 4, 1, 1], [4, 4, 1, 2]],
  });
  const found = countsOf(problem).find(({ rules }) => rules.includes("MAX_RURAL_TERMS"))!;
  assert.deepEqual([found.posts, found.perLine, found.lines], [7, 2, 3]);
});

Deno.test("two categories that no term of a capped kind covers together need a post outside it", () => {
  // One rural term at most, and rural terms cover A or B, never both: whatever line, one post of the two is elsewhere.
  const positions = [
    position("a", { isRural: true, categories: ["A"] }),
    position("b", { isRural: true, categories: ["B"] }),
    position("c", { categories: ["A"] }),
    position("d", { categories: ["B"] }),
    position("e"),
  ];
  const problem = problemOf(positions, {
    lines: 5,
    termWeeks: [26, 26],
    posts: [[5, 5, 1, 0, 5], [5, 5, 0, 2, 5]],
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A", "B"] }],
  });
  const [found] = countsOf(problem);
  assert.deepEqual([found.posts, found.lines], [3, 3]);
  assert.deepEqual(found.rules, ["REQUIRED_CATEGORIES", "MAX_RURAL_TERMS"]);
});
