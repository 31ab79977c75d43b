// Bounds from pairs of terms, against the enumeration of every line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import type { PlannerTables } from "../model/tables.ts";
import { OBJECTIVE } from "../problem.ts";
import { drawPriced, pricedOf, valueAt } from "../testing/priced.ts";
import { randomProblem } from "../testing/problems.ts";
import { meetings } from "./long_pricing.ts";
import { PairBounds } from "./pair_bounds.ts";

/** [t * K + k] the best value of a position of the key in the term. */
function keyValues(tables: PlannerTables, prices: Float64Array): Float64Array {
  const { terms: T, positions: R, keys: K, classOf, keyOf, cap } = tables;
  const values = new Float64Array(T * K).fill(-Infinity);
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < R; r++) {
      if (cap[t * R + r] === 0) continue;
      const at = t * K + keyOf[classOf[r]];
      values[at] = Math.max(values[at], -prices[t * R + r]);
    }
  }
  return values;
}

function drawn(random: Random, terms: number) {
  return drawPriced(random, { lines: 3, terms, positions: 5, postsUpTo: 3 });
}

/** A problem in which every term wants the same position most, and few rules keep it from others. */
function contested(random: Random, terms: number) {
  const problem = randomProblem(() => random.next(), {
    lines: 3,
    terms,
    positions: 5,
    postsUpTo: 3,
  });
  problem.constraints = [{ name: "UNIQUE_POSITIONS", value: false }];
  const { tables, prices } = pricedOf(problem, random), R = tables.positions;
  for (let t = 0; t < terms; t++) prices[t * R] -= 300;
  const lines = pricedOf(problem, random).lines
    .map(({ line }) => valueAt(tables, prices, line)).sort((a, b) => b - a)
    .map((value) => ({ value }));
  return { tables, prices, lines };
}

Deno.test("the sum of the best labels bounds every line, however long value is gathered", () => {
  const random = new Random(51);
  let compared = 0;
  for (let round = 0; round < draws(80); round++) {
    const draw = round % 2 === 0 ? drawn : contested;
    const { tables, prices, lines } = draw(random, 2 + random.below(4));
    if (lines.length === 0) continue;
    const bounds = new PairBounds(tables, meetings(tables));
    for (const rounds of [0, 1, 2, 8]) {
      bounds.update(keyValues(tables, prices), rounds);
      assert.ok(bounds.total >= lines[0].value - 1e-6, `round ${round}, ${rounds} gatherings`);
    }
    compared++;
  }
  assert.ok(compared > 24, `${compared}`);
});

Deno.test("over two terms the bound is the best pair of labels that may meet, exactly", () => {
  const random = new Random(52);
  let compared = 0;
  for (let round = 0; round < 120; round++) {
    const { tables, prices } = drawn(random, 2);
    const { keys: K, affinity } = tables, values = keyValues(tables, prices);
    const mayMeet = meetings(tables);
    let best = -Infinity;
    for (let a = 0; a < K; a++) {
      for (let b = 0; b < K; b++) {
        if (!mayMeet(0, 1, a, b)) continue;
        // The second key may pass for one held before: then the pair counts as neighbours alone.
        const weight = affinity[a * K + b];
        const pair = OBJECTIVE.adj * weight + (a === b ? 0 : Math.max(0, OBJECTIVE.all * weight));
        best = Math.max(best, values[a] + values[K + b] + pair);
      }
    }
    if (best === -Infinity) continue;
    const bounds = new PairBounds(tables, mayMeet);
    bounds.update(values, 0);
    assert.ok(Math.abs(bounds.total - best) < 1e-6, `${bounds.total} of ${best}`);
    compared++;
  }
  assert.ok(compared > 24, `${compared}`);
});

Deno.test("gathering takes away what several terms want of one key, mostly", () => {
  const random = new Random(53);
  let tighter = 0, looser = 0;
  for (let round = 0; round < 80; round++) {
    const { tables, prices } = drawn(random, 5);
    const bounds = new PairBounds(tables, meetings(tables)), values = keyValues(tables, prices);
    bounds.update(values, 0);
    const plain = bounds.total;
    bounds.update(values, 8);
    if (bounds.total < plain - 1) tighter++;
    if (bounds.total > plain + 1) looser++;
  }
  assert.ok(tighter > 3 * Math.max(1, looser), `${tighter} tighter, ${looser} looser`);
});

Deno.test("an update forgets what was shifted at other prices", () => {
  const random = new Random(54);
  for (let round = 0; round < 20; round++) {
    const { tables, prices } = drawn(random, 4);
    const bounds = new PairBounds(tables, meetings(tables));
    bounds.update(keyValues(tables, prices), 2);
    const first = bounds.total;
    bounds.update(keyValues(tables, prices.map((price) => 3 * price - 50)), 2);
    bounds.update(keyValues(tables, prices), 2);
    assert.equal(bounds.total, first);
  }
});
