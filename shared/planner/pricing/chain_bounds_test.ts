// The bound over beginnings and chains, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { PlannerTables } from "../model/tables.ts";
import { byClass, drawPriced, valueAt } from "../testing/priced.ts";
import { ChainBound } from "./chain_bounds.ts";

/** Steps that a beginning may take: passes over the chains of all keys. */
function mostSteps({ terms, keys }: PlannerTables): number {
  return 4 * terms * keys ** 2;
}

Deno.test("the bound is above every line, however few beginnings go on, and near the best where many do", () => {
  const random = new Random(65);
  let compared = 0, near = 0, found = 0;
  for (let round = 0; round < 60; round++) {
    const shape = { lines: 3, terms: 2 + random.below(4), positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape);
    if (lines.length === 0) continue;
    const [{ value: best }] = lines, { v, vAt } = byClass(tables, prices);
    const chains = new ChainBound(tables);
    for (const kept of [1, 1 + random.below(30), 10_000]) {
      const { bound } = chains.price(v, vAt, -1e6, kept, 5);
      assert.ok(bound >= best - 1e-6, `round ${round}, ${kept} kept: ${bound} of ${best}`);
    }
    // Nor does it matter when the work is up; what one beginning takes is all that it may be exceeded by.
    const { steps: whole } = chains.price(v, vAt, -1e6, 10_000, 5);
    for (const limit of [1, random.below(whole + 1)]) {
      const { bound, steps } = chains.price(v, vAt, -1e6, 10_000, 5, limit);
      assert.ok(bound >= best - 1e-6, `round ${round}, ${limit} steps: ${bound} of ${best}`);
      assert.ok(steps <= limit + tables.terms * mostSteps(tables), `${steps} of ${limit}`);
    }
    const all = chains.price(v, vAt, -1e6, 10_000, 5);
    compared++;
    if (all.bound <= best + 1) near++;
    if (all.lines.some((line) => Math.abs(valueAt(tables, prices, line) - best) < 1e-6)) found++;
    // Nothing is worth more than the best: the floor is the bound.
    const { bound } = chains.price(v, vAt, all.bound + 10, 10_000, 5);
    assert.ok(Math.abs(bound - all.bound - 10) < 0.01);
  }
  assert.ok(compared > 30 && near > 15 && found > 15, `${near}, ${found} of ${compared}`);
});
