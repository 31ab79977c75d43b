// The assignment neighbourhoods keep every post count and repair a random fill into a legal plan.

import assert from "node:assert/strict";
import { planValue, slotCounts } from "../model/line_values.ts";
import { PlanMoves, randomFill } from "./neighbourhoods.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
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
