// Elements against the tables that they come from.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced } from "../testing/priced.ts";
import { elementsOf } from "./elements.ts";

Deno.test("every position with a post is of one element, with its key, its class and what it covers", () => {
  const random = new Random(95);
  for (let round = 0; round < 20; round++) {
    const { tables } = drawPriced(random, { lines: 2, terms: 3, positions: 7, postsUpTo: 1 });
    const { classOf, keyOf, cover, cap, positions: R, terms: T } = tables;
    const { positions, key, cover: covers, classes } = elementsOf(
      tables,
      (r) => `${keyOf[classOf[r]]}`,
    );
    const open = Array.from({ length: R }, (_, r) => r)
      .filter((r) => Array.from({ length: T }, (_, t) => cap[t * R + r]).some((n) => n > 0));
    assert.deepEqual(positions.flat().toSorted((a, b) => a - b), open);
    positions.forEach((own, e) => {
      for (const r of own) {
        assert.equal(keyOf[classOf[r]], key[e]);
        assert.equal(cover[classOf[r]] & ~covers[e], 0);
        assert.ok(classes[e].includes(classOf[r]));
      }
    });
    assert.equal(new Set(key).size, key.length);
  }
});
