// The assignment neighbourhoods keep every post count and repair a random fill into a legal plan.

import assert from "node:assert/strict";
import { planValue, slotCounts } from "../model/line_values.ts";
import { PlanMoves } from "./neighbourhoods.ts";
import { randomFill } from "./random_fill.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { position, problemOf } from "../testing/problems.ts";
import { sample60 } from "../testing/samples.ts";

Deno.test("move() repairs a random fill and never uses more posts than there are", () => {
  const problem = sample60();
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const random = new Random(3);
  const moves = new PlanMoves(tables, randomFill(tables, problem.lines, random), random);
  assert.ok(moves.faults() > 0);
  const before = planValue(tables, moves.cells, moves.lines);
  for (let i = 0; i < 60; i++) {
    moves.move(60 - i);
    const counts = slotCounts(tables, moves.cells, moves.lines);
    assert.deepEqual(counts, moves.counts);
    assert.ok(counts.every((n, s) => n <= tables.cap[s]));
  }
  assert.equal(moves.faults(), 0);
  assert.ok(planValue(tables, moves.cells, moves.lines) > before);
});

Deno.test("mend() takes part with the lines that break a rule, however many others there are", () => {
  const positions = Array.from({ length: 12 }, (_, r) => position(`p${r}`));
  const problem = problemOf(positions, { termWeeks: [13, 13, 13, 13], lines: 240, postsEach: 20 });
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const random = new Random(5), cells = new Int32Array(4 * 240);
  // Each position once a line, all posts taken.
  for (let i = 0; i < 240; i++) for (let t = 0; t < 4; t++) cells[4 * i + t] = (i + 3 * t) % 12;
  const moves = new PlanMoves(tables, cells, random);
  assert.deepEqual([moves.faults(), moves.areFew], [0, false]);
  let mends = 0;
  for (let round = 0; round < 40; round++) {
    // Two lines change a position, so that one of them holds it twice.
    const a = 4 * random.below(240),
      other = cells.findIndex((r, at) => at % 4 === 1 && r === cells[a]);
    [cells[a + 1], cells[other]] = [cells[other], cells[a + 1]];
    const faults = moves.faults();
    assert.ok(faults > 0);
    for (; moves.faults() > 0 && mends < 1_000; mends++) moves.mend();
    assert.equal(moves.faults(), 0, `round ${round}`);
    assert.deepEqual(slotCounts(tables, cells, 240), moves.counts);
  }
  // A move like any other has such a line in one of four.
  assert.ok(mends < 80, `${mends}`);
});
