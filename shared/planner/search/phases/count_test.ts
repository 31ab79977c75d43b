// How many lines there are, settled over all legal lines without any construction before, against exact answers.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { startCount } from "../../feasibility/count_lp.ts";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { exactAnswer } from "../../testing/oracle.ts";
import { position, postPoor, randomProblem } from "../../testing/problems.ts";
import { preparePlanner } from "../planner.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { countLines, settle } from "./count.ts";

/** A search that has counted, and knows nothing yet. */
function counted(problem: PlannerProblem): Search {
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const count = { ...startCount(problem, bounds, new Int32Array(0)), done: true };
  return new Search({ problem, bounds, tables, merged: mergeTables(tables) }, {
    ...firstState(problem.options.seed, problem.lines),
    phase: "count",
    count,
  });
}

function drawn(random: Random, round: number): PlannerProblem {
  const lines = 2 + random.below(4), terms = 2 + random.below(3);
  const problem = randomProblem(() => random.next(), {
    lines,
    terms,
    positions: 4 + random.below(4),
    postsUpTo: 1 + random.below(4),
    allowPartial: round % 3 === 0,
    cells: random.next() < 0.5,
    pathways: random.next() < 0.3,
    sixMonth: random.next() < 0.2,
  });
  if (round % 2 === 0) return problem;
  const capacity_weeks = problem.termWeeks.map(() => random.below(Math.ceil(10 * lines / terms)));
  return {
    ...problem,
    positions: problem.positions.map((p) => ({ ...p, allowsLeave: random.next() < 0.7 })),
    constraints: [...problem.constraints, { name: "ANNUAL_LEAVE", value: { capacity_weeks } }],
  };
}

Deno.test("settling finds as many lines as there are, and nothing is left open on small problems", () => {
  const random = new Random(1501);
  const seen = { whole: 0, fewer: 0, none: 0, nodes: 0 };
  for (let round = 0; round < 250; round++) {
    const problem = drawn(random, round), told = `round ${round}`;
    const exact = exactAnswer(problem, false), search = counted(problem), { tables } = search;
    if (exact === null || tables.structureFault) continue;
    if (tables.forced.some((n, s) => n > tables.cap[s])) continue;
    const { state } = search;
    // Now and then the one program comes to nothing, so that all is left to nodes.
    while (state.phase === "count") {
      settle(search, round % 4 === 3 ? 1 : undefined);
      if (state.settling !== null) seen.nodes++;
    }
    const isEnough = exact.lines > 0 &&
      (exact.lines === problem.lines || problem.options.allowPartial);
    assert.equal(state.phase, isEnough ? "bound" : "explain", told);
    assert.ok(state.linesBound >= exact.lines, told);
    if (isEnough) assert.deepEqual([search.bestLines, search.bestMissing], [exact.lines, 0], told);
    if (isEnough) assert.equal(state.linesBound, exact.lines, told);
    seen[exact.lines === problem.lines ? "whole" : exact.lines > 0 ? "fewer" : "none"]++;
  }
  assert.ok(
    seen.whole > 40 && seen.fewer > 20 && seen.none > 20 && seen.nodes > 30,
    JSON.stringify(seen),
  );
});

/**
 * Three lines are wanted and two exist: each needs `d`, which alone covers both categories in the one term of specialty x
 * that a line may have, and `d` has a post a term. No count of posts by itself allows fewer than three.
 */
function twoOfThree(allowPartial: boolean): PlannerProblem {
  return postPoor({
    positions: [
      position("a", { specialty: "x", categories: ["A"] }),
      position("b", { specialty: "x", categories: ["B"] }),
      position("d", { specialty: "x", categories: ["A", "B"] }),
      position("c", { specialty: "y" }),
    ],
    lines: 3,
    posts: [[1, 1, 1, 2], [1, 1, 1, 2]],
    minimumFill: [[0, 0, 0, 0], [0, 0, 0, 0]],
    options: { allowPartial, seed: 1 },
  });
}

const TWO_REASON = "the posts allow 2 lines under the rules together";

Deno.test("the count LP's bound is told as it is proven: just as many lines as there are", () => {
  assert.equal(exactAnswer(twoOfThree(true), false)!.lines, 2);
  for (const allowPartial of [true, false]) {
    const search = counted(twoOfThree(allowPartial)), { state } = search;
    state.count!.done = false;
    while (state.phase === "count" && state.count?.done === false) countLines(search);
    assert.equal(state.linesBound, 2);
    assert.equal(state.linesReason, TWO_REASON);
    if (allowPartial) assert.equal(state.target, 2);
    else assert.equal(state.explanation!.lines.possible, 2);
  }
});

Deno.test("a partial plan tells how many lines there can be, by the count alone", () => {
  const planner = preparePlanner(twoOfThree(true));
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const found = planner.outcome(state);
  assert.ok(found.status === "COMPLETED", JSON.stringify(found));
  assert.deepEqual(found.quality.lines, { wanted: 3, built: 2, bound: 2, reason: TWO_REASON });
});
