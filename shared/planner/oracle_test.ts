// The engine against exact answers: what is possible never fails, what is impossible is never found, and bounds are true,
// whatever wishes weigh, with partial plans and without.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { checkPlan } from "./check/checker.ts";
import { scorePlan } from "./check/score.ts";
import { preparePlanner } from "./engine.ts";
import type { PlannerProblem } from "./problem.ts";
import { exactAnswer } from "./testing/oracle.ts";
import { randomProblem } from "./testing/problems.ts";

/** Few lines over lavish posts, some with pathways, six-month terms and wishes heavier than anything else. */
function drawn(random: Random): PlannerProblem {
  const terms = 1 + random.below(4);
  const problem = randomProblem(() => random.next(), {
    lines: 1 + random.below(5),
    terms,
    positions: 4 + random.below(3),
    postsUpTo: 3 + random.below(4),
    allowPartial: random.next() < 0.4,
    cells: random.next() < 0.5,
    pathways: random.next() < 0.4,
    sixMonth: random.next() < 0.2,
  });
  const wishes = Array.from({ length: random.below(4) }, (_, i) => ({
    position: problem.positions[i].id,
    term: 1 + random.below(terms),
    lines: 1 + random.below(3),
    weight: 1 + random.below(10_000),
  }));
  const constraints = [...problem.constraints, { name: "PREFERRED_CELLS", value: wishes }];
  return { ...problem, constraints, options: { ...problem.options, effort: "quick" } };
}

Deno.test("what is possible is found, what is not is refused, and no bound is below the best plan", () => {
  const random = new Random(15);
  const seen = { found: 0, refused: 0 };
  for (let round = 0; round < 150; round++) {
    const problem = drawn(random), exact = exactAnswer(problem, true);
    if (exact === null) continue;
    const planner = preparePlanner(problem);
    let state = planner.start();
    while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
    const outcome = planner.outcome(state), told = `round ${round}: ${JSON.stringify(outcome)}`;
    const { allowPartial } = problem.options;
    if (exact.lines === 0 || (exact.lines < problem.lines && !allowPartial)) {
      assert.equal(outcome.status, "INFEASIBLE", told);
      seen.refused++;
      continue;
    }
    assert.ok(outcome.status === "COMPLETED", told);
    const lines = outcome.lines.map(({ positions }) => positions);
    assert.deepEqual(checkPlan(problem, lines, outcome.lines), [], told);
    assert.equal(lines.length, exact.lines, told);
    const score = scorePlan(problem, lines);
    assert.ok(score.objective - score.lines <= exact.value!, told);
    assert.ok(outcome.quality.bound - score.lines >= exact.value!, told);
    seen.found++;
  }
  assert.ok(seen.found > 30 && seen.refused > 30, JSON.stringify(seen));
});

Deno.test("a wish that outweighs everything breaks no rule, in a year of ten terms either", () => {
  const random = new Random(16);
  const problem = randomProblem(() => random.next(), {
    lines: 6,
    terms: 10,
    positions: 14,
    postsUpTo: 3,
  });
  problem.posts = problem.posts.map((row) => row.map(() => 3));
  problem.affinity.weights = problem.affinity.weights.map((
    [a, b],
    i,
  ) => [a, b, i % 3 ? 100 : -100]);
  problem.constraints = [
    { name: "REQUIRED_CATEGORIES", value: ["A", "D"] },
    { name: "MAX_RURAL_TERMS", value: 2 },
    { name: "MAX_NIGHTS_RELIEF_TERMS", value: 2 },
    {
      name: "PREFERRED_CELLS",
      value: problem.positions.map(({ id }, i) => (
        { position: id, term: 1 + i % 10, lines: 3, weight: 10_000 }
      )),
    },
  ];
  problem.options.effort = "quick";
  for (const allowPartial of [true, false]) {
    problem.options.allowPartial = allowPartial;
    const planner = preparePlanner(problem);
    let state = planner.start();
    while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
    const outcome = planner.outcome(state);
    assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
    assert.equal(outcome.lines.length, 6);
    assert.deepEqual(checkPlan(problem, outcome.lines.map((line) => line.positions)), []);
  }
});
