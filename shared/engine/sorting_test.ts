// Items by their values, as sorting them by a comparison brings them.

import assert from "node:assert/strict";
import { Random } from "./random.ts";
import { sortedBy } from "./sorting.ts";

Deno.test("items come in the order of their values, those of equal ones in the order they had", () => {
  const random = new Random(5);
  for (let round = 0; round < 200; round++) {
    const n = random.below(30), items = Int32Array.from({ length: n + 2 }, () => random.below(50));
    const values = Float64Array.from({ length: n }, () => random.below(8) - 2.5);
    const order = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
    assert.deepEqual([...sortedBy(values, items)], order.map((i) => items[i]), `round ${round}`);
  }
});
