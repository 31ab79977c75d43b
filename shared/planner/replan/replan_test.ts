// Replans against brute force: as few changes as possible, proven, whatever the slicing.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { preparePlanner } from "../engine.ts";
import type { PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { prepareReplanner } from "./replan.ts";
import type { ReplanState } from "./state.ts";
import { distance, fewestChanges, type Line } from "../testing/fewest_changes.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { checkOutcome, completed, drawReplan, heldAgainst, replan } from "../testing/replans.ts";
import { sample60 } from "../testing/samples.ts";

/** Runs a replan whose every reading of the clock takes a tenth of a second. */
function timed(problem: PlannerProblem, existing: Line[]): ReplanState {
  const replanner = prepareReplanner(problem, existing.map((positions) => ({ positions })));
  let left = 1e9;
  return replanner.step(replanner.start(), { remainingMs: () => left -= 100 });
}

Deno.test("random replans change as few rotations as brute force", () => {
  const random = new Random(11);
  let feasible = 0, changed = 0;
  for (let n = 0; n < 160; n++) {
    const { problem, existing } = drawReplan(random, n);
    const outcome = replan(problem, existing, n % 2 === 0 ? 0 : 1e6);
    const least = fewestChanges(problem, existing);
    const found = heldAgainst(least, problem, existing, outcome, `problem ${n}`);
    if (found === null) {
      assert.equal(outcome.status, "INFEASIBLE", `problem ${n}`);
      continue;
    }
    assert.ok(found.quality.changes.proven, `problem ${n}`);
    feasible++;
    if (found.quality.changes.rotations > 0) changed++;
  }
  assert.ok(feasible > 20 && changed > 10, `${feasible} feasible, ${changed} with changes`);
});

Deno.test("a line that is not to have a cell again gets another with the fewest changes, as complete enumeration has it", () => {
  const random = new Random(23);
  const seen = { feasible: 0, none: 0, others: 0 };
  for (let n = 0; n < 240; n++) {
    const shape = { lines: 2, terms: 3, positions: 5, postsUpTo: 2, sixMonth: n % 8 === 1 };
    const problem = randomProblem(() => random.next(), shape);
    const ids = problem.positions.map(({ id }) => id), T = problem.termWeeks.length;
    // Half of them start from a plan, so that nothing else is broken.
    const planned = n % 2 === 0 ? replan(problem, []) : null;
    const lines: Line[] = planned?.status === "COMPLETED"
      ? planned.lines.map(({ positions }) => positions)
      : Array.from({ length: 2 }, () => problem.termWeeks.map(() => ids[random.below(5)]));
    if (lines.length === 0) continue;
    const term = random.below(T);
    const avoid = [lines[0][term]!, ...random.next() < 0.5 ? [ids[random.below(5)]] : []]
      .map((position) => ({ term, position }));
    const isBarred = (line: readonly string[]) =>
      avoid.some(({ position }) => line[term] === position);
    const existing = lines.map((positions, i) => ({ positions, ...i === 0 && { avoid } }));
    const outcome = replan(problem, existing, n % 4 === 0 ? 0 : 1e6);
    const least = fewestChanges(problem, lines, 0, (at, line) => at > 0 || !isBarred(line));
    const told = `problem ${n}: ${JSON.stringify(outcome).slice(0, 1500)}, fewest ${least}`;
    const found = heldAgainst(least, problem, lines, outcome, told);
    if (found === null) {
      seen.none++;
      continue;
    }
    const { lines: now } = found, own = now.find(({ existing }) => existing === 0);
    assert.ok(!own || !isBarred(own.positions), told);
    seen.feasible++;
    const touched = now.some(({ existing: at, positions }) =>
      at !== null && at > 0 && distance(lines[at], positions) > 0
    );
    if (touched) seen.others++;
  }
  assert.ok(seen.feasible > 25 && seen.others > 5, JSON.stringify(seen));
});

let sixty: { problem: PlannerProblem; lines: string[][] } | null = null;

/** A problem of sixty lines and the engine's plan for it; solved once. */
function sixtyLines() {
  sixty ??= { problem: sample60(), lines: linesOfEngine(sample60()) };
  return structuredClone(sixty);
}

function linesOfEngine(problem: PlannerProblem): string[][] {
  const lines = linesFound(problem);
  assert.ok(lines !== null);
  return lines;
}

/** Lines of a search from nothing; null where it finds none. */
function linesFound(problem: PlannerProblem): string[][] | null {
  const planner = preparePlanner(problem);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const plan = planner.outcome(state);
  return plan.status === "COMPLETED" ? plan.lines.map((line) => line.positions) : null;
}

Deno.test("a plan that is legal still stays as it is", () => {
  const { problem, lines } = sixtyLines();
  const { quality, lines: after } = completed(replan(problem, lines));
  assert.deepEqual(after.map((line) => line.positions), lines);
  assert.deepEqual(quality.changes, {
    rotations: 0,
    bound: 0,
    proven: true,
    lines_changed: 0,
    lines_added: 0,
    lines_removed: 0,
  });
});

const two = ["a", "b", "c", "d"].map((id) => position(id, { specialty: id }));

Deno.test("a lost post changes one rotation, and ties go to affinity", () => {
  const weights: [string, string, number][] = [["a", "c", 50], ["a", "d", 10]];
  const affinity = { profile: "test", version: 1, weights };
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 1, affinity });
  problem.posts[1][1] = 0;
  const { lines, quality } = completed(replan(problem, [["a", "b"]]));
  assert.deepEqual(lines[0].positions, ["a", "c"]);
  assert.equal(quality.changes.rotations, 1);
  assert.equal(quality.bound, quality.objective);
});

