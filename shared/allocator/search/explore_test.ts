// What every unit of a search keeps, against every legal matching of tiny problems: the bound never falls and never passes
// the least cost, the best never gets dearer, and as long as the best of all is not at hand some open node holds it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem, withLinks } from "../testing/problems.ts";
import { Prepared } from "./prepared.ts";
import { isLegal, objectiveOf, Search } from "./search.ts";
import { firstState } from "./state.ts";
import { nextUnit } from "./units.ts";

const TOLERANCE = 1e-3;

/** Runs a search to its end, looking at it after each unit. */
function walk(search: Search) {
  const { tables, state } = search, { W, J } = tables;
  const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
  const costs = legal.map((lineOf) => objectiveOf(tables, lineOf));
  const least = Math.min(Infinity, ...costs);
  const best = legal.filter((_, i) => costs[i] === least);
  const holds = (decisions: readonly number[]) => {
    const setting = search.setting(decisions, false);
    if (setting === null) return false;
    return best.some((lineOf) =>
      lineOf.every((j, w) => setting.domain.usable[w * J + j] === 1) &&
      lineOf.every((j) => setting.used[j] !== 0)
    );
  };
  let bound = -Infinity, cost = Infinity, splits = 0;
  const kinds = new Set<string>();
  for (let units = 0;; units++) {
    assert.ok(units < 3_000, `no end in ${state.phase}`);
    const unit = nextUnit(search);
    if (unit === null) return { least, kinds, splits, W };
    kinds.add(unit.kind);
    const open = state.nodes.length;
    unit.run(search);
    if (state.nodes.length > open) splits++;
    assert.ok((state.bound ?? -Infinity) >= bound - TOLERANCE, "the bound falls");
    assert.ok((state.bestCost ?? Infinity) <= cost, "the best gets dearer");
    bound = state.bound ?? bound;
    cost = state.bestCost ?? cost;
    assert.ok(bound <= least + TOLERANCE, `bound ${bound} of ${least}`);
    if (state.best !== null) {
      assert.ok(isLegal(search, state.best));
      assert.equal(objectiveOf(tables, state.best), cost);
    }
    if (cost - least < TOLERANCE || state.phase === "place") continue;
    if (state.phase === "explain") assert.equal(legal.length, 0, "there is a matching");
    if (state.phase === "search" && best.length > 0) {
      assert.ok(state.nodes.some((node) => holds(node.decisions)), "the best of all is lost");
    }
  }
}

for (
  const [name, caps, stability, links] of [
    ["with caps", true, false, false],
    ["with stability", false, true, false],
    ["with caps and stability", true, true, false],
    ["with couples", false, false, true],
    ["with couples, caps and stability", true, true, true],
  ] as const
) {
  Deno.test(`every unit keeps bound and best true, and loses no best matching: ${name}`, () => {
    const random = new Random(101);
    let solved = 0, none = 0;
    for (let round = 0; round < 150; round++) {
      const plain = randomProblem(random, { caps, stability });
      const tables = buildTables(links ? withLinks(random, plain) : plain);
      const search = new Search(new Prepared(tables, stability), firstState());
      const { least } = walk(search), { state } = search;
      assert.equal(state.failure, null, `round ${round}`);
      if (least === Infinity) {
        assert.equal(state.phase, "explain", `round ${round}`);
        none++;
        continue;
      }
      assert.deepEqual([state.phase, state.bestCost], ["done", least], `round ${round}`);
      assert.ok(Math.abs(state.bound! - least) < TOLERANCE);
      solved++;
    }
    assert.ok(solved > 20 && none > 20, `${solved} solved, ${none} without a matching`);
  });
}

Deno.test("problems that one program does not decide are split, and end in the best matching all the same", () => {
  const random = new Random(103);
  let split = 0;
  for (let round = 0; round < 60; round++) {
    // Preferencers who share lines and may have few of them: what no flow expresses, and no program decides at once.
    const problem = problemOf(5, [2, 2, 2, 2, 2]);
    problem.preferences = problem.workers.map(({ id }) => {
      const order = Int32Array.from({ length: 5 }, (_, j) => j);
      random.choose(order, 5);
      return { worker: id, ranks: [...order].map((j, i): [string, number] => [`l${j}`, i + 1]) };
    });
    problem.preferencers = [[0, 1, 2], [2, 3, 4], [4, 0, 1]].map((own, p) => ({
      id: `p${p}`,
      name: `P${p}`,
      lines: own.map((j) => `l${j}`),
      maxLines: 2,
      maxWorkers: 3,
      ranks: [],
    }));
    const search = new Search(new Prepared(buildTables(problem), false), firstState());
    const { least, splits } = walk(search);
    assert.equal(search.state.bestCost, least);
    if (splits > 0) split++;
  }
  assert.ok(split > 5, `${split}`);
});
