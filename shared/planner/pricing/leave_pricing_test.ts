// Pricing of lines with their leave, against the enumeration of every line with every option.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer } from "../model/line_values.ts";
import { drawnYearsWithLeave } from "../testing/drawn.ts";
import { namesOf, type Priced, pricedOf, valueAt } from "../testing/priced.ts";
import { pricingFor } from "./group_pricing.ts";
import { LeavePricer } from "./leave_pricing.ts";

/** Draws whose lines choose leave, and nothing else. */
function* draws(
  seed: number,
  n: number,
  terms: [number, number] = [5, 7],
): Generator<Priced & { random: Random }> {
  const random = new Random(seed);
  while (n > 0) {
    const priced = pricedOf(drawnYearsWithLeave(random, terms), random);
    const { tables } = priced;
    if (tables.leave === null || tables.groups.length > 0 || priced.lines.length === 0) continue;
    n--;
    yield { ...priced, random };
  }
}

Deno.test("price() bounds every line with its leave, and finds the best one where it says so", () => {
  let exact = 0, found = 0;
  for (const { tables, prices, lines, random } of draws(81, 60)) {
    const best = lines[0].value, floor = random.next() < 0.5 ? -1e6 : best - 150;
    const priced = new LeavePricer(tables).price(prices, floor);
    assert.ok(priced.best >= best - 1e-6);
    const scorer = new LineScorer(tables);
    let most = -Infinity;
    for (let at = 0; at < priced.count * tables.terms; at += tables.terms) {
      const line = priced.lines.slice(at, at + tables.terms);
      assert.equal(scorer.faults(line, 0), 0);
      most = Math.max(most, valueAt(tables, prices, line));
    }
    assert.ok(most <= best + 1e-6);
    if (Math.abs(most - best) < 1e-6) found++;
    if (!priced.exact) continue;
    exact++;
    assert.ok(Math.abs(most - best) < 1e-6, `${most} of ${best}`);
  }
  assert.ok(exact > 20 && found > 40, `${exact} exact, ${found} found`);
});

Deno.test("list() has every line with every leave above the floor where it says that it is complete", () => {
  let compared = 0, listed = 0;
  for (const { tables, prices, lines, random } of draws(82, 40)) {
    const floor = lines[0].value - random.below(400);
    const { lines: found, complete } = new LeavePricer(tables).list(prices, floor, 50_000);
    if (!complete) continue;
    const names = namesOf(found, tables.terms);
    assert.equal(new Set(names).size, names.length);
    const wanted = lines.filter(({ value }) => value > floor + 1e-6).map(({ line }) => line.join());
    assert.ok(wanted.every((name) => names.includes(name)));
    compared++;
    listed += wanted.length;
  }
  assert.ok(compared > 20 && listed > 100, `${compared}, ${listed} lines`);
});

Deno.test("the proof has the best line, in however many stretches", () => {
  let proven = 0, stretches = 0;
  for (const { tables, prices, lines, random } of draws(83, 40, [6, 7])) {
    const pricer = pricingFor(tables), { proof } = pricer;
    if (proof === null) continue;
    const best = lines[0].value, floor = best - random.below(200);
    let from: number | null = 0, bound = floor, most = -Infinity;
    while (from !== null) {
      const found = proof.prove(prices, floor, {
        part: 0,
        from,
        workLimit: 1 + random.below(3_000),
      });
      bound = Math.max(bound, found.best);
      for (let at = 0; at < found.lines.length; at += tables.terms) {
        const line = found.lines.slice(at, at + tables.terms);
        assert.equal(new LineScorer(tables).faults(line, 0), 0);
        most = Math.max(most, valueAt(tables, prices, line));
      }
      from = found.next;
      stretches++;
    }
    assert.ok(bound >= best - 1e-6, `${bound} below ${best}`);
    assert.ok(most <= best + 1e-6);
    if (Math.abs(bound - best) < 1e-6) proven++;
  }
  assert.ok(proven > 10 && stretches > 60, `${proven} proven, ${stretches} stretches`);
});
