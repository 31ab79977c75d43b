// The proof of the best line by sets of keys, against the enumeration of every legal line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer } from "../model/line_values.ts";
import { drawPriced, type Priced, pricedOf, proveAll, valueAt } from "../testing/priced.ts";
import { position, problemOf } from "../testing/problems.ts";
import { KeyProof } from "./key_proof.ts";
import type { ProofStretch } from "./line_proof.ts";

type Proving = Priced & { proof: KeyProof };

/** Problems of three to six terms whose lines are few enough to be enumerated. */
function drawn(random: Random): Proving | null {
  const terms = 3 + random.below(4);
  const priced = drawPriced(random, {
    lines: 3,
    postsUpTo: 3,
    terms,
    positions: Math.max(terms + 1, 8 - random.below(3)) - (terms > 5 ? 1 : 0),
  });
  const proof = KeyProof.of(priced.tables, 3);
  return proof === null || priced.lines.length === 0 ? null : { ...priced, proof };
}

/** Draws so many that can be proven. */
function many(seed: number, count: number, look: (own: Proving, random: Random) => void): void {
  const random = new Random(seed);
  let looked = 0;
  for (let round = 0; round < 20 * count && looked < count; round++) {
    const own = drawn(random);
    if (own === null) continue;
    look(own, random);
    looked++;
  }
  assert.equal(looked, count);
}

Deno.test("what is proven is the best legal line's value, and what is found is legal", () => {
  let equal = 0;
  many(391, 40, (own) => {
    const [{ value: best }] = own.lines, scorer = new LineScorer(own.tables);
    const found = proveAll(own, best - 150, Infinity);
    assert.ok(found.best >= best - 1e-6, `${found.best} of ${best}`);
    if (found.best <= best + 0.01) equal++;
    for (const line of found.lines) {
      if (scorer.faults(line, 0) > 0) continue;
      assert.ok(valueAt(own.tables, own.prices, line) <= best + 1e-6);
    }
  });
  assert.equal(equal, 40);
});

Deno.test("whatever multipliers a proof begins at, its bound is that of the best line", () => {
  many(396, 25, (own, random) => {
    const { tables, prices, proof } = own, [{ value: best }] = own.lines;
    const { length } = proof.prove(prices, tables.cap, best, 0, 1).root!;
    // Those of limits are not below 0.
    const begin = Array.from({ length }, () => random.below(400));
    let found = -Infinity, root: readonly number[] = begin;
    for (let from: number | null = 0; from !== null;) {
      const one: ProofStretch = proof
        .prove(prices, tables.cap, best - 80, from, 1, best - 80, root);
      found = Math.max(found, one.best);
      root = one.root!;
      from = one.next;
    }
    assert.ok(found >= best - 1e-6 && found <= best + 0.01, `${found} of ${best}`);
  });
});

Deno.test("no line above the floor is missed, wherever the floor is", () => {
  many(392, 25, (own, random) => {
    const { value } = own.lines[random.below(own.lines.length)];
    const found = proveAll(own, value - 0.5, Infinity);
    assert.ok(found.best >= own.lines[0].value - 1e-6, `${found.best} of ${own.lines[0].value}`);
    assert.equal(proveAll(own, own.lines[0].value + 0.5, Infinity).best, -Infinity);
  });
});

Deno.test("a stretch is the same whatever is still at hand of the ones before", () => {
  const lengths = new Set<number>(), begun = new Set<number>();
  many(393, 20, (own) => {
    const { prices, tables } = own, floor = own.lines[0].value - 300;
    const multipliers = own.proof.prove(prices, tables.cap, floor, 0, Infinity).root!.length;
    let stretches = 0, root: readonly number[] | null = null;
    for (let from: number | null = 0; from !== null; stretches++) {
      const proveBy = (proof: KeyProof, at: number): ProofStretch =>
        proof.prove(prices, tables.cap, floor, at, 1, floor, root);
      const fresh = proveBy(KeyProof.of(tables, 3)!, from), kept = proveBy(own.proof, from);
      assert.deepEqual(kept, fresh);
      from = kept.next;
      if (from === null || from > 0) lengths.add(kept.root!.length - multipliers);
      else begun.add(from);
      root = JSON.parse(JSON.stringify(kept.root));
    }
    assert.ok(stretches > 0);
  });
  assert.ok(lengths.size > 1, "stretches end between sets, too");
  assert.deepEqual([...begun].sort((a, b) => a - b), [-5, -4, -3, -2, -1], "and after each round");
});

