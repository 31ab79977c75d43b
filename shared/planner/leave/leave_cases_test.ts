// Small problems with scarce leave on which lines were once built first and found no leave afterwards. The exact answers
// are an integer program's over all lines with all their leave (`testing/oracle.ts`).

import assert from "node:assert/strict";
import { UNLIMITED } from "../../engine/units.ts";
import { checkPlan } from "../check/checker.ts";
import { type ExistingLine, preparePlanner, prepareReplanner } from "../engine.ts";
import type { PlannerProblem } from "../problem.ts";
import cases from "../testdata/leave_cases.json" with { type: "json" };
import { exactAnswer } from "../testing/oracle.ts";

function problemOf(name: keyof typeof cases): PlannerProblem {
  return structuredClone(cases[name].problem) as unknown as PlannerProblem;
}

function solve(problem: PlannerProblem) {
  const planner = preparePlanner(problem);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, UNLIMITED);
  return planner.outcome(state);
}

for (const name of ["leave_not_placed_N6", "leave_not_placed_partial"] as const) {
  Deno.test(`${name}: all lines are built, and each has its leave`, () => {
    const problem = problemOf(name), outcome = solve(problem);
    assert.equal(exactAnswer(problem, false)!.lines, problem.lines);
    assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
    assert.equal(outcome.lines.length, problem.lines);
    const lines = outcome.lines.map((line) => line.positions);
    assert.deepEqual(checkPlan(problem, lines, outcome.lines), []);
  });
}

Deno.test("leave_share_far: the share comes as near to the wish as whole blocks allow", () => {
  const problem = problemOf("leave_share_far"), outcome = solve(problem);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  const { first_half_share, wanted_share } = outcome.quality.leave!;

  // Every line is free up to the middle of the year only, in a term that crosses it: two weeks of five lie behind.
  assert.deepEqual([first_half_share, wanted_share], [0.6, 0]);
});

for (const name of ["explain_shown_too_high", "relaxation_proven_wrong_leave"] as const) {
  Deno.test(`${name}: what an explanation says of lines takes their leave into account`, () => {
    const problem = problemOf(name), outcome = solve(problem);
    assert.ok(outcome.status === "INFEASIBLE", JSON.stringify(outcome));
    const partly = { ...problem, options: { ...problem.options, allowPartial: true } };
    const possible = exactAnswer(partly, false)!.lines;
    const { lines, relaxations } = outcome.explanation;
    assert.ok(lines.shown <= possible && possible <= lines.possible, JSON.stringify(lines));
    for (const { rule, value, lines, proven } of relaxations.filter((r) => r.value !== null)) {
      const constraints = [...problem.constraints, { name: rule, value }];
      const truth = exactAnswer({ ...partly, constraints }, false)!.lines;
      assert.ok(proven ? truth === lines : truth <= lines, `${rule}: ${truth}, ${lines} said`);
    }
  });
}

Deno.test("replan_leave_not_placed: a replan chooses lines and leave together as well", () => {
  const problem = problemOf("replan_leave_not_placed");
  const { existing } = cases.replan_leave_not_placed;
  const replanner = prepareReplanner(problem, existing as unknown as ExistingLine[]);
  let state = replanner.start();
  while (!replanner.done(state)) state = replanner.step(state, UNLIMITED);
  const outcome = replanner.outcome(state);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  assert.equal(outcome.lines.length, 7);
  const lines = outcome.lines.map((line) => line.positions);
  assert.deepEqual(checkPlan(problem, lines, outcome.lines), []);
});
