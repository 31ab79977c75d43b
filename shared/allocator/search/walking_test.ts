// Walks beside the search, against every stable matching of tiny problems: whatever a walk goes by, what it offers is stable
// and never dearer than what there was, and a copy of the checkpoint walks the same way.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { packPrices } from "../../engine/packing.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem, withLinks } from "../testing/problems.ts";
import { Layout } from "./layout.ts";
import { Prepared } from "./prepared.ts";
import { packPoint } from "./rounding.ts";
import { isLegal, Search } from "./search.ts";
import { firstState } from "./state.ts";
import { startWalk, walkOn } from "./walking.ts";

/** Searches at which a walk is due, the first program behind them: its duals and its point drawn, as any will do. */
function* cases(seed: number, rounds: number, links: boolean) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const plain = randomProblem(random, { caps: round % 2 === 0, stability: true });
    const tables = buildTables(links ? withLinks(random, plain) : plain), { W, J } = tables;
    const prepared = new Prepared(tables, true), search = new Search(prepared, firstState());
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    const setting = search.setting([]);
    if (legal.length === 0 || setting === null) continue;
    const costs = legal.map((lineOf) => matchingCost(tables, lineOf)), dearest = Math.max(...costs);
    search.offer(legal[costs.indexOf(dearest)]);
    const rows = new Layout(setting, [], 1).rows;
    const duals = Float64Array.from({ length: rows }, () => 2_000 * random.next() - 1_000);
    search.state.root = { duals: packPrices(duals), cuts: 0 };
    const pairs = Array.from({ length: W * J }, (_, p) => p).filter(() => random.next() < 0.5);
    search.state.rootPoint = packPoint({ pairs, values: pairs.map(() => random.next()) });
    yield { round, search, prepared, dearest, least: Math.min(...costs) };
  }
}

for (const [name, links] of [["alone", false], ["with couples", true]] as const) {
  Deno.test(`whatever a walk goes by, its matchings are stable, and a copy walks alike: ${name}`, () => {
    const turns = new Set<number>();
    let better = 0, reached = 0, all = 0;
    for (
      const { round, search, prepared, dearest, least } of cases(111, links ? 400 : 240, links)
    ) {
      const { state, tables } = search;
      state.walks = round % 9;
      startWalk(search);
      turns.add(state.walk!.turn);
      for (let units = 0; state.walk !== null; units++) {
        assert.ok(units < 1_000, "no end");
        const before = state.bestCost!, copy = JSON.parse(JSON.stringify(state));
        const again = new Search(prepared, copy);
        walkOn(search);
        walkOn(again);
        assert.deepEqual([again.state.walk, again.state.best], [state.walk, state.best]);
        assert.ok(isLegal(search, state.best!) && state.bestCost! <= before);
        assert.equal(matchingCost(tables, state.best!), state.bestCost);
        assert.ok(state.bestCost! >= least, `round ${round}`);
      }
      if (dearest === least) continue;
      all++;
      if (state.bestCost! < dearest) better++;
      if (state.bestCost === least) reached++;
    }
    assert.equal(turns.size, 8); // some with couples drawn have none
    assert.ok(all > 30 && better > 0.8 * all && reached > 0.6 * all, `${better} ${reached} ${all}`);
  });
}
