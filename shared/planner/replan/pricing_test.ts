// Prices of a replan, against the enumeration of every line in every place.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { ReplanModel, type ReplanPrices } from "./model.ts";
import { canImprove, cheapest, costOf, leastCost, listLines, stayCost } from "./pricing.ts";

function drawn(random: Random) {
  const shape = { lines: 3, terms: 2 + random.below(2), positions: 5, postsUpTo: 2 };
  const problem = randomProblem(() => random.next(), shape);
  const ids = problem.positions.map(({ id }) => id);
  const existing = Array.from({ length: 2 }, () => ({
    positions: problem.termWeeks.map(() => ids[random.below(ids.length)]),
  }));
  const model = new ReplanModel(problem, resolveRules(problem.constraints), existing);
  const prices: ReplanPrices = {
    slots: Float64Array.from(model.tables.cap, () => random.below(5) - 1),
    lines: Float64Array.from([0, 1, 2], () => random.below(6)),
  };
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const lines = legalLines(problem).map((line) => Int32Array.from(line, (id) => index.get(id)!));
  return { model, prices, lines };
}

/** Changes in the place of i, and what the slots cost. */
function cost(model: ReplanModel, { slots }: ReplanPrices, i: number, line: Int32Array): number {
  const paid = line.reduce((sum, r, t) => sum + slots[t * model.positions + r], 0);
  return model.distance(i, line) + paid;
}

Deno.test("cheapest() is what enumeration says, and no line is below leastCost()", () => {
  const random = new Random(41);
  let found = 0, stays = 0;
  for (let n = 0; n < 120; n++) {
    const { model, prices, lines } = drawn(random);
    for (let i = 0; i <= 2; i++) {
      const costs = lines.map((line) => cost(model, prices, i, line));
      lines.forEach((line, j) => assert.equal(costOf(model, i, prices, line, 0), costs[j]));
      const least = Math.min(Infinity, ...costs), known = 100;
      const answer = cheapest(model, i, prices, known);
      assert.ok(Math.abs(answer.cost - Math.min(known, least)) < 1e-6, `draw ${n}, place ${i}`);
      // Of a line that stays nothing is said here: any other changes something.
      const others = costs.filter((_, j) => i === 2 || model.distance(i, lines[j]) > 0);
      assert.ok(leastCost(model, i, prices) <= Math.min(Infinity, ...others) + 1e-9);
      if (costs.length > 0) found++;
      if (i === 2) {
        assert.equal(stayCost(model, i, prices), Infinity);
        continue;
      }
      const own = lines.findIndex((line) => model.distance(i, line) === 0);
      assert.equal(stayCost(model, i, prices), own < 0 ? Infinity : costs[own]);
      if (own >= 0) stays++;
    }
  }
  assert.ok(found > 100 && stays > 5, `${found} ${stays}`);
});

Deno.test("listLines() has every line in a place whose reduced cost is within the slack", () => {
  const random = new Random(42);
  let listed = 0;
  for (let n = 0; n < 120; n++) {
    const { model, prices, lines } = drawn(random), slack = random.below(3);
    for (let i = 0; i < 2; i++) {
      const wanted = lines.filter((line) =>
        model.distance(i, line) > 0 &&
        cost(model, prices, i, line) - prices.lines[i] <= slack - 0.5
      ).map((line) => line.join());
      const { lines: found, complete } = listLines(model, i, prices, slack);
      assert.ok(complete);
      const names = new Set<string>();
      for (let at = 0; at < found.length; at += model.terms) {
        names.add(found.subarray(at, at + model.terms).join());
      }
      if (wanted.length > 0) assert.ok(canImprove(model, i, prices, slack), `draw ${n}`);
      assert.ok(wanted.every((name) => names.has(name)), `draw ${n}, place ${i}`);
      listed += wanted.length;
    }
  }
  assert.ok(listed > 50, `${listed}`);
});
