// Annealed lines stay legal, are worth what is said of them, and are often the best there are.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced, valueAt } from "../testing/priced.ts";
import { LineAnneal } from "./line_anneal.ts";

Deno.test("anneal() leads from a legal line to the best one mostly, by legal lines of the values noted", () => {
  const random = new Random(72);
  let annealed = 0, best = 0, noted = 0;
  for (let round = 0; round < 60; round++) {
    const shape = { lines: 3, terms: 2 + random.below(4), positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape);
    if (lines.length === 0) continue;
    const anneal = new LineAnneal(tables);
    anneal.setPrices(prices, tables.cap);
    const values = new Map(lines.map(({ line, value }) => [line.join(), value]));
    const start = lines[random.below(lines.length)];
    const line = start.line.slice(), floor = start.value;
    const note = (seen: Int32Array, value: number) => {
      noted++;
      assert.ok(value > floor);
      assert.ok(Math.abs(values.get(seen.join())! - value) < 1e-6, `${seen}: ${value}`);
    };
    const value = anneal.anneal(line, { tries: 2_000, first: 60, floor, note }, random);
    assert.ok(values.has(line.join()), `${line} is no legal line`);
    assert.equal(value, valueAt(tables, prices, line));
    assert.ok(value >= start.value);
    annealed++;
    if (value === lines[0].value) best++;
  }
  assert.ok(annealed > 30 && noted > 100, `${noted} of ${annealed}`);
  assert.ok(best > 0.7 * annealed, `${best} of ${annealed}`);
});

Deno.test("anneal() uses no slot without a post, from the same seed to the same line", () => {
  const random = new Random(73);
  let changed = 0;
  for (let round = 0; round < 25; round++) {
    const { tables, prices, lines } = drawPriced(random, {
      lines: 3,
      terms: 4,
      positions: 6,
      postsUpTo: 3,
    });
    if (lines.length === 0) continue;
    const { terms: T, positions: R } = tables, start = lines[random.below(lines.length)].line;
    // One slot that the line does not use is closed.
    const t = random.below(T), cap = tables.cap.slice();
    const closed = Array.from({ length: R }, (_, r) => r).find((r) => r !== start[t])!;
    cap[t * R + closed] = 0;
    const [one, two] = [1, 2].map(() => {
      const anneal = new LineAnneal(tables), line = start.slice();
      anneal.setPrices(prices, cap);
      const note = (seen: Int32Array) => assert.notEqual(seen[t], closed);
      anneal.anneal(line, { tries: 1_000, first: 60, floor: -Infinity, note }, new Random(9));
      return line;
    });
    assert.notEqual(one[t], closed);
    assert.deepEqual(one, two);
    if (one.join() !== start.join()) changed++;
  }
  assert.ok(changed > 6, `${changed}`);
});
