// A matching with couples to begin with: whoever settles is within places and links, and rarely blocked.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { blockingLinks, linksHold } from "../model/links.ts";
import { buildTables, loadsOf } from "../model/tables.ts";
import { randomProblem, withLinks } from "../testing/problems.ts";
import { settleCouples } from "./couples.ts";
import { blockingPairs } from "./stability.ts";

Deno.test("settleCouples() places everybody within the places and the links, and mostly nobody would rather move", () => {
  const random = new Random(81);
  let settled = 0, coupled = 0, unstable = 0;
  for (let round = 0; round < 500; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    const tables = buildTables(problem), { W, J, cost, capacity } = tables;
    // However ties are broken.
    const ties = round % 2 === 0 ? null : tables.cost.map(() => random.next());
    const lineOf = settleCouples(tables, undefined, ties);
    if (lineOf === null) continue;
    assert.equal(lineOf.length, W);
    lineOf.forEach((j, w) =>
      assert.ok(cost[w * J + j] < Infinity, `worker ${w} may not have ${j}`)
    );
    assert.ok(loadsOf(J, lineOf).every((n, j) => n <= capacity[j]), `round ${round}`);
    assert.ok(linksHold(tables, lineOf), `round ${round}`);
    const isStable = blockingPairs(tables, lineOf).length === 0 &&
      blockingLinks(tables, lineOf).length === 0;
    // It is a start, and checked by who takes it: where it settled, it mostly is stable.
    if (!isStable) unstable++;
    settled++;
    if (tables.links.length > 0) coupled++;
  }
  assert.ok(settled > 100 && coupled > 60, `${settled} ${coupled}`);
  assert.ok(unstable < coupled / 10, `${unstable} of ${coupled}`);
});
