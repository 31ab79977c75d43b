// When a search has done enough.

import assert from "node:assert/strict";
import { GOAL_GAP, noWork, workLimit } from "../effort.ts";
import { buildTables } from "../model/build.ts";
import { planSize } from "../model/line_values.ts";
import { mergeTables } from "../model/merge.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { Search } from "./search.ts";
import { firstState } from "./state.ts";
import { isFarOutOfWork, isGoodEnough, isOutOfWork, isProvable, workShare } from "./stop.ts";

/** Two lines of two terms with a plan of both; effort as given. */
function scene(effort?: number) {
  const positions = ["a", "b"].map((id) => position(id, { specialty: id }));
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    affinity: { profile: "test", version: 1, weights: [["a", "b", 5_000]] },
  });
  problem.options.effort = effort;
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, 2),
  );
  search.offer(Int32Array.of(0, 1, 1, 0));
  return search;
}

Deno.test("a plan is good enough within the goal's gap of its size; twice the effort wants half of it", () => {
  for (const effort of [undefined, 1, 2, 8]) {
    const search = scene(effort), { state } = search;
    const size = planSize(search.tables, search.best, 2);
    const goal = GOAL_GAP / (effort ?? 1) * size;
    assert.equal(isGoodEnough(search), false, "without a bound");
    for (const [distance, enough] of [[0, true], [goal, true], [goal + 1, false]] as const) {
      state.bound = state.bestValue! + distance;
      assert.equal(isGoodEnough(search), enough, `${effort} ${distance}`);
    }
    state.bound = state.bestValue!;
    state.linesBound = 3;
    assert.equal(isGoodEnough(search), false, "a line more may be had");
  }
});

Deno.test("work is counted against what the effort allows, and twice as much is far beyond", () => {
  const search = scene(0.5), { state } = search;
  const all = workLimit(0.5, 2, 2);
  for (
    const [share, out, far] of [[0.99, false, false], [1, true, false], [2, true, true]] as const
  ) {
    state.work = { ...noWork(), moves: share * all };
    assert.ok(Math.abs(workShare(search) - share) < 1e-9);
    assert.deepEqual([isOutOfWork(search), isFarOutOfWork(search)], [out, far], `${share}`);
  }
});

Deno.test("what a bound took beyond its share is not taken from the plan, but where a search is quick", () => {
  for (const [effort, share] of [[1, 0.25], [0.25, 1.2]] as const) {
    const search = scene(effort), { state } = search;
    state.work = { ...noWork(), moves: 1.2 * workLimit(effort, 2, 2) };
    state.boundShare = workShare(search);
    assert.ok(Math.abs(workShare(search) - share) < 1e-9);
  }
});

Deno.test("lines of any number of terms from nine on are proven by sets of keys, in quick searches of up to fifteen", () => {
  for (
    const [terms, effort, provable] of [[9, 0.1, 1], [15, 0.1, 1], [16, 0.1, 0], [16, 1, 1], [
      26,
      1,
      1,
    ]]
  ) {
    const ids = Array.from({ length: terms + 2 }, (_, r) => `r${r}`);
    const positions = ids.map((id, r) => position(id, { specialty: `S${r % 5}`, minWeeks: 1 }));
    const problem = problemOf(positions, { termWeeks: Array(terms).fill(2), lines: 2 });
    problem.options.effort = effort;
    const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
    const merged = mergeTables(tables), input = { problem, bounds, tables, merged };
    const search = new Search(input, firstState(1, terms));
    assert.equal(isProvable(search), provable === 1, `${terms} terms, effort ${effort}`);
  }
});
