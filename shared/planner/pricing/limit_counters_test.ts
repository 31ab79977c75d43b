// Counters in one number, against counting.

import assert from "node:assert/strict";
import { bitCount } from "../model/bits.ts";
import { Random } from "../../engine/random.ts";
import { LimitCounters } from "./limit_counters.ts";

Deno.test("counters tell how many are held of each limit, and when there are too many", () => {
  const random = new Random(406), size = 20;
  let full = 0;
  for (let n = 0; n < 300; n++) {
    const counters = new LimitCounters(size);
    const limits = Array.from({ length: 6 }, () => ({
      mask: random.below(1 << size),
      most: random.below(9),
    }));
    for (const limit of limits) {
      const isNew = counters.limits.every(({ mask }) => mask !== limit.mask);
      assert.equal(counters.count(limit), isNew);
      assert.equal(counters.count(limit), false);
    }
    let at = counters.none, isFull = false;
    const held: number[] = [];
    while (held.length < 12 && !isFull) {
      const i = random.below(size);
      held.push(i);
      at += counters.add[i];
      isFull = (at & counters.full) !== 0;
      const counts = counters.limits.map(({ mask }) =>
        held.reduce((sum, e) => sum + (mask >> e & 1), 0)
      );
      assert.equal(isFull, counters.limits.some(({ most }, l) => counts[l] > most));
      counts.forEach((count, l) => assert.equal(counters.held(at, l), count));
    }
    if (isFull) full++;
    // Those counted first are told alike before others are.
    const few = new LimitCounters(size);
    counters.limits.slice(0, 2).forEach((limit) => few.count(limit));
    assert.equal(held.reduce((sum, i) => sum + few.add[i], few.none) & few.mask, at & few.mask);
  }
  assert.ok(full > 100, `${full}`);
});

Deno.test("there is room for six counters, of no more than fifteen", () => {
  const counters = new LimitCounters(20);
  assert.equal(counters.count({ mask: (1 << 20) - 1, most: 16 }), false);
  for (let l = 0; l < 6; l++) assert.equal(counters.count({ mask: 3 << l, most: 15 }), true);
  assert.equal(counters.count({ mask: 1, most: 1 }), false);
  assert.equal(bitCount(counters.mask), 30);
});
