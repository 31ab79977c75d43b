// The assignment solver against brute force over all assignments of small random matrices.

import assert from "node:assert/strict";
import { AssignmentSolver } from "./lap.ts";
import { Random } from "../../engine/random.ts";

function bestByForce(cost: Float64Array, n: number, m: number): number {
  const used = new Set<number>();
  const visit = (row: number): number => {
    if (row === n) return 0;
    let best = Infinity;
    for (let j = 0; j < m; j++) {
      if (used.has(j)) continue;
      used.add(j);
      best = Math.min(best, cost[row * m + j] + visit(row + 1));
      used.delete(j);
    }
    return best;
  };
  return visit(0);
}

Deno.test("solve() finds the least cost of every small random problem", () => {
  const random = new Random(11);
  const solver = new AssignmentSolver();
  for (let round = 0; round < 200; round++) {
    const n = 1 + random.below(5), m = n + random.below(3);
    const cost = Float64Array.from({ length: n * m }, () => random.below(21) - 10);
    const columnOf = solver.solve(cost, n, m);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += cost[i * m + columnOf[i]];
    assert.equal(new Set(columnOf.subarray(0, n)).size, n);
    assert.equal(sum, bestByForce(cost, n, m));
  }
});
