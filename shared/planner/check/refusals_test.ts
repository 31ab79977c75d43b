// The gate before a plan is stored: a good plan of the engine passes, and falsified in any one field it does not.

import assert from "node:assert/strict";
import { type PlannedLine, preparePlanner } from "../engine.ts";
import type { PlannerProblem } from "../problem.ts";
import { sample20 } from "../testing/samples.ts";
import { checkPlan } from "./checker.ts";

/** The sample with leave and reserved lines, and the engine's plan for it. */
function goodPlan(): { problem: PlannerProblem; lines: PlannedLine[] } {
  const problem = sample20();
  const [first, second] = problem.positions;
  problem.constraints = [
    ...problem.constraints,
    { name: "ANNUAL_LEAVE", value: { capacity_weeks: [30, 30, 20, 20, 20] } },
    {
      name: "PATHWAYS",
      value: [{ name: "Way", lines: 2, positions: [first.id, second.id], need: 1 }],
    },
  ];
  problem.options.effort = 0.1;
  const planner = preparePlanner(problem);
  const outcome = planner.outcome(planner.step(planner.start(), { remainingMs: () => 1e6 }));
  assert.ok(outcome.status === "COMPLETED");
  return { problem, lines: outcome.lines };
}

const { problem, lines } = goodPlan();

function codesOf(plan: readonly PlannedLine[]): string[] {
  return checkPlan(problem, plan.map(({ positions }) => positions), plan).map(({ code }) => code);
}

/** The plan with one line changed. */
function withLine(i: number, change: Partial<PlannedLine>): PlannedLine[] {
  return lines.map((line, at) => at === i ? { ...line, ...change } : line);
}

/** A position whose posts in a term are all held, by other lines than this one. */
function fullPosition(t: number, own: string): string {
  const held = (id: string) => lines.filter(({ positions }) => positions[t] === id).length;
  return problem.positions.find(({ id }, r) =>
    id !== own && held(id) === problem.posts[t][r] && held(id) > 0
  )!
    .id;
}

Deno.test("the engine's plan passes the gate", () => {
  assert.deepEqual(codesOf(lines), []);
});

Deno.test("a plan with a line too few or too many is refused", () => {
  for (let i = 0; i < lines.length; i++) {
    assert.ok(codesOf(lines.toSpliced(i, 1)).includes("LINES"), `without line ${i}`);
    assert.ok(codesOf([...lines, lines[i]]).includes("LINES"), `line ${i} twice`);
  }
});

Deno.test("a plan is refused whichever rotation of it is falsified", () => {
  lines.forEach(({ positions }, i) => {
    assert.ok(codesOf(withLine(i, { positions: positions.slice(1) })).includes("TERMS"));
    positions.forEach((own, t) => {
      const nowhere = codesOf(withLine(i, { positions: positions.with(t, "nowhere") }));
      assert.ok(nowhere.includes("UNKNOWN_POSITION"), `line ${i}, term ${t}`);
      const full = codesOf(withLine(i, { positions: positions.with(t, fullPosition(t, own)) }));
      assert.ok(full.includes("POSTS"), `line ${i}, term ${t}`);
    });
  });
});

Deno.test("a plan is refused whichever line's pathway is falsified", () => {
  lines.forEach(({ pathway }, i) => {
    const plan = withLine(i, { pathway: pathway ? undefined : "Way" });
    assert.ok(codesOf(plan).includes("PATHWAYS"), `line ${i}`);
    assert.ok(codesOf(withLine(i, { pathway: "Another" })).includes("PATHWAYS"), `line ${i}`);
  });
});

Deno.test("a plan is refused whichever block of its leave is falsified", () => {
  lines.forEach(({ leave = [], positions }, i) => {
    const refused = (blocks: PlannedLine["leave"], what: string) =>
      assert.ok(codesOf(withLine(i, { leave: blocks })).includes("ANNUAL_LEAVE"), `${i}: ${what}`);
    refused([], "none");
    refused(undefined, "none told");
    refused([...leave, leave[0]], "a block twice");
    leave.forEach((block, n) => {
      refused(leave.with(n, { ...block, weeks: block.weeks + 1 }), "a week more");
      refused(leave.with(n, { ...block, weeks: block.weeks - 1 }), "a week less");
      refused(leave.with(n, { ...block, startWeek: -1 }), "before the year");
      refused(leave.with(n, { ...block, startWeek: 60 }), "after the year");
    });
    const service = positions.findIndex((id) =>
      problem.positions.find((position) => position.id === id)!.isService
    );
    if (service < 0) return;
    const startWeek = problem.termWeeks.slice(0, service).reduce((sum, weeks) => sum + weeks, 0);
    refused([{ startWeek, weeks: 5 }], "in a service term");
  });
});
