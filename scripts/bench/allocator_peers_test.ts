// The engine against HiGHS on the full model, on random problems too large for brute force: with and
// without stability, caps, must-have lines, and places for everybody.

import assert from "node:assert/strict";
import { checkMatching } from "../../shared/allocator/checker.ts";
import { prepareAllocator } from "../../shared/allocator/engine.ts";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import { buildTables } from "../../shared/allocator/model/tables.ts";
import { Random } from "../../shared/engine/random.ts";
import { toProblem, UNMATCHED } from "../hrt/problem.ts";
import { randomHrt } from "../hrt/random.ts";
import { fullModel } from "./peers/allocator_model.ts";
import { solveHighs } from "./peers/allocator_peer.ts";

/** The `i`-th problem: every combination of what makes problems hard comes up. */
function problemAt(random: Random, i: number): AllocatorProblem {
  const problem = toProblem(
    randomHrt(random, {
      residents: 12 + i % 14,
      hospitals: 7,
      places: 3 + i % 3,
      length: 4,
      ties: 0.2 + 0.2 * (i % 4),
    }),
    i,
  );
  problem.options.preferencerWeight = 0.3;
  problem.options.stability = i % 5 !== 0;
  problem.preferencers.slice(0, i % 2 === 1 ? 3 : 0).forEach((preferencer) => {
    preferencer.maxWorkers = 2;
    if (i % 4 === 1) {
      preferencer.lines = [preferencer.lines[0], "h6"];
      preferencer.maxLines = 1;
    }
  });
  return i % 3 === 0 ? withoutSpare(problem, i) : problem;
}

/** Everybody needs a real line, and one line must have somebody. */
function withoutSpare(problem: AllocatorProblem, i: number): AllocatorProblem {
  const lines = problem.lines.filter(({ id }) => id !== UNMATCHED);
  lines[i % 7].mustHave = true;
  return {
    ...problem,
    lines,
    outside: { workers: [], lines: [{ id: UNMATCHED, name: "Unmatched" }] },
    preferencers: problem.preferencers.filter(({ id }) => id !== UNMATCHED),
    weightings: [],
  };
}

Deno.test("the engine agrees with HiGHS on problems too large for brute force", async () => {
  const random = new Random(1);
  let matchings = 0, refusals = 0, nodes = 0;
  for (let i = 0; i < 53; i++) {
    const problem = problemAt(random, i), tables = buildTables(problem);
    const truth = await solveHighs(fullModel(tables, problem.options.stability), 60);
    const allocator = prepareAllocator(problem);
    let state = allocator.start();
    while (!allocator.done(state)) state = allocator.step(state, { remainingMs: () => 1e6 });
    const outcome = allocator.outcome(state);
    nodes += state.work.nodes;
    if (outcome.status !== "COMPLETED") {
      assert.deepEqual([outcome.status, truth.optimal], ["INFEASIBLE", false], `problem ${i}`);
      refusals++;
      continue;
    }
    const { objective, bound } = outcome.report;
    assert.deepEqual(checkMatching(problem, outcome.allocations), []);
    assert.deepEqual(
      [Math.round(1000 * objective), truth.optimal],
      [truth.objective, true],
      `${i}`,
    );
    assert.equal(bound, objective);
    matchings++;
  }
  assert.ok(matchings > 20 && refusals > 15 && nodes > 15, `${matchings} ${refusals} ${nodes}`);
});
