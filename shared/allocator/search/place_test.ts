// Placing workers by the flow: what it ends, what it proves, and what the program starts from.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { unpackBasis } from "../../engine/packing.ts";
import { buildTables } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import { placeWorkers, startProgram } from "./place.ts";
import { Prepared } from "./prepared.ts";
import { isLegal, objectiveOf, Search } from "./search.ts";
import { firstState } from "./state.ts";

function searchOf(random: Random, caps: boolean, stability: boolean): Search {
  const tables = buildTables(randomProblem(random, { caps, stability }));
  return new Search(new Prepared(tables, stability), firstState());
}

function place(search: Search): void {
  while (search.state.phase === "place") placeWorkers(search);
}

Deno.test("where the flow expresses all rules it ends the search: with the cheapest matching, or none", () => {
  const random = new Random(11);
  let matched = 0, none = 0;
  for (let round = 0; round < 300; round++) {
    const search = searchOf(random, false, false), { tables, state } = search;
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    place(search);
    if (legal.length === 0) {
      assert.equal(state.phase, "explain");
      none++;
      continue;
    }
    const least = Math.min(...legal.map((lineOf) => objectiveOf(tables, lineOf)));
    assert.deepEqual([state.phase, state.bestCost, state.bound], ["done", least, least]);
    matched++;
  }
  assert.ok(matched > 80 && none > 50, `${matched} ${none}`);
});

Deno.test("where it cannot, its cost is a bound, and the program starts with its pairs and a basis that fits", () => {
  const random = new Random(12);
  let started = 0;
  for (let round = 0; round < 700; round++) {
    const search = searchOf(random, true, round % 2 === 0), { tables, state } = search;
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    const least = Math.min(Infinity, ...legal.map((lineOf) => objectiveOf(tables, lineOf)));
    place(search);
    if (state.phase === "explain") assert.equal(legal.length, 0, `round ${round}`);
    if (state.phase !== "bound") continue;
    assert.ok(state.bound! <= least, `round ${round}: ${state.bound} of ${least}`);
    const { lineOf } = state.flow!;
    startProgram(search);
    if (state.phase !== "bound") {
      assert.equal(legal.length, 0, "nothing is possible");
      continue;
    }
    const setting = search.setting([])!, pool = new Set(search.pool);
    lineOf.forEach((j, w) => {
      const p = w * tables.J + j;
      assert.ok(j < 0 || pool.has(p) || setting.domain.usable[p] === 0, `pair ${p}`);
    });
    for (const p of pool) assert.ok(tables.cost[p] < Infinity);
    const basis = unpackBasis(state.basis!);
    const basic = basis.filter((status) => status === 1).length;
    assert.equal(basic, state.basisRows, "as many basic as rows");
    assert.equal(state.nodes.length, 1);
    started++;
  }
  assert.ok(started > 60, `${started}`);
});

Deno.test("a must-have line that nobody can fill is explained, never left empty", () => {
  const problem = problemOf(1, [1, 1]);
  problem.lines = problem.lines.map((line) => ({ ...line, mustHave: true }));
  const search = new Search(new Prepared(buildTables(problem), false), firstState());
  place(search);
  assert.equal(search.state.phase, "explain");
});
