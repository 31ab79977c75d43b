// The cheapest closed set against all sets of a few things.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { closedSet } from "./closed_set.ts";

Deno.test("no set that has what its things need is cheaper", () => {
  const random = new Random(131);
  let some = 0;
  for (let round = 0; round < 300; round++) {
    const n = random.below(10), cost = Array.from({ length: n }, () => random.below(21) - 10);
    const needs = cost.map((_, i) =>
      Array.from({ length: i }, (_, k) => k).filter(() => random.next() < 0.3)
    );
    const sum = (set: ArrayLike<number>) => cost.reduce((all, c, i) => set[i] ? all + c : all, 0);
    const isClosed = (set: ArrayLike<number>) =>
      needs.every((of, i) => !set[i] || of.every((k) => set[k]));
    let least = 0;
    for (let bits = 0; bits < 1 << n; bits++) {
      const set = cost.map((_, i) => bits >> i & 1);
      if (isClosed(set)) least = Math.min(least, sum(set));
    }
    const found = closedSet(cost, needs);
    assert.ok(isClosed(found), `round ${round}`);
    assert.equal(sum(found), least, `round ${round}`);
    if (least < 0) some++;
  }
  assert.ok(some > 150, `${some}`);
});
