// The LP optimum of the sample of twenty lines: what dives, rounding and polishing start from.

import assert from "node:assert/strict";
import { buildTables } from "../model/build.ts";
import { firstCellOf, linesIn } from "../model/flat.ts";
import { slotCounts } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { Pricer } from "../pricing/pricing.ts";
import { resolveRules } from "../rules/mod.ts";
import { LinePool, Master } from "../search/master.ts";
import { sample20 } from "./samples.ts";

/** What column generation came to. */
export interface Relaxed {
  tables: PlannerTables;
  master: Master;
  pool: LinePool;
  prices: Float64Array;
  linePrice: number;
  basis: Uint8Array;
}

/** Solves the sample by column generation. */
export function relaxed(): Relaxed {
  const problem = sample20();
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const master = new Master(tables), pricer = new Pricer(tables), pool = new LinePool(tables);
  for (let round = 0; round < 60; round++) {
    const found = master.solve(pool, null);
    assert.ok(found.prices);
    const priced = pricer.price(found.prices, found.linePrice + 0.01);
    let added = 0;
    for (let j = 0; j < priced.count; j++) {
      if (pool.add(priced.lines, firstCellOf(j, tables.terms))) added++;
    }
    if (added === 0) return { tables, master, pool, ...found };
  }
  throw new Error("column generation did not close");
}

/** No slot of a plan holds more lines than it has posts. */
export function assertWithinPosts(tables: PlannerTables, cells: Int32Array): void {
  const counts = slotCounts(tables, cells, linesIn(cells, tables.terms));
  assert.ok(counts.every((n, s) => n <= tables.cap[s]));
}
