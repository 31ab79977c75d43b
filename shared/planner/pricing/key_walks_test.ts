// What keys are worth, by the best of their elements.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";

Deno.test("of each key the best element in every term is the one worth most less its cost", () => {
  const random = new Random(402);
  for (const { tables: { terms: T }, key, walks } of drawKeyed(random, 25)) {
    const E = key.length;
    const cost = Float64Array.from(key, () => random.below(100) - 50);
    walks.choose(cost);
    for (let t = 0; t < T; t++) {
      for (const k of new Set(key)) {
        const worths = Array.from(
          key,
          (j, e) => j === k ? walks.value[t * E + e] - cost[e] : -Infinity,
        );
        assert.equal(walks.own(t, k), Math.max(...worths));
        if (walks.own(t, k) > -Infinity) {
          assert.equal(worths[walks.elementAt(t, k)], walks.own(t, k));
        }
      }
    }
  }
});
