// Choices of keys, against the sets that legal lines hold.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";
import type { PlannerTables } from "../model/tables.ts";
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

Deno.test("of thirty keys every set above a floor is gone through, and what is left out is worth no more", () => {
  const random = new Random(404), keys = 30, terms = 9;
  const affinity = new Int32Array(keys * keys);
  for (let a = 0; a < keys; a++) {
    for (let b = 0; b < a; b++) {
      affinity[a * keys + b] = affinity[b * keys + a] = random.below(101) - 60;
    }
  }
  const groups = Array.from(
    { length: 6 },
    (_, g) => ({ keys: Array.from({ length: 5 }, (_, i) => 5 * g + i), most: 3 }),
  );
  const limits = { keyMost: new Int32Array(keys).fill(1), groups, has: [], most: [] };
  const halves = KeyHalves.of({ terms, keys, affinity } as unknown as PlannerTables, limits)!;
  const own = Float64Array.from({ length: keys }, () => random.below(100));
  halves.value(Array.from(own, (x) => Float64Array.of(0, x)));
  const worthOf = (mask: number) => {
    let sum = halves.pairs(mask);
    for (let k = 0; k < keys; k++) sum += (mask >> k & 1) * own[k];
    return sum;
  };
  let floor = 550;
  const visited = new Map<number, number>();
  const visit = (mask: number, worth: number) => {
    visited.set(mask, worth);
    return floor;
  };
  halves.match(0, floor, visit);
  assert.ok(visited.size > 100, `${visited.size}`);
  let above = 0;
  for (let n = 0; n < 3000; n++) {
    const mask = climbed(random, groups.flatMap(({ keys: all }) => all), terms, worthOf);
    if (worthOf(mask) <= floor) continue;
    above++;
    assert.equal(visited.get(mask), worthOf(mask));
  }
  assert.ok(above > 20, `${above}`);
  // The best one alone is left where the floor rises.
  floor = -1e9;
  let best = -Infinity;
  halves.match(0, floor, (_, worth) => best = Math.max(best, worth));
  assert.equal(best, Math.max(...visited.values()));
});

/** Nine of the keys, three of each five at most, after some exchanges that are worth more. */
function climbed(
  random: Random,
  keys: readonly number[],
  terms: number,
  worthOf: (mask: number) => number,
): number {
  const fits = (mask: number) =>
    Array.from({ length: keys.length / 5 }, (_, g) => mask >> 5 * g & 31)
      .every((bits) => bits.toString(2).replaceAll("0", "").length <= 3);
  let mask = 0;
  for (let n = 0; n < terms;) {
    const more = mask | 1 << keys[random.below(keys.length)];
    if (more === mask || !fits(more)) continue;
    mask = more;
    n++;
  }
  for (let n = 0; n < 60; n++) {
    const a = keys[random.below(keys.length)], b = keys[random.below(keys.length)];
    if ((mask >> a & 1) === 0 || (mask >> b & 1) === 1) continue;
    const other = mask & ~(1 << a) | 1 << b;
    if (fits(other) && worthOf(other) > worthOf(mask)) mask = other;
  }
  return mask;
}
