// What neighbours bring, against every order of the set.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { NeighbourBound } from "./neighbours.ts";

/** The best order's value. */
function bestOrder(beside: Float64Array, L: number, left: number[], last = -1): number {
  if (left.length === 0) return 0;
  return Math.max(
    ...left.map((l, i) =>
      (last < 0 ? 0 : beside[last * L + l]) + bestOrder(beside, L, left.toSpliced(i, 1), l)
    ),
  );
}

Deno.test("no order of a set brings more, and what is wanted adds up to it", () => {
  const random = new Random(77), L = 8, bound = new NeighbourBound(L);
  let near = 0;
  for (let round = 0; round < 60; round++) {
    const beside = new Float64Array(L * L);
    for (let l = 0; l < L; l++) {
      for (let m = 0; m < l; m++) {
        beside[l * L + m] = beside[m * L + l] = Math.max(0, random.below(60) - 20);
      }
    }
    bound.update(beside);
    const held = Array.from({ length: L }, (_, l) => l).filter(() => random.next() < 0.6);
    const most = bound.most(Int32Array.from(held), held.length), best = bestOrder(beside, L, held);
    assert.ok(most >= best - 1e-9, `${most} of ${best}`);
    assert.ok(most <= held.reduce((sum, l) => sum + bound.half[l], 0) + 1e-9);
    let sum = 0;
    for (let i = 0; i < bound.wants; i++) {
      sum += beside[bound.wanted[2 * i] * L + bound.wanted[2 * i + 1]] / 2;
    }
    assert.ok(Math.abs(sum - most) < 1e-9, `${sum} of ${most}`);
    if (most <= 1.15 * best) near++;
  }
  assert.ok(near > 30, `${near}`);
});
