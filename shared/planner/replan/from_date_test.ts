// Replans from a date on: what lies before stays, leave that was taken included, and the rest is against brute force.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { placementsOf } from "../leave/placements.ts";
import { absentPosition, isAbsent, type PlannerProblem, withAbsences } from "../problem.ts";
import { takesLeave } from "../rules/annual_leave.ts";
import type { LeaveBlock } from "../rules/calendar.ts";
import { leaveOptions } from "../rules/leave_options.ts";
import { fewestChanges, type Line } from "../testing/fewest_changes.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { completed, heldAgainst, replan } from "../testing/replans.ts";
import type { ReplanOutcome } from "./outcome.ts";

/** Why there is no plan, of an outcome that must say so. */
function explanationOf(outcome: ReplanOutcome) {
  assert.ok(outcome.status === "INFEASIBLE", JSON.stringify(outcome));
  return outcome.explanation;
}

Deno.test("from a date on: what lies before stays, against brute force, with lines of part of the year", () => {
  const random = new Random(2027), weeks = new Random(2028);
  const seen = { found: 0, none: 0, part: 0, taken: 0 };
  for (let round = 0; round < draws(120); round++) {
    const lines = 2 + random.below(2), terms = 2 + random.below(2);
    const drawn = randomProblem(() => random.next(), {
      lines,
      terms,
      positions: 4,
      postsUpTo: 3,
      leave: round % 5 === 0,
      pathways: false,
    });
    const frozen = random.below(terms);
    const id = () => drawn.positions[random.below(4)].id;
    const existing: Line[] = Array.from({ length: lines }, () => drawn.termWeeks.map(id));
    // Somebody comes later, or leaves earlier.
    const isPart = round % 3 === 0, absent = drawn.termWeeks.map(() => 0);
    if (isPart) {
      const t = round % 2 === 0 ? 0 : terms - 1;
      existing[0][t] = absentPosition(t).id;
      absent[t] = 1;
      seen.part++;
    }
    const problem = withAbsences(drawn, absent);
    // What lies before has its posts, whatever was taken away since.
    for (let t = 0; t < frozen; t++) {
      problem.posts[t] = problem.posts[t].map((n, r) =>
        Math.max(n, existing.filter((line) => line[t] === problem.positions[r].id).length)
      );
    }
    const leave = existing.map((line) =>
      round % 5 === 0 && weeks.next() < 0.7 ? drawnLeave(problem, line, weeks) : []
    );
    const first = problem.termWeeks.slice(0, frozen).reduce((sum, n) => sum + n, 0);
    const taken = leave.map((own) => own.filter(({ startWeek }) => startWeek < first));
    if (taken.some((own) => own.length > 0)) seen.taken++;
    const fewest = fewestChanges(problem, existing, frozen, undefined, taken);
    const before = existing.map((positions, i) => ({ positions, leave: leave[i] }));
    const outcome = replan(problem, before, round % 4 === 0 ? 0 : 1e6, frozen);
    const told = `round ${round}: ${JSON.stringify(outcome).slice(0, 1500)}, fewest ${fewest}`;
    const found = heldAgainst(fewest, problem, existing, outcome, told);
    if (found === null) {
      seen.none++;
      continue;
    }
    for (const line of found.lines) {
      const before = existing[line.existing!];
      line.positions.forEach((now, t) => {
        if (t < frozen || isAbsent(before[t]!)) assert.equal(now, before[t], told);
        else assert.ok(!isAbsent(now), told);
      });
      const past = line.leave?.filter(({ startWeek }) => startWeek < first) ?? [];
      if (round % 5 === 0) assert.deepEqual(past, taken[line.existing!], told);
    }
    seen.found++;
  }
  const { found, none, part, taken } = seen;
  assert.ok(found > 25 && none > 15 && part > 25 && taken > 5, JSON.stringify(seen));
});

/** Leave that the line can have, in one of all ways; none where it can have none. */
function drawnLeave(problem: PlannerProblem, line: Line, random: Random): LeaveBlock[] {
  const byId = new Map(problem.positions.map((p) => [p.id, p]));
  const ways = placementsOf(problem.termWeeks, leaveOptions(problem.termWeeks))
    .filter(({ parts }) => parts.every(({ term }) => takesLeave(byId.get(line[term]!)!)));
  if (ways.length === 0 || line.some((id) => isAbsent(id!))) return [];
  const { placements } = ways[random.below(ways.length)];
  return placements[random.below(placements.length)].blocks;
}

