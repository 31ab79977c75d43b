// The model of a replan: distances, plans and columns by hand.

import assert from "node:assert/strict";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import {
  addLines,
  addPlanLines,
  cheapestColumns,
  columnsOf,
  firstColumns,
  pickColumns,
  unique,
} from "./columns.ts";
import { fewestChanges, solveChanges } from "./lp.ts";
import { ReplanModel } from "./model.ts";
import { lagrangean } from "./pricing.ts";

/** Lines ab, bc and one that has lost its first post, over positions a to d; d has no post in term 1. */
function scene() {
  const positions = ["a", "b", "c", "d"].map((id) => position(id, { specialty: id }));
  const problem = problemOf(positions, { termWeeks: [26, 26], lines: 3 });
  problem.posts[0][3] = 0;
  const lines = [["a", "b"], ["b", "c"], [null, "d"]].map((positions) => ({ positions }));
  return new ReplanModel(problem, resolveRules([]), lines);
}

const [A, B, C, D] = [0, 1, 2, 3];

Deno.test("distance() counts rotations that change, and none for an added line", () => {
  const model = scene();
  assert.deepEqual([0, 1, 2, 3].map((i) => model.distance(i, [A, C])), [1, 1, 2, 0]);
  assert.equal(model.distance(1, [A, B, B, C], 2), 0);
});

Deno.test("isLegal() refuses a line with a rotation missing or without a post", () => {
  assert.deepEqual([0, 1, 2].map((i) => scene().isLegal(i)), [true, true, false]);
});

Deno.test("a plan is read from columns, and says what it changes", () => {
  const model = scene(), columns = firstColumns(model);
  assert.deepEqual(columns, { owners: [0, 1], cells: [A, B, B, C] });
  addLines(model, columns, 2, Int32Array.of(C, D, B, D));
  const plan = model.readPlan(columns, Float64Array.of(1, 1, 0, 1));
  assert.deepEqual(plan.kept.map((line) => line && [...line]), [[A, B], [B, C], [B, D]]);
  assert.equal(model.changes(plan), 1);
  assert.deepEqual([...model.cellsOf(plan)], [A, B, B, C, B, D]);
  const gone = model.readPlan(columns, Float64Array.of(1, 0, 0, 0));
  assert.deepEqual([gone.kept[1], model.changes(gone)], [null, 0]);
});

Deno.test("planOf() takes drafts that keep every rule only", () => {
  const model = scene();
  assert.ok(model.planOf(Int32Array.of(A, B, B, C, C, D)));
  assert.equal(model.planOf(Int32Array.of(A, A, B, C, C, D)), null, "a position twice");
});

Deno.test("columns are picked, cheapest first where they are too many, and twice never", () => {
  const model = scene();
  const columns = { owners: [0, 1, 1, 2], cells: [A, B, B, C, B, C, C, D] };
  assert.deepEqual(unique(model, columns), { owners: [0, 1, 2], cells: [A, B, B, C, C, D] });
  assert.deepEqual(pickColumns(model, columns, [3, 0]), { owners: [2, 0], cells: [C, D, A, B] });
  assert.deepEqual(cheapestColumns(model, columns, [5, 2, 2, 1], 2), {
    owners: [1, 2],
    cells: [B, C, C, D],
  });
  const added = { owners: [], cells: [] };
  addPlanLines(model, added, {
    kept: [Int32Array.of(A, B), Int32Array.of(C, B), null],
    added: [Int32Array.of(C, D)],
  });
  assert.deepEqual(added, { owners: [1, 3], cells: [C, B, C, D] }, "only what changes");
});

Deno.test("columnsOf() takes the lines of the plan first, then what else their owners may take", () => {
  const model = scene();
  const plan = { kept: [Int32Array.of(A, B), Int32Array.of(B, C), null], added: [] };
  const columns = { owners: [1, 0, 2], cells: [C, B, A, B, C, D] };
  const near = { owners: [1], cells: [C, B] };
  assert.deepEqual(columnsOf(model, columns, near, plan, new Set([1, 0])), {
    owners: [1, 0, 1],
    cells: [B, C, A, B, C, B],
  });
});

Deno.test("LP, integer program and Lagrangean bound agree on the fewest changes", () => {
  const model = scene(), columns = firstColumns(model);
  addLines(model, columns, 2, Int32Array.of(C, D, B, D));
  const relaxed = solveChanges(model, columns, 3, 20_000)!;
  assert.deepEqual([relaxed.value, relaxed.missing], [1, 0]);
  const { plan, proven } = fewestChanges(model, columns, 3, Infinity, 1_000);
  assert.ok(plan && proven);
  assert.equal(model.changes(plan), 1);
  const prices = { slots: new Float64Array(8), lines: new Float64Array(4) };
  assert.ok(lagrangean(model, prices, [0, 0, 1], 3) <= 1);
});
