// Pricing of many terms against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { LineScorer } from "../model/line_values.ts";
import { resolveRules } from "../rules/mod.ts";
import { drawPriced, valueAt } from "../testing/priced.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { LongPricer } from "./long_pricing.ts";

/** A drawn problem with prices, and every legal line with its value against them, the best first. */
function drawn(random: Random, terms: number) {
  const sixMonth = random.next() < 0.3;
  return drawPriced(random, { lines: 3, terms, positions: 5, postsUpTo: 3, sixMonth });
}

Deno.test("price() bounds every line, finds the best one where it says so, and lists legal lines", () => {
  const random = new Random(61);
  let exact = 0, found = 0;
  for (let round = 0; round < 80; round++) {
    const { tables, prices, lines } = drawn(random, 1 + random.below(6));
    const floor = random.next() < 0.5 ? -1e6 : (lines[0]?.value ?? 0) - 150;
    const priced = new LongPricer(tables).price(prices, floor);
    const best = lines.length > 0 ? lines[0].value : -Infinity;
    assert.ok(priced.best >= Math.max(best, floor) - 1e-6 || best <= floor, `round ${round}`);
    const scorer = new LineScorer(tables);
    let most = -Infinity;
    for (let j = 0; j < priced.count; j++) {
      const line = priced.lines.slice(j * tables.terms, (j + 1) * tables.terms);
      assert.equal(scorer.faults(line, 0), 0, `round ${round}`);
      most = Math.max(most, valueAt(tables, prices, line));
    }
    assert.ok(most <= best + 1e-6);
    if (!priced.exact) continue;
    exact++;
    if (best > floor) {
      found++;
      assert.ok(Math.abs(most - best) < 1e-6, `round ${round}: ${most} of ${best}`);
    }
  }
  assert.ok(exact > 50 && found > 20, `${exact} exact, ${found} found`);
});

Deno.test("list() has every line above the floor where it says that it is complete", () => {
  const random = new Random(62);
  let compared = 0;
  for (let round = 0; round < 100; round++) {
    const { tables, prices, lines } = drawn(random, 2 + random.below(4));
    if (lines.length === 0) continue;
    const floor = lines[0].value - random.below(300);
    const { lines: listed, complete } = new LongPricer(tables).list(prices, floor, 2_000);
    if (!complete) continue;
    const wanted = lines.filter(({ value }) => value > floor + 1e-6).map(({ line }) => line.join());
    const names = new Set<string>();
    for (let at = 0; at < listed.length; at += tables.terms) {
      names.add(listed.subarray(at, at + tables.terms).join());
    }
    assert.ok(wanted.every((name) => names.has(name)), `round ${round}`);
    compared++;
  }
  assert.ok(compared > 40, `${compared}`);
});

Deno.test("a list that must be whole is the same where it is complete, and ends early where it cannot be", () => {
  const random = new Random(63);
  const seen = { complete: 0 };
  for (let round = 0; round < 60; round++) {
    const { tables, prices, lines } = drawn(random, 3 + random.below(3));
    const floor = round % 2 === 0 ? -1e9 : (lines[0]?.value ?? 0) - random.below(300);
    const plain = new LongPricer(tables).list(prices, floor, 2_000);
    const whole = new LongPricer(tables).list(prices, floor, 2_000, { whole: 1e9 });
    assert.equal(whole.complete, plain.complete, `round ${round}`);
    if (plain.complete) {
      assert.deepEqual(whole.lines, plain.lines);
      seen.complete++;
    }
    const none = new LongPricer(tables).list(prices, floor, 2_000, { whole: 1 });
    assert.ok(!none.complete && none.lines.length === 0);
  }
  // Far more lines than are kept: all but the first terms are left out.
  const positions = Array.from({ length: 40 }, (_, i) => position(`p${i}`));
  const termWeeks = Array.from({ length: 20 }, () => 2);
  const problem = problemOf(positions, { termWeeks, lines: 40 });
  const tables = buildTables(problem, resolveRules([])), prices = new Float64Array(20 * 40);
  const plain = new LongPricer(tables).list(prices, -1e9, 20_000);
  const whole = new LongPricer(tables).list(prices, -1e9, 20_000, { whole: 1e9 });
  assert.ok(!plain.complete && !whole.complete && whole.lines.length === 0);
  assert.ok(seen.complete > 20, JSON.stringify(seen));
});

Deno.test("ten terms over fourteen positions are priced exactly: the bound's own line is found", () => {
  const random = new Random(64);
  let exact = 0;
  for (let round = 0; round < 8; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 3,
      terms: 10,
      positions: 14,
      postsUpTo: 3,
    });
    problem.posts = problem.posts.map((row) => row.map(() => 3));
    problem.positions = problem.positions.map((p) => ({ ...p, minWeeks: 1 }));
    problem.constraints = [{ name: "REQUIRED_CATEGORIES", value: ["A", "D"] }, {
      name: "MAX_RURAL_TERMS",
      value: null,
    }, { name: "MAX_NIGHTS_RELIEF_TERMS", value: null }];
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const prices = Float64Array.from(tables.cap, () => random.below(400) - 200);
    const priced = new LongPricer(tables).price(prices, -1e6);
    const scorer = new LineScorer(tables);
    assert.ok(priced.found, `round ${round}`);
    const values = Array.from({ length: priced.count }, (_, j) => {
      const line = priced.lines.slice(10 * j, 10 * j + 10);
      assert.equal(scorer.faults(line, 0), 0);
      return valueAt(tables, prices, line);
    });
    const best = Math.max(...values);
    assert.ok(best <= priced.best + 1e-6);
    if (priced.best <= best + 0.5) exact++;
  }
  assert.ok(exact >= 6, `${exact} of 8`);
});
