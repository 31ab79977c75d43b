// The proof of the best line by halves, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer } from "../model/line_values.ts";
import { drawPriced, type Priced, proveAll, valueAt } from "../testing/priced.ts";
import { HalfProof } from "./half_proof.ts";
import type { ProofStretch } from "./line_proof.ts";

type Proving = Priced & { proof: HalfProof };

/** Problems of five and six terms whose lines are few enough to be enumerated. */
function drawn(random: Random): Proving | null {
  const isLong = random.below(10) === 0;
  const shape = isLong ? { terms: 6, positions: 6 } : { terms: 5, positions: 5 + random.below(2) };
  const priced = drawPriced(random, { lines: 3, postsUpTo: 3, ...shape });
  const proof = HalfProof.of(priced.tables, 5);
  return proof === null || priced.lines.length === 0 ? null : { ...priced, proof };
}

/** Draws so many that can be proven. */
function many(seed: number, count: number, look: (own: Proving) => void): void {
  const random = new Random(seed);
  let looked = 0;
  for (let round = 0; round < 20 * count && looked < count; round++) {
    const own = drawn(random);
    if (own === null) continue;
    look(own);
    looked++;
  }
  assert.equal(looked, count);
}

Deno.test("what is proven is the best legal line's value, and what is found is legal", () => {
  many(291, 40, (own) => {
    const [{ value: best }] = own.lines, scorer = new LineScorer(own.tables);
    const found = proveAll(own, -1e7, Infinity);
    assert.ok(Math.abs(found.best - best) < 0.01, `${found.best} of ${best}`);
    // What cannot reach the floor is left out: nearly everything, where only the best line does.
    assert.ok(Math.abs(proveAll(own, best - 0.5, Infinity).best - best) < 0.01, `${best}`);
    for (const line of found.lines) {
      assert.equal(scorer.faults(line, 0), 0);
      assert.ok(valueAt(own.tables, own.prices, line) <= best + 1e-6);
    }
  });
});

Deno.test("what is proven above a floor does not depend on where stretches end", () => {
  many(292, 8, (own) => {
    const floor = own.lines[Math.min(own.lines.length - 1, 3)].value - 0.5;
    const whole = proveAll(own, floor, Infinity), parts = proveAll(own, floor, 1);
    assert.ok(parts.stretches > whole.stretches);
    assert.equal(whole.best, parts.best);
    assert.ok(whole.best >= own.lines[0].value);
  });
});

Deno.test("a stretch is the same whatever is still at hand of the ones before", () => {
  many(297, 6, (own) => {
    const { prices, tables } = own, floor = own.lines[0].value - 50;
    for (const work of [1, 3_000]) {
      for (let from: number | null = 0; from !== null;) {
        const fresh = HalfProof.of(tables, 5)!.prove(prices, tables.cap, floor, from, work);
        const kept: ProofStretch = own.proof.prove(prices, tables.cap, floor, from, work);
        assert.deepEqual(kept, fresh);
        from = kept.next;
      }
    }
  });
});

Deno.test("nothing is found above the best, and nothing that has no post", () => {
  const random = new Random(293);
  many(294, 8, (own) => {
    const { best } = proveAll(own, -1e7, Infinity);
    assert.equal(proveAll(own, best + 1, Infinity).best, -Infinity);
    const cap = own.tables.cap.map((n) => random.below(3) === 0 ? 0 : n), R = own.tables.positions;
    const open = own.lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    const found = proveAll({ ...own, tables: { ...own.tables, cap } }, -1e7, Infinity);
    for (const line of found.lines) line.forEach((r, t) => assert.ok(cap[t * R + r] > 0));
    if (open.length > 0) assert.ok(found.best >= open[0].value - 1e-6);
  });
});

Deno.test("other prices are not those of the day before", () => {
  many(295, 6, (own) => {
    proveAll(own, -1e7, 1);
    own.proof.prove(own.prices, own.tables.cap, -1e7, 0, 1);
    const prices = own.prices.map((price, s) => s % 3 === 0 ? price - 50 : price);
    const best = own.lines.reduce(
      (most, { line }) => Math.max(most, valueAt(own.tables, prices, line)),
      -Infinity,
    );
    assert.ok(proveAll({ ...own, prices }, -1e7, Infinity).best >= best - 1e-6);
  });
});

Deno.test("of lines of few terms nothing is proven", () => {
  const random = new Random(296);
  const { tables } = drawPriced(random, { lines: 3, terms: 5, positions: 6, postsUpTo: 3 });
  assert.equal(HalfProof.of(tables), null);
  assert.equal(HalfProof.of({ ...tables, keys: 32, terms: 9 }), null);
});
