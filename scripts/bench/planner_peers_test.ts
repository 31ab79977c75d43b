/** The peers' models are of the same problem: what is proven optimal in one is in the others. */
import assert from "node:assert/strict";
import { preparePlanner } from "../../shared/planner/engine.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
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
