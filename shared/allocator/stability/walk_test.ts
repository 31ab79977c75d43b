// Every step of a walk ends in a stable matching whose cost is what the walk says; and walks get to the best of tiny problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type AllocatorTables, buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";
import { standingsOf } from "./cutoffs.ts";
import { blockingPairs, deferredAcceptance, wishesOf } from "./stability.ts";
import { offersOf, Walk } from "./walk.ts";

function groundOf(tables: AllocatorTables) {
  const pairs = [...tables.cost.keys()].filter((p) => tables.cost[p] < Infinity);
  const standings = standingsOf(tables), offers = offersOf(tables, standings);
  return { tables, standings, wishes: wishesOf(tables), offers, pairs };
}

/** Random problems with a stable matching of all workers to begin with. */
function* cases(seed: number, rounds: number) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true }));
    const start = [...deferredAcceptance(tables)];
    if (!start.includes(-1)) yield { tables, start, round };
  }
}

Deno.test("a walk goes from one stable matching to the next, however hot it is", () => {
  let moved = 0;
  for (const { tables, start, round } of cases(91, 600)) {
    const walk = new Walk(groundOf(tables), start, new Random(round));
    for (let i = 0; i < 30; i++) {
      const before = [...walk.lineOf];
      walk.step(i % 2 === 0 ? 1e6 : 0);
      assert.deepEqual(blockingPairs(tables, walk.lineOf), [], `${start}, ${before}`);
      assert.ok(!walk.lineOf.includes(-1));
      assert.equal(walk.cost, matchingCost(tables, walk.lineOf));
      if (walk.lineOf.some((j, w) => j !== before[w])) moved++;
    }
  }
  assert.ok(moved > 500, `${moved} moved`);
});

Deno.test("a cold walk never gets dearer", () => {
  for (const { tables, start, round } of cases(92, 200)) {
    const walk = new Walk(groundOf(tables), start, new Random(round));
    for (let i = 0; i < 40; i++) {
      const before = walk.cost;
      walk.step(0);
      assert.ok(walk.cost <= before);
    }
  }
});

Deno.test("walks come to the least cost of nearly all tiny problems", () => {
  let reached = 0, all = 0;
  for (const { tables, start, round } of cases(93, 200)) {
    const stable = allMatchings(tables).filter((m) => blockingPairs(tables, m).length === 0);
    const least = Math.min(...stable.map((m) => matchingCost(tables, m)));
    const walk = new Walk(groundOf(tables), start, new Random(round));
    let best = walk.cost;
    for (let i = 0; i < 300; i++) {
      walk.step(2_000);
      best = Math.min(best, walk.cost);
    }
    assert.ok(best >= least);
    all++;
    if (best === least) reached++;
  }
  assert.ok(all > 50 && reached > 0.9 * all, `${reached} of ${all}`);
});
