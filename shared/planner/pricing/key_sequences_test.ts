// The best sequence that holds all of some keys, against every sequence of their positions.

import assert from "node:assert/strict";
import { bitsIn } from "../model/bits.ts";
import { Random } from "../../engine/random.ts";
import { drawKeyed, type Keyed } from "../testing/keyed.ts";
import { KeySequences, type SequenceKeys, SetSequences } from "./key_sequences.ts";

/** Every sequence of elements of these keys that holds each of those remembered, none of them twice that comes once at most. */
function allSequences(
  { tables, key, walks, limits }: Keyed,
  { all: keys, remembered }: SequenceKeys,
  cost: Float64Array,
) {
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
    value > -Infinity && keys.subarray(0, remembered).every((k) => {
      const times = elements.filter((e) => key[e] === k).length;
      return times > 0 && (times === 1 || limits.keyMost[k] > 1);
    })
  );
}

Deno.test("the best sequence of keys is the best of all, whichever of the keys it remembers, and its elements are told", () => {
  const random = new Random(407);
  let compared = 0, part = 0;
  for (const own of drawKeyed(random, 15)) {
    const { key, sequences, held } = own,
      cost = Float64Array.from(key, () => random.below(60) - 30);
    const all = bitsIn(held[random.below(held.length)].mask).sort(() => random.next() - 0.5);
    for (let remembered = 0; remembered <= all.length; remembered++) {
      const set = { all, remembered };
      const every = allSequences(own, set, cost);
      const best = every.reduce((most, { value }) => Math.max(most, value), -Infinity);
      assert.ok(Math.abs(sequences.best(set, cost) - best) < 1e-6);
      const visits = sequences.visits.slice();
      assert.ok(
        every.some(({ elements, value }) =>
          value > best - 1e-6 &&
          visits.every((n, e) => elements.filter((x) => x === e).length === n)
        ),
      );
      assert.ok(Math.abs(sequences.top(set, sequences.rest(set)) - best) < 1e-6);
      if (remembered < all.length && best > sequences.best({ all, remembered: all.length }, cost)) {
        part++;
      }
    }
    compared++;
  }
  assert.equal(compared, 15);
  assert.ok(part > 5, `${part} are better where less is remembered`);
});

Deno.test("what the best sequence leaves out is remembered until none is left out, or there is no room", () => {
  const random = new Random(409);
  let whole = 0, part = 0;
  for (const { tables, key, walks, limits, sequences, held } of drawKeyed(random, 30)) {
    const cost = Float64Array.from(key, () => random.below(60) - 30);
    const keys = bitsIn(held[random.below(held.length)].mask), full = sequences.begin(keys);
    const best = sequences.best(full, cost);
    assert.equal(full.remembered, keys.length);
    for (const work of [30, 60, 120]) {
      const own = new KeySequences(tables.terms, key.length, walks, limits.keyMost, work);
      const set = new SetSequences(own, keys);
      if (set.keys.remembered > 0) continue;
      let value = Infinity, before = -1;
      while (set.keys.remembered > before) {
        before = set.keys.remembered;
        const now = set.best(keys, cost);
        assert.ok(now <= value + 1e-9 && now >= best - 1e-6, `${now}, ${value} before, ${best}`);
        value = now;
        assert.deepEqual([...set.keys.all].sort(), [...keys].sort());
      }
      if (value < best + 1e-6) whole++;
      else part++;
    }
  }
  assert.ok(whole > 5 && part > 5, `${whole}, ${part}`);
});

Deno.test("of more keys than there are terms there is no sequence", () => {
  const random = new Random(408);
  for (const { tables, key, sequences } of drawKeyed(random, 10)) {
    const keys = Int32Array.from(new Set(key));
    if (keys.length <= tables.terms) continue;
    assert.equal(sequences.best(sequences.begin(keys), new Float64Array(key.length)), -Infinity);
  }
});
