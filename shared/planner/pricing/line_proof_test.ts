// The proof of the best line, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { LineScorer } from "../model/line_values.ts";
import { drawPriced, type Priced, proveAll, valueAt } from "../testing/priced.ts";
import { LineProof } from "./line_proof.ts";

function drawn(random: Random): Priced & { proof: LineProof } | null {
  const shape = { lines: 3, terms: 5, positions: 5 + random.below(3), postsUpTo: 3 };
  const priced = drawPriced(random, shape);
  const proof = LineProof.of(priced.tables);
  if (priced.tables.terms !== 5 || proof === null || priced.lines.length === 0) return null;
  return { ...priced, proof };
}

Deno.test("no line is worth more than what is proven, and that is the best line's value where sets tell all rules", () => {
  const random = new Random(91);
  let compared = 0, equal = 0;
  for (let round = 0; round < draws(60); round++) {
    const own = drawn(random);
    if (own === null) continue;
    const [{ value: best }] = own.lines, scorer = new LineScorer(own.tables);
    const found = proveAll(own, -1e7, Infinity);
    assert.ok(found.best >= best - 1e-6, `round ${round}: ${found.best} of ${best}`);
    // What cannot reach the floor is left out: nearly everything, where only the best line does.
    const near = proveAll(own, best - 0.5, Infinity).best;
    assert.ok(near >= best - 1e-6, `round ${round}: ${near} of ${best} above a floor`);
    const legal = found.lines.filter((line) => scorer.faults(line, 0) === 0);
    for (const line of legal) assert.ok(valueAt(own.tables, own.prices, line) <= best + 1e-6);
    compared++;
    if (found.best <= best + 0.01) equal++;
  }
  assert.ok(compared > 18 && equal > compared / 2, `${equal} of ${compared}`);
});

Deno.test("what is proven above a floor does not depend on where stretches end", () => {
  const random = new Random(92);
  let compared = 0;
  for (let round = 0; round < 100 && compared < 15; round++) {
    const own = drawn(random);
    if (own === null) continue;
    const floor = own.lines[Math.min(own.lines.length - 1, 3)].value - 0.5;
    const whole = proveAll(own, floor, Infinity), parts = proveAll(own, floor, 1);
    assert.ok(parts.stretches > whole.stretches);
    assert.equal(whole.best, parts.best);
    assert.deepEqual(whole.lines, parts.lines);
    assert.ok(whole.best >= own.lines[0].value);
    compared++;
  }
  assert.equal(compared, 15);
});

Deno.test("nothing is found above the best, and nothing that has no post", () => {
  const random = new Random(93);
  let compared = 0;
  for (let round = 0; round < 100 && compared < 15; round++) {
    const own = drawn(random);
    if (own === null) continue;
    const { best } = proveAll(own, -1e7, Infinity);
    assert.equal(proveAll(own, best + 1, Infinity).best, -Infinity);
    const cap = own.tables.cap.map((n) => random.below(3) === 0 ? 0 : n), R = own.tables.positions;
    const open = own.lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    const found = proveAll({ ...own, tables: { ...own.tables, cap } }, -1e7, Infinity);
    for (const line of found.lines) line.forEach((r, t) => assert.ok(cap[t * R + r] > 0));
    if (open.length > 0) assert.ok(found.best >= open[0].value - 1e-6);
    compared++;
  }
  assert.equal(compared, 15);
});

Deno.test("of lines of few terms, or of too many heads, nothing is proven", () => {
  const random = new Random(94);
  const { tables } = drawPriced(random, { lines: 3, terms: 4, positions: 6, postsUpTo: 3 });
  assert.equal(LineProof.of(tables), null);
  assert.equal(LineProof.of({ ...tables, terms: 14 }), null);
});
