// What a date leaves of leave: ways in later terms, beside what was taken, and a line's own.

import assert from "node:assert/strict";
import { absentPosition } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { leaveLeft, placementsBeside, takenBefore } from "./leave_left.ts";

const problem = problemOf([position("a"), position("b")], { termWeeks: [10, 12, 14] });
const bounds = resolveRules(["ANNUAL_LEAVE"]);
const positions = ["a", "b", "a"];

/** The ways that the date leaves a line, as weeks by term. */
function ways(line: Parameters<typeof leaveLeft>[2][number], frozen: number): string[] {
  const { options, open } = leaveLeft(problem, bounds, [line], frozen)!;
  const told = options.map(({ parts }) => parts.map((p) => `${p.weeks} in ${p.term}`).join(", "));
  return told.filter((_, o) => open[0][o]);
}

Deno.test("leaveLeft() has nothing to say where nothing lies before, or no leave is planned", () => {
  assert.equal(leaveLeft(problem, bounds, [{ positions }], 0), null);
  assert.equal(leaveLeft(problem, resolveRules([]), [{ positions }], 1), null);
});

Deno.test("leaveLeft() opens what a line has still to take, in later terms alone", () => {
  assert.deepEqual(ways({ positions }, 1), [
    "5 in 1",
    "5 in 2",
    "2 in 1, 3 in 2",
    "3 in 1, 2 in 2",
  ]);
  assert.deepEqual(ways({ positions }, 2), ["5 in 2"]);
  const whole = [{ startWeek: 4, weeks: 5 }];
  assert.deepEqual(ways({ positions, leave: whole }, 1), ["5 in 0"]);
  const part = [{ startWeek: 0, weeks: 2 }, { startWeek: 17, weeks: 3 }];
  assert.deepEqual(ways({ positions, leave: part }, 1), ["2 in 0, 3 in 1", "2 in 0, 3 in 2"]);
  // Three weeks from the eighth on leave no thirteen weeks before the end of the second term.
  const late = [{ startWeek: 7, weeks: 3 }, { startWeek: 30, weeks: 2 }];
  assert.deepEqual(ways({ positions, leave: late }, 1), ["3 in 0, 2 in 2"]);
});

Deno.test("leaveLeft() leaves a part of the year any leave, and one whose leave is none of the ways too", () => {
  const part = [absentPosition(0).id, "b", "a"];
  const all = leaveLeft(problem, bounds, [{ positions: part }], 1)!;
  assert.ok(all.open[0].every((is) => is));
  const odd = [{ startWeek: 0, weeks: 4 }];
  assert.ok(leaveLeft(problem, bounds, [{ positions, leave: odd }], 2)!.open[0].every((is) => is));
  // What is still to come of it binds nobody.
  assert.deepEqual(ways({ positions, leave: [{ startWeek: 30, weeks: 4 }] }, 2), ["5 in 2"]);
});

Deno.test("placementsBeside() goes on from the very weeks that were taken", () => {
  const { options } = leaveLeft(problem, bounds, [{ positions }], 1)!;
  const taken = takenBefore(problem.termWeeks, [
    { startWeek: 2, weeks: 2 },
    { startWeek: 19, weeks: 3 },
  ], 1);
  assert.deepEqual(taken, [{ startWeek: 2, weeks: 2 }]);
  const found = options.flatMap((option) => placementsBeside(problem.termWeeks, option, taken, 1));
  assert.ok(found.every(([first]) => first.startWeek === 2 && first.weeks === 2));
  const weeks = found.map(([, rest]) => rest.startWeek);
  // Thirteen weeks after the fourth, up to the last three of each term.
  assert.deepEqual(weeks, [17, 18, 19, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]);
});
