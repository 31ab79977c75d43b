/** Drawn problems: the same seed gives the same one, every family gives problems that the engine reads, ranges hold. */
import assert from "node:assert/strict";
import { preparePlanner } from "../../shared/planner/engine.ts";
import { drawProblem, FAMILIES, withRanges } from "./drawn.ts";

Deno.test("drawProblem() gives the same problem for the same seed, of every family, and one that can be read", () => {
  for (const [name, shape] of Object.entries(FAMILIES)) {
    for (const seed of [1, 2, 3]) {
      const problem = drawProblem(shape, seed);
      assert.deepEqual(drawProblem(shape, seed), problem, name);
      assert.ok(preparePlanner(problem).start(), name);
      const { termWeeks, lines } = problem;
      assert.ok(termWeeks.length >= shape.terms[0] && termWeeks.length <= shape.terms[1], name);
      assert.ok(lines >= shape.lines[0] && lines <= shape.lines[1], name);
    }
    assert.notDeepEqual(drawProblem(shape, 1), drawProblem(shape, 2), name);
  }
});

Deno.test("withRanges() draws from other ranges, and refuses names that it does not know", () => {
  const shape = withRanges(FAMILIES.common, ["terms=13", "lines=5..7", "slack=1.5..1.5"]);
  assert.deepEqual([shape.terms, shape.lines, shape.slack], [[13, 13], [5, 7], [1.5, 1.5]]);
  for (const wrong of ["seeds=1", "terms", "terms=", "terms=a..b"]) {
    assert.throws(() => withRanges(FAMILIES.common, [wrong]), /NAME=FROM\.\.TO/);
  }
});

Deno.test("scarce leave is drawn with as many weeks as its room says, in all terms", () => {
  const room = 1.5, shape = { ...FAMILIES.leave, leaveRoom: [room, room] as [number, number] };
  const problem = drawProblem(shape, 4);
  const leave = problem.constraints.find((entry) =>
    typeof entry !== "string" && entry.name === "ANNUAL_LEAVE"
  ) as { value: { capacity_weeks: number[] } };
  const sum = leave.value.capacity_weeks.reduce((all, n) => all + n, 0);
  assert.equal(leave.value.capacity_weeks.length, problem.termWeeks.length);
  assert.ok(sum >= 5 * problem.lines * room && sum < 5 * problem.lines * room + 30);
});
