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
      has: hasOf(size, random.below(1 << size)),
      most: random.below(9),
    }));
    for (const limit of limits) {
      const isNew = counters.limits.every(({ has }) => has.join() !== limit.has.join());
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
      const counts = counters.limits.map(({ has }) => held.reduce((sum, e) => sum + has[e], 0));
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

Deno.test("there is room for six counters, of no more than fifteen, whatever they count", () => {
  const size = 40, counters = new LimitCounters(size), none = new Uint8Array(size);
  assert.equal(counters.count({ has: none.map(() => 1), most: 16 }), false);
  for (let l = 0; l < 6; l++) {
    assert.equal(counters.count({ has: none.map((_, i) => i > 30 + l ? 1 : 0), most: 15 }), true);
  }
  assert.equal(counters.count({ has: none.with(0, 1), most: 1 }), false);
  assert.equal(bitCount(counters.mask), 30);
  assert.equal(counters.held(counters.none + counters.add[39], 5), 1);
});

/** [element] whether its bit is set. */
function hasOf(size: number, mask: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => mask >> i & 1);
}
