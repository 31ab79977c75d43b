// Descents against every stable matching of tiny problems: what they offer is stable and never dearer than what there was, a
// copy of the checkpoint goes the same way, and with all lines open the neighbourhood is the whole problem.

import assert from "node:assert/strict";
import { packPrices } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";
import { Layout } from "./layout.ts";
import { canDescend, cutoffsOf, descendOn, startDescent } from "./nearby.ts";
import { Prepared } from "./prepared.ts";
import { isLegal, Search } from "./search.ts";
import { firstState } from "./state.ts";

/** Searches with a stable matching that is not the best, and a first program that says nothing. */
function* cases(seed: number, rounds: number) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const tables = buildTables(
      randomProblem(random, { caps: round % 4 === 0, stability: true }),
    );
    const prepared = new Prepared(tables, true), search = new Search(prepared, firstState());
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    const setting = search.setting([]);
    if (legal.length < 2 || setting === null) continue;
    const costs = legal.map((lineOf) => matchingCost(tables, lineOf));
    const least = Math.min(...costs), dearest = Math.max(...costs);
    search.offer(legal[costs.indexOf(dearest)]);
    const rows = new Layout(setting, [], 1).rows;
    search.state.root = { duals: packPrices(new Float64Array(rows)), cuts: 0 };
    search.state.bound = prepared.costs.least.reduce((sum, cost) => sum + cost, 0);
    yield { round, search, prepared, legal, least, dearest };
  }
}

Deno.test("a descent offers stable matchings only, none dearer, and a copy goes the same way", () => {
  let better = 0, all = 0;
  for (const { round, search, prepared, legal, least, dearest } of cases(221, 300)) {
    const { state, tables } = search;
    assert.ok(canDescend(search));
    // From the best one at hand, or from any other.
    startDescent(search, round % 3 === 0 ? legal[round % legal.length] : state.best!);
    for (let units = 0; state.descent !== null; units++) {
      assert.ok(units < 1_000, "no end");
      const before = state.bestCost!, copy = JSON.parse(JSON.stringify(state));
      const again = new Search(prepared, copy);
      descendOn(search, state.descent);
      descendOn(again, again.state.descent!);
      assert.deepEqual([again.state.descent, again.state.best], [state.descent, state.best]);
      assert.ok(isLegal(search, state.best!) && state.bestCost! <= before);
      assert.equal(matchingCost(tables, state.best!), state.bestCost);
      assert.ok(state.bestCost! >= least, `round ${round}`);
    }
    if (dearest === least) continue;
    all++;
    if (state.bestCost! < dearest) better++;
  }
  assert.ok(all > 50 && better > 0.5 * all, `${better} of ${all}`);
});

Deno.test("with all lines open the cheapest stable matching is found", () => {
  let reached = 0, all = 0;
  for (const { search, least, dearest } of cases(222, 300)) {
    const { state, tables } = search;
    if (dearest === least || tables.caps.length > 0) continue;
    startDescent(search, state.best!);
    for (let i = 0; i < 20 && state.bestCost! > least; i++) {
      descendOn(search, {
        lineOf: [...state.best!],
        random: i + 1,
        open: tables.J,
        misses: 0,
      });
    }
    all++;
    if (state.bestCost === least) reached++;
  }
  assert.ok(all > 50, `${all}`);
  assert.equal(reached, all);
});

Deno.test("the best matching and another are joined: never dearer, and nothing between is missed", () => {
  let better = 0, all = 0;
  for (const { round, search, prepared, legal } of cases(223, 500)) {
    const { state, tables } = search;
    if (tables.caps.length > 0) continue;
    const before = state.bestCost!, other = legal[round % legal.length];
    startDescent(search, other);
    if (state.descent!.joins !== true) continue;
    const cutoffs = [state.best!, other].map((lineOf) => cutoffsOf(search, lineOf));
    const between = legal.filter((lineOf) =>
      cutoffsOf(search, lineOf).every((own, j) =>
        cutoffs[0][j] !== cutoffs[1][j] || own === cutoffs[0][j]
      )
    );
    const copy = new Search(prepared, JSON.parse(JSON.stringify(state)));
    descendOn(search, state.descent!);
    descendOn(copy, copy.state.descent!);
    assert.deepEqual([copy.state.descent, copy.state.best], [state.descent, state.best]);
    assert.ok(state.descent!.joins !== true, "joined twice");
    const least = Math.min(...between.map((lineOf) => matchingCost(tables, lineOf)));
    assert.ok(isLegal(search, state.best!));
    assert.equal(matchingCost(tables, state.best!), state.bestCost);
    // Less where a line that could have had a worse cutoff has a better one.
    assert.ok(least <= before && state.bestCost! <= least, `round ${round}`);
    all++;
    if (least < before) better++;
  }
  assert.ok(all > 50 && better > 25, `${better} of ${all}`);
});
