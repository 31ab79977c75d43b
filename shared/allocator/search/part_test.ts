// The program of what a domain leaves open: every stable matching is a point of it with its own cost, whatever combs it has, and
// it is read back from that point.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type LpModel, solveLp } from "../../lp/mod.ts";
import { buildTables, matchingCost } from "../model/tables.ts";
import { brokenCombs } from "../stability/combs.ts";
import { allMatchings } from "../testing/matchings.ts";
import { randomProblem } from "../testing/problems.ts";
import type { Cut } from "./layout.ts";
import { Part } from "./part.ts";
import { Prepared } from "./prepared.ts";
import { isLegal, Search } from "./search.ts";
import { firstState } from "./state.ts";

/** Rows that a point breaks. */
function brokenRows(model: LpModel, x: readonly number[]): number[] {
  const sums = new Float64Array(model.rows);
  for (let j = 0; j < model.cols; j++) {
    for (let k = model.starts[j]; k < model.starts[j + 1]; k++) {
      sums[model.index[k]] += model.value[k] * x[j];
    }
  }
  return [...sums.keys()].filter((i) =>
    sums[i] < model.rowLower[i] - 1e-9 || sums[i] > model.rowUpper[i] + 1e-9
  );
}

/** Adds combs until the program's point breaks none. @returns what the point costs; null: the program has none */
function addCombs(part: Part, combs: Cut[]): number | null {
  const { field, domain } = part.setting;
  for (;;) {
    const { status, x, objective } = solveLp(part.model(combs, false));
    if (status !== "optimal") return null;
    const known = new Set(combs.map(String));
    const fresh = brokenCombs(field!, domain, part.point(x), 50)
      .filter((comb) => !known.has(String(comb)));
    if (fresh.length === 0) return part.costOf(objective);
    combs.push(...fresh);
  }
}

Deno.test("every stable matching is a point of its domain's program and costs what it does there", () => {
  const random = new Random(331);
  let matchings = 0, rows = 0, sure = 0;
  for (let round = 0; round < 400; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true })),
      { J } = tables;
    const search = new Search(new Prepared(tables, true), firstState());
    const setting = search.setting([]);
    const legal = allMatchings(tables).filter((lineOf) => isLegal(search, lineOf));
    if (setting === null || legal.length === 0) continue;
    const part = new Part(setting, Infinity, new Float64Array(tables.cost.length));
    const combs: Cut[] = [], relaxed = part.pairs.length === 0 ? null : addCombs(part, combs);
    rows += combs.length;
    sure += part.workers < tables.W ? 1 : 0;
    const model = part.model(combs, false);
    for (const lineOf of legal) {
      const x = part.pairs.map((p) => lineOf[Math.floor(p / J)] === p % J ? 1 : 0);
      assert.deepEqual(brokenRows(model, x), [], `round ${round}`);
      const cost = matchingCost(tables, lineOf);
      const own = x.reduce((sum: number, value, i) => sum + value * model.objective[i], 0);
      assert.ok(Math.abs(part.costOf(own) - cost) < 1e-6);
      assert.ok(relaxed === null || relaxed <= cost + 1e-6);
      assert.deepEqual(part.matching(x), lineOf);
      matchings++;
    }
  }
  assert.ok(matchings > 150 && rows > 20 && sure > 20, `${matchings}, ${rows}, ${sure}`);
});