/** Two terms of 10 and 12 weeks, the first of them past; "s" is a service term. */
function lastTerm(posts: [a: number, b: number, s: number], capacity_weeks?: number[]) {
  const positions = [position("a"), position("b"), position("s", { isService: true })];
  return problemOf(positions, {
    termWeeks: [10, 12],
    lines: 1,
    posts: [[1, 1, 1], posts],
    constraints: [
      capacity_weeks ? { name: "ANNUAL_LEAVE", value: { capacity_weeks } } : "ANNUAL_LEAVE",
    ],
  });
}

Deno.test("a line whose leave is still to come is given a term that takes it, and one that had it need not", () => {
  const none = completed(replan(lastTerm([1, 1, 1]), [["a", "s"]], 1e6, 1));
  assert.deepEqual(none.lines[0].positions, ["a", "b"]);
  assert.equal(none.quality.changes.proven, true);
  assert.ok(none.lines[0].leave![0].startWeek >= 10);

  const leave = [{ startWeek: 3, weeks: 5 }];
  const had = completed(replan(lastTerm([1, 0, 1]), [{ positions: ["a", "b"], leave }], 1e6, 1));
  assert.deepEqual([had.lines[0].positions, had.lines[0].leave], [["a", "s"], leave]);

  const early = [{ startWeek: 0, weeks: 2 }, { startWeek: 15, weeks: 3 }];
  const part = { positions: ["a", "s"], leave: early };
  for (const capacity of [undefined, [5, 5]]) {
    const rest = completed(replan(lastTerm([1, 1, 1], capacity), [part], 1e6, 1));
    assert.deepEqual(rest.lines[0].positions, ["a", "b"]);
    assert.deepEqual(rest.lines[0].leave![0], early[0], "what was taken is gone");
    assert.ok(rest.lines[0].leave![1].weeks === 3 && rest.lines[0].leave![1].startWeek >= 15);
  }
});

Deno.test("a line that finds no leave any more after the date is named, instead of leave in terms that are over", () => {
  for (const capacity of [undefined, [5, 5]]) {
    const named = { name: "Line 07", positions: ["a", "s"] };
    const explanation = explanationOf(replan(lastTerm([0, 0, 1], capacity), [named], 1e6, 1));
    assert.match(explanation.message, /1 line cannot go on.*Line 07/);
  }
});

Deno.test("lines that are added in the middle of the year begin there", () => {
  const drawn = problemOf(["a", "b", "c"].map((id) => position(id)), {
    lines: 3,
    termWeeks: [13, 13, 26],
    constraints: [{ name: "REQUIRED_CATEGORIES", value: [] }],
  });
  const problem = withAbsences(drawn, [1, 1, 0]);
  const existing = [["a", "b", "c"], ["b", "c", "a"]];
  const { lines, quality } = completed(replan(problem, existing, 1e6, 2));
  const [added] = lines.filter((line) => line.existing === null);
  assert.deepEqual(added.positions.map(isAbsent), [true, true, false]);
  assert.deepEqual(quality.changes.rotations, 0);
  assert.deepEqual(checkPlan(problem, lines.map((line) => line.positions), lines), []);
});

Deno.test("a line that nothing legal goes on from is named", () => {
  const rural = ["a", "b"].map((id) => position(id, { isRural: true }));
  const problem = problemOf([...rural, position("c")], {
    lines: 1,
    termWeeks: [26, 26],
    posts: [[1, 1, 1], [0, 1, 0]],
  });
  const existing = [{ name: "Line 07", positions: ["a", "b"] }];
  const explanation = explanationOf(replan(problem, existing, 1e6, 1));
  assert.match(explanation.message, /1 line cannot go on.*Line 07/);
});

Deno.test("several lines that nothing legal goes on from are counted, and so are those that are left", () => {
  const rural = ["a", "b", "d"].map((id) => position(id, { isRural: true }));
  const problem = problemOf([...rural, position("c")], {
    lines: 3,
    termWeeks: [26, 26],
    posts: [[1, 1, 1, 1], [1, 1, 1, 0]],
  });
  const existing = [["a", "b"], ["b", "a"], ["c", "d"]].map((positions, i) => ({
    name: `Line 0${i + 1}`,
    positions,
  }));
  const explanation = explanationOf(replan(problem, existing, 1e6, 1));
  assert.match(explanation.message, /^2 lines cannot go on: .*\(Line 01, Line 02\)$/);
  assert.deepEqual(explanation.lines, { wanted: 3, possible: 1, shown: 0 });
});
