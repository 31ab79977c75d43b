// Polishing on a sample: legal, within the posts, and never worse.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer, planValue } from "../model/line_values.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import { randomFill } from "../moves/random_fill.ts";
import { assertWithinPosts, relaxed } from "../testing/relaxed.ts";
import { polishLines } from "./polish.ts";

Deno.test("polishLines() returns legal lines that make the plan better, or none", () => {
  const { tables, prices, linePrice } = relaxed();
  const random = new Random(9);
  const moves = new PlanMoves(tables, randomFill(tables, 20, random), random);
  for (let i = 0; i < 60; i++) moves.move(60 - i);
  assert.equal(moves.faults(), 0);
  const cells = moves.cells.slice(), scorer = new LineScorer(tables);
  let better = 0;
  for (let round = 0; round < 6; round++) {
    const order = Int32Array.from({ length: 20 }, (_, i) => i);
    random.choose(order, 8);
    const free = order.slice(0, 8);
    const options = { slack: 100, columns: 300, workLimit: 400, random };
    const { lines } = polishLines(tables, cells, free, prices, linePrice, options);
    const cut = polishLines(tables, cells, free, prices, linePrice, { ...options, workLimit: 5 });
    assert.ok(cut.work <= 6, `${cut.work}`);
    if (lines === null) continue;
    const before = planValue(tables, cells, 20);
    free.forEach((i, n) => cells.set(lines.subarray(n * 5, n * 5 + 5), i * 5));
    assert.ok(planValue(tables, cells, 20) > before);
    for (let i = 0; i < 20; i++) assert.equal(scorer.faults(cells, i * 5), 0);
    assertWithinPosts(tables, cells);
    better++;
  }
  assert.ok(better > 0);
});
