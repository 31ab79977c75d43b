// Which part is priced next, and what some of them bound, against enumeration.

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
import {
  boundOf,
  expectedBound,
  isBoundClose,
  isRestWorth,
  linesOf,
  nextPart,
  noteBest,
  reachedBound,
} from "./parts.ts";

function searchOf(problem: PlannerProblem): Search {
  const bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  return new Search(input, firstState(1, problem.lines));
}

function drawn(random: Random, allowPartial: boolean): PlannerProblem {
  return randomProblem(() => random.next(), {
    lines: 2 + random.below(2),
    terms: 2 + random.below(2),
    positions: 4,
    postsUpTo: 2,
    pathways: true,
    allowPartial,
  });
}

Deno.test("whichever parts were priced, no plan is worth more than their bound", () => {
  const random = new Random(71);
  let compared = 0, partly = 0, exact = 0;
  for (let round = 0; round < draws(200); round++) {
    const problem = drawn(random, round % 2 === 0), { best } = bruteForce(problem);
    const search = searchOf(problem), { pricer, tables } = search;
    if (best === null || tables.groups.length === 0) continue;
    const prices = Float64Array.from(tables.cap, () => random.below(300) - 200);
    const priced = firstPricing();
    for (let part = 0; part < pricer.parts; part++) {
      if (random.below(4) === 0) continue;
      priced.parts.push(part);
      priced.best.push(pricer.price(prices, -1e6, { part }).best);
    }
    const bound = boundOf(search, prices, priced);
    assert.ok(bound >= best.objective - 1e-6, `round ${round}: ${bound} ${best.objective}`);
    compared++;
    if (priced.parts.length < pricer.parts && bound < Infinity) partly++;
    if (bound < 1e5) exact++;
  }
  assert.ok(compared > 40 && partly > 10 && exact > 20, `${compared} ${partly} ${exact}`);
});

Deno.test("a bound by group is no higher than with the best line of all for every line", () => {
  const random = new Random(72);
  let lower = 0;
  for (let round = 0; round < draws(60); round++) {
    const search = searchOf(drawn(random, false)), { pricer, tables } = search;
    if (tables.groups.length === 0) continue;
    const prices = Float64Array.from(tables.cap, () => random.below(300) - 200);
    const best = Array.from(
      { length: pricer.parts },
      (_, part) => pricer.price(prices, -1e6, { part }).best,
    );
    const parts = [...best.keys()];
    const bound = boundOf(search, prices, { ...firstPricing(), parts, best });
    const coarse = best.map(() => Math.max(...best));
    const other = boundOf(search, prices, { ...firstPricing(), parts, best: coarse });
    assert.ok(bound <= other + 1e-6);
    if (bound < other - 1) lower++;
  }
  assert.ok(lower > 5, `${lower}`);
});

Deno.test("parts of many lines that were worth much come first, and every part has its turn", () => {
  const random = new Random(73);
  let search = searchOf(drawn(random, false));
  while (search.pricer.parts < 2) search = searchOf(drawn(random, false));
  const { pricer, state } = search;
  const seen = new Set<number>();
  for (let turn = 0; turn < 400 && seen.size < pricer.parts; turn++) {
    const part = nextPart(search, firstPricing());
    seen.add(part);
    state.work.pricings++;
    noteBest(search, part, state.linePrice + (part === 0 ? 100 : 0));
  }
  assert.equal(seen.size, pricer.parts);
  const first = nextPart(search, firstPricing());
  assert.notEqual(nextPart(search, { ...firstPricing(), parts: [first] }), first);
});

Deno.test("a part that was not bounded bounds nothing, and is expected to bring nothing, from a checkpoint either", () => {
  const random = new Random(75);
  let search = searchOf(drawn(random, false));
  while (search.pricer.parts < 2) search = searchOf(drawn(random, false));
  const { state, pricer, tables } = search, prices = new Float64Array(tables.cap.length);
  state.bound = 1e6;
  state.bestValue = 0;
  for (let part = 0; part < pricer.parts; part++) noteBest(search, part, 0);
  const priced: PricingState = { ...firstPricing(), parts: [pricer.parts - 1], best: [null] };
  assert.deepEqual(JSON.parse(JSON.stringify(priced)), priced);
  assert.equal(boundOf(search, prices, priced), Infinity);
  assert.equal(expectedBound(search, prices, priced), Infinity);
  assert.equal(isRestWorth(search, prices, priced), false);
  assert.equal(isRestWorth(search, prices, { ...priced, best: [0] }), true);
});

Deno.test("parts not priced at these prices are worth what they were, and no more than all lines are", () => {
  const random = new Random(76);
  let search = searchOf(drawn(random, false));
  while (search.pricer.parts < 2) search = searchOf(drawn(random, false));
  const { state, pricer, tables } = search, all = pricer.parts - 1;
  const prices = new Float64Array(tables.cap.length);
  noteBest(search, 0, state.linePrice + 100);
  assert.equal(reachedBound(search, prices, []), null, "nothing is known of all lines");
  for (let part = 0; part < all; part++) noteBest(search, part, state.linePrice + 100);
  noteBest(search, all, state.linePrice + 300);
  const parts = Array.from({ length: pricer.parts }, (_, part) => part);
  const best = parts.map((part) => state.linePrice + (part === all ? 300 : 100));
  const found = reachedBound(search, prices, [])!;
  assert.equal(found.bound, boundOf(search, prices, { ...firstPricing(), parts, best }));
  const sum = parts.reduce((sum, part) => sum + best[part] * linesOf(search, part), 0);
  assert.ok(Math.abs(found.each - sum / tables.lines) < 1e-9);
  noteBest(search, all, state.linePrice + 20);
  const least = reachedBound(search, prices, [])!;
  assert.ok(Math.abs(least.each - state.linePrice - 20) < 1e-9, "all lines hold what these do");
  const now = reachedBound(search, prices, [0])!;
  assert.ok(Math.abs(now.each - state.linePrice - 100) < 1e-9, "what was found is a line of all");
});

Deno.test("nothing is expected of parts without a bound or a plan", () => {
  const search = searchOf(drawn(new Random(74), false));
  const prices = new Float64Array(search.tables.cap.length);
  assert.equal(isRestWorth(search, prices, firstPricing()), false);
  assert.equal(isBoundClose(search, prices), false);
});
