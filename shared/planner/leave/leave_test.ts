// Annual leave: placed for every line, near the share wanted, within capacities; checked independently.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { preparePlanner } from "../engine.ts";
import { planLeave } from "./leave.ts";
import type { PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";

const ward = position("ward"), nights = position("nights", { isService: true });

function problem(lines: number, value: unknown, termWeeks = [10, 10, 10, 10, 12]): PlannerProblem {
  return problemOf([ward, nights], {
    lines,
    termWeeks,
    postsEach: 1000,
    constraints: [{ name: "ANNUAL_LEAVE", value }, { name: "UNIQUE_POSITIONS", value: false }],
  });
}

/** Plans leave for lines given as texts: w = ward, n = nights. */
function planned(found: PlannerProblem, lines: string[]) {
  const cells = lines.map((line) => Array.from(line, (c) => c === "w" ? 0 : 1));
  const plan = planLeave(found, resolveRules(found.constraints), cells);
  const ids = cells.map((line) => line.map((r) => found.positions[r].id));
  const violations = checkPlan(found, ids, plan.blocks.map((leave) => ({ leave })));
  return { ...plan, violations: violations.filter(({ code }) => code === "ANNUAL_LEAVE") };
}

Deno.test("seven of ten lines have their leave in the first half", () => {
  const { blocks, quality, violations } = planned(problem(10, {}), Array(10).fill("wwwww"));
  assert.deepEqual([quality.first_half_share, quality.split_lines, violations], [0.7, 0, []]);
  assert.ok(blocks.every(([block]) => block.weeks === 5));
});

Deno.test("leave keeps out of service terms, and the share comes as near as that allows", () => {
  // Six lines can take leave in the second half only.
  const lines = [...Array(6).fill("nnnww"), ...Array(4).fill("wwwww")];
  const { blocks, quality, violations } = planned(problem(10, {}), lines);
  assert.deepEqual([quality.first_half_share, violations], [0.4, []]);
  assert.ok(blocks.slice(0, 6).every(([{ startWeek }]) => startWeek >= 30));
  const early = planned(problem(10, { first_half_share: 0.2 }), Array(10).fill("wwnnn"));
  assert.deepEqual([early.quality.first_half_share, early.violations], [1, []]);
});

Deno.test("capacities hold, and lines left over take 2 + 3 weeks far apart", () => {
  const value = { capacity_weeks: [8, 0, 0, 0, 7] };
  const { blocks, quality, unplaced, violations } = planned(
    problem(3, value),
    Array(3).fill("wwwww"),
  );
  assert.deepEqual([quality.split_lines, unplaced, violations], [1, 0, []]);
  const [one, two] = blocks.find((own) => own.length === 2)!;
  assert.deepEqual([one.weeks + two.weeks, two.startWeek - one.startWeek - one.weeks >= 13], [
    5,
    true,
  ]);
});

Deno.test("lines without room are counted, not squeezed in", () => {
  const value = { capacity_weeks: [5, 0, 0, 0, 5] };
  const { blocks, unplaced } = planned(problem(3, value), Array(3).fill("wwwww"));
  assert.equal(unplaced, 1);
  assert.equal(blocks.filter((own) => own.length === 0).length, 1);
});

Deno.test("random plans: every whole block is within capacity, nobody is left out without need", () => {
  const random = new Random(7);
  for (let round = 0; round < 60; round++) {
    const n = 1 + random.below(12);
    const lines = Array.from(
      { length: n },
      () =>
        Array.from({ length: 5 }, (_, t) => t === 2 || random.next() < 0.5 ? "w" : "n").join(""),
    );
    const { unplaced, violations } = planned(
      problem(n, { first_half_share: random.next() }),
      lines,
    );
    assert.deepEqual([unplaced, violations], [0, []]);
  }
});

Deno.test("the engine plans leave with the lines and reports its share", () => {
  const found = sample20();
  found.constraints = [...found.constraints, "ANNUAL_LEAVE"];
  found.options.effort = "quick";
  const planner = preparePlanner(found);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const outcome = planner.outcome(state);
  assert.ok(outcome.status === "COMPLETED");
  assert.deepEqual(checkPlan(found, outcome.lines.map((l) => l.positions), outcome.lines), []);
  const { first_half_share, split_lines, weeks, over } = outcome.quality.leave!;
  assert.deepEqual([first_half_share, split_lines, over], [0.7, 0, []]);
  assert.equal(weeks.reduce((sum, week) => sum + week.away, 0), 5 * 20);
  assert.ok(weeks.every(({ away, capacity }) => capacity === 4 && away <= 4));
});

Deno.test("a line in service all year can take no leave: proven and explained", () => {
  const found = problem(1, {}, [26, 26]);
  found.posts = [[0, 1], [0, 1]];
  const planner = preparePlanner(found);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const outcome = planner.outcome(state);
  assert.ok(outcome.status === "INFEASIBLE");
  assert.deepEqual(outcome.explanation.rules, ["ANNUAL_LEAVE"]);
});

Deno.test("the checker refuses leave that is missing, split too near, or in service", () => {
  const found = problem(1, {});
  const codes = (line: string[], leave: { startWeek: number; weeks: number }[]) =>
    checkPlan(found, [line], [{ leave }]).filter(({ code }) => code === "ANNUAL_LEAVE").length;
  const wards = Array(5).fill("ward");
  assert.equal(codes(wards, [{ startWeek: 0, weeks: 5 }]), 0);
  assert.equal(codes(wards, []), 1);
  assert.equal(codes(wards, [{ startWeek: 0, weeks: 2 }, { startWeek: 14, weeks: 3 }]), 1);
  assert.equal(codes(wards, [{ startWeek: 0, weeks: 2 }, { startWeek: 15, weeks: 3 }]), 0);
  assert.equal(codes(["nights", ...wards.slice(1)], [{ startWeek: 0, weeks: 5 }]), 1);
  assert.equal(codes(wards, [{ startWeek: 7, weeks: 5 }]), 1); // across the end of term 1
});

/** Lines away by week, and the most of one team in one week. */
function away(
  found: PlannerProblem,
  lines: number[][],
  blocks: { startWeek: number; weeks: number }[][],
) {
  const starts = found.termWeeks.map((_, t) =>
    found.termWeeks.slice(0, t).reduce((a, b) => a + b, 0)
  );
  const weeks = found.termWeeks.reduce((a, b) => a + b, 0);
  const gone = (i: number, week: number) =>
    blocks[i].some((b) => b.startWeek <= week && week < b.startWeek + b.weeks);
  return Array.from({ length: weeks }, (_, week) => {
    const t = starts.findLastIndex((start) => start <= week);
    const teams = lines.flatMap((line, i) =>
      gone(i, week) ? [found.positions[line[t]].team ?? found.positions[line[t]].id] : []
    );
    return { all: teams.length, teams };
  });
}

Deno.test("with nothing typed no week and no team is left by too many", () => {
  const teams = Array.from({ length: 20 }, (_, i) => position(`p${i}`, { team: `team ${i}` }));
  const found = problemOf(teams, { lines: 60, postsEach: 3, constraints: ["ANNUAL_LEAVE"] });
  // Three lines at each position in each term.
  const lines = Array.from({ length: 60 }, (_, i) => [0, 3, 7, 11, 13].map((by) => (i + by) % 20));
  const { blocks, quality, unplaced } = planLeave(found, resolveRules(found.constraints), lines);
  assert.deepEqual([unplaced, quality.over, quality.split_lines], [0, [], 0]);
  assert.equal(quality.first_half_share, 0.7);
  const byWeek = away(found, lines, blocks);
  assert.deepEqual(quality.weeks.map((week) => week.away), byWeek.map(({ all }) => all));
  assert.ok(byWeek.every(({ all }) => all <= 12));
  assert.ok(byWeek.every(({ teams }) => new Set(teams).size === teams.length), "one of each three");
});

Deno.test("leave of lines that stay counts, and what cannot be kept is reported", () => {
  const found = problemOf([position("a", { team: "one" })], {
    lines: 2,
    termWeeks: [26, 26],
    postsEach: 9,
    constraints: [{ name: "ANNUAL_LEAVE", value: { week_share: 0.01, team_share: 0.01 } }],
    leaveBeside: [0, 1].map(() => ({
      teams: ["one", "one"],
      leave: [{ startWeek: 0, weeks: 5 }],
    })),
  });
  const { blocks, quality } = planLeave(found, resolveRules(found.constraints), [[0, 0], [0, 0]]);
  const starts = blocks.flat().map(({ startWeek }) => startWeek).sort((a, b) => a - b);
  assert.ok(starts[0] >= 5 && starts[1] - starts[0] >= 5);
  assert.deepEqual(quality.weeks[0], { week: 1, away: 2, capacity: 1 });
  assert.deepEqual(quality.over.slice(0, 2), [
    { week: 1, team: null, away: 2, there: 4, capacity: 1 },
    { week: 1, team: "one", away: 2, there: 4, capacity: 1 },
  ]);
  assert.equal(quality.over.length, 10);
});

Deno.test("a year of thirteen short terms has its leave in two parts", () => {
  const positions = Array.from(
    { length: 16 },
    (_, i) => position(`p${i}`, { isService: i % 5 === 4 }),
  );
  const found = problemOf(positions, {
    lines: 4,
    termWeeks: Array(13).fill(4),
    constraints: ["ANNUAL_LEAVE", { name: "MAX_SERVICE_TERMS", value: 2 }],
    options: { allowPartial: false, seed: 1, effort: "quick" },
  });
  const planner = preparePlanner(found);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const outcome = planner.outcome(state);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  assert.deepEqual(checkPlan(found, outcome.lines.map((l) => l.positions), outcome.lines), []);
  assert.ok(outcome.lines.every(({ leave }) => leave!.length === 2));
});

Deno.test("a term across the middle of the year counts by weeks", () => {
  // Half of 52 weeks ends in the second term, after 9 of its 18 weeks.
  const found = problem(3, {}, [17, 18, 17]);
  const { quality, violations } = planned(found, ["nwn", "nwn", "nwn"]);
  assert.deepEqual(violations, []);
  // 10.5 of 15 weeks are wanted.
  assert.ok(Math.abs(quality.first_half_share * 15 - 10.5) <= 0.5);
});
