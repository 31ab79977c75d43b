// A subspecialty is told by its specialty, too.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { preparePlanner } from "../engine.ts";
import { position, problemOf } from "../testing/problems.ts";

Deno.test("subspecialties of the same name in two specialties do not share a limit", () => {
  const positions = [
    position("a", { specialty: "Medicine", subspecialty: "General" }),
    position("b", { specialty: "Surgery", subspecialty: "General" }),
    position("c", { specialty: "Medicine", subspecialty: "General" }),
  ];
  const problem = (ids: string[]) =>
    problemOf(positions.filter(({ id }) => ids.includes(id)), {
      termWeeks: [26, 26],
      constraints: [{ name: "MAX_SUBSPECIALTY", value: 0.5 }],
    });
  const statusOf = (ids: string[]) => {
    const planner = preparePlanner(problem(ids));
    let state = planner.start();
    while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
    return planner.outcome(state).status;
  };
  assert.equal(statusOf(["a", "b"]), "COMPLETED");
  assert.deepEqual(checkPlan(problem(["a", "b"]), [["a", "b"]]), []);
  assert.equal(statusOf(["a", "c"]), "INFEASIBLE");
});
