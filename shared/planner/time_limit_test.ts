// A run whose time is up, by its limit or by the last call of its job's life, ends with the best plan it has; what
// has none yet goes on to the first one, and what is impossible is proven so.

import assert from "node:assert/strict";
import type { SliceBudget } from "../engine/units.ts";
import { checkPlan } from "./check/checker.ts";
import { type ExistingLine, preparePlanner, prepareReplanner } from "./engine.ts";
import type { PlannerProblem } from "./problem.ts";
import { position, problemOf } from "./testing/problems.ts";
import { sample20 } from "./testing/samples.ts";

const ONE_UNIT: SliceBudget = { remainingMs: () => -1 };
const LAST_CALL: SliceBudget = { remainingMs: () => 1e6, isLastCall: () => true };

/** A clock each reading of which takes a second. */
function slowClock(): SliceBudget {
  let left = 1e9;
  return { remainingMs: () => left -= 1_000 };
}

/** The sample with an effort that would go on for long. */
function patient(): PlannerProblem {
  const problem = sample20();
  problem.options.effort = 100;
  return problem;
}

Deno.test("a search ends at the last call with the best plan it has", () => {
  const problem = patient(), planner = preparePlanner(problem);
  let state = planner.start();
  while (planner.progress(state).gap === null) state = planner.step(state, ONE_UNIT);
  const { objective } = planner.progress(state);
  const { units } = state.work;
  state = planner.step(state, LAST_CALL);
  assert.ok(
    state.work.units <= units + 6,
    "no more is done than to round and anneal the LP's point",
  );
  const outcome = planner.outcome(state);
  assert.ok(outcome.status === "COMPLETED");
  assert.ok(outcome.quality.objective >= objective!);
  assert.deepEqual(checkPlan(problem, outcome.lines.map((line) => line.positions)), []);
});

Deno.test("a search whose time is up at once still ends with a whole plan and a bound", () => {
  for (const budget of [LAST_CALL, slowClock()]) {
    const problem = patient(), planner = preparePlanner(problem);
    problem.options.timeLimitS = 1;
    let state = planner.start();
    while (!planner.done(state)) state = planner.step(state, budget);
    const outcome = planner.outcome(state);
    assert.ok(outcome.status === "COMPLETED");
    assert.equal(outcome.lines.length, 20);
    assert.ok(Number.isFinite(outcome.quality.bound));
  }
});

function replan(problem: PlannerProblem, lines: ExistingLine[], budget: SliceBudget) {
  const replanner = prepareReplanner(problem, lines);
  let state = replanner.start();
  while (!replanner.done(state)) state = replanner.step(state, budget);
  return { outcome: replanner.outcome(state), state };
}

Deno.test("a replan whose time is up before any plan proves that there is none, where there is none", () => {
  // Two lines that need a category of which there is one post: moves never come to a legal plan.
  const positions = ["a", "b", "c", "d"].map((id) =>
    position(id, { specialty: id, categories: id === "a" ? ["A"] : ["B"] })
  );
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A"] }],
  });
  problem.posts[1][0] = 0;
  const lines = [{ positions: ["b", "c"] }, { positions: ["c", "d"] }];
  for (const budget of [LAST_CALL, slowClock()]) {
    const limited = structuredClone(problem);
    limited.options.timeLimitS = 1;
    const { outcome } = replan(limited, lines, budget);
    assert.ok(outcome.status === "INFEASIBLE");
    assert.deepEqual(outcome.explanation.lines.possible, 1);
  }
});

Deno.test("a replan whose time is up at once ends with a legal plan", () => {
  const problem = sample20();
  problem.options.effort = 0.1;
  const planner = preparePlanner(problem);
  const planned = planner.outcome(planner.step(planner.start(), { remainingMs: () => 1e6 }));
  assert.ok(planned.status === "COMPLETED");
  const lines = planned.lines.map(({ positions }) => ({ positions }));
  for (const wanted of [20, 18]) {
    const lost = structuredClone({ ...problem, lines: wanted });
    for (const [t, line] of lines.slice(0, 5).entries()) {
      lost.posts[t][problem.positions.findIndex(({ id }) => id === line.positions[t])]--;
    }
    const { outcome } = replan(lost, lines, LAST_CALL);
    assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
    assert.equal(outcome.lines.length, wanted);
    assert.deepEqual(checkPlan(lost, outcome.lines.map((line) => line.positions)), []);
  }
});

Deno.test("a replan that is over without plan and without proof says that time was up", () => {
  const problem = sample20(), replanner = prepareReplanner(problem, []);
  const outcome = replanner.outcome({ ...replanner.start(), phase: "done" });
  assert.ok(outcome.status === "FAILED");
  assert.equal(outcome.code, "TIME_LIMIT_REACHED");
});
