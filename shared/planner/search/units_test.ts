// Which phases a search goes through, unit by unit.

import assert from "node:assert/strict";
import type { PlannerProblem } from "../problem.ts";
import { postPoor } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";
import { preparePlanner } from "./planner.ts";
import type { Phase } from "./state.ts";

/** The phases of a search, each as often as it was entered, and the kinds of its units. */
function walk(problem: PlannerProblem) {
  const planner = preparePlanner(problem);
  const phases: Phase[] = [];
  let state = planner.start(), shown = 0;
  for (;;) {
    if (phases.at(-1) !== state.phase) phases.push(state.phase);
    if (planner.done(state)) return { phases, kinds: Object.keys(state.unitMs), state };
    state = planner.step(state, { remainingMs: () => -1 });
    assert.ok(state.fraction >= shown && state.fraction <= 1, "progress falls");
    shown = state.fraction;
  }
}

Deno.test("a search builds, bounds and dives, in this order", () => {
  const problem = sample20();
  problem.options.effort = 0.2;
  const { phases, kinds, state } = walk(problem);
  assert.deepEqual(phases.slice(0, 4), ["init", "construct", "bound", "round"]);
  assert.equal(phases.at(-1), "done");
  assert.ok(phases.every((phase) => phase !== "count" && phase !== "explain"), `${phases}`);
  for (const kind of ["init", "moves", "lp", "price", "dive"]) {
    assert.ok(kinds.includes(kind), kind);
  }
  assert.equal(state.fraction, 1);
  assert.equal(state.work.units > 10, true);
});

Deno.test("the more effort, the longer it polishes, and never to a worse plan", () => {
  const [less, more] = [0.1, 0.5].map((effort) => {
    const problem = sample20();
    problem.options.effort = effort;
    return walk(problem);
  });
  assert.ok(more.phases.includes("polish"), `${more.phases}`);
  assert.ok(more.state.polishes > less.state.polishes);
  assert.ok(more.state.bestValue! >= less.state.bestValue!);
  assert.ok(more.state.bestValue! <= more.state.bound!);
});

Deno.test("what quick counts rule out is explained and never searched for", () => {
  const { phases } = walk({ ...sample20(), lines: 40 });
  assert.deepEqual(phases, ["init", "explain", "done"]);
});

Deno.test("lines that constructions miss are counted, and a proof that they are missing is explained", () => {
  const { phases } = walk(postPoor());
  assert.ok(phases.includes("explain"), `${phases}`);
  assert.equal(phases.at(-1), "done");
});
