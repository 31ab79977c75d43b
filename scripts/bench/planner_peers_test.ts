/** The peers' models are of the same problem: what is proven optimal in one is in the others. */
import assert from "node:assert/strict";
import highsModule, { type Highs } from "highs";
import { Random } from "../../shared/engine/random.ts";
import type { LpModel } from "../../shared/lp/mod.ts";
import { preparePlanner } from "../../shared/planner/engine.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import {
  drawn,
  drawnWithAnyValue,
  drawnWithLeave,
  drawnWithOrder,
  drawnYearsWithLeave,
} from "../../shared/planner/testing/drawn.ts";
import { exactAnswer, exactModel } from "../../shared/planner/testing/oracle.ts";
import { draws } from "../../shared/engine/testing/draws.ts";
import { drawProblem, FAMILIES } from "./drawn.ts";
import { runPeer } from "./planner_peers.ts";

/** A problem that even the model of cells is solved on in a moment. */
const SMALL = drawProblem({
  ...FAMILIES.common,
  lines: [2, 2],
  terms: [4, 4],
  specialties: [8, 8],
  slack: [1.5, 1.5],
  pathways: [0, 0],
  wishes: 0,
}, 4);

/** The optimum, which the engine proves. */
function optimum(problem: PlannerProblem): number {
  const planner = preparePlanner(problem);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const { objective, bound } = planner.progress(state);
  assert.ok(objective !== null && bound === objective, `${objective} of ${bound}`);
  return objective;
}

Deno.test("each model of the peers has the optimum that the engine proves", async () => {
  const objective = optimum(SMALL);
  for (const name of ["highs columns", "highs", "cp-sat tables"]) {
    const figures = await runPeer(name, SMALL, 60);
    const { lines, optimal } = figures;
    assert.deepEqual([figures.objective, optimal, lines], [objective, true, 2], name);
  }
});

Deno.test("a peer is ended at its CPU, with what it told until then", async () => {
  const large = drawProblem({ ...FAMILIES.common, lines: [30, 30], pathways: [0, 0] }, 5);
  const figures = await runPeer("cp-sat", large, 0.8);
  assert.deepEqual([figures.name, figures.objective, figures.optimal], ["cp-sat", null, false]);
});

/** The optimum of an integer program by HiGHS; null where it has no solution. */
function byHighs(highs: Highs, model: LpModel): number | null {
  const { objectiveSense: sense, variableType, modelStatus } = highs.constants;
  const far = (values: Float64Array) =>
    Array.from(values, (x) => Number.isFinite(x) ? x : Math.sign(x) * highs.infinity);
  const solver = highs.createModel({
    numCols: model.cols,
    numRows: model.rows,
    sense: model.sense === "max" ? sense.maximize : sense.minimize,
    offset: 0,
    colCost: [...model.objective],
    colLower: far(model.colLower),
    colUpper: far(model.colUpper),
    rowLower: far(model.rowLower),
    rowUpper: far(model.rowUpper),
    integrality: Array.from(
      model.integer ?? new Uint8Array(model.cols),
      (whole) => whole ? variableType.integer : variableType.continuous,
    ),
    matrix: {
      format: "csc",
      numRows: model.rows,
      numCols: model.cols,
      starts: [...model.starts],
      indices: [...model.index],
      values: [...model.value],
    },
  });
  solver.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0 });
  solver.run();
  const status = solver.getModelStatus();
  if (status === modelStatus.infeasible) return null;
  assert.equal(status, modelStatus.optimal);
  return Number(solver.info.get("objective_function_value"));
}

Deno.test("HiGHS has the exact answers over all lines that the oracle of the planner's tests has by GLPK", async () => {
  const highs = await (highsModule as unknown as () => Promise<Highs>)();
  const random = new Random(15), seen = { none: 0, some: 0, valued: 0 };
  for (
    const draw of [drawn, drawnWithLeave, drawnWithOrder, drawnWithAnyValue, drawnYearsWithLeave]
  ) {
    for (let round = 0; round < draws(draw === drawnYearsWithLeave ? 2 : 10); round++) {
      const problem = draw(random), exact = exactAnswer(problem, true);
      if (exact === null) continue;
      const told = `${draw.name}, round ${round}`;
      const lines = byHighs(highs, exactModel(problem, null)!.model);
      assert.equal(Math.round(lines ?? 0), exact.lines, told);
      seen[exact.lines === 0 ? "none" : "some"]++;
      if (exact.value === null) continue;
      const { model, constant } = exactModel(problem, exact.lines)!;
      assert.equal(Math.round(byHighs(highs, model)! - constant), exact.value, told);
      seen.valued++;
    }
  }
  assert.ok(seen.none > 5 && seen.some > 10 && seen.valued > 10, JSON.stringify(seen));
});
