/** The clock of counted work: the same run takes the same time, slices end by it, and each kind of unit has a rate. */
import assert from "node:assert/strict";
import { noWork, type WorkCounters } from "../../shared/planner/effort.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { EXCHANGE_MOVES } from "../../shared/planner/search/phases/anneal.ts";
import { UNLIMITED } from "../../shared/engine/units.ts";
import { COLD_MS, countedPlanner, type UnitDone, unitMs } from "./counted_work.ts";
import { drawProblem, FAMILIES, withRanges } from "./drawn.ts";
import { importInstance, readInstance } from "./instances.ts";
import { runSlices } from "./planner_run.ts";

const small = (family: string, ranges: string[], seed: number) =>
  drawProblem(withRanges(FAMILIES[family], ["lines=8", ...ranges]), seed);

const DONE: UnitDone = {
  kind: "price",
  phase: "bound",
  lines: 60,
  terms: 5,
  slots: 200,
  hasLeave: false,
  isNeedDear: false,
  isFirst: false,
  work: noWork(),
  explained: 0,
};

Deno.test("a run takes the same counted time whenever it is run, and its slices end by that", async () => {
  const problem = small("common", ["lines=12", "terms=4"], 5);
  const run = { sliceMs: 250, cpuS: 20, goalGap: null, effort: 1, slow: 1, counted: true };
  const once = await runSlices(problem, run), again = await runSlices(problem, run);
  const told = (answers: typeof once) => answers.map(({ state, cpuMs }) => [state, cpuMs]);
  assert.deepEqual(told(again), told(once));
  assert.ok(once.length > 2, `${once.length} slices`);
  for (const { coldMs, cpuMs } of once) {
    assert.equal(coldMs, COLD_MS);
    assert.ok(cpuMs > COLD_MS && cpuMs < 400, `${cpuMs}`);
  }
  const slow = await runSlices(problem, { ...run, slow: 2 });
  assert.ok(slow.length > once.length, `${slow.length} slices, ${once.length} of a fast machine`);
  assert.deepEqual(slow.at(-1)!.outcome, once.at(-1)!.outcome);
});

Deno.test("every unit of whole searches takes counted time, whatever they go through", () => {
  const problems = [
    small("common", ["terms=5"], 3),
    small("pathways", ["terms=4", "pathways=4"], 2),
    small("leave", ["terms=6"], 1),
    small("terms", ["terms=10", "pathways=0"], 2),
    small("tight", ["terms=4", "slack=0.8"], 1),
  ];
  for (const problem of problems) {
    const { planner, spentMs } = countedPlanner({
      ...problem,
      options: { ...problem.options, effort: "quick" },
    });
    let state = planner.start(), before = spentMs();
    assert.equal(before, COLD_MS);
    while (!planner.done(state)) {
      state = planner.step(state, { ...UNLIMITED, remainingMs: () => 0 });
      const after = spentMs();
      assert.ok(after > before && after < before + 2_000, `${before} to ${after}`);
      before = after;
    }
  }
});

Deno.test("a unit takes as long as what it counted", () => {
  const nodes = (kind: string, terms: number, n: number) =>
    unitMs({ ...DONE, kind, terms, work: { ...noWork(), pricing_nodes: n } });
  assert.ok(Math.abs(nodes("price", 5, 1e6) - nodes("price", 5, 0) - 108) < 1e-9);
  assert.equal(nodes("price 2", 10, 5e5), nodes("price", 10, 5e5));
  assert.ok(nodes("price 1", 7, 1e5) > nodes("price 1", 10, 1e5));
  const moves = (lines: number) =>
    unitMs({ ...DONE, kind: "moves", lines, work: { ...noWork(), moves: 30 } });
  assert.equal(moves(30), moves(60) / 4);
  assert.equal(moves(400), moves(60));
  const solve = (slots: number, terms: number) =>
    unitMs({ ...DONE, kind: "lp", slots, terms, work: { ...noWork(), lp_work: 100 } }) - 2;
  assert.ok(Math.abs(solve(400, 5) / solve(200, 5) - 2) < 1e-9);
  assert.ok(Math.abs(solve(800, 12) / solve(400, 12) - 4) < 1e-9);
});

Deno.test("a unit takes what the same one takes elsewhere but for leave, dear needs and a slice's first solve", () => {
  const nodes = { ...noWork(), pricing_nodes: 1e5 };
  assert.ok(Math.abs(unitMs({ ...DONE, isNeedDear: true, work: nodes }) - 0.5 - 3.6 * 10.8) < 1e-9);
  const dear = (kind: string) =>
    unitMs({ ...DONE, kind, isNeedDear: true }) - unitMs({ ...DONE, kind });
  assert.ok(dear("polish") > 100 && dear("prove begin") > 100);
  const first = (terms: number) =>
    unitMs({ ...DONE, kind: "lp", terms, isFirst: true }) - unitMs({ ...DONE, kind: "lp", terms });
  assert.deepEqual([7, 8, 9].map(first), [0, 110, 0]);
  const exchanges = { ...DONE, kind: "moves", work: { ...noWork(), moves: EXCHANGE_MOVES } };
  assert.ok(unitMs({ ...exchanges, hasLeave: true }) > 1.5 * unitMs(exchanges));
});

/** The counted work of the first units that count what is meant. */
function firstUnits(
  problem: PlannerProblem,
  count: number,
  rise: (work: WorkCounters) => number,
): { ms: number; rise: number }[] {
  const { planner, spentMs } = countedPlanner(problem), units = [];
  for (let state = planner.start(); units.length < count && !planner.done(state);) {
    const ms = spentMs(), before = rise(state.work);
    state = planner.step(state, { ...UNLIMITED, remainingMs: () => -1 });
    const risen = rise(state.work) - before;
    if (risen > 0) units.push({ ms: spentMs() - ms, rise: risen });
  }
  return units;
}

Deno.test("a program's pivots cost as much where lines choose their leave as where they do not", () => {
  const problem = small("leave", ["terms=4", "pathways=0"], 3);
  const slots = problem.termWeeks.length * problem.positions.length;
  const solves = firstUnits(problem, 2, ({ lp_work }) => lp_work);
  assert.equal(solves.length, 2);
  for (const { ms, rise } of solves) {
    // Merged positions are fewer.
    assert.ok(ms < 2.001 + 1.6e-4 * slots * rise, `${ms} ms of ${rise} over ${slots} slots`);
  }
});

Deno.test("nodes count for more where lines are limited by a category", async () => {
  const problem = importInstance(await readInstance("over140cap79"));
  const [{ ms, rise }] = firstUnits(problem, 1, ({ pricing_nodes }) => pricing_nodes);
  assert.ok(Math.abs((ms - 0.5) / rise - 3.6 * 1.08e-4) < 1e-9);
});

Deno.test("a kind of unit that nothing is known of is refused", () => {
  assert.throws(() => unitMs({ ...DONE, kind: "guess" }), /no rate of units "guess"/);
  assert.ok(unitMs({ ...DONE, phase: "explain", kind: "choose", explained: 100 }) > 60);
});
