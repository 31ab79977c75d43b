// A search in memory: what it takes as the best plan, and what its checkpoint keeps.

import assert from "node:assert/strict";
import { mergeTables } from "../model/merge.ts";
import { buildTables } from "../model/build.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { planSize, planValue } from "../model/line_values.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";
import { preparePlanner } from "./planner.ts";
import { Search, type SearchInput } from "./search.ts";
import { firstState, type PlannerState } from "./state.ts";

function inputOf(problem: PlannerProblem): SearchInput {
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  return { problem, bounds, tables, merged: mergeTables(tables) };
}

const [A, B, C] = [0, 1, 2];

/** Two lines of two terms over three positions; a and b are fond of each other. */
function scene(constraints: ConstraintEntry[] = []) {
  const positions = ["a", "b", "c"].map((id) => position(id, { specialty: id }));
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    postsEach: 2,
    constraints,
    affinity: { profile: "test", version: 1, weights: [["a", "b", 50]] },
  });
  return new Search(inputOf(problem), firstState(1, 2));
}

Deno.test("offer() takes more lines, then more value, and leaves out lines that break a rule", () => {
  const search = scene();
  assert.equal(search.offer(Int32Array.of(A, A)), false, "no legal line");
  assert.equal(search.offer(Int32Array.of(A, C, B, B)), true);
  assert.deepEqual([...search.best], [A, C], "the other line holds a position twice");
  assert.equal(search.offer(Int32Array.of(B, C, C, B)), true, "more lines");
  const value = search.state.bestValue!;
  assert.equal(search.offer(Int32Array.of(A, B)), false, "fewer lines, whatever they are worth");
  assert.equal(search.offer(Int32Array.of(C, B, B, C)), false, "worth no more");
  assert.equal(search.offer(Int32Array.of(A, B, B, C)), true);
  assert.ok(search.state.bestValue! > value);
  assert.equal(search.bestLines, 2);
});

Deno.test("offer() takes a plan that holds more of the forced cells before one of more lines", () => {
  const search = scene([{ name: "FORCED_CELLS", value: [{ position: "a", term: 1, lines: 1 }] }]);
  assert.equal(search.offer(Int32Array.of(B, C, C, B)), true);
  assert.equal(search.bestMissing, 1);
  assert.equal(search.offer(Int32Array.of(A, C)), true, "one line, and the cell");
  assert.equal(search.bestMissing, 0);
  assert.equal(search.offer(Int32Array.of(B, C, C, B)), false);
  assert.equal(search.offer(Int32Array.of(A, C, C, B)), true);
});

Deno.test("tables follow the lines that are proven possible, with all that is made of them", () => {
  const search = scene();
  const { pricer, master } = search;
  assert.deepEqual([search.tables.lines, ...search.tables.cap], [2, 2, 2, 2, 2, 2, 2]);
  assert.equal(search.pricer, pricer);
  search.state.linesBound = 1;
  assert.deepEqual([search.tables.lines, ...search.tables.cap], [1, 1, 1, 1, 1, 1, 1]);
  assert.notEqual(search.pricer, pricer);
  assert.notEqual(search.master, master);
});

Deno.test("every checkpoint of a search comes back as it was, through JSON, without and with its pool unpacked", () => {
  const problem = sample20();
  problem.options.effort = 1;
  const input = inputOf(problem), planner = preparePlanner(problem);
  const phases = new Set<string>();
  for (let state = planner.start(); !planner.done(state);) {
    const stored = JSON.parse(JSON.stringify(state)) as PlannerState;
    const search = new Search(input, stored);
    assert.deepEqual(search.save(), stored, state.phase);
    const { pool } = search;
    assert.deepEqual(search.save(), stored, `${state.phase} with ${pool.count} lines`);
    phases.add(state.phase);
    state = planner.step(state, { remainingMs: () => -1 });
  }
  assert.ok(
    ["construct", "bound", "round", "polish"].every((p) => phases.has(p)),
    `${[...phases]}`,
  );
});

Deno.test("a search changes nothing of the checkpoint that it was made from", () => {
  const problem = sample20(), planner = preparePlanner(problem);
  let state = planner.start();
  for (let i = 0; i < 12; i++) state = planner.step(state, { remainingMs: () => -1 });
  const before = JSON.stringify(state);
  planner.step(state, { remainingMs: () => -1 });
  assert.equal(JSON.stringify(state), before);
});

Deno.test("progress tells a plan's value only where it has all the lines, or may have fewer", () => {
  for (const allowPartial of [false, true]) {
    const { input } = scene(), problem = { ...input.problem, options: { allowPartial, seed: 1 } };
    const planner = preparePlanner(problem),
      search = new Search(inputOf(problem), firstState(1, 2));
    search.offer(Int32Array.of(A, C));
    const { lines, linesWanted, objective } = planner.progress(search.save());
    assert.deepEqual([lines, linesWanted], [1, 2]);
    assert.equal(objective, allowPartial ? search.state.bestValue : null);
  }
});

Deno.test("the gap never grows as plans get better and bounds fall, whatever plans are made of", () => {
  const random = new Random(7), ids = ["a", "b", "c", "d"];
  const pairs = ids.flatMap((a, i) => ids.slice(i).map((b) => [a, b] as const));
  let smaller = 0;
  for (let n = 0; n < draws(100); n++) {
    const problem = problemOf(ids.map((id) => position(id, { specialty: id })), {
      termWeeks: [17, 17, 18],
      lines: 2,
      postsEach: 2,
      affinity: {
        profile: "test",
        version: 1,
        weights: pairs.map(([a, b]) => [a, b, random.below(201) - 100]),
      },
    });
    const search = new Search(inputOf(problem), firstState(1, 2)), { tables } = search;
    const plans = Array.from(
      { length: 12 },
      () => Int32Array.from({ length: 6 }, () => random.below(ids.length)),
    );
    const best = Math.max(...plans.map((plan) => planValue(tables, plan, 2)));
    const planner = preparePlanner(problem);
    let before = Infinity, size = 0;
    for (const [i, plan] of plans.entries()) {
      search.state.bound = best + 10 * (plans.length - 1 - i);
      if (search.offer(plan)) {
        const own = planSize(tables, search.best, search.bestLines);
        if (own < size) smaller++;
        size = own;
      }
      const { gap } = planner.progress(search.save());
      assert.ok((gap ?? Infinity) <= before, `${n}: ${before} to ${gap}`);
      before = gap ?? Infinity;
    }
  }
  assert.ok(smaller > 10, "better plans of a smaller size are among them");
});
