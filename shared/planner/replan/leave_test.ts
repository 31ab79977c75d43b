// Leave of a replan: it stays where the line stays, and the whole plan passes the checker.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import type { LeaveQuality } from "../leave/leave.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { replanLeave } from "./leave.ts";

const positions = [
  position("a", { specialty: "a" }),
  position("b", { specialty: "b" }),
  position("s", { specialty: "s", isService: true }),
];

/** Two terms of 26 weeks, each of which can take so many weeks of leave. */
function scene(capacity_weeks: [number, number]) {
  const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks } }];
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    constraints,
    postsEach: 2,
  });
  return { problem, bounds: resolveRules(constraints) };
}

interface Line {
  positions: string[];
  existing: number | null;
  changes: number;
  leave?: { startWeek: number; weeks: number }[];
}

const block = (startWeek: number) => [{ startWeek, weeks: 5 }];

function replanned(
  capacity: [number, number],
  lines: Line[],
  leave: (Line["leave"] | undefined)[],
  frozen = 0,
) {
  const { problem, bounds } = scene(capacity);
  const existing = lines.map(({ positions }, i) => ({ positions, leave: leave[i] }));
  const quality: { leave: LeaveQuality | null } = { leave: null };
  const plan = { status: "COMPLETED" as const, lines, quality };
  const found = replanLeave(problem, bounds, existing, plan, frozen, []);
  if (found.status === "COMPLETED") {
    const faults = checkPlan(problem, found.lines.map((line) => line.positions), found.lines);
    assert.deepEqual(faults.filter(({ code }) => code === "ANNUAL_LEAVE"), []);
  }
  return found;
}

const line = (ids: string[], existing: number | null, changes: number): Line => ({
  positions: ids,
  existing,
  changes,
});

Deno.test("a line that stays keeps its leave to the week, and one that changes is planned around it", () => {
  const lines = [line(["a", "b"], 0, 0), line(["b", "a"], 1, 1)];
  const found = replanned([5, 5], lines, [block(30), block(3)]);
  assert.ok(found.status === "COMPLETED");
  assert.deepEqual(found.lines[0].leave, block(30));
  // The second term is full with the first line's leave.
  assert.ok(found.lines[1].leave![0].startWeek < 26);
  assert.equal(found.quality.leave!.first_half_share, 0.5);
});

Deno.test("where the leave that stays leaves another line no room, all of it is planned anew", () => {
  // The changed line is in service in the first term, and the other one holds the second term's weeks.
  const lines = [line(["a", "b"], 0, 0), line(["s", "a"], 1, 1)];
  const found = replanned([5, 5], lines, [block(30), block(3)]);
  assert.ok(found.status === "COMPLETED");
  assert.ok(found.lines[0].leave![0].startWeek < 26);
  assert.ok(found.lines[1].leave![0].startWeek >= 26);
});

Deno.test("leave that was taken stays where only later terms change, if what is left still takes it", () => {
  const lines = [line(["a", "b"], 0, 1), line(["b", "a"], 1, 0)];
  const found = replanned([10, 10], lines, [block(2), block(30)], 1);
  assert.ok(found.status === "COMPLETED");
  assert.deepEqual(found.lines.map(({ leave }) => leave), [block(2), block(30)]);
});

Deno.test("leave that hands made stays as far as it was taken or can be taken, and so does that of the others", () => {
  const odd = [{ startWeek: 2, weeks: 1 }, { startWeek: 8, weeks: 1 }, { startWeek: 40, weeks: 2 }];
  const { problem, bounds } = scene([10, 10]);
  const existing = [{ positions: ["a", "b"], leave: odd }, {
    positions: ["b", "a"],
    leave: block(30),
  }];
  const leaveOf = (second: string, changes: number) => {
    const lines = [line(["a", second], 0, changes), line(["b", "a"], 1, 0)];
    const plan = { status: "COMPLETED" as const, lines, quality: { leave: null } };
    const found = replanLeave(problem, bounds, existing, plan, 1, []);
    assert.ok(found.status === "COMPLETED");
    return found.lines.map(({ leave }) => leave);
  };
  assert.deepEqual(leaveOf("b", 0), [odd, block(30)]);
  assert.deepEqual(leaveOf("s", 1), [odd.slice(0, 2), block(30)]);
});

Deno.test("where there is no room at all that is said, and without the rule nothing is planned", () => {
  const lines = [line(["s", "a"], null, 0), line(["s", "b"], null, 0)];
  const found = replanned([10, 5], lines, []);
  assert.equal(found.status === "FAILED" && found.code, "LEAVE_NOT_PLACED");
  const { problem } = scene([5, 5]);
  const plan = { status: "COMPLETED" as const, lines, quality: { leave: null } };
  assert.equal(
    replanLeave({ ...problem, constraints: [] }, resolveRules([]), [], plan, 0, []),
    plan,
  );
});
