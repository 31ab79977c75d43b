// Values of lines and plans, against the independent score.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { scoreLine, scorePlan } from "../check/score.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import { LineScorer, planSize, planValue, slotCounts } from "./line_values.ts";

function drawn(random: Random, round: number) {
  const problem = randomProblem(() => random.next(), {
    lines: 3,
    terms: 1 + random.below(4),
    positions: 5,
    postsUpTo: 3,
    cells: round % 2 === 0,
    sixMonth: round % 3 === 0,
  });
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  return { problem, tables, index };
}

Deno.test("value() is the score of a line, and size() no less than it, whatever its sign", () => {
  const random = new Random(11);
  let compared = 0;
  for (let round = 0; round < 60; round++) {
    const { problem, tables, index } = drawn(random, round);
    const scorer = new LineScorer(tables);
    // Any line has a value, legal or not.
    for (let n = 0; n < 10; n++) {
      const ids = problem.termWeeks.map(() => `r${random.below(5)}`);
      const cells = Int32Array.from([0, ...ids.map((id) => index.get(id)!)]);
      const value = scorer.value(cells, 1);
      assert.equal(value, scoreLine(problem, ids), ids.join());
      assert.ok(scorer.size(cells, 1) >= Math.abs(value));
      compared++;
    }
  }
  assert.equal(compared, 600);
});

Deno.test("planValue() is the score of a plan with all that it misses, and planSize() no less", () => {
  const random = new Random(12);
  let compared = 0;
  for (let round = 0; round < 220; round++) {
    const { problem, tables, index } = drawn(random, round);
    const legal = legalLines(problem);
    if (legal.length === 0) continue;
    const plan = Array.from(
      { length: 1 + random.below(3) },
      () => legal[random.below(legal.length)],
    );
    const cells = Int32Array.from(plan.flat(), (id) => index.get(id)!);
    const counts = slotCounts(tables, cells, plan.length);
    if (counts.some((n, s) => n > tables.cap[s])) continue;
    // Forced cells weigh in the search alone: they must be met, whatever that costs.
    if (tables.forced.some((n, s) => counts[s] < n)) continue;
    const bare = { ...tables, allowPartial: false };
    const { objective } = scorePlan({
      ...problem,
      options: { ...problem.options, allowPartial: false },
    }, plan);
    assert.equal(planValue(bare, cells, plan.length), objective);
    assert.ok(planSize(bare, cells, plan.length) >= Math.abs(objective));
    assert.equal(
      planValue({ ...tables, allowPartial: true }, cells, plan.length),
      objective + tables.line * plan.length,
    );
    compared++;
  }
  assert.ok(compared > 60, `${compared}`);
});

Deno.test("slotCounts() counts the lines of each slot", () => {
  const random = new Random(13), { tables } = drawn(random, 1);
  const { terms: T, positions: R } = tables;
  const cells = Int32Array.from({ length: 4 * T }, () => random.below(R));
  const counts = slotCounts(tables, cells, 4);
  assert.equal(counts.length, T * R);
  for (let s = 0; s < counts.length; s++) {
    const t = Math.floor(s / R), column = Array.from({ length: 4 }, (_, i) => cells[i * T + t]);
    assert.equal(counts[s], column.filter((r) => r === s % R).length);
  }
});
