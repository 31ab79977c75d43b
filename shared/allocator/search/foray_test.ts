// Forays against every stable matching of tiny problems: what one comes to is the cheapest of all that it looks at, the tree
// that it has left is there again, and a copy of the checkpoint goes the same way.

import assert from "node:assert/strict";
import { packPrices, unpackBasis } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";
import { exploreNode } from "./explore.ts";
import { endForay, isSpent, isToForay, startForay } from "./foray.ts";
import { Layout } from "./layout.ts";
import { cutoffsOf } from "./nearby.ts";
import { packState } from "./nodes.ts";
import { Prepared } from "./prepared.ts";
import { isLegal, Search } from "./search.ts";
import { type AllocatorState, firstState } from "./state.ts";
import { nextUnit } from "./units.ts";

/** Searches at work on their first program, with the dearest stable matching at hand, and duals that say nothing. */
function* cases(seed: number, rounds: number) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const tables = buildTables(randomProblem(random, { caps: round % 4 === 0, stability: true }));
    const prepared = new Prepared(tables, true), search = new Search(prepared, firstState());
    const { state } = search, isThere = () => state.phase === "bound" && state.basis !== null;
    while (!isThere() && ["place", "bound"].includes(state.phase)) nextUnit(search)!.run(search);
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    if (!isThere() || legal.length < 2) continue;
    const costs = legal.map((lineOf) => matchingCost(tables, lineOf));
    const least = Math.min(...costs), dearest = Math.max(...costs);
    state.best = [...legal[costs.indexOf(dearest)]];
    state.bestCost = dearest;
    if (search.proven) continue;
    const { rows } = new Layout(search.setting([])!, [], 1);
    Object.assign(state, { phase: "search", walks: 99 });
    state.root = { duals: packPrices(new Float64Array(rows)), cuts: 0 };
    yield { search, prepared, legal, least };
  }
}

/** The stable matchings in which the lines that a foray keeps have the cutoffs that they have. */
function lookedAt(search: Search, legal: readonly number[][]): number[][] {
  const setting = search.setting(search.state.nodes[0].decisions, false)!, { domain } = setting;
  return legal.filter((lineOf) =>
    lineOf.every((j, w) => domain.usable[w * search.tables.J + j] === 1) &&
    cutoffsOf(search, lineOf).every((own, j) =>
      search.tables.capacity[j] === 0 || (domain.lowest[j] <= own && own <= domain.highest[j])
    )
  );
}

/** What a foray has to leave as it was. */
const tree = ({ nodes, bases, cuts, bound }: AllocatorState) =>
  structuredClone({ nodes, bases, cuts, bound });

Deno.test("a foray comes to the cheapest of what it looks at, and leaves the tree as it was", () => {
  let better = 0, whole = 0, all = 0;
  for (const { search, prepared, legal, least } of cases(331, 2_000)) {
    const { state, tables } = search, before = tree(state), cost = state.bestCost!;
    startForay(search);
    if (state.foray === null) continue; // no line was left whose cutoff stays
    const found = lookedAt(search, legal);
    const nearest = Math.min(...found.map((lineOf) => matchingCost(tables, lineOf)));
    assert.ok(found.length > 0 && nearest <= cost);
    while (state.foray !== null && state.phase === "search") {
      const again = new Search(prepared, JSON.parse(JSON.stringify(packState(state))));
      exploreNode(search);
      exploreNode(again);
      assert.deepEqual(packState(again.state), packState(state));
    }
    assert.ok(isLegal(search, state.best!) && matchingCost(tables, state.best!) === state.bestCost);
    assert.ok(state.bestCost! <= nearest, `${state.bestCost} of ${nearest}`);
    all++;
    if (nearest < cost) better++;
    if (state.phase === "done") {
      assert.equal(state.bestCost, least);
      whole++;
      continue;
    }
    assert.deepEqual(tree(state), before);
    // Columns that came meanwhile are in the basis that it goes back to, beside the penalties of workers and lines.
    const caps = tables.caps.some(({ maxLines }) => maxLines !== null);
    const items = state.basisRows + tables.W + tables.J + search.pool.length;
    if (!caps) assert.equal(unpackBasis(state.basis!).length, items);
    for (let unit = nextUnit(search); unit !== null; unit = nextUnit(search)) unit.run(search);
    assert.equal(state.bestCost, least);
  }
  assert.ok(all > 60 && better > 0.2 * all && whole < 0.8 * all, `${better} ${whole} of ${all}`);
});

Deno.test("forays that find nothing come less and less often, and look at more where that took little", () => {
  for (const { search } of cases(332, 300)) {
    const { state } = search, waits: number[] = [], open: number[] = [];
    for (let i = 0; i < 4; i++) {
      assert.ok(isToForay(search));
      startForay(search);
      if (state.foray === null) break;
      state.work.lps += 30;
      assert.equal(isSpent(state), false);
      endForay(search);
      open.push(state.forays.open!);
      waits.push(state.forays.next - state.work.lps);
      assert.equal(isToForay(search), false);
      state.work.lps = state.forays.next;
    }
    if (waits.length < 4) continue;
    assert.ok(waits.every((wait, i) => i === 0 || wait > waits[i - 1]), `${waits}`);
    assert.ok(open[0] <= open[3], `${open}`);
    startForay(search);
    state.work.lps += 300;
    assert.equal(isSpent(state), true);
    state.bestCost!--;
    endForay(search);
    assert.equal(state.forays.misses, 0);
    assert.ok(state.forays.open! < open[3] * 1.1);
    return;
  }
  assert.fail("no problem has four");
});

Deno.test("no foray begins near the bound, beside another, on a dive, or before the first program is done", () => {
  const [{ search }] = cases(333, 300), { state } = search;
  assert.ok(isToForay(search));
  const without = (change: Partial<AllocatorState>) => {
    const kept = { ...state };
    Object.assign(state, change);
    assert.equal(isToForay(search), false, Object.keys(change).join());
    Object.assign(state, kept);
  };
  without({ bound: state.bestCost! - 0.01 * state.bestCost! });
  without({ root: null });
  without({ nodes: [] });
  without({ basis: null });
  const back = { basis: state.basis!, rows: state.basisRows, cuts: 0 };
  without({ dive: { decisions: [], bound: 0, counted: true, back } });
  startForay(search);
  if (state.foray !== null) assert.equal(isToForay(search), false);
});
