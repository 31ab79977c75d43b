// Where the first lines find no room for leave, others are found.

import assert from "node:assert/strict";
import { checkPlan } from "../../check/checker.ts";
import { preparePlanner } from "../../engine.ts";
import { Random } from "../../../engine/random.ts";
import type { PlannerProblem } from "../../problem.ts";
import { exactAnswer } from "../../testing/oracle.ts";
import { position, problemOf } from "../../testing/problems.ts";

/** Two lines, two positions in each of seven terms, some of which take leave, and little of it. */
function tight(random: Random): PlannerProblem {
  const T = 7;
  const positions = Array.from(
    { length: 2 * T },
    (_, r) =>
      position(`p${r}`, { categories: ["A"], minWeeks: 1, allowsLeave: random.next() < 0.6 }),
  );
  const termWeeks = Array.from({ length: T }, (_, t) => t < 3 ? 8 : 7);
  const capacity_weeks = termWeeks.map(() => [0, 2, 3, 5][random.below(4)]);
  return problemOf(positions, {
    lines: 2,
    termWeeks,
    posts: termWeeks.map((_, t) => positions.map((_, r) => Math.floor(r / 2) === t ? 1 : 0)),
    constraints: ["UNRESTRICTED", { name: "ANNUAL_LEAVE", value: { capacity_weeks } }],
    options: { allowPartial: false, seed: 1, effort: "quick" },
  });
}

/** How a search ends, and the phases that it goes through. */
function solved(problem: PlannerProblem) {
  const planner = preparePlanner(problem), phases = new Set<string>();
  let state = planner.start();
  while (!planner.done(state)) {
    state = planner.step(state, { remainingMs: () => 0 });
    phases.add(planner.phase(state));
  }
  return { outcome: planner.outcome(state), phases };
}

Deno.test("in a year of more terms than lines choose leave in, what has room is found", () => {
  const random = new Random(88);
  let possible = 0, looked = 0;
  for (let round = 0; round < 14; round++) {
    const problem = tight(random), exact = exactAnswer(problem, false);
    if (exact?.lines !== 2) continue;
    const { outcome, phases } = solved(problem);
    const told = `round ${round}: ${JSON.stringify(outcome).slice(0, 500)}`;
    assert.ok(outcome.status === "COMPLETED", told);
    const lines = outcome.lines.map(({ positions }) => positions);
    assert.deepEqual(checkPlan(problem, lines, outcome.lines), [], told);
    possible++;
    if (phases.has("Finding room for leave")) looked++;
  }
  assert.ok(possible > 1, `${looked} of ${possible}`);
});