Deno.test("what is known already is left out, and nothing that has no post is found", () => {
  many(394, 10, (own, random) => {
    const { tables, prices } = own, [{ value: best }] = own.lines, R = tables.positions;
    const known = own.proof.prove(prices, tables.cap, best - 50, 0, Infinity, best + 0.5);
    assert.equal(known.best, -Infinity);
    const cap = tables.cap.map((n) => random.below(3) === 0 ? 0 : n);
    const open = own.lines.filter(({ line }) => line.every((r, t) => cap[t * R + r] > 0));
    const floor = (open[0]?.value ?? best) - 100;
    const found = proveAll({ ...own, tables: { ...tables, cap } }, floor, Infinity);
    for (const line of found.lines) line.forEach((r, t) => assert.ok(cap[t * R + r] > 0));
    if (open.length > 0) assert.ok(found.best >= open[0].value - 1e-6);
  });
});

Deno.test("sets of keys that are not worth their work are left out, and bounded by what they come to", () => {
  let loose = 0, sets = 0;
  many(398, 25, (own) => {
    const { tables, prices, proof } = own, [{ value: best }] = own.lines, floor = best - 400;
    const loosening = { most: best + 300, sets: 5 };
    let found = -Infinity, least: number | null = null, root: readonly number[] | null = null;
    for (let from: number | null = 0; from !== null;) {
      const one: ProofStretch = proof
        .prove(prices, tables.cap, floor, from, 1, least ?? floor, root, loosening);
      found = Math.max(found, one.best);
      if (one.loose !== undefined) {
        assert.equal(least, null, "said once");
        assert.ok(one.loose > floor && one.best >= one.loose);
        least = one.loose;
      }
      if (from > 0) sets++;
      root = one.root!;
      from = one.next;
    }
    assert.ok(found >= best - 1e-6, `${found} of ${best}`);
    if (least === null) return;
    loose++;
    const exact = { ...loosening, sets: 1e9 };
    const whole = proof.prove(prices, tables.cap, floor, 0, Infinity, floor, null, exact);
    assert.equal(
      whole.loose,
      undefined,
      "sets that cost nothing beside the rest are all looked at",
    );
  });
  assert.ok(loose > 5 && sets > 0, `${loose}, ${sets}`);
});

Deno.test("with keys taken together no line is worth more than what is proven", () => {
  let looser = 0, looked = 0;
  many(397, 25, (own) => {
    const [{ value: best }] = own.lines, { keys } = own.tables;
    const proof = KeyProof.of(own.tables, 3, Math.max(4, keys - 2));
    if (proof === null) return;
    looked++;
    const found = proveAll({ ...own, proof }, best - 150, Infinity);
    assert.ok(found.best >= best - 1e-6, `${found.best} of ${best}`);
    if (found.best > best + 0.01) looser++;
  });
  assert.ok(looked > 10 && looser > 0, `${looked}, ${looser}`);
});

/** Positions of some keys, each once a line, in as many terms as lines cannot be enumerated of. */
function ofManyTerms(random: Random, terms: number, keys = 8): Priced {
  const names = Array.from({ length: terms + 2 }, (_, r) => `S${r % keys}`);
  const positions = names.map((specialty, r) => position(`r${r}`, { specialty, minWeeks: 1 }));
  const problem = problemOf(positions, { termWeeks: Array(terms).fill(4), lines: 2 });
  const weights = names.slice(0, keys).flatMap((a, i) =>
    names.slice(i, keys).map((b): [string, string, number] => [a, b, random.below(201) - 100])
  );
  return pricedOf({ ...problem, affinity: { ...problem.affinity, weights } }, random);
}

