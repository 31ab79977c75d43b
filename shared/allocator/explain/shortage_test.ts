// Conflicts over places: each is one, together they hold everybody who is left, and nobody is blamed twice.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { Flow, type FlowProblem, mustHaveReward } from "../search/flow.ts";
import { type Shortage, shortagesOf, together } from "./shortage.ts";
import { randomFlow } from "../testing/problems.ts";

/** Places as many workers as can be. */
function placeAll(problem: FlowProblem): Int32Array {
  const flow = new Flow(problem, mustHaveReward(problem), null);
  for (let w = 0; w < problem.W; w++) flow.place(w);
  return flow.lineOf;
}

/** All lines of the workers are there, and the lines and groups take no more than are placed. */
function checkShortage(
  { J, cost, capacity, groupOf, groupLimit }: FlowProblem,
  { workers, left, lines, groups }: Shortage,
): void {
  for (const w of workers) {
    for (let j = 0; j < J; j++) if (cost[w * J + j] < Infinity) assert.ok(lines.includes(j));
  }
  const ungrouped = lines.filter((j) => !groups.includes(groupOf[j]));
  const places = ungrouped.reduce((sum, j) => sum + capacity[j], 0) +
    groups.reduce((sum, g) => sum + groupLimit[g], 0);
  assert.equal(workers.length - left.length, places);
  assert.ok(left.length > 0 && left.every((w) => workers.includes(w)));
}

Deno.test("each shortage proves how many cannot be placed, the smallest first", () => {
  const random = new Random(44);
  let several = 0, grouped = 0;
  for (let round = 0; round < 600; round++) {
    const problem = randomFlow(random), lineOf = placeAll(problem);
    const left = [...lineOf.keys()].filter((w) => lineOf[w] < 0);
    const found = shortagesOf(problem, lineOf);
    assert.equal(found.length === 0, left.length === 0, `round ${round}`);
    for (const shortage of found) checkShortage(problem, shortage);
    found.forEach(({ lines }, i) =>
      assert.ok(i === 0 || lines.length >= found[i - 1].lines.length)
    );
    if (found.length === 0) continue;
    checkShortage(problem, together(found));
    assert.deepEqual(together(found).left, left, `round ${round}`);
    if (found.length > 1) several++;
    if (found.some(({ groups }) => groups.length > 0)) grouped++;
  }
  assert.ok(several > 20 && grouped > 20, `${several} ${grouped}`);
});

Deno.test("a conflict of few is told before the one of many that holds it", () => {
  // Workers 0 to 2 may only have line 0; workers 3 to 6 have lines 0 and 1.
  const W = 7, J = 3, cost = new Float64Array(W * J).fill(Infinity);
  for (let w = 0; w < 7; w++) cost[w * J] = 1;
  for (let w = 3; w < 7; w++) cost[w * J + 1] = 1;
  const problem: FlowProblem = {
    W,
    J,
    cost,
    capacity: Int32Array.of(1, 2, 5),
    mustHave: new Uint8Array(J),
    groupOf: new Int32Array(J).fill(-1),
    groupLimit: new Int32Array(0),
  };
  const [few, many] = shortagesOf(problem, Int32Array.of(0, -1, -1, 1, 1, -1, -1));
  assert.deepEqual(few, { workers: [0, 1, 2], left: [1, 2], lines: [0], groups: [] });
  assert.deepEqual(many.lines, [0, 1]);
  assert.deepEqual(many.left, [1, 2, 5, 6]);
});
