import assert from "node:assert/strict";
import { blockRange } from "./search_workload.ts";

const RANGES = (candidates: number, block_size: number, cuts: [number, number, number][]) => {
  const ranges: [number, number][] = [];
  for (let number = 1, next = 0; next < candidates; number++) {
    const { start, end } = blockRange({ candidates, block_size, cuts }, number);
    ranges.push([start, end]);
    next = end + 1;
  }
  return ranges;
};

Deno.test("blocks of one size share the candidates out", () => {
  assert.deepEqual(RANGES(10, 4, []), [[0, 3], [4, 7], [8, 9]]);
});

Deno.test("the cut that was made last says what a block is, and blocks before it stay as they were", () => {
  assert.deepEqual(RANGES(20, 4, [[3, 8, 2]]), [
    ...[[0, 3], [4, 7]],
    ...[[8, 9], [10, 11], [12, 13], [14, 15], [16, 17], [18, 19]],
  ]);
  // Cut again before anybody began one of them, and once more further on.
  assert.deepEqual(RANGES(20, 4, [[3, 8, 2], [3, 8, 5], [4, 13, 4]]), [
    ...[[0, 3], [4, 7], [8, 12]],
    ...[[13, 16], [17, 19]],
  ]);
});
