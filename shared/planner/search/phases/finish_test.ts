// What a search says of lines that it has not: which are proven impossible, and which are merely not found.

import assert from "node:assert/strict";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import type { ConstraintEntry } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { finish } from "./finish.ts";

/** A search for five lines that is over with two, where no more than `linesBound` can be. */
function ended(allowPartial: boolean, linesBound: number, constraints: ConstraintEntry[] = []) {
  const problem = problemOf([position("a"), position("b"), position("c")], {
    termWeeks: [26, 26],
    lines: 5,
    postsEach: 5,
    constraints,
    options: { allowPartial, seed: 1 },
  });
  const bounds = resolveRules(constraints), tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  const search = new Search(input, { ...firstState(1, 5), phase: "bound" });
  search.offer(Int32Array.of(0, 1, 1, 0));
  assert.equal(search.bestLines, 2);
  search.state.linesBound = linesBound;
  finish(search);
  assert.equal(search.state.phase, "done");
  return search.state;
}

Deno.test("a partial plan says what lies open between its lines and those proven possible", () => {
  const { linesReason, failure } = ended(true, 4);
  assert.equal(
    linesReason,
    "2 lines were found; more than 4 are proven impossible, what lies between is open",
  );
  assert.equal(failure, null);
});

Deno.test("a partial plan of as many lines as are possible leaves nothing open", () => {
  const { linesReason, failure } = ended(true, 2);
  assert.deepEqual([linesReason, failure], [null, null]);
});

Deno.test("without partial plans lines that were not found are a failure, and not called impossible", () => {
  assert.deepEqual(ended(false, 4).failure, {
    code: "LINES_NOT_FOUND",
    message: "2 of 5 lines were found; that more are impossible is not proven (bound 4). " +
      "Allow partial plans, or add posts.",
  });
});

Deno.test("forced cells that the best plan misses are a failure, with how many they are", () => {
  const value = [{ position: "c", term: 1, lines: 3 }];
  const { failure } = ended(true, 5, [{ name: "FORCED_CELLS", value }]);
  assert.equal(failure!.code, "FORCED_CELLS_NOT_MET");
  assert.match(failure!.message, /^3 lines of the forced cells are missing /);
});
