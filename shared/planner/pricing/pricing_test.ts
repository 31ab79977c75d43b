// Pricing against enumeration of all legal lines, on small random problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { drawPriced, namesOf } from "../testing/priced.ts";
import { Pricer } from "./pricing.ts";

/** A drawn problem, its prices, and the reduced value of every legal line, by its position indexes. */
function priced(random: Random, positions = 3 + random.below(3)) {
  const { tables, prices, lines } = drawPriced(random, {
    lines: 1,
    terms: 1 + random.below(5),
    positions,
    postsUpTo: 2,
    sixMonth: random.below(3) === 0,
  });
  return { tables, prices, values: new Map(lines.map(({ line, value }) => [line.join(), value])) };
}

Deno.test("price() finds the best legal line and bounds all of them", () => {
  const random = new Random(21);
  for (let round = 0; round < 150; round++) {
    const { tables, prices, values } = priced(random);
    const best = Math.max(-Infinity, ...values.values());
    for (const bestOnly of [false, true]) {
      const found = new Pricer(tables).price(prices, -1e6, { bestOnly });
      assert.equal(found.found, values.size > 0);
      assert.equal(found.best, values.size > 0 ? best : -1e6);
    }
  }
});

Deno.test("whatever work price() may do, no legal line is worth more than its bound, and lines are legal ones", () => {
  const random = new Random(25);
  let cut = 0, sharp = 0;
  for (let round = 0; round < draws(150); round++) {
    const { tables, prices, values } = priced(random, 5 + random.below(3));
    const best = Math.max(-1e6, ...values.values());
    const whole = new Pricer(tables).price(prices, -1e6);
    for (const share of [0.02, 0.1, 0.3, 0.6, 0.9]) {
      const workLimit = Math.floor(share * whole.work);
      const found = new Pricer(tables).price(prices, -1e6, { workLimit });
      assert.ok(found.best >= best, `${round}: ${found.best} of ${best}`);
      if (found.exact) assert.equal(found.best, best);
      else cut++;
      if (!found.exact && found.best === best) sharp++;
      const names = namesOf(found.lines.subarray(0, found.count * tables.terms), tables.terms);
      for (const name of names) assert.ok(values.has(name), name);
    }
  }
  assert.ok(cut > 180 && sharp > 8, `${cut} were cut short, ${sharp} of them had the best bound`);
});

Deno.test("price() finds the one line above a floor that no other reaches", () => {
  const random = new Random(24);
  let tight = 0;
  for (let round = 0; round < draws(150); round++) {
    const { tables, prices, values } = priced(random, 5 + random.below(3));
    const [best, second] = [...new Set(values.values())].sort((a, b) => b - a);
    if (second === undefined) continue;
    const pricer = new Pricer(tables);
    // A line may be worth 0 and -0.
    assert.equal(pricer.price(prices, best - 0.5).best + 0, best + 0);
    const found = pricer.price(prices, best);
    assert.deepEqual([found.found, found.best], [false, best]);
    tight++;
  }
  assert.ok(tight > 50);
});

Deno.test("price() returns different legal lines above the floor, through every slot that has one", () => {
  const random = new Random(22);
  for (let round = 0; round < 100; round++) {
    const { tables, prices, values } = priced(random);
    const sorted = [...values.values()].sort((a, b) => b - a);
    const floor = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const { lines, count } = new Pricer(tables).price(prices, floor);
    const names = namesOf(lines.subarray(0, count * tables.terms), tables.terms);
    assert.equal(new Set(names).size, count);
    for (const name of names) assert.ok(values.get(name)! > floor, name);
    const slots = (all: string[]) =>
      new Set(all.flatMap((name) => name.split(",").map((r, t) => `${t}:${tables.classOf[+r]}`)));
    const above = [...values].filter(([, value]) => value > floor).map(([name]) => name);
    assert.deepEqual(slots(names), slots(above));
  }
});

Deno.test("a proof that pauses ends with the same best value, in pieces of any size", () => {
  const random = new Random(24);
  let pieces = 0;
  for (let round = 0; round < 200; round++) {
    const { tables, prices, values } = priced(random);
    const best = Math.max(-1e6, ...values.values());
    const pricer = new Pricer(tables), workLimit = 1 + random.below(2);
    let found = pricer.price(prices, -1e6, { wideNodes: 1, workLimit, pauses: true });
    for (; found.rest; pieces++) {
      const { from, best: before } = found.rest, proof = { from, best: before };
      found = pricer.price(prices, -1e6, { workLimit, proof, pauses: true });
      assert.ok(found.best >= before, `round ${round}`);
    }
    if (tables.terms > 2) assert.equal(found.best, best, `round ${round}`);
  }
  assert.ok(pieces > 10, `${pieces} pieces`);
});

Deno.test("no line is worth more than what is told of each of its slots, in pieces of any size", () => {
  const random = new Random(26);
  let told = 0, sharp = 0, pieces = 0;
  for (let round = 0; round < draws(200); round++) {
    const { tables, prices, values } = priced(random, 4 + random.below(4));
    const sorted = [...values.values()].sort((a, b) => b - a);
    const floor = random.below(2) === 0 ? -1e6 : sorted[random.below(sorted.length)] ?? 0;
    const pricer = new Pricer(tables), pauses = true;
    const workLimit = random.below(2) === 0 ? undefined : 1 + random.below(3);
    let found = pricer.price(prices, floor, { wideNodes: 1 + random.below(50), workLimit, pauses });
    // Not told where all work went before a proof was begun.
    if (found.most === undefined) continue;
    let most = found.most;
    for (; found.rest; pieces++) {
      found = pricer.price(prices, floor, { workLimit, proof: found.rest, pauses });
      most = most.map((value, s) => Math.max(value, found.most![s]));
    }
    const best = new Float64Array(most.length).fill(-Infinity);
    for (const [name, value] of values) {
      name.split(",").forEach((r, t) => {
        const s = t * tables.positions + Number(r);
        best[s] = Math.max(best[s], value);
      });
    }
    best.forEach((value, s) => {
      if (value === -Infinity) return;
      assert.ok(value <= most[s] + 1e-9, `round ${round}, slot ${s}: ${value} ${most[s]}`);
      told++;
      if (value === most[s] && most[s] < found.best) sharp++;
    });
  }
  assert.ok(told > 500 && sharp > 200 && pieces > 50, `${told} told, ${sharp} sharp, ${pieces}`);
});

Deno.test("list() returns exactly the legal lines above the floor", () => {
  const random = new Random(23);
  for (let round = 0; round < 100; round++) {
    const { tables, prices, values } = priced(random);
    const floor = random.below(400) - 300;
    const { lines, complete } = new Pricer(tables).list(prices, floor, 100_000);
    assert.ok(complete);
    const names = namesOf(lines, tables.terms);
    const above = [...values].filter(([, value]) => value > floor).map(([name]) => name);
    assert.deepEqual(names.sort(), above.sort());
  }
});
