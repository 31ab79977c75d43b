// What every unit of a replan keeps, on drawn problems whose fewest changes are known: the plan at hand is legal, changes
// never more than before, and the bound never more than the fewest.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { lineChecker } from "../../check/checker.ts";
import { slotCounts } from "../../model/line_values.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { fewestChanges, type Line } from "../../testing/fewest_changes.ts";
import { drawReplan } from "../../testing/replans.ts";
import { sample20 } from "../../testing/samples.ts";
import { preparePlanner } from "../../search/planner.ts";
import { ReplanModel } from "../model.ts";
import { prepareReplanner } from "../replan.ts";
import { loadColumns, loadPlan, type ReplanState } from "../state.ts";

function assertPlanIsLegal(model: ReplanModel, problem: PlannerProblem, state: ReplanState): void {
  const plan = loadPlan(model, state), cells = model.cellsOf(plan), { terms: T } = model;
  assert.equal(model.changes(plan), state.planChanges, state.phase);
  const counts = slotCounts(model.tables, cells, cells.length / T);
  assert.ok(counts.every((n, s) => n <= model.tables.cap[s]), `${state.phase}: too many lines`);
  for (let at = 0; at < cells.length; at += T) {
    const ids = problem.termWeeks.map((_, t) => problem.positions[cells[at + t]].id);
    assert.deepEqual([...lineChecker(problem)(ids)], [], state.phase);
  }
}

function assertColumnsAreLegal(model: ReplanModel, state: ReplanState): void {
  const { cells, owners } = loadColumns(model, state), line = Int32Array.from(cells);
  owners.forEach((i, j) => {
    assert.equal(model.scorer.faults(line, j * model.terms), 0, state.phase);
    assert.ok(i <= model.existing);
  });
}

/** Runs a replan unit by unit. @param least the fewest changes; null where they are not known */
function walk(problem: PlannerProblem, existing: Line[], least: number | null) {
  const lines = existing.map((positions) => ({ positions }));
  const replanner = prepareReplanner(problem, lines);
  const model = new ReplanModel(problem, resolveRules(problem.constraints), lines);
  const phases: ReplanState["phase"][] = [];
  let state = replanner.start(), changes = Infinity, value = -Infinity, bound = 0;
  for (let units = 0; !replanner.done(state); units++) {
    assert.ok(units < 2_000, `no end in ${state.phase}`);
    if (phases.at(-1) !== state.phase) phases.push(state.phase);
    state = replanner.step(state, { remainingMs: () => -1 });
    if (state.owners.length > 0) assertColumnsAreLegal(model, state);
    // A plan of fewer lines, where no more can be had, is another question.
    if (state.lines < problem.lines) continue;
    assert.ok(state.bound >= bound, `${state.phase}: the bound falls`);
    bound = state.bound;
    if (least !== null) assert.ok(bound <= least, `${state.phase}: bound ${bound} of ${least}`);
    if (state.planChanges === null) continue;
    assertPlanIsLegal(model, problem, state);
    const worth = model.value(loadPlan(model, state));
    assert.ok(state.planChanges <= changes, `${state.phase}: more changes`);
    if (state.planChanges === changes) assert.ok(worth >= value, `${state.phase}: worth less`);
    [changes, value] = [state.planChanges, worth];
    if (least !== null) assert.ok(changes >= least);
  }
  return { state, phases, changes };
}

Deno.test("every unit of every phase keeps the plan legal, its changes the fewest so far, and the bound true", () => {
  const random = new Random(31), seen = new Set<string>();
  let met = 0;
  for (let n = 0; n < 150; n++) {
    const { problem, existing } = drawReplan(random, n);
    const least = fewestChanges(problem, existing);
    const { phases, changes } = walk(problem, existing, least);
    for (const phase of phases) seen.add(phase);
    if (least === null) continue;
    assert.equal(changes, least, `problem ${n}`);
    met++;
  }
  assert.ok(met > 12, `${met}`);
  for (const phase of ["start", "search", "bound", "list", "choose", "tune", "improve", "engine"]) {
    assert.ok(seen.has(phase), `${phase} is not seen`);
  }
});

Deno.test("twenty lines that lost posts go through the phases in the same way", () => {
  const problem = sample20(), planner = preparePlanner(problem);
  problem.options.effort = 0.1;
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const plan = planner.outcome(state);
  assert.ok(plan.status === "COMPLETED");
  const lines = plan.lines.map(({ positions }) => positions);
  // One post of four of the first lines goes.
  lines.slice(0, 4).forEach((ids, t) => {
    const r = problem.positions.findIndex(({ id }) => id === ids[t]);
    problem.posts[t][r]--;
  });
  const { changes, state: ended } = walk(problem, lines, null);
  assert.ok(changes >= 1 && changes <= 12, `${changes}`);
  assert.ok(ended.bound <= changes);
});