/** The best line that exchanges of two positions lead to, from some orders. */
function bestByExchanges({ tables, prices }: Priced, random: Random): number {
  const { terms: T, positions: R } = tables, scorer = new LineScorer(tables);
  let best = -Infinity;
  for (let round = 0; round < 10; round++) {
    const order = Int32Array.from({ length: R }, (_, r) => r).sort(() => random.next() - 0.5);
    const worth = () => valueAt(tables, prices, order.slice(0, T)) - 1e6 * scorer.faults(order, 0);
    const exchange = (a: number, b: number) => [order[a], order[b]] = [order[b], order[a]];
    for (let value = worth(), before = -Infinity; value > before;) {
      before = value;
      for (let a = 0; a < T; a++) {
        for (let b = a + 1; b < R; b++) {
          exchange(a, b);
          const now = worth();
          if (now > value) value = now;
          else exchange(a, b);
        }
      }
      best = Math.max(best, value);
    }
  }
  return best;
}

/** Goes through a proof in short stretches, each by a proof of its own: the same as by one that is kept. */
function proveInStretches({ tables, prices }: Priced, floor: number): ProofStretch[] {
  const all: ProofStretch[] = [], kept = KeyProof.of(tables)!;
  for (let from: number | null = 0, root: readonly number[] | null = null; from !== null;) {
    const proveBy = (proof: KeyProof, at: number): ProofStretch =>
      proof.prove(prices, tables.cap, floor, at, 400_000, floor, root);
    const one = proveBy(KeyProof.of(tables)!, from);
    assert.deepEqual(proveBy(kept, from), one);
    all.push(one);
    root = JSON.parse(JSON.stringify(one.root));
    from = one.next;
  }
  return all;
}

Deno.test("of fourteen to sixteen terms what is proven is a legal line's value, no other is worth more, and it is the same in short stretches", () => {
  const random = new Random(399);
  let stretches = 0;
  // Of more than eleven keys sequences remember some.
  for (const [terms, keys] of [[14, 8], [14, 14], [16, 12]]) {
    const own = ofManyTerms(random, terms, keys), { tables, prices } = own;
    const proof = KeyProof.of(tables)!, scorer = new LineScorer(tables);
    const known = bestByExchanges(own, random), floor = known - 20;
    const found = proveAll({ tables, prices, proof }, floor, Infinity);
    assert.ok(found.best >= known - 1e-6, `${found.best} of ${known}`);
    const legal = found.lines.filter((line) => scorer.faults(line, 0) === 0);
    const best = Math.max(...legal.map((line) => valueAt(tables, prices, line)));
    assert.ok(found.best <= best + 0.01, `${found.best}, ${best}`);
    const parts = proveInStretches(own, floor);
    assert.ok(Math.abs(Math.max(...parts.map((part) => part.best)) - best) < 0.01);
    stretches = Math.max(stretches, parts.length);
  }
  assert.ok(stretches > 4, `${stretches}`);
});

Deno.test("of up to twenty-six terms no line is worth more than what is proven, in long stretches and in short ones", () => {
  const random = new Random(400);
  for (const [terms, keys] of [[20, 6], [26, 5]]) {
    const own = ofManyTerms(random, terms, keys), { tables, prices } = own;
    const known = bestByExchanges(own, random), proof = KeyProof.of(tables)!;
    const whole = proveAll({ tables, prices, proof }, known - 20, Infinity).best;
    const parts = Math.max(...proveInStretches(own, known - 20).map(({ best }) => best));
    assert.ok(Math.min(whole, parts) >= known - 1e-6, `${whole}, ${parts} of ${known}`);
  }
});

Deno.test("where positions may come again, or terms are few, nothing is proven", () => {
  const random = new Random(395);
  const { tables } = drawPriced(random, { lines: 3, terms: 5, positions: 6, postsUpTo: 3 });
  assert.equal(KeyProof.of(tables), null);
  assert.equal(KeyProof.of({ ...tables, distinct: false }, 3), null);
});
