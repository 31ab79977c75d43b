// What it costs to make room, against the cheapest matching in which a worker has a line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { FlowProblem } from "../search/flow.ts";
import { Detours } from "./detours.ts";

interface Matching {
  lineOf: number[];
  cost: number;
}

/** Every matching of all workers within the places, the groups' limits, and a worker on each must-have line. */
function matchings(
  { W, J, cost, capacity, mustHave, groupOf, groupLimit }: FlowProblem,
): Matching[] {
  const found: Matching[] = [], lineOf: number[] = [];
  const load = new Int32Array(J), inGroup = new Int32Array(groupLimit.length);
  const visit = (sum: number): void => {
    const w = lineOf.length;
    if (w === W) {
      if (mustHave.every((must, j) => must === 0 || load[j] > 0)) {
        found.push({ lineOf: [...lineOf], cost: sum });
      }
      return;
    }
    for (let j = 0; j < J; j++) {
      const g = groupOf[j];
      if (cost[w * J + j] === Infinity || load[j] === capacity[j]) continue;
      if (g >= 0 && inGroup[g] === groupLimit[g]) continue;
      load[j]++;
      if (g >= 0) inGroup[g]++;
      lineOf.push(j);
      visit(sum + cost[w * J + j]);
      lineOf.pop();
      load[j]--;
      if (g >= 0) inGroup[g]--;
    }
  };
  visit(0);
  return found;
}

function drawn(random: Random): FlowProblem {
  const W = 2 + random.below(4), J = 2 + random.below(3), groups = random.below(2);
  return {
    W,
    J,
    cost: Float64Array.from(
      { length: W * J },
      () => random.below(6) === 0 ? Infinity : random.below(40),
    ),
    capacity: Int32Array.from({ length: J }, () => 1 + random.below(3)),
    mustHave: Uint8Array.from({ length: J }, () => random.below(5) === 0 ? 1 : 0),
    groupOf: Int32Array.from({ length: J }, () => groups > 0 && random.below(2) === 0 ? 0 : -1),
    groupLimit: Int32Array.from({ length: groups }, () => 1 + random.below(4)),
  };
}

Deno.test("a worker's other line costs what the cheapest matching with it costs, and Infinity where there is none", () => {
  const random = new Random(61);
  let finite = 0, none = 0;
  for (let round = 0; round < 300; round++) {
    const problem = drawn(random), { W, J, cost } = problem;
    const all = matchings(problem);
    if (all.length === 0) continue;
    const least = Math.min(...all.map((matching) => matching.cost));
    const { lineOf } = all.find((matching) => matching.cost === least)!;
    const detours = new Detours(problem, lineOf);
    for (let w = 0; w < W; w++) {
      const from = lineOf[w];
      const chains = detours.to(from, new Uint8Array(J).fill(1));
      for (let j = 0; j < J; j++) {
        if (j === from || cost[w * J + j] === Infinity) continue;
        const forced = Math.min(
          Infinity,
          ...all.filter((matching) => matching.lineOf[w] === j).map((matching) => matching.cost),
        );
        const told = least + cost[w * J + j] - cost[w * J + from] + chains[j];
        assert.equal(told, forced, `round ${round}: worker ${w} on line ${j}`);
        forced < Infinity ? finite++ : none++;
      }
    }
  }
  assert.ok(finite > 300 && none > 50, `${finite} ${none}`);
});

Deno.test("a matching that is not of least cost is refused", () => {
  const problem: FlowProblem = {
    W: 2,
    J: 2,
    cost: Float64Array.of(1, 9, 9, 1),
    capacity: Int32Array.of(1, 1),
    mustHave: new Uint8Array(2),
    groupOf: Int32Array.of(-1, -1),
    groupLimit: new Int32Array(0),
  };
  new Detours(problem, [0, 1]);
  assert.throws(() => new Detours(problem, [1, 0]), /not of least cost/);
});
