// What further elements bring beside a set, against all ways to go on.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced } from "../testing/priced.ts";
import { besideSets, topsOf } from "./half_bounds.ts";
import { besideKeys, keyElements, pairsOf } from "./key_sets.ts";

Deno.test("what keys bring beside a set is what they add to its pairs, and the top is the most that some add", () => {
  const random = new Random(321);
  let looked = 0;
  for (let round = 0; round < 30; round++) {
    const { tables } = drawPriced(random, { lines: 3, terms: 5, positions: 7, postsUpTo: 2 });
    const own = keyElements(tables), { keys: K } = tables;
    const times = new Int32Array(K);
    own.key.forEach((k, e) => times[k] += own.copies[e]);
    const masks = Int32Array.from({ length: 6 }, () => random.below(1 << K));
    const beside = besideSets(own, K, masks), tops = topsOf(times, masks, beside, 2);
    masks.forEach((mask, u) => {
      for (let k = 0; k < K; k++) {
        assert.equal(beside[u * K + k], besideKeys(own, K, k, mask));
        if ((mask >> k & 1) === 1) continue;
        const added = pairsOf(own, K, mask | 1 << k) - pairsOf(own, K, mask);
        assert.equal(beside[u * K + k], added);
      }
      const adds = (k: number) => (mask >> k & 1) === 1 ? 0 : beside[u * K + k];
      for (let k = 0; k < K; k++) {
        if (times[k] > 0) {
          assert.ok(tops[u * 3 + 1] >= ((mask >> k & 1) === 1 ? -Infinity : adds(k)));
        }
        for (let j = 0; j < k; j++) {
          if (times[k] === 0 || times[j] === 0) continue;
          if ((mask >> k & 1) === 1 || (mask >> j & 1) === 1) continue;
          assert.ok(tops[u * 3 + 2] >= adds(k) + adds(j));
          looked++;
        }
      }
    });
  }
  assert.ok(looked > 50, `${looked}`);
});
