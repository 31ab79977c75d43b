/** Drawn problems: the same seed gives the same one, every family gives problems that the engine reads, ranges hold. */
import assert from "node:assert/strict";
import { workDone } from "../../shared/planner/effort.ts";
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
      assert.ok(problem.positions.length >= 5 && problem.positions.length <= 400, name);
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

Deno.test("any problem comes up: few lines as often as many, one term and 26, no pathway and many, few specialties and many", () => {
  const drawn = Array.from({ length: 200 }, (_, i) => drawProblem(FAMILIES.any, i));
  const few = drawn.filter(({ lines }) => lines <= 32).length;
  assert.ok(few > 70 && few < 130, `${few} of 200 have at most 32 lines`);
  const spread = (count: (problem: typeof drawn[number]) => number) => {
    const counts = drawn.map(count);
    return [Math.min(...counts), Math.max(...counts)];
  };
  const reach = (
    [least, most]: number[],
    wanted: [atMost: number, atLeast: number],
    what: string,
  ) => assert.ok(least <= wanted[0] && most >= wanted[1], `${what}: ${least} to ${most}`);
  reach(spread(({ lines }) => lines), [2, 800], "lines");
  reach(spread(({ termWeeks }) => termWeeks.length), [1, 26], "terms");
  reach(spread(({ positions }) => positions.length), [12, 300], "positions");
  reach(spread((p) => new Set(p.positions.map((each) => each.subspecialty)).size), [8, 35], "keys");
  const pathways = ({ constraints }: typeof drawn[number]) =>
    constraints.flatMap((entry) =>
      typeof entry !== "string" && entry.name === "PATHWAYS" ? entry.value as unknown[] : []
    ).length;
  reach(spread(pathways), [0, 20], "pathways");
  for (const name of ["ANNUAL_LEAVE", "PREFERRED_CELLS"]) {
    const with_ = drawn.filter(({ constraints }) => JSON.stringify(constraints).includes(name));
    assert.ok(with_.length > 40 && with_.length < 160, `${with_.length} of 200 have ${name}`);
  }
});

Deno.test("no unit of a quick year of ten terms is more work than a slice has room for, whatever is bounded in it", () => {
  const problem = drawProblem(withRanges(FAMILIES.terms, ["lines=60"]), 7801);
  problem.options.effort = "quick";
  const planner = preparePlanner(problem),
    slots = problem.termWeeks.length * problem.positions.length;
  let state = planner.start(), most = 0, ascents = 0;
  while (!planner.done(state)) {
    const before = state;
    state = planner.step(state, { remainingMs: () => -1 });
    most = Math.max(most, workDone(state.work, slots) - workDone(before.work, slots));
    if (before.ascents > 0) ascents++;
  }
  assert.equal(planner.outcome(state).status, "COMPLETED");
  // As workDone counts it, some two milliseconds of CPU each where sets are proven.
  assert.ok(most < 90 && ascents > 10, `${most} in one of ${state.work.units}, ${ascents} ascents`);
});

Deno.test("checkpoints of impossible years of many terms fit where they are kept, and quick says soon why", () => {
  const cases: [family: string, seed: number, ranges: string[]][] = [
    ["leave", 24_001, ["terms=24", "lines=30"]],
    ["terms", 12_003, ["terms=12..13", "slack=1", "pathways=2..8", "lines=60"]],
  ];
  for (const [family, seed, ranges] of cases) {
    const problem = drawProblem(withRanges(FAMILIES[family], ranges), seed);
    problem.options.effort = "quick";
    const planner = preparePlanner(problem);
    let state = planner.start(), most = 0;
    while (!planner.done(state)) {
      state = planner.step(state, { remainingMs: () => -1 });
      most = Math.max(most, JSON.stringify(state).length);
    }
    const { status } = planner.outcome(state);
    assert.equal(status, "INFEASIBLE", family);
    assert.ok(most < 64 * 1024, `${family}: ${most} characters`);
    assert.ok(state.work.units < 60, `${family}: ${state.work.units} units`);
  }
});
