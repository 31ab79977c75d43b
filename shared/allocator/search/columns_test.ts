// The program's rows and columns: every legal matching is a point of it, and what breaks a rule is none.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { isFeasible, objectiveOf } from "../../lp/verify.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";
import { buildColumns } from "./columns.ts";
import { Layout } from "./layout.ts";
import { Prepared } from "./prepared.ts";
import { FULL_PENALTY, isLegal, Search } from "./search.ts";
import { firstState } from "./state.ts";

Deno.test("a matching is a point of the program just where it is legal, at its cost", () => {
  const random = new Random(21);
  let legal = 0, broken = 0;
  for (let round = 0; round < 200; round++) {
    const tables = buildTables(randomProblem(random, { caps: true, stability: false }));
    const search = new Search(new Prepared(tables, false), firstState());
    const setting = search.setting([], false);
    if (setting === null) continue;
    const layout = new Layout(setting, [], FULL_PENALTY), { J } = tables;
    const pairs = Array.from(tables.cost.keys()).filter((p) => tables.cost[p] < Infinity);
    const model = buildColumns(layout, pairs).build();
    const first = model.cols - pairs.length;
    const base = tables.workers.reduce((sum, _, w) => sum + layout.least[w], 0);
    for (const lineOf of allMatchings(tables).slice(0, 40)) {
      const x = new Float64Array(model.cols);
      pairs.forEach((p, i) => x[first + i] = lineOf[Math.floor(p / J)] === p % J ? 1 : 0);
      // The y of a line stands behind the penalties, in the order of those lines.
      const yAt = first - layout.yLines.length;
      layout.yLines.forEach((j, i) => x[yAt + i] = lineOf.includes(j) ? 1 : 0);
      assert.equal(isFeasible(model, x), isLegal(search, lineOf), `round ${round}: ${lineOf}`);
      if (!isLegal(search, lineOf)) {
        broken++;
        continue;
      }
      const cost = base + objectiveOf(model, x) / layout.scaled(1);
      assert.ok(Math.abs(cost - matchingCost(tables, lineOf)) < 1e-3);
      legal++;
    }
  }
  assert.ok(legal > 300 && broken > 300, `${legal} ${broken}`);
});
