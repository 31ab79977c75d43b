// Sets and sequences, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced } from "../testing/priced.ts";
import { SetSequence } from "./set_sequence.ts";

/** The bound of the multipliers at hand. */
function boundOf(own: SetSequence, prices: Float64Array, cap: Int32Array): number {
  own.setPrices(prices, cap);
  own.weigh();
  return own.bestSequence() + own.provenSet(-1e9).bound;
}

function drawMultipliers(own: SetSequence, keys: number, random: Random): void {
  const { elements, pairs } = own.multipliers;
  elements.forEach((_, e) => elements[e] = random.below(200) - 100);
  for (let k = 0; k < keys; k++) {
    for (let j = 0; j < k; j++) {
      pairs[k * keys + j] = pairs[j * keys + k] = Math.max(0, random.below(200) - 100);
    }
  }
}

Deno.test("whatever the multipliers, no line is worth more than set and sequence", () => {
  const random = new Random(67);
  let compared = 0;
  for (let round = 0; round < 80; round++) {
    const shape = { lines: 3, terms: 2 + random.below(4), positions: 6, postsUpTo: 3 };
    const priced = drawPriced(random, shape), { tables, prices } = priced;
    const own = SetSequence.of(tables, tables.cap);
    if (own === null || priced.lines.length === 0) continue;
    const [{ value: best }] = priced.lines;
    for (let times = 0; times < 4; times++) {
      if (times > 0) drawMultipliers(own, tables.keys, random);
      const bound = boundOf(own, prices, tables.cap);
      assert.ok(bound >= best - 1e-6, `round ${round}: ${bound} of ${best}`);
    }
    compared++;
  }
  assert.ok(compared > 20, `${compared}`);
});

Deno.test("exchanges end with a set that the proof does not find too good", () => {
  const random = new Random(70);
  let equal = 0, compared = 0;
  for (let round = 0; round < 60; round++) {
    const { tables, prices } = drawPriced(random, {
      lines: 3,
      terms: 3,
      positions: 7,
      postsUpTo: 3,
    });
    const own = SetSequence.of(tables, tables.cap), set = own?.randomSet(random) ?? null;
    if (own === null || set === null) continue;
    drawMultipliers(own, tables.keys, random);
    own.setPrices(prices, tables.cap);
    own.weigh();
    const sets = [set], good = own.goodSet(sets), proof = own.provenSet(-1e9);
    assert.ok(good.value <= proof.bound + 1e-6);
    if (good.value >= proof.bound - 1.001) equal++;
    assert.equal(good.set.reduce((sum, n) => sum + n, 0), 3);
    compared++;
  }
  assert.ok(compared > 20 && equal > compared / 2, `${equal} of ${compared}`);
});

Deno.test("what has no post is no part of a sequence", () => {
  const random = new Random(68);
  let compared = 0;
  for (let round = 0; round < 60; round++) {
    const shape = { lines: 3, terms: 3, positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape), R = tables.positions;
    const own = SetSequence.of(tables, tables.cap);
    if (own === null) continue;
    const cap = tables.cap.map((n) => random.below(3) === 0 ? 0 : n);
    const open = lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    if (open.length === 0) continue;
    assert.ok(boundOf(own, prices, cap) >= open[0].value - 1e-6);
    own.sequence.forEach((e, t) => assert.ok(cap[t * R + own.at[e]] > 0));
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
