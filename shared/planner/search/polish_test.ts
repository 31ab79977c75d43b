// Diving and polishing on a sample: legal, within the posts, and never worse.

import assert from "node:assert/strict";
import { type Dive, diveOn, openTables } from "./dive.ts";
import { LineScorer, planValue, slotCounts } from "../model/line_values.ts";
import { LinePool, Master } from "./master.ts";
import { PlanMoves, randomFill } from "../moves/neighbourhoods.ts";
import { polishLines } from "./polish.ts";
import { Pricer } from "../pricing/pricing.ts";
import { Random } from "../../engine/random.ts";
import { roundSolution } from "./rounding.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerTables } from "../model/tables.ts";
import { sample20 } from "../testing/samples.ts";

interface Relaxed {
  tables: PlannerTables;
  master: Master;
  pool: LinePool;
  prices: Float64Array;
  linePrice: number;
  basis: Uint8Array;
}

/** The LP optimum of the sample by column generation. */
function relaxed(): Relaxed {
  const problem = sample20();
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const master = new Master(tables), pricer = new Pricer(tables), pool = new LinePool(tables);
  for (let round = 0; round < 60; round++) {
    const found = master.solve(pool, null);
    assert.ok(found.prices);
    const priced = pricer.price(found.prices, found.linePrice + 0.01);
    let added = 0;
    for (let j = 0; j < priced.count; j++) if (pool.add(priced.lines, j * tables.terms)) added++;
    if (added === 0) return { tables, master, pool, ...found };
  }
  throw new Error("column generation did not close");
}

function assertWithinPosts(tables: PlannerTables, cells: Int32Array): void {
  const counts = slotCounts(tables, cells, cells.length / tables.terms);
  assert.ok(counts.every((n, s) => n <= tables.cap[s]));
}

/** Dives to the bottom in units of a work limit, pricing what it asks for. */
function diveAll({ tables, master, pool, basis }: Relaxed, workLimit: number) {
  const dive: Dive = { fixed: new Int32Array(pool.count), basis, rounds: 1 };
  const options = { perStep: 2, rounds: 1, noise: 0.1, beat: -Infinity, workLimit };
  const random = new Random(4);
  for (let units = 1, priced = 0;; units++) {
    const step = diveOn(tables, master, pool, dive, random, options);
    if (step.end === "whole") return { fixed: dive.fixed, units, priced };
    assert.ok(step.end === "pause" || step.end === "price");
    if (step.end === "pause") continue;
    const open = openTables(tables, pool, dive.fixed);
    const found = new Pricer(open).price(step.prices, step.linePrice + 0.01);
    for (let j = 0; j < found.count; j++) pool.add(found.lines, j * tables.terms);
    const fixed = new Int32Array(pool.count);
    fixed.set(dive.fixed);
    dive.fixed = fixed;
    dive.rounds++;
    priced++;
  }
}

Deno.test("diveOn() in parts fixes a whole plan within the posts, as in one go", () => {
  const whole = diveAll(relaxed(), Infinity);
  const part = diveAll(relaxed(), 10);
  assert.ok(whole.priced > 0 && part.units > whole.units);
  for (const { fixed } of [whole, part]) {
    const { tables, pool } = relaxed();
    assert.equal(fixed.reduce((sum, n) => sum + n, 0), 20);
    assert.ok(fixed.length >= pool.count);
    assert.ok(openTables(tables, pool, fixed.slice(0, pool.count)).cap.every((n) => n >= 0));
  }
});

Deno.test("diveOn() gives up where nothing better than the value to beat can come", () => {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = { fixed: new Int32Array(pool.count), basis, rounds: 0 };
  const options = { perStep: 2, rounds: 0, noise: 0, beat: Infinity, workLimit: Infinity };
  assert.equal(diveOn(tables, master, pool, dive, new Random(1), options).end, "hopeless");
});

Deno.test("roundSolution() places the whole parts of the LP and fills every line", () => {
  const { tables, master, pool, basis } = relaxed();
  const { session, firstLine } = master.open(pool, basis, new Int32Array(pool.count));
  const weight = session.solve({ presolve: false }).x.subarray(firstLine);
  session.close();
  const plan = roundSolution(tables, pool, weight, 20, new Random(2));
  assertWithinPosts(tables, plan);
  const names = Array.from({ length: 20 }, (_, i) => plan.subarray(i * 5, i * 5 + 5).join());
  for (let j = 0; j < pool.count; j++) {
    if (weight[j] < 1 - 1e-6) continue;
    assert.ok(names.includes(pool.cells.subarray(j * 5, j * 5 + 5).join()));
  }
});

Deno.test("polishLines() returns legal lines that make the plan better, or none", () => {
  const { tables, prices, linePrice } = relaxed();
  const random = new Random(9);
  const moves = new PlanMoves(tables, randomFill(tables, 20, random), random);
  for (let i = 0; i < 60; i++) moves.move(60 - i);
  assert.equal(moves.faults(), 0);
  const cells = moves.cells.slice(), scorer = new LineScorer(tables);
  let better = 0;
  for (let round = 0; round < 6; round++) {
    const order = Int32Array.from({ length: 20 }, (_, i) => i);
    random.choose(order, 8);
    const free = order.slice(0, 8);
    const options = { slack: 100, columns: 300, workLimit: 400, random };
    const { lines } = polishLines(tables, cells, free, prices, linePrice, options);
    if (lines === null) continue;
    const before = planValue(tables, cells, 20);
    free.forEach((i, n) => cells.set(lines.subarray(n * 5, n * 5 + 5), i * 5));
    assert.ok(planValue(tables, cells, 20) > before);
    for (let i = 0; i < 20; i++) assert.equal(scorer.faults(cells, i * 5), 0);
    assertWithinPosts(tables, cells);
    better++;
  }
  assert.ok(better > 0);
});
