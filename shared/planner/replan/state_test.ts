// What a checkpoint of a replan keeps comes back as it was.

import assert from "node:assert/strict";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { ReplanModel } from "./model.ts";
import {
  firstState,
  loadColumns,
  loadPlan,
  packedColumns,
  saveColumns,
  savePlan,
} from "./state.ts";

const [A, B, C] = [0, 1, 2];

/** Lines ab, bc, ca over positions a to c. */
function scene() {
  const positions = ["a", "b", "c"].map((id) => position(id, { specialty: id }));
  const problem = problemOf(positions, { termWeeks: [26, 26], lines: 3 });
  const lines = [["a", "b"], ["b", "c"], ["c", "a"]].map((positions) => ({ positions }));
  return { model: new ReplanModel(problem, resolveRules([]), lines), state: firstState(problem) };
}

/** As the database gives it back. */
const stored = <State>(state: State): State => JSON.parse(JSON.stringify(state));

Deno.test("columns come back with whom they are for, and none from a fresh state", () => {
  const { model, state } = scene();
  assert.deepEqual(loadColumns(model, state), { owners: [], cells: [] });
  const columns = { owners: [0, 2], cells: [A, B, C, C] };
  saveColumns(model, state, columns);
  assert.deepEqual(loadColumns(model, stored(state)), columns);
  assert.deepEqual(loadColumns(model, packedColumns(model, columns)), columns);
});

Deno.test("a plan comes back with the places that lines stay in, the gone and the added", () => {
  const { model, state } = scene();
  const plan = {
    kept: [Int32Array.of(A, B), null, Int32Array.of(C, B)],
    added: [Int32Array.of(B, A)],
  };
  savePlan(model, state, plan);
  assert.deepEqual([state.places, state.planChanges], [[0, 2], model.changes(plan)]);
  assert.deepEqual(loadPlan(model, stored(state)), plan);
});

Deno.test("where there is no plan every line is gone", () => {
  const { model, state } = scene();
  assert.deepEqual(loadPlan(model, state), { kept: [null, null, null], added: [] });
});
