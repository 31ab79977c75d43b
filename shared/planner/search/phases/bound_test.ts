// Pricings that are more work than a unit: they go on until they are exact, since one that gives up bounds nothing.

import assert from "node:assert/strict";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import type { LinePricing } from "../../pricing/group_pricing.ts";
import type { PricingOptions, PricingResult } from "../../pricing/pricing.ts";
import type { Effort } from "../../effort.ts";
import { resolveRules } from "../../rules/mod.ts";
import { sample20 } from "../../testing/samples.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { nextUnit } from "../units.ts";

/** Nodes of a unit: a pricing of this problem takes up to some fifteen such. */
const FEW_NODES = 2_000;

/** How many units each pricing of a search took until its bound was there, and whether it was exact. */
function pricingsOf(effort: Effort): { pieces: number; exact: boolean }[] {
  const problem = { ...sample20(), options: { ...sample20().options, effort } };
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  const search = new Search(input, firstState(1, problem.lines)), { pricer } = search;
  const all: { pieces: number; exact: boolean }[] = [];
  let pieces = 0;
  const price = (prices: Float64Array, floor: number, options: PricingOptions): PricingResult => {
    const found = pricer.price(prices, floor, { ...options, workLimit: FEW_NODES });
    pieces++;
    if (!found.rest) {
      all.push({ pieces, exact: found.exact });
      pieces = 0;
    }
    return found;
  };
  const limited = new Proxy(pricer, {
    get: (target, name) => name === "price" ? price : Reflect.get(target, name),
  });
  Object.defineProperty(search, "pricer", { value: limited satisfies LinePricing });
  while (all.length < 8) nextUnit(search)!.run(search);
  return all;
}

Deno.test("a pricing goes on for more units than a few, until it is exact", () => {
  const all = pricingsOf("normal");
  assert.deepEqual(all.filter(({ exact }) => !exact), []);
  assert.ok(all.some(({ pieces }) => pieces > 5), JSON.stringify(all));
});

Deno.test("a quick search has no time for that", () => {
  const all = pricingsOf("quick");
  assert.ok(all.every(({ pieces }) => pieces <= 5), JSON.stringify(all));
  assert.ok(all.some(({ exact }) => !exact), JSON.stringify(all));
});
