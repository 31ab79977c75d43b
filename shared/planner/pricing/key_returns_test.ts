// What a set gets back, against all that a line may hold.

import assert from "node:assert/strict";
import { bitsIn } from "../model/bits.ts";
import { Random } from "../../engine/random.ts";
import { KeyReturns } from "./key_returns.ts";
import { LimitCounters } from "./limit_counters.ts";
import { ownLimits } from "./own_limits.ts";

Deno.test("a set gets back what the best elements bring that keep to its limits, to what is remembered and to what is counted", () => {
  const random = new Random(601), size = 10, keys = Int32Array.of(0, 1, 2, 3);
  let lines = 0, equal = 0, none = 0;
  for (let n = 0; n < 60; n++) {
    const terms = 4 + random.below(3), elements = Array.from({ length: size }, (_, i) => i);
    const placeOf = Int32Array.from(elements, (i) => i < 4 ? i : random.below(4));
    const hasOf = (own: number[]) => Uint8Array.from(placeOf, (k) => own.includes(k) ? 1 : 0);
    const limits = ownLimits(
      [
        { has: hasOf([0]), most: 1 + random.below(3) },
        { has: hasOf([1, 2]), most: 2 + random.below(2) },
      ],
      elements,
      placeOf,
      keys.length,
    );
    const counters = new LimitCounters(size);
    for (const limit of limits) if (random.below(3) === 0) counters.count(limit);
    const remembered = elements.filter(() => random.below(4) === 0);
    const bitOf = Int32Array.from(
      elements,
      (i) => remembered.includes(i) ? 1 << remembered.indexOf(i) : 0,
    );
    const cost = Float64Array.from(elements, () => random.below(40) - 20), pairs = random.below(9);
    const returns = new KeyReturns(
      { cost: cost.map(() => 0), pairs, worth: pairs },
      { keys, elements, placeOf, terms, limits },
      { remembered, bitOf, counters },
    );
    returns.reprice(cost);
    const best = new Map<string, number>();
    let most = -Infinity;
    for (let mask = 0; mask < 1 << size; mask++) {
      const held = bitsIn(mask), isWhole = keys.every((k) => held.some((i) => placeOf[i] === k));
      const fits = limits.every((limit) =>
        Array.from(held).reduce((sum, i) => sum + limit.has[i], 0) <= limit.most
      );
      if (held.length !== terms || !isWhole || !fits) continue;
      const bits = held.reduce((all, i) => all | bitOf[i], 0);
      const counts = held.reduce((sum, i) => sum + counters.add[i], counters.none);
      const worth = held.reduce((sum, i) => sum + cost[i], pairs), name = `${bits} ${counts}`;
      best.set(name, Math.max(best.get(name) ?? -Infinity, worth));
      most = Math.max(most, worth);
    }
    assert.ok(returns.cap >= most, `${returns.cap} ${most}`);
    for (const [name, worth] of best) {
      const [bits, counts] = name.split(" ").map(Number);
      // As many as are counted are room for no more: fewer of them may bring more.
      const told = returns.most(bits, counts);
      assert.ok(told >= worth, `${told} of ${worth}`);
      if (counters.limits.length === 0) assert.equal(told, worth);
      if (told === worth) equal++;
      const got = returns.elements(bits, counts);
      assert.equal(got.length, terms);
      assert.equal(new Set(got).size, terms);
      assert.equal(got.reduce((sum, i) => sum + cost[i], pairs), told);
      lines++;
    }
    // More are remembered as held than there are terms, or all others are forgotten and none may be there.
    const all = (1 << remembered.length) - 1;
    if (remembered.length <= terms) continue;
    none++;
    assert.equal(returns.most(all, counters.none), -Infinity);
    assert.deepEqual(returns.elements(all, counters.none), []);
  }
  assert.ok(lines > 300 && equal > 0.8 * lines && none > 0, `${lines} ${equal} ${none}`);
});