Deno.test("lines of a pathway stay its own, and a reserved line changes no more than it must", () => {
  const pathway = { name: "Surgical", lines: 1, positions: ["a", "b"], need: 2 };
  const constraints = [{ name: "PATHWAYS", value: [pathway] }];
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 2, constraints });
  const existing = [
    { positions: ["c", "d"], pathway: null },
    { positions: ["a", "b"], pathway: "Surgical" },
  ];
  const { lines, quality } = completed(replan(problem, existing));
  assert.deepEqual(lines.map((line) => [line.positions, line.pathway]), [
    [["c", "d"], undefined],
    [["a", "b"], "Surgical"],
  ]);
  assert.equal(quality.changes.rotations, 0);
  problem.posts[1][1] = 0;
  const moved = completed(replan(problem, existing));
  checkOutcome(problem, existing.map((line) => line.positions), moved);
  // b then a: both rotations change, as the only place left for b is term 1.
  assert.equal(moved.quality.changes.rotations, 2);
  assert.equal(moved.quality.changes.proven, true);
});

Deno.test("lines that stay keep their leave, the others are planned around it", () => {
  const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [5, 10] } }];
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 3, constraints });
  problem.posts[1][1] = 0;
  const existing = [
    { positions: ["a", "b"], leave: [{ startWeek: 3, weeks: 5 }] },
    { positions: ["b", "c"], leave: [{ startWeek: 40, weeks: 5 }] },
    { positions: ["c", "a"], leave: [{ startWeek: 30, weeks: 5 }] },
  ];
  const { lines, quality } = completed(replan(problem, existing));
  checkOutcome(problem, existing.map((line) => line.positions), {
    status: "COMPLETED",
    lines,
    quality,
  });
  assert.deepEqual(lines.slice(1).map((line) => line.leave), existing.slice(1).map((l) => l.leave));
  assert.ok(lines[0].changes > 0 && lines[0].leave![0].startWeek < 26);
  assert.equal(Math.round(100 * quality.leave!.first_half_share), 33);

  // Where the leave that stays would leave no room, all of it is planned anew.
  problem.constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [10, 5] } }];
  const anew = completed(replan(problem, existing));
  checkOutcome(problem, existing.map((line) => line.positions), anew);
});

Deno.test("lines are added and removed to the number wanted", () => {
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 3 });
  const more = completed(replan(problem, [["a", "b"], ["b", "a"]]));
  assert.deepEqual(more.quality.changes.lines_added, 1);
  assert.deepEqual(more.lines.slice(0, 2).map((line) => line.positions), [["a", "b"], ["b", "a"]]);
  const fewer = completed(replan({ ...problem, lines: 1 }, [["a", "a"], ["b", "a"]]));
  assert.deepEqual(fewer.lines.map((line) => line.existing), [1]);
  assert.equal(fewer.quality.changes.lines_removed, 1);
});

Deno.test("with partial plans allowed, as many lines stay as the posts allow", () => {
  const problem = problemOf(two, {
    termWeeks: [26, 26],
    lines: 3,
    options: { allowPartial: true, seed: 1 },
  });
  problem.posts[0] = [1, 1, 0, 0];
  const existing: Line[] = [["a", "b"], ["c", "d"], ["b", "a"]];
  const outcome = replan(problem, existing);
  checkOutcome(problem, existing, outcome);
  const { quality } = completed(outcome);
  assert.deepEqual([quality.lines.built, quality.changes.rotations], [2, 0]);
});

