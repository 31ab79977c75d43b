// Sets of what lines are made of, against their enumeration.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import {
  besideKeys,
  countSets,
  type KeyElements,
  keyElements,
  NONE,
  pairsOf,
  roomsOf,
  setLayers,
  useOf,
  valueSets,
} from "./key_sets.ts";

function drawn(random: Random) {
  const shape = { lines: 3, terms: 5, positions: 7, postsUpTo: 3 };
  const problem = randomProblem(() => random.next(), shape);
  const tables = buildTables(problem, resolveRules(problem.constraints));
  return { tables, own: keyElements(tables) };
}

/** Every set of a size that limits allow, by trying all. */
function setsBy({ copies, limitsOf, most }: KeyElements, size: number): number[][] {
  let all: number[][] = [[]];
  for (let n = 0; n < size; n++) {
    all = all.flatMap((set) =>
      Array.from(copies.keys()).filter((e) => e >= (set.at(-1) ?? 0)).map((e) => [...set, e])
    );
  }
  return all.filter((set) =>
    set.every((e) => set.filter((o) => o === e).length <= copies[e]) &&
    most.every((n, l) => set.filter((e) => limitsOf[e].includes(l)).length <= n)
  );
}

Deno.test("all sets that limits allow are listed, each with those that lack one of its elements", () => {
  const random = new Random(301);
  for (let round = 0; round < 40; round++) {
    const { tables, own } = drawn(random), layers = setLayers(own, tables.keys, 3);
    for (const { size, count, rows, without } of layers) {
      const sets = Array.from(
        { length: count },
        (_, i) => [...rows.subarray(i * size, (i + 1) * size)],
      );
      assert.deepEqual(sets, setsBy(own, size));
      assert.ok(countSets(own, size) >= count);
      sets.forEach((set, i) =>
        set.forEach((e, q) => {
          const at = without[i * size + q];
          if (set.indexOf(e) < q) return assert.equal(at, -1);
          if (size === 1) return;
          const less = layers[size - 2].rows.subarray(at * (size - 1), (at + 1) * (size - 1));
          assert.deepEqual([...less], set.filter((_, j) => j !== q));
        })
      );
    }
  }
});

Deno.test("a set is worth its best order, by the element at the open end", () => {
  const random = new Random(302);
  for (let round = 0; round < 40; round++) {
    const { tables, own } = drawn(random), E = own.key.length, { keys: K } = tables;
    const value = Float64Array.from({ length: 3 * E }, () => random.below(100) - 50);
    const layers = setLayers(own, K, 3),
      terms = [2, 0, 1],
      worth = valueSets(own, K, layers, value, terms);
    const worthOf = (order: readonly number[]) => {
      const keys = [...new Set(order.map((e) => own.key[e]))];
      let sum = 0;
      order.forEach((e, i) => {
        sum += value[terms[i] * E + e];
        if (i > 0) sum += own.near[own.key[e] * K + own.key[order[i - 1]]];
      });
      keys.forEach((k, i) => keys.slice(0, i).forEach((j) => sum += own.pair[k * K + j]));
      return sum;
    };
    setsBy(own, 3).forEach(([a, b, c], i) => {
      const orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
      [a, b, c].forEach((e, q) => {
        if ([a, b, c].indexOf(e) < q) return assert.ok(worth[3 * i + q] <= NONE);
        const best = orders.filter((order) => order[2] === e).map(worthOf);
        assert.equal(worth[3 * i + q], Math.max(...best));
      });
    });
  }
});

Deno.test("two sets are too much together where their uses say so", () => {
  const random = new Random(303);
  let full = 0;
  for (let round = 0; round < 60; round++) {
    const { own } = drawn(random), rooms = roomsOf(own), sets = setsBy(own, 2);
    const draw = () => sets[random.below(sets.length)];
    const one = draw(), two = draw(), held = [...one, ...two];
    const isFull = rooms.some((room) =>
      (useOf(own, room, one) + useOf(own, room, two) + room.bias & room.full) !== 0
    );
    const told = rooms.flatMap(({ limits }) => limits);
    assert.equal(new Set(told).size, Math.min(12, own.most.length));
    const tooMany = told.some((l) =>
      held.filter((e) => own.limitsOf[e].includes(l)).length > own.most[l]
    );
    assert.equal(isFull, tooMany);
    if (isFull) full++;
  }
  assert.ok(full > 5, `${full}`);
});

Deno.test("keys bring together what every two of them do", () => {
  const random = new Random(304);
  for (let round = 0; round < 20; round++) {
    const { tables: { keys: K }, own } = drawn(random), mask = random.below(1 << K);
    const held = Array.from({ length: K }, (_, k) => k).filter((k) => (mask >> k & 1) === 1);
    let sum = 0;
    held.forEach((k, i) => held.slice(0, i).forEach((j) => sum += own.pair[k * K + j]));
    assert.equal(pairsOf(own, K, mask), sum);
    const k = random.below(K);
    assert.equal(
      besideKeys(own, K, k, mask),
      held.reduce((all, j) => all + own.pair[k * K + j], 0),
    );
  }
});
