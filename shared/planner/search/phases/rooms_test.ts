// What slots leave, and plans at prices lowered by it, against enumeration.

import assert from "node:assert/strict";
import { draws } from "../../../engine/testing/draws.ts";
import { Random } from "../../../engine/random.ts";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { bruteForce } from "../../testing/brute_force.ts";
import { randomProblem } from "../../testing/problems.ts";
import { Search } from "../search.ts";
import { firstPricing, firstState, type PricingState } from "../state.ts";
import { boundOf } from "./parts.ts";
import { lowered, roomsAfter } from "./rooms.ts";

function searchOf(problem: PlannerProblem): Search {
  const bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  return new Search(input, firstState(1, problem.lines));
}

function drawn(random: Random): PlannerProblem {
  return randomProblem(() => random.next(), {
    lines: 2 + random.below(2),
    terms: 2 + random.below(2),
    positions: 4,
    postsUpTo: 2,
    pathways: random.below(3) > 0,
    leave: random.below(3) === 0,
    allowPartial: random.below(2) === 0,
  });
}

/** Prices some parts, each in pieces, as column generation does. */
function priceSome({ pricer }: Search, prices: Float64Array, random: Random): PricingState {
  const floor = random.below(2) === 0 ? -1e6 : random.below(200) - 100;
  let priced = firstPricing();
  for (let part = 0; part < pricer.parts; part++) {
    if (pricer.parts > 1 && random.below(4) === 0) continue;
    const workLimit = random.below(2) === 0 ? undefined : 1 + random.below(3);
    for (let isWhole = false; !isWhole;) {
      const options = { part, wideNodes: 1 + random.below(50), workLimit, pauses: true };
      const found = pricer.price(prices, floor, { ...options, proof: priced.proof });
      isWhole = found.rest === undefined;
      priced = {
        ...priced,
        ...roomsAfter(priced, found),
        parts: priced.proof === null ? [...priced.parts, part] : priced.parts,
        best: isWhole ? [...priced.best, found.best] : priced.best,
        proof: found.rest ?? null,
      };
    }
  }
  return priced;
}

Deno.test("no plan is worth more than the bound at lowered prices, whichever parts were priced, in whatever pieces", () => {
  const random = new Random(81);
  let compared = 0, lower = 0, grouped = 0;
  for (let round = 0; round < draws(400); round++) {
    const problem = drawn(random), { best } = bruteForce(problem);
    const search = searchOf(problem);
    if (best === null) continue;
    const prices = Float64Array.from(search.tables.cap, () => random.below(300) - 150);
    const priced = priceSome(search, prices, random);
    assert.deepEqual(JSON.parse(JSON.stringify(priced)), priced);
    const before = boundOf(search, prices, priced), below = lowered(search, prices, priced);
    if (below === null) continue;
    const told = `round ${round}: ${below.bound} ${best.objective}`;
    assert.ok(below.bound >= best.objective - 1e-6, told);
    assert.ok(below.prices.every((price, s) => price <= prices[s]));
    compared++;
    if (below.bound < before - 1) lower++;
    if (below.bound < before - 1 && search.pricer.parts > 1) grouped++;
  }
  assert.ok(compared > 80 && lower > 40 && grouped > 10, `${compared} ${lower} ${grouped}`);
});
