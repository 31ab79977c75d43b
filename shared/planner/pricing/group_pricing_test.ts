// Pricing of lines that choose beside their positions, against the enumeration of every line with every choice.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced, namesOf, type Priced, pricedOf } from "../testing/priced.ts";
import { pricingFor } from "./group_pricing.ts";

/** A problem whose lines choose a group, an option of leave, or both; null where the draw leaves no choice. */
function drawn(random: Random): Priced | null {
  const kind = random.below(3);
  const priced = drawPriced(random, {
    lines: 2 + random.below(2),
    terms: 2 + random.below(3),
    positions: 4 + random.below(2),
    postsUpTo: 2,
    leave: kind > 0,
    pathways: kind !== 1,
  });
  if (priced.problem.constraints.includes("ANNUAL_LEAVE")) {
    // Scarce in the first term, so that lines must choose.
    const capacity_weeks = priced.problem.termWeeks.map((_, t) => t === 0 ? 5 : 20);
    const constraints = priced.problem.constraints.map((entry) =>
      entry === "ANNUAL_LEAVE" ? { name: entry, value: { capacity_weeks } } : entry
    );
    return again({ ...priced.problem, constraints }, random);
  }
  return priced.tables.terms > priced.tables.year ? priced : null;
}

function again(problem: Priced["problem"], random: Random): Priced | null {
  const priced = pricedOf(problem, random);
  return priced.tables.terms > priced.tables.year ? priced : null;
}

/** The first `n` draws with a choice. */
function* draws(seed: number, n: number): Generator<Priced & { random: Random }> {
  const random = new Random(seed);
  while (n > 0) {
    const priced = drawn(random);
    if (priced === null) continue;
    n--;
    yield { ...priced, random };
  }
}

Deno.test("price() finds the best line over all choices, as enumeration does", () => {
  let found = 0, leaves = 0, groups = 0;
  for (const { tables, prices, lines } of draws(41, 120)) {
    const best = lines[0]?.value ?? -1e6;
    const all = pricingFor(tables).price(prices, -1e6);
    assert.deepEqual([all.found, all.best, all.exact], [lines.length > 0, best, true]);
    const values = new Map(lines.map(({ line, value }) => [line.join(), value]));
    const names = namesOf(all.lines, tables.terms);
    assert.equal(names.length, all.count);
    for (const name of names) assert.ok(values.has(name), `${name} is no legal line`);
    if (lines.length === 0) continue;
    assert.equal(Math.max(...names.map((name) => values.get(name)!)), best);
    found++;
    if (tables.leave) leaves++;
    if (tables.groups.length > 0) groups++;
  }
  assert.ok(found > 60 && leaves > 25 && groups > 25, `${found} ${leaves} ${groups}`);
});

Deno.test("priced part by part, the best of the parts is the best of all", () => {
  for (const { tables, prices, lines } of draws(42, 60)) {
    const pricing = pricingFor(tables);
    const parts = Array.from(
      { length: pricing.parts },
      (_, part) => pricing.price(prices, -1e6, { part }).best,
    );
    assert.equal(Math.max(-1e6, ...parts), lines[0]?.value ?? -1e6);
  }
});

Deno.test("list() has every line above the floor, each choice of it once", () => {
  let listed = 0;
  for (const { tables, prices, lines, random } of draws(43, 80)) {
    const floor = (lines[0]?.value ?? 0) - random.below(300);
    const { lines: found, complete } = pricingFor(tables).list(prices, floor, 100_000);
    assert.ok(complete);
    const wanted = lines.filter(({ value }) => value > floor).map(({ line }) => line.join());
    assert.deepEqual(namesOf(found, tables.terms).sort(), wanted.sort());
    listed += wanted.length;
  }
  assert.ok(listed > 200, `${listed}`);
});

Deno.test("list() of the best options alone still has a line as good as any", () => {
  for (const { tables, prices, lines } of draws(44, 60)) {
    const { lines: found } = pricingFor(tables).list(prices, -1e6, 100_000, { best: true });
    const values = new Map(lines.map(({ line, value }) => [line.join(), value]));
    const names = namesOf(found, tables.terms);
    assert.equal(
      Math.max(-1e6, ...names.map((name) => values.get(name)!)),
      lines[0]?.value ?? -1e6,
    );
  }
});

Deno.test("setPosts() closes slots for every choice, and opens them again", () => {
  let closed = 0;
  for (const { tables, prices, lines, random } of draws(45, 80)) {
    const pricing = pricingFor(tables), R = tables.positions;
    pricing.price(prices, -1e6);
    const cap = tables.cap.map((n) => random.below(4) === 0 ? 0 : n);
    pricing.setPosts(cap);
    const open = lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    assert.equal(pricing.price(prices, -1e6).best, open[0]?.value ?? -1e6);
    pricing.setPosts(tables.cap);
    assert.equal(pricing.price(prices, -1e6).best, lines[0]?.value ?? -1e6);
    if (open.length < lines.length) closed++;
  }
  assert.ok(closed > 40, `${closed}`);
});

Deno.test("of five terms what a pathway's lines must hold leaves none out, whatever the prices and the floor", () => {
  const random = new Random(46);
  let listed = 0, groups = 0;
  for (let round = 0; round < 40; round++) {
    const { problem } = drawPriced(random, { lines: 2, terms: 5, positions: 6, postsUpTo: 2 });
    const positions = problem.positions.slice(0, 3 + random.below(2)).map(({ id }) => id);
    const value = [{ name: "Way", lines: 1, positions, need: 2 + random.below(3) }];
    const constraints = [...problem.constraints, { name: "PATHWAYS" as const, value }];
    const { tables, prices, lines } = pricedOf({ ...problem, constraints }, random);
    if (tables.groups.length === 0) continue;
    groups++;
    const pricing = pricingFor(tables);
    assert.equal(pricing.price(prices, -1e6).best, lines[0]?.value ?? -1e6);
    const floor = (lines[0]?.value ?? 0) - random.below(400);
    const wanted = lines.filter((one) => one.value > floor).map(({ line }) => line.join());
    const found = pricing.list(prices, floor, 100_000);
    assert.deepEqual(namesOf(found.lines, tables.terms).sort(), wanted.sort(), `round ${round}`);
    listed += wanted.length;
  }
  assert.ok(listed > 50 && groups > 15, `${listed} of ${groups}`);
});
