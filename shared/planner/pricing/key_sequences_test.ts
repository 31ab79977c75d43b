// The best sequence that holds all of some keys, against every sequence of their positions.

import assert from "node:assert/strict";
import { bitsIn } from "../model/bits.ts";
import { Random } from "../../engine/random.ts";
import { drawKeyed, type Keyed } from "../testing/keyed.ts";

/** Every sequence of elements of these keys that holds each of the keys, no key twice that comes once at most. */
function allSequences({ tables, key, walks, limits }: Keyed, keys: Int32Array, cost: Float64Array) {
  const T = tables.terms,
    E = key.length,
    own = Array.from(key.keys()).filter((e) => keys.includes(key[e]));
  let all = [{ elements: [] as number[], value: 0 }];
  for (let t = 0; t < T; t++) {
    all = all.flatMap(({ elements, value }) =>
      own.map((e) => {
        const near = t === 0 ? 0 : walks.near(key[elements[t - 1]], key[e]);
        return {
          elements: [...elements, e],
          value: value + walks.value[t * E + e] - cost[e] + near,
        };
      })
    );
  }
  return all.filter(({ elements, value }) =>
    value > -Infinity && keys.every((k) => {
      const times = elements.filter((e) => key[e] === k).length;
      return times > 0 && (times === 1 || limits.keyMost[k] > 1);
    })
  );
}

Deno.test("the best sequence of keys is the best of all, and its elements are told", () => {
  const random = new Random(407);
  let compared = 0;
  for (const own of drawKeyed(random, 15)) {
    const { key, sequences, held } = own,
      cost = Float64Array.from(key, () => random.below(60) - 30);
    const keys = bitsIn(held[random.below(held.length)].mask);
    const all = allSequences(own, keys, cost);
    const best = all.reduce((most, { value }) => Math.max(most, value), -Infinity);
    assert.ok(Math.abs(sequences.best(keys, cost) - best) < 1e-6);
    const visits = sequences.visits.slice();
    assert.ok(
      all.some(({ elements, value }) =>
        value > best - 1e-6 && visits.every((n, e) => elements.filter((x) => x === e).length === n)
      ),
    );
    const rest = sequences.rest(keys);
    assert.ok(Math.abs(sequences.top(keys, rest) - best) < 1e-6);
    compared++;
  }
  assert.equal(compared, 15);
});

Deno.test("of more keys than there are terms there is no sequence", () => {
  const random = new Random(408);
  for (const { tables, key, sequences } of drawKeyed(random, 10)) {
    const keys = Int32Array.from(new Set(key));
    if (keys.length <= tables.terms) continue;
    assert.equal(sequences.best(keys, new Float64Array(key.length)), -Infinity);
  }
});
