// The generator must repeat itself from its state, and choose without repetition.

import assert from "node:assert/strict";
import { Random } from "./random.ts";

Deno.test("next() repeats the sequence when the state is restored", () => {
  const random = new Random(7);
  random.next();
  const copy = new Random(random.state);
  assert.deepEqual([random.next(), random.next()], [copy.next(), copy.next()]);
});

Deno.test("below() stays in range and reaches every value", () => {
  const random = new Random(1);
  const seen = new Set<number>();
  for (let i = 0; i < 500; i++) seen.add(random.below(7));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("choose() keeps the items a permutation", () => {
  const items = Int32Array.from({ length: 10 }, (_, i) => i);
  new Random(3).choose(items, 4);
  assert.deepEqual([...items].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
