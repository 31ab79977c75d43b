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

Deno.test("there is room for thirty-one bits of counters, of each as many as it takes to tell that there are too many", () => {
  const size = 40, counters = new LimitCounters(size), none = new Uint8Array(size);
  const has = (first: number) => none.map((_, i) => i >= first ? 1 : 0);
  // Of 15, 7, 3, 1 and 0: five bits, four, three, two and one.
  const mosts = [15, 7, 3, 1, 0, 15, 7, 3];
  mosts.forEach((most, l) => assert.equal(counters.count({ has: has(l), most }), true));
  assert.equal(bitCount(counters.mask), 27);
  assert.equal(counters.count({ has: has(20), most: 15 }), false);
  assert.equal(counters.count({ has: has(20), most: 7 }), true);
  assert.equal(counters.count({ has: has(21), most: 0 }), false);
  assert.equal(counters.mask, 0x7fffffff);
  const one = counters.none + counters.add[0];
  assert.equal(counters.held(one, 0), 1);
  assert.equal(counters.held(one, 1), 0);
  assert.notEqual(counters.none + counters.add[39] & counters.full, 0);
});

/** [element] whether its bit is set. */
function hasOf(size: number, mask: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => mask >> i & 1);
}
