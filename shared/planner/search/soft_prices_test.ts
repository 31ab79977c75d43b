// Soft prices: a bound of the program of the pool's lines, that comes as near to it as the best of them counts alone.

import assert from "node:assert/strict";
import { lagrangeanBound, LinePool, Master } from "./master.ts";
import type { PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { SoftBound } from "./soft_prices.ts";
import { buildTables } from "../model/build.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";

/** The program of all legal lines of a problem, and what it is worth; null where it has none. */
function programOf(problem: PlannerProblem) {
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r])),
    pool = new LinePool(tables);
  for (const ids of legalLines(problem)) {
    pool.add(Int32Array.from(ids, (id) => indexOf.get(id)!), 0);
  }
  if (pool.count === 0) return null;
  const solved = new Master(tables).solve(pool, null);
  assert.ok(solved.prices);
  // Lines' rewards are no part of it.
  const value = solved.value - tables.line * tables.lines - tables.emptyCost;
  const best = (prices: Float64Array) =>
    Array.from({ length: pool.count }, (_, j) => pool.reduced(j, prices))
      .reduce((most, worth) => Math.max(most, worth), -Infinity);
  return { tables, pool, solved, value, best };
}

Deno.test("SoftBound bounds the program of its lines at all prices, and lowered comes as near as its heat lets it", () => {
  const random = new Random(41);
  let compared = 0, lowered = 0;
  for (let round = 0; round < 120; round++) {
    const program = programOf(randomProblem(() => random.next(), {
      lines: 2 + random.below(3),
      terms: 3,
      positions: 5,
      postsUpTo: 2,
      allowPartial: round % 3 === 0,
    }));
    if (program === null) continue;
    const { tables, pool, value, best } = program;
    const start = Float64Array.from(tables.cap, (n) => n > 0 ? random.below(300) - 150 : 0);
    const given = start.slice(), heat = 1, soft = new SoftBound(tables, pool, heat);
    const first = soft.at(start) - tables.emptyCost;
    const { prices, linePrice, work } = soft.lower(start, 400);
    const last = soft.at(prices) - tables.emptyCost;
    assert.deepEqual(start, given);
    assert.ok(first >= value - 1e-6 && last >= value - 1e-6, `${first}, ${last}, ${value}`);
    assert.ok(last <= first + 1e-6, `${first} ${last}`);
    assert.ok(linePrice <= Math.max(best(prices), -tables.line) + 0.1, `${linePrice}`);
    assert.ok(work >= 400 * pool.count * tables.terms);
    // What as many lines as there are may add, each as good as the best, and what steps leave.
    const most = heat * tables.lines * Math.log(pool.count + 1);
    const bound = lagrangeanBound(tables, prices, Math.max(best(prices), -tables.line)) -
      (tables.allowPartial ? tables.line * tables.lines : 0);
    assert.ok(bound >= value - 0.1 && bound <= last + 0.1);
    // Where lines are missing, what they are rewarded with is a thousand times what heats tell apart.
    if (value < -tables.line / 2) continue;
    if (last <= value + most + 1) lowered++;
    compared++;
  }
  assert.ok(compared > 30, `${compared}`);
  assert.equal(lowered, compared);
});

Deno.test("SoftBound.lower() leaves the duals of a program where they are, but for what its heat tells apart", () => {
  const random = new Random(42);
  let compared = 0;
  for (let round = 0; round < 120; round++) {
    const program = programOf(
      randomProblem(() => random.next(), { lines: 3, terms: 3, positions: 5, postsUpTo: 2 }),
    );
    if (program === null || program.value < -program.tables.line / 2) continue;
    const { tables, pool, solved, value } = program, heat = 0.5;
    const soft = new SoftBound(tables, pool, heat).lower(solved.prices!, 50);
    const bound = new SoftBound(tables, pool, heat).at(soft.prices) - tables.emptyCost;
    assert.ok(
      bound <= value + heat * tables.lines * Math.log(pool.count) + 0.5,
      `${bound} ${value}`,
    );
    compared++;
  }
  assert.ok(compared > 10);
});

Deno.test("SoftBound of some of a pool's lines is that of a pool of these alone", () => {
  const random = new Random(43);
  let compared = 0;
  for (let round = 0; round < 40; round++) {
    const program = programOf(
      randomProblem(() => random.next(), { lines: 3, terms: 3, positions: 5, postsUpTo: 2 }),
    );
    if (program === null || program.pool.count < 4) continue;
    const { tables, pool, solved } = program;
    const keep = Uint8Array.from({ length: pool.count }, (_, j) => j % 3 === 1 ? 0 : 1);
    const only = Int32Array.from(keep.keys().filter((j) => keep[j] === 1));
    const some = new SoftBound(tables, pool, 1, only).lower(solved.prices!, 20);
    const alone = new SoftBound(tables, pool.filtered(keep), 1).lower(solved.prices!, 20);
    assert.deepEqual(some, alone);
    compared++;
  }
  assert.ok(compared > 10, `${compared}`);
});
