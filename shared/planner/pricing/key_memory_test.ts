// Memories of sequences of keys, against counting what a sequence held.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { PlannerTables } from "../model/tables.ts";
import { type KeyLimit, memoryOf } from "./key_memory.ts";

function drawn(random: Random, keys: number, terms: number, times: number) {
  const affinity = Float64Array.from({ length: keys * keys }, () => random.below(100));
  const timesMost = Int32Array.from({ length: keys }, () => random.below(times + 1));
  const limits: KeyLimit[] = Array.from({ length: 2 }, () => ({
    most: 1 + random.below(3),
    keys: Array.from({ length: keys }, (_, k) => k).filter(() => random.next() < 0.4),
  }));
  return { tables: { keys, terms, affinity } as unknown as PlannerTables, timesMost, limits };
}

/** Goes along random sequences. @returns of how many steps memory and count said the same, and of how many memory allowed more */
function walk(random: Random, shape: [keys: number, terms: number, times: number]) {
  const { tables, timesMost, limits } = drawn(random, ...shape), [K, T] = shape;
  const memory = memoryOf(tables, timesMost, limits);
  const seen = { same: 0, more: 0 };
  for (let n = 0; n < 60; n++) {
    const first = random.below(K), held = new Int32Array(K);
    let at = memory.begins[first];
    assert.equal(at >= 0, timesMost[first] > 0);
    if (at < 0) continue;
    held[first]++;
    for (let t = 1; t < T; t++) {
      const key = random.below(K), next = memory.next[at * K + key];
      const isAllowed = held[key] < timesMost[key] &&
        limits.every(({ keys, most }) =>
          !keys.includes(key) || keys.reduce((sum, k) => sum + held[k], 0) < most
        );
      assert.ok(next >= 0 || !isAllowed, "what limits allow is left out");
      seen[isAllowed === next >= 0 ? "same" : "more"]++;
      if (!isAllowed || next < 0) continue;
      assert.equal(memory.keyOf[next], key);
      held[key]++;
      at = next;
    }
  }
  return seen;
}

Deno.test("few keys are all remembered: a sequence goes on as its limits allow, and no other way", () => {
  const random = new Random(31);
  let same = 0;
  for (let round = 0; round < 30; round++) {
    const seen = walk(random, [2 + random.below(3), 2 + random.below(5), 2]);
    assert.equal(seen.more, 0, `round ${round}`);
    same += seen.same;
  }
  assert.ok(same > 500, `${same}`);
});

Deno.test("of many keys some are forgotten: whatever limits allow is allowed, and now and then more", () => {
  const random = new Random(32);
  let same = 0, more = 0;
  for (let round = 0; round < 3; round++) {
    const seen = walk(random, [14, 9, 3]);
    same += seen.same;
    more += seen.more;
  }
  assert.ok(same > 100 && more > 0, `${same}, ${more}`);
});
