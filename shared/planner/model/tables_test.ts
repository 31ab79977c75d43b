// The flat tables: classes, closed slots, gains of slots, and the term of groups.

import assert from "node:assert/strict";
import type { ConstraintEntry } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "./build.ts";
import { forcedMissing, slotGain } from "./tables.ts";
import { groupTables } from "./groups.ts";
import { position, problemOf } from "../testing/problems.ts";

const same = { specialty: "Medicine" };
const positions = [position("a", same), position("b", same), position("c", { isRural: true })];

function tables(constraints: ConstraintEntry[], overrides = {}) {
  const problem = problemOf(positions, { termWeeks: [26, 26], constraints, ...overrides });
  return buildTables(problem, resolveRules(constraints));
}

Deno.test("positions that no rule and no affinity tells apart are one class", () => {
  const { classOf, members } = tables([]);
  assert.equal(classOf[0], classOf[1]);
  assert.notEqual(classOf[0], classOf[2]);
  assert.deepEqual(members.map((own) => [...own]), [[0, 1], [2]]);
});

Deno.test("slots that a rule rules out have no posts", () => {
  const forbidden = [{ name: "FORBIDDEN_CELLS", value: [{ position: "a", terms: [2] }] }];
  assert.deepEqual([...tables(forbidden).cap], [1, 1, 1, 0, 1, 1]);
  assert.deepEqual([...tables([{ name: "MAX_RURAL_TERMS", value: 0 }]).cap], [1, 1, 0, 1, 1, 0]);
});

Deno.test("the gain of a slot falls with its lines, and its shortage adds up to what they save", () => {
  const cells = [
    { name: "FORCED_CELLS", value: [{ position: "a", term: 1, lines: 1 }] },
    { name: "PREFERRED_CELLS", value: [{ position: "a", term: 1, lines: 2, weight: 50 }] },
  ];
  const found = tables(cells, { lines: 4, postsEach: 4, minimumFill: [[3, 0, 0], [0, 0, 0]] });
  const gains = [1, 2, 3, 4].map((n) => slotGain(found, 0, n));
  assert.deepEqual(gains, [300 + 50 + 1_500, 300 + 50 - 4, 300 - 8, -12]);
  assert.equal(found.emptyCost, 3 * 300 + 2 * 50 + 1_500);
  assert.deepEqual([0, 1].map((n) => forcedMissing(found, Int32Array.of(n, 0, 0, 0, 0, 0))), [
    1,
    0,
  ]);
});

Deno.test("a pathway is a position of one more term, with a post per reserved line", () => {
  const found = tables([{
    name: "PATHWAYS",
    value: [{ name: "Rural", lines: 1, positions: ["c"], need: 1 }],
  }], { lines: 3, postsEach: 3 });
  assert.deepEqual([found.terms, found.positions, found.groups], [3, 5, [3, 4]]);
  assert.deepEqual([...found.cap.subarray(10)], [0, 0, 0, 1, 2]);
  assert.deepEqual([1, 2].map((n) => slotGain(found, 14, n)), [0, 0]);
});

Deno.test("tables of one group hold what its lines must hold, and nothing for the others", () => {
  const found = tables([{
    name: "PATHWAYS",
    value: [{ name: "Start", lines: 1, sequence: ["b", null] }],
  }], { lines: 3, postsEach: 3 });
  const start = groupTables(found, 3), rest = groupTables(found, 4);
  assert.deepEqual([start.terms, start.groups], [2, []]);
  assert.deepEqual([...start.cap.subarray(0, 3)], [0, 3, 0]);
  assert.deepEqual([...rest.cap.subarray(0, 3)], [3, 3, 3]);
  assert.equal(rest.limitInfo.filter(({ rule }) => rule === "PATHWAYS").length, 0);
});
