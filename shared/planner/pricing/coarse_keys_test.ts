// Keys taken together: no line is worth less by them.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { PlannerTables } from "../model/tables.ts";
import { coarseKeys } from "./coarse_keys.ts";

/** Tables of so many keys with a position each, and affinities between two numbers. */
function drawn(random: Random, keys: number, from: number, to: number): PlannerTables {
  const affinity = new Int32Array(keys * keys),
    own = Int32Array.from({ length: keys }, (_, k) => k);
  for (let a = 0; a < keys; a++) {
    for (let b = 0; b <= a; b++) {
      affinity[a * keys + b] = affinity[b * keys + a] = from + random.below(to - from + 1);
    }
  }
  return { keys, keyOf: own, classOf: own, affinity } as PlannerTables;
}

Deno.test("of any line pairs and neighbours bring no less with fewer keys", () => {
  const random = new Random(431);
  for (let round = 0; round < 60; round++) {
    const keys = 6 + random.below(8), tables = drawn(random, keys, -60, 40);
    const at = Int32Array.from({ length: keys }, (_, r) => r).filter(() => random.below(9) > 0);
    const most = Math.max(3, at.length - 1 - random.below(4));
    const coarse = coarseKeys(tables, at, most);
    if (coarse === null) continue;
    assert.ok(coarse.keys <= most || coarse.keys === keys);
    for (let n = 0; n < 50; n++) {
      const line = Array.from({ length: 5 }, () => at[random.below(at.length)]);
      const own: number[] = line.map((r) => coarse.keyOf[r]);
      assert.ok(own.every((k) => k < coarse.keys));
      const sums = (ks: number[], K: number, pair: Int32Array, near: Int32Array) => {
        const held = [...new Set(ks)];
        const pairs = held.flatMap((a, i) => held.slice(i + 1).map((b) => pair[a * K + b]));
        const beside = ks.slice(1).map((b, i) => near[ks[i] * K + b]);
        return { pairs: sum(pairs), beside: sum(beside) };
      };
      const fine = sums(line, keys, tables.affinity, tables.affinity);
      const rough = sums(own, coarse.keys, coarse.pairs, coarse.near);
      assert.ok(rough.pairs >= fine.pairs, `${rough.pairs} of ${fine.pairs}`);
      assert.ok(rough.beside >= fine.beside, `${rough.beside} of ${fine.beside}`);
    }
  }
});

Deno.test("few keys stay as they are, and none are taken together that are liked beside each other", () => {
  const random = new Random(432), tables = drawn(random, 9, -60, 40);
  const at = Int32Array.from({ length: 9 }, (_, r) => r);
  assert.equal(coarseKeys(tables, at, 9)!.pairs, tables.affinity);
  const liked = drawn(random, 9, 1, 40);
  assert.equal(coarseKeys(liked, at, 8), null);
  // Of keys without a position nothing is left.
  assert.equal(coarseKeys(liked, at.subarray(2), 8)!.keys, 7);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, x) => all + x, 0);
}
