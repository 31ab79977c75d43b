// Scarce posts, named by what a count found dear.

import assert from "node:assert/strict";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { countRound, startCount } from "./count_lp.ts";
import { countTables } from "./project.ts";
import { tightPosts } from "./tight_posts.ts";

/** Every line needs a surgical post, of which the terms have one and two; everything else is plenty. */
function scene() {
  const positions = [
    position("s", { specialty: "Surgery", categories: ["C"] }),
    position("m", { specialty: "Medicine" }),
    position("n", { specialty: "Emergency" }),
  ];
  const constraints = [{ name: "REQUIRED_CATEGORIES", value: ["C"] }];
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 4,
    constraints,
    postsEach: 4,
  });
  problem.posts = [[1, 4, 4], [2, 4, 4]];
  return { problem, bounds: resolveRules(constraints) };
}

function counted(exact: boolean) {
  const { problem, bounds } = scene(), tables = countTables(problem, bounds, exact);
  let state = startCount(problem, bounds, new Int32Array(0), exact);
  while (!state.done) state = countRound(tables, state);
  return state;
}

Deno.test("tightPosts() names the specialty that the count found scarce, with its posts of the year", () => {
  const { problem, bounds } = scene();
  for (const exact of [false, true]) {
    const state = counted(exact);
    assert.equal(state.bound, 3);
    const found = tightPosts(problem, bounds, state);
    assert.deepEqual(found.map(({ lines, message }) => [lines, message]), [
      [3, "Surgery: 3 posts a year are scarce, all of them count"],
    ]);
  }
});

Deno.test("tightPosts() names nothing without a proof", () => {
  const { problem, bounds } = scene();
  assert.deepEqual(tightPosts(problem, bounds, { ...counted(false), proof: "" }), []);
});
