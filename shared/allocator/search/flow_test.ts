// The flow by itself: least cost against every matching, prices that prove it, and the same after every
// checkpoint.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { Flow, type FlowProblem, mustHaveReward } from "./flow.ts";
import { randomFlow } from "../testing/problems.ts";

interface Judged {
  /** Workers placed, must-have lines filled, cost: the more, the more, the less. */
  placed: number;
  filled: number;
  cost: number;
}

/** Of all matchings of some workers: most must-have lines filled, then least cost; null: none places all. */
function bestOf(problem: FlowProblem, workers: number[]): Judged | null {
  const { J, cost, capacity, mustHave, groupOf, groupLimit } = problem;
  const load = new Int32Array(J), group = new Int32Array(groupLimit.length);
  let best: Judged | null = null;
  const visit = (i: number, sum: number): void => {
    if (i === workers.length) {
      const filled = load.reduce((n, l, j) => n + (mustHave[j] === 1 && l > 0 ? 1 : 0), 0);
      if (!best || filled > best.filled || (filled === best.filled && sum < best.cost)) {
        best = { placed: workers.length, filled, cost: sum };
      }
      return;
    }
    for (let j = 0; j < J; j++) {
      const g = groupOf[j], c = cost[workers[i] * J + j];
      if (c === Infinity || load[j] === capacity[j]) continue;
      if (g >= 0 && group[g] === groupLimit[g]) continue;
      load[j]++;
      if (g >= 0) group[g]++;
      visit(i + 1, sum + c);
      load[j]--;
      if (g >= 0) group[g]--;
    }
  };
  visit(0, 0);
  return best;
}

function judge({ J, cost, mustHave }: FlowProblem, lineOf: ArrayLike<number>): Judged {
  const judged: Judged = { placed: 0, filled: 0, cost: 0 };
  const used = new Set<number>();
  for (let w = 0; w < lineOf.length; w++) {
    if (lineOf[w] < 0) continue;
    judged.placed++;
    judged.cost += cost[w * J + lineOf[w]];
    used.add(lineOf[w]);
  }
  judged.filled = [...used].filter((j) => mustHave[j] === 1).length;
  return judged;
}

Deno.test("place() keeps a matching of least cost, over checkpoints, and refuses only who cannot be placed", () => {
  const random = new Random(41);
  let refused = 0;
  for (let round = 0; round < 600; round++) {
    const problem = randomFlow(random), reward = mustHaveReward(problem);
    let flow = new Flow(problem, reward, null);
    const placed: number[] = [];
    for (let w = 0; w < problem.W; w++) {
      const isPlaced = flow.place(w);
      assert.equal(isPlaced, bestOf(problem, [...placed, w]) !== null, `round ${round}`);
      if (isPlaced) placed.push(w);
      else refused++;
      assert.deepEqual(judge(problem, flow.lineOf), bestOf(problem, placed), `round ${round}`);
      if (random.next() < 0.5) {
        flow = new Flow(problem, reward, JSON.parse(JSON.stringify(flow.save())));
      }
    }
  }
  assert.ok(refused > 200, `${refused} refused`);
});

Deno.test("prices prove the cost over all pairs where no group binds", () => {
  const random = new Random(42);
  for (let round = 0; round < 300; round++) {
    const problem = randomFlow(random);
    problem.groupOf.fill(-1);
    problem.mustHave.fill(0);
    const flow = new Flow(problem, mustHaveReward(problem), null);
    const all = Array.from({ length: problem.W }, (_, w) => flow.place(w));
    if (all.includes(false)) continue;
    const { linePrice, lineOf } = flow.save(), { J, cost, capacity } = problem;
    // sum_w min_j (c_wj - v_j) + sum_j capacity_j min(0, v_j) is a bound whatever the prices.
    let bound = 0;
    for (let w = 0; w < problem.W; w++) {
      bound += Math.min(...linePrice.map((v, j) => cost[w * J + j] - v));
    }
    linePrice.forEach((v, j) => bound += capacity[j] * Math.min(0, v));
    const reached = lineOf.reduce((sum, j, w) => sum + cost[w * J + j], 0);
    assert.ok(Math.abs(bound - reached) < 1e-6, `${bound} ${reached}`);
  }
});

Deno.test("a line keeps its load, and a large problem places everybody", () => {
  const random = new Random(43), W = 60, J = 40;
  const problem: FlowProblem = {
    W,
    J,
    cost: Float64Array.from({ length: W * J }, () => random.below(1000)),
    capacity: new Int32Array(J).fill(2),
    mustHave: new Uint8Array(J).fill(1),
    groupOf: new Int32Array(J).fill(-1),
    groupLimit: new Int32Array(0),
  };
  const flow = new Flow(problem, mustHaveReward(problem), null);
  for (let w = 0; w < W; w++) assert.ok(flow.place(w));
  for (let j = 0; j < J; j++) {
    assert.equal(flow.load(j), flow.lineOf.filter((k) => k === j).length);
    assert.ok(flow.load(j) >= 1 && flow.load(j) <= 2);
  }
});
