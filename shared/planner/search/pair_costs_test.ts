// Costs of pairs: means for each unit moved, those of all pairs where one is unknown, and the same once saved.

import assert from "node:assert/strict";
import { PairCosts } from "./pair_costs.ts";

Deno.test("a pair is expected to cost what it did, for as much as it is moved; another what all did", () => {
  const costs = new PairCosts([]);
  costs.book(1, 7, false, 0.5, 10);
  costs.book(1, 7, false, 0.25, 10);
  costs.book(1, 7, true, 0.5, 2);
  assert.deepEqual(costs.expected(1, 7, 0.1), { down: 3, up: 0.9 * 4, isSure: false });
  costs.book(1, 7, true, 0.5, 4);
  assert.deepEqual(costs.expected(1, 7, 0.5), { down: 15, up: 3, isSure: true });
  costs.book(2, 2, false, 1, 0);
  assert.deepEqual(costs.expected(3, 4, 0.5), { down: 10, up: 3, isSure: false });
});

Deno.test("saved costs are all that there is of them, and hold the pairs looked at last", () => {
  const costs = new PairCosts([]);
  for (let a = 0; a < 500; a++) costs.book(a, a + 1, a % 2 === 0, 0.5, a / 7);
  costs.book(0, 1, true, 0.5, 3);
  const saved = costs.save(), again = new PairCosts(saved);
  assert.deepEqual(again.save(), saved);
  assert.ok(JSON.stringify(saved).length < 16_000);
  assert.equal(again.expected(0, 1, 0).up, costs.expected(0, 1, 0).up);
  assert.equal(again.expected(1, 2, 0).up, again.expected(600, 601, 0).up, "forgotten");
});
