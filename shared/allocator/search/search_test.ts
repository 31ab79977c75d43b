// What units of a search share: the best matching so far, the bound, and the pairs that are left for a better one.

import assert from "node:assert/strict";
import { packPrices } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import { after, upTo } from "./decisions.ts";
import { Prepared } from "./prepared.ts";
import { Layout } from "./layout.ts";
import { FULL_PENALTY, isLegal, objectiveOf, offerIfLegal, Search } from "./search.ts";
import { firstState } from "./state.ts";
import { nextUnit } from "./units.ts";

function searchOf(seed: number, stability: boolean): Search {
  const problem = randomProblem(new Random(seed), { caps: true, stability });
  return new Search(new Prepared(buildTables(problem), stability), firstState());
}

Deno.test("offer() keeps the cheaper matching, and a matching at the bound is proven", () => {
  const ranks: [string, number][] = [["l0", 1], ["l1", 2], ["l2", 3]];
  const preferences = ["w0", "w1", "w2"].map((worker) => ({ worker, ranks }));
  const pickier = [...preferences.slice(1), { worker: "w0", ranks: [["l2", 1]] as typeof ranks }];
  const tables = buildTables(problemOf(3, [1, 1, 1], { preferences: pickier }));
  const search = new Search(new Prepared(tables, false), firstState());
  const matchings = allMatchings(search.tables);
  const costs = matchings.map((lineOf) => objectiveOf(search.tables, lineOf));
  for (const lineOf of matchings) search.offer(lineOf);
  assert.equal(search.state.bestCost, Math.min(...costs));
  assert.equal(matchingCost(search.tables, search.state.best!), search.state.bestCost);
  assert.equal(search.proven, false);
  search.raiseBound(search.state.bestCost! - 1);
  assert.equal(search.proven, false);
  search.raiseBound(search.state.bestCost! - 1e-3);
  assert.equal(search.proven, true);
  search.raiseBound(0);
  assert.equal(search.proven, true, "a bound never falls");
  search.finish();
  assert.deepEqual([search.state.phase, search.state.bound], ["done", search.state.bestCost]);
});

Deno.test("with a best matching at hand, pairs that go hold no better one: the best of all is never lost", () => {
  let ruledOut = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const search = searchOf(seed, seed % 2 === 0), { tables } = search;
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    if (legal.length < 2) continue;
    const cost = (lineOf: number[]) => objectiveOf(tables, lineOf);
    const [best, ...others] = legal.toSorted((a, b) => cost(a) - cost(b));
    // A search whose first program was solved, with a matching that is not the best.
    while (search.state.root === null && search.state.phase !== "done") {
      const unit = nextUnit(search);
      if (unit === null) break;
      unit.run(search);
    }
    if (search.state.root === null) continue;
    const worse = others.find((lineOf) => cost(lineOf) > cost(best));
    if (worse === undefined) continue;
    search.state.best = worse;
    search.state.bestCost = cost(worse);
    const setting = search.setting([])!;
    const { usable } = setting.domain;
    assert.ok(best.every((j, w) => usable[w * tables.J + j] === 1), `seed ${seed}`);
    ruledOut += usable.filter((u, p) => u === 0 && tables.cost[p] < Infinity).length;
  }
  assert.ok(ruledOut > 0);
});

Deno.test("what decisions leave is the same made one by one, all at once, and from the cutoffs that a slice before has found", () => {
  let compared = 0, impossible = 0, recalled = 0;
  for (let seed = 1; seed <= 800; seed++) {
    const search = searchOf(seed, seed % 3 > 0), { tables, state, stability } = search;
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    const setting = search.setting([]);
    if (setting === null || legal.length === 0) continue;
    // Duals of nothing prove something too: what is dearer than the matching at hand goes.
    const { rows } = new Layout(setting, [], FULL_PENALTY);
    state.root = { duals: packPrices(new Float64Array(rows)), cuts: 0 };
    offerIfLegal(search, legal[seed % legal.length]);
    if (search.setting([]) === null) continue;
    assert.equal(state.affordable !== null, stability);
    if (state.affordable !== null) recalled++;
    const random = new Random(seed), again = () => new Search(search.prepared, state);
    const stepwise = again(), decisions: number[] = [];
    for (let i = 0; i < 4; i++) {
      const pair = random.below(tables.cost.length);
      decisions.push(random.next() < 0.5 ? upTo(pair) : after(pair));
      const [one, other] = [stepwise.setting(decisions), again().setting(decisions)];
      const plain = new Search(search.prepared, { ...state, affordable: null });
      assert.deepEqual(one?.domain, other?.domain, `seed ${seed}`);
      assert.deepEqual(plain.setting(decisions)?.domain, other?.domain, `seed ${seed}`);
      if (one === null) impossible++;
      compared++;
    }
  }
  assert.ok(
    compared > 500 && impossible > 100 && impossible < compared / 1.2 && recalled > 50,
    `${compared}, ${impossible}, ${recalled}`,
  );
});

Deno.test("of matchings as cheap as the best, the one that there is stays; one that is illegal never comes in", () => {
  const problem = problemOf(2, [1, 1]);
  const near = [{ worker: "w0", line: "l1" }, { worker: "w1", line: "l0" }];
  const tables = buildTables({ ...problem, near });
  const search = new Search(new Prepared(tables, false), firstState());
  const there = [...tables.near!], other = there.toReversed();
  assert.notDeepEqual(there, other);
  offerIfLegal(search, [0, 0]); // two workers on a line of one place
  offerIfLegal(search, [-1, 0]);
  assert.equal(search.state.best, null);
  offerIfLegal(search, other);
  assert.deepEqual(search.state.best, other);
  search.raiseBound(search.state.bestCost!);
  search.finish();
  assert.deepEqual(search.state.best, there);
});
