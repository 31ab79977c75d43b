// Choices of keys, against the sets that legal lines hold.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";
import { KeyHalves } from "./key_halves.ts";

Deno.test("every set of a legal line is gone through, wherever a stretch ends, and is worth no less than the line's", () => {
  const random = new Random(401);
  for (const { tables, key, limits, held } of drawKeyed(random, 40)) {
    const halves = KeyHalves.of(tables, limits)!;
    const own = key.map(() => random.below(200) - 100);
    const worth = Array.from({ length: tables.keys }, (_, k) => {
      const sums = [0];
      Array.from(own).filter((_, e) => key[e] === k).sort((a, b) => b - a)
        .forEach((x, i) => sums.push(sums[i] + x));
      return Float64Array.from(sums);
    });
    halves.value(worth);
    const whole = new Map<number, number>(), pieces = new Map<number, number>();
    const into = (all: Map<number, number>) => (mask: number, x: number) => {
      assert.equal(all.has(mask), false);
      all.set(mask, x);
      return -1e9;
    };
    assert.equal(halves.match(0, -1e9, into(whole)), null);
    for (let from: number | null = 0; from !== null;) {
      from = halves.match(from, -1e9, into(pieces), () => true);
    }
    assert.deepEqual(pieces, whole);
    for (const { elements, mask } of held) {
      const sum = elements.reduce((all, e) => all + own[e], halves.pairs(mask));
      assert.ok(whole.get(mask)! >= sum - 1e-6, `${whole.get(mask)} of ${sum}`);
    }
  }
});
