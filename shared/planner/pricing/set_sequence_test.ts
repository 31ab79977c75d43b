// The bound over sets and sequences, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced } from "../testing/priced.ts";
import { SetSequence } from "./set_sequence.ts";

Deno.test("the bound is above every line, whatever the target, and near the best one", () => {
  const random = new Random(67);
  let compared = 0, near = 0;
  for (let round = 0; round < 80; round++) {
    const shape = { lines: 3, terms: 2 + random.below(4), positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape);
    const found = SetSequence.of(tables, tables.cap);
    if (lines.length === 0 || found === null) continue;
    const [{ value: best }] = lines;
    for (const target of [best, best + 500, -1e6]) {
      const { bound } = found.price(prices, tables.cap, target);
      assert.ok(bound >= best - 1e-6, `round ${round}: ${bound} of ${best}`);
      if (target === best && bound <= best + 40) near++;
    }
    compared++;
  }
  assert.ok(compared > 20 && near > compared / 3, `${near} of ${compared}`);
});

Deno.test("the same prices give the same bound, and what has no post is no part of it", () => {
  const random = new Random(68);
  let compared = 0;
  for (let round = 0; round < 60; round++) {
    const shape = { lines: 3, terms: 3, positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape), R = tables.positions;
    const sequences = SetSequence.of(tables, tables.cap);
    if (sequences === null) continue;
    const once = sequences.price(prices, tables.cap, 0);
    const cap = tables.cap.map((n) => random.below(3) === 0 ? 0 : n);
    const open = lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    if (open.length === 0) continue;
    const { bound } = sequences.price(prices, cap, 0);
    assert.ok(bound >= open[0].value - 1e-6);
    assert.deepEqual(sequences.price(prices, tables.cap, 0), once);
    compared++;
  }
  assert.ok(compared > 15, `${compared}`);
});

Deno.test("where positions may come again, or are too many, there is no such bound", () => {
  const random = new Random(69);
  const { tables } = drawPriced(random, { lines: 3, terms: 3, positions: 6, postsUpTo: 3 });
  assert.equal(SetSequence.of({ ...tables, distinct: false }, tables.cap), null);
  const many = drawPriced(random, { lines: 3, terms: 1, positions: 70, postsUpTo: 3 }).tables;
  assert.equal(SetSequence.of({ ...many, distinct: true }, many.cap.map(() => 1)), null);
});
