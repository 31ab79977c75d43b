import assert from "node:assert/strict";
import {
  firstLineOf,
  firstPairOf,
  lineOfPair,
  linePairOf,
  pairOf,
  secondLineOf,
  workerOfPair,
} from "./pairs.ts";

Deno.test("pairOf(): each worker's pairs stand side by side, each has a place of its own, and says whose it is", () => {
  const W = 4, J = 7;
  let place = 0;
  for (let w = 0; w < W; w++) {
    assert.equal(firstPairOf(w, J), place);
    for (let j = 0; j < J; j++, place++) {
      assert.equal(pairOf(w, j, J), place);
      assert.deepEqual([workerOfPair(place, J), lineOfPair(place, J)], [w, j]);
    }
  }
  assert.equal(firstPairOf(W, J), W * J);
});

Deno.test("linePairOf(): two lines have a number of their own, whichever of them is the first one's", () => {
  const J = 5, numbers = new Set<number>();
  for (let j = 0; j < J; j++) {
    for (let k = 0; k < J; k++) {
      const both = linePairOf(j, k, J);
      numbers.add(both);
      assert.deepEqual([firstLineOf(both, J), secondLineOf(both, J)], [j, k]);
    }
  }
  assert.equal(numbers.size, J * J);
});
