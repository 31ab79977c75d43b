// The master LP and the Lagrangean bound against the true optimum of small problems.

import assert from "node:assert/strict";
import { lagrangeanBound, LinePool, Master } from "./master.ts";
import { Pricer } from "../pricing/pricing.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { bruteForce, legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";

Deno.test("lagrangeanBound() is never below the optimum, whatever the prices", () => {
  const random = new Random(31);
  let compared = 0;
  for (let round = 0; round < 120; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 1 + random.below(3),
      terms: 1 + random.below(3),
      positions: 4,
      postsUpTo: 2,
      allowPartial: round % 2 === 0,
    });
    const { best } = bruteForce(problem);
    if (best === null) continue;
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const prices = Float64Array.from(tables.cap, () => random.below(300) - 200);
    const priced = new Pricer(tables).price(prices, -1e6);
    assert.ok(lagrangeanBound(tables, prices, priced.best) >= best.objective - 1e-6);
    compared++;
  }
  assert.ok(compared > 30);
});

Deno.test("solve() over all legal lines meets the Lagrangean bound at its own duals", () => {
  const random = new Random(32);
  let compared = 0;
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2,
      terms: 3,
      positions: 5,
      postsUpTo: 2,
    });
    if (bruteForce(problem).best === null) continue;
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
    const pool = new LinePool(tables);
    for (const ids of legalLines(problem)) {
      pool.add(Int32Array.from(ids, (id) => indexOf.get(id)!), 0);
    }
    const solution = new Master(tables).solve(pool, null);
    assert.ok(solution.prices);
    const { best } = new Pricer(tables).price(solution.prices, -1e6);
    const bound = lagrangeanBound(tables, solution.prices, best);
    // Prices are kept to a thousandth, hence the tolerance.
    const value = solution.value - tables.line * tables.lines - tables.emptyCost;
    assert.ok(Math.abs(bound - value) < 0.1, `${bound} ${value}`);
    compared++;
  }
  assert.ok(compared > 10);
});

Deno.test("solve() paused by its work limit goes on from its basis to the same value", () => {
  const problem = sample20();
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const pool = new LinePool(tables);
  const { lines, count } = new Pricer(tables).price(new Float64Array(tables.cap.length), -1e6);
  for (let j = 0; j < count; j++) pool.add(lines, j * tables.terms);
  const master = new Master(tables);
  const whole = master.solve(pool, null);
  let basis: Uint8Array | null = null, pauses = 0;
  for (;;) {
    const part = master.solve(pool, basis, 20);
    basis = part.basis;
    if (part.prices !== null) {
      assert.ok(whole.prices !== null && Math.abs(part.value - whole.value) < 1e-6);
      break;
    }
    assert.ok(++pauses < 1_000);
  }
  assert.ok(pauses > 0);
});

Deno.test("a nudged program says what the true one is worth, never less, and chooses nearly what there is room for", () => {
  const random = new Random(35);
  let compared = 0, changed = 0;
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2 + random.below(3),
      terms: 3,
      positions: 5,
      postsUpTo: 2,
    });
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
    const pool = new LinePool(tables);
    for (const ids of legalLines(problem)) {
      pool.add(Int32Array.from(ids, (id) => indexOf.get(id)!), 0);
    }
    if (pool.count === 0) continue;
    const [exact, nudged] = [false, true].map((is) => new Master(tables, is).solve(pool, null));
    assert.ok(exact.prices && nudged.prices);
    // Of 15 slots, each by less than a two hundredth of what a line may cost.
    assert.ok(nudged.value >= exact.value - 1e-6, `${nudged.value} ${exact.value}`);
    assert.ok(nudged.value <= exact.value + 0.002 * Math.abs(exact.value) + 1, `${nudged.value}`);
    const taken = new Float64Array(tables.cap.length);
    nudged.weights.forEach((weight, j) => {
      for (let t = 0; t < 3; t++) taken[t * tables.positions + pool.cells[j * 3 + t]] += weight;
    });
    taken.forEach((n, s) => assert.ok(n <= tables.cap[s] + 0.005, `${n} of ${tables.cap[s]}`));
    if (taken.some((n, s) => n > tables.cap[s] + 1e-6)) changed++;
    compared++;
  }
  assert.ok(compared > 30 && changed > 10, `${compared}, ${changed}`);
});

Deno.test("slots of years of six terms and more are nudged, of shorter ones they are not, and groups of lines from ten on", () => {
  const random = new Random(36);
  for (const terms of [5, 6, 9, 10]) {
    const problem = randomProblem(() => random.next(), {
      lines: 4,
      terms,
      positions: 14,
      postsUpTo: 2,
      pathways: true,
    });
    const tables = buildTables(problem, resolveRules(problem.constraints));
    assert.ok(tables.groups.length > 1);
    const own = new Master(tables),
      nudged = Array.from({ length: own.fixedBasis }, (_, row) => {
        const dual = new Float64Array(own.fixedBasis);
        dual[row] = 1;
        return own.valueOf(0, dual) < 0;
      });
    const all = terms >= 10 ? tables.cap.length : terms >= 6 ? terms * tables.positions : 0;
    const slots = tables.cap.filter((n, s) => n > 0 && s < all).length;
    assert.equal(nudged.filter((is) => is).length, slots);
  }
});

Deno.test("a dive's program of many terms says what its lines are truly worth, which is nearly as much as the master's", () => {
  const random = new Random(37);
  for (let round = 0; round < 10; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 4,
      terms: 10,
      positions: 6,
      postsUpTo: 2,
    });
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const { terms: T, positions: R, cap } = tables, pool = new LinePool(tables);
    const open = Array.from(
      { length: T },
      (_, t) => Array.from({ length: R }, (_, r) => r).filter((r) => cap[t * R + r] > 0),
    );
    if (open.some((positions) => positions.length === 0)) continue;
    for (let n = 0; n < 200; n++) {
      pool.add(Int32Array.from(open, (rs) => rs[random.below(rs.length)]), 0);
    }
    const master = new Master(tables, false), exact = master.solve(pool, null);
    const all = Int32Array.from({ length: pool.count }, (_, j) => j);
    const { session, value } = master.open(pool, null, new Int32Array(pool.count), all);
    const found = session.solve({ presolve: false });
    session.close();
    assert.ok(exact.prices && found.rowDual);
    const worth = value(found);
    assert.ok(worth <= exact.value + 1e-6, `${worth} ${exact.value}`);
    assert.ok(worth >= exact.value - tables.lines, `${worth} ${exact.value}`);
    assert.ok(worth > master.valueOf(found.objective, found.rowDual) + 1e-6);
  }
});