Deno.test("terms that break a rule are explained, even where every line could stay", () => {
  const constraints = [{ name: "EXACT_TERMS", value: 5 }];
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 1, constraints });
  const outcome = replan(problem, [["a", "b"]]);
  assert.equal(outcome.status, "INFEASIBLE");
});

Deno.test("sixty lines, three posts fewer: the same plan however it is sliced", () => {
  const { problem, lines } = sixtyLines();
  const column = new Map(problem.positions.map(({ id }, r) => [id, r]));
  for (const [term, line] of [[0, 5], [2, 20], [4, 40]]) {
    const r = column.get(lines[line][term])!;
    const used = lines.filter((l) => l[term] === lines[line][term]).length;
    problem.posts[term][r] = used - 1;
    problem.minimumFill[term][r] = Math.min(problem.minimumFill[term][r], used - 1);
  }
  const calm = replan(problem, lines);
  checkOutcome(problem, lines, calm);
  const { changes } = completed(calm).quality;
  assert.ok(changes.proven && changes.rotations >= 3 && changes.rotations <= 6);
  assert.deepEqual(replan(problem, lines, 0), calm);
});

Deno.test("when the time is up a replan ends with the plan it has, or else with the first it finds", () => {
  const { problem, lines } = sixtyLines();
  for (const [term, line] of [[0, 5], [1, 30], [2, 20], [3, 50], [4, 40]]) {
    const r = problem.positions.findIndex(({ id }) => id === lines[line][term]);
    problem.posts[term][r] = lines.filter((l) => l[term] === lines[line][term]).length - 1;
  }
  const whole = timed(problem, lines);
  const needed = whole.spentMs / 1000;
  for (const timeLimitS of [needed / 2, 0.1]) {
    const limited = { ...problem, options: { ...problem.options, timeLimitS } };
    const state = timed(limited, lines);
    assert.equal(state.phase, "done");
    assert.ok(state.work.units < whole.work.units, `${state.work.units} units`);
    checkOutcome(
      limited,
      lines,
      prepareReplanner(limited, lines.map((positions) => ({ positions }))).outcome(state),
    );
  }
});

/** The problem with eight posts fewer that the lines use, drawn until there still is a legal plan. */
function eightPostsFewer(drawn: PlannerProblem, lines: Line[], random: Random): PlannerProblem {
  const problem = structuredClone(drawn);
  for (let lost = 0; lost < 8;) {
    const term = lost % 5, id = lines[random.below(lines.length)][term];
    const r = problem.positions.findIndex((p) => p.id === id);
    const used = lines.filter((line) => line[term] === id).length;
    if (problem.posts[term][r] < used) continue;
    problem.posts[term][r] = used - 1;
    problem.minimumFill[term][r] = Math.min(problem.minimumFill[term][r], used - 1);
    lost++;
  }
  return isPossible(problem) ? problem : eightPostsFewer(drawn, lines, random);
}

/** Whether a search from nothing finds a plan that the checker takes. */
function isPossible(problem: PlannerProblem): boolean {
  const lines = linesFound({ ...problem, options: { ...problem.options, effort: 0.1 } });
  return lines !== null && checkPlan(problem, lines).length === 0;
}

Deno.test("eight posts fewer: as few changes as there are, or one more, against a bound of at least eight", () => {
  const { problem: drawn, lines } = sixtyLines();
  const problem = eightPostsFewer(drawn, lines, new Random(801));
  const outcome = replan(problem, lines);
  checkOutcome(problem, lines, outcome);
  const { rotations, bound } = completed(outcome).quality.changes;
  assert.ok(bound >= 8 && rotations - bound <= 1, `${rotations} changes, bound ${bound}`);
});

Deno.test("fewer changes than were made are told as the bound where they are not proven impossible", () => {
  const problem = problemOf(two, { termWeeks: [26, 26], lines: 1 });
  problem.posts[0][0] = problem.posts[1][1] = 0;
  const replanner = prepareReplanner(problem, [{ positions: ["a", "b"] }]);
  let state = replanner.start();
  while (!replanner.done(state)) state = replanner.step(state, { remainingMs: () => 1e6 });
  const told = (bound: number) => {
    const { changes } = completed(replanner.outcome({ ...state, bound })).quality;
    return [changes.rotations, changes.bound, changes.proven];
  };
  assert.deepEqual(told(state.bound), [2, 2, true]);
  assert.deepEqual(told(1), [2, 1, false]);
});
