// What leave costs a line, against looking at every option; and regions of lines, against every set of blocked terms.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import type { LeaveChoice, PlannerTables } from "../model/tables.ts";
import { resolveRules } from "../rules/mod.ts";
import { drawnYearsWithLeave } from "../testing/drawn.ts";
import { LeaveCosts } from "./leave_costs.ts";

/** Tables whose lines choose leave, with prices of its options, some alike and some without a post. */
function drawn(random: Random) {
  for (;;) {
    const problem = drawnYearsWithLeave(random, [5, 8]);
    const built = buildTables(problem, resolveRules(problem.constraints));
    if (built.leave === null) continue;
    const cap = built.cap.map((n) => random.below(6) === 0 ? 0 : n);
    const tables: PlannerTables & { leave: LeaveChoice } = { ...built, cap, leave: built.leave };
    const prices = Float64Array.from(cap, () => 10 * random.below(8));
    return { tables, prices, costs: new LeaveCosts(tables) };
  }
}

/** The least that an option costs whose terms are not blocked, and take leave in some position. */
function leastOf(
  { leave, positions: R, cap }: PlannerTables & { leave: LeaveChoice },
  prices: Float64Array,
  blocked: number,
): number {
  const isOpen = (t: number) =>
    Array.from({ length: R }, (_, r) => r)
      .some((r) => cap[t * R + r] > 0 && leave.blocked[r] === 0);
  const slot = (o: number) => leave.term * R + leave.options[o];
  return Math.min(
    ...leave.options.map((_, o) => o)
      .filter((o) =>
        cap[slot(o)] > 0 && leave.terms[o].every((t) => (blocked >> t & 1) === 0 && isOpen(t))
      )
      .map((o) => prices[slot(o)]),
  );
}

Deno.test("a line pays for its cheapest option, and for none where it has none", () => {
  const random = new Random(71);
  let without = 0;
  for (let round = 0; round < 25; round++) {
    const { tables, prices, costs } = drawn(random), { leave, positions: R, year } = tables;
    costs.setPrices(prices);
    assert.equal(costs.least, leastOf(tables, prices, 0));
    for (let blocked = 0; blocked < 1 << year; blocked++) {
      const least = leastOf(tables, prices, blocked), position = costs.option(blocked);
      assert.equal(costs.cost(blocked), least);
      const all = costs.options(blocked).map(({ price }) => price);
      assert.equal(Math.min(...all), least);
      if (least === Infinity) without++;
      if (position >= 0) assert.equal(prices[leave.term * R + position], least);
      else assert.equal(least, Infinity);
    }
  }
  assert.ok(without > 50, `${without}`);
});

Deno.test("beginnings of one state pay the same, whatever follows", () => {
  const random = new Random(72);
  let alike = 0;
  for (let round = 0; round < 20; round++) {
    const { tables, prices, costs } = drawn(random), { year } = tables;
    costs.setPrices(prices);
    for (let t = 0; t + 1 < year; t++) {
      const first = new Map<number, number>();
      for (let blocked = 0; blocked < 2 << t; blocked++) {
        const state = costs.state(blocked, t), other = first.get(state);
        if (other === undefined) first.set(state, blocked);
        else {
          for (let later = 0; later < 1 << (year - t - 1); later++) {
            const rest = later << (t + 1);
            assert.equal(costs.cost(blocked | rest), costs.cost(other | rest), `round ${round}`);
          }
          alike++;
        }
      }
    }
  }
  assert.ok(alike > 100, `${alike}`);
});

Deno.test("every line is in one region, which costs what its leave does", () => {
  const random = new Random(73);
  let several = 0;
  for (let round = 0; round < 25; round++) {
    const { tables, prices, costs } = drawn(random), most = random.below(4);
    const bits = (mask: number) => mask.toString(2).replaceAll("0", "").length;
    costs.setPrices(prices);
    const regions = costs.regions((blocked) => bits(blocked) <= most);
    for (let blocked = 0; blocked < 1 << tables.year; blocked++) {
      if (bits(blocked) > most) continue;
      const own = regions.filter((region) =>
        (region.free & blocked) === 0 && (region.blocked & ~blocked) === 0
      );
      const cost = costs.cost(blocked);
      if (cost < Infinity) assert.equal(own.length, 1, `round ${round}`);
      for (const region of own) assert.ok(region.cost <= cost, `round ${round}`);
      // Beyond so many regions the rest is bounded alone.
      if (regions.length < 48) assert.ok(own.every((region) => region.cost === cost));
    }
    if (regions.length > 1) several++;
  }
  assert.ok(several > 10, `${several}`);
});
