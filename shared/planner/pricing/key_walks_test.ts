// Walks, against every sequence of keys.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";

Deno.test("the best walk is the best of all sequences, and is made of what it says it visits", () => {
  const random = new Random(402);
  for (const { tables: { terms: T }, key, walks } of drawKeyed(random, 25)) {
    const E = key.length, keys = Int32Array.from(new Set(key)).sort();
    const cost = Float64Array.from(key, () => random.below(100) - 50);
    let most = -Infinity;
    const go = (t: number, last: number, value: number) => {
      if (t === T) {
        most = Math.max(most, value);
        return;
      }
      for (let e = 0; e < E; e++) {
        const near = last < 0 ? 0 : walks.near(key[last], key[e]);
        const own = walks.value[t * E + e];
        if (own > -Infinity) go(t + 1, e, value + own - cost[e] + near);
      }
    };
    go(0, -1, 0);
    const best = walks.best(keys, cost);
    assert.ok(best === most || Math.abs(best - most) < 1e-6, `${best} of ${most}`);
    if (best === -Infinity) continue;
    assert.equal(walks.visits.reduce((sum, n) => sum + n, 0), T);
    assert.equal(
      walks.own(0, keys[0]),
      Math.max(
        ...Array.from(key).map((k, e) => k === keys[0] ? walks.value[e] - cost[e] : -Infinity),
      ),
    );
  }
});
