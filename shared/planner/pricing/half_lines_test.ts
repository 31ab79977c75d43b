// Lines of two halves against all legal lines of the same elements.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced, type Priced } from "../testing/priced.ts";
import { HalfLines } from "./half_lines.ts";
import { type KeyElements, keyElements, NONE, pairsOf } from "./key_sets.ts";
import { leastLost, repeatsOf } from "./repeats.ts";

/** A drawn problem's elements, and what they are worth at their best positions. */
function drawn(random: Random, terms: number) {
  const priced = drawPriced(random, { lines: 3, terms, positions: 7, postsUpTo: 2 });
  const own = keyElements(priced.tables);
  return { ...priced, own, value: worthsOf(priced, own) };
}

function worthsOf({ tables, prices }: Priced, own: KeyElements): Float64Array {
  const { terms: T, positions: R, cap } = tables, E = own.key.length;
  const value = new Float64Array(T * E).fill(NONE);
  own.positions.forEach((positions, e) => {
    for (const r of positions) {
      for (let t = 0; t < T; t++) {
        const s = t * R + r;
        if (cap[s] > 0) value[t * E + e] = Math.max(value[t * E + e], -prices[s]);
      }
    }
  });
  return value;
}

const sorted = (elements: Iterable<number>) => [...elements].sort((a, b) => a - b).join();

Deno.test("the best line of two halves is the best of all legal lines that hold the same on either side", () => {
  const random = new Random(311);
  let there = 0, none = 0, twice = 0;
  for (let round = 0; round < 200 && there < 50; round++) {
    const { tables, prices, lines, own, value } = drawn(random, 5);
    if (own.key.length === 0) continue;
    const { cap, keys: K } = tables, whole = new HalfLines(own, tables);
    const elementAt = (r: number) => own.positions.findIndex((all) => all.includes(r));
    // Half of the time the halves of a line, else any: most of these are no legal line.
    const from = lines.length > 0 && random.next() < 0.7
      ? Array.from(lines[random.below(lines.length)].line.subarray(0, 5), elementAt)
      : Array.from({ length: 5 }, () => random.below(own.key.length));
    const [a, b, x, c, d] = from;
    const head = [a, b].sort((p, q) => p - q), tail = [c, d].sort((p, q) => p - q);
    const same = lines.filter(({ line }) => {
      const e = Array.from(line.subarray(0, 5), elementAt);
      return e[2] === x && sorted(e.slice(0, 2)) === sorted(head) &&
        sorted(e.slice(3)) === sorted(tail);
    });
    const mask = from.reduce((all, e) => all | 1 << own.key[e], 0);
    const find = (floor: number) =>
      whole.best(
        { row: Uint8Array.from(head), terms: [0, 1] },
        x,
        { row: Uint8Array.from(tail), terms: [4, 3] },
        pairsOf(own, K, mask),
        { prices, cap, value },
        floor,
      );
    if (same.length === 0) {
      assert.deepEqual(find(-1e7), { value: -Infinity, line: null });
      none++;
      continue;
    }
    const best = find(-1e7);
    assert.ok(Math.abs(best.value - same[0].value) < 1e-6, `${best.value} ${same[0].value}`);
    assert.ok(same.some(({ line }) => line.join() === best.line!.join()));
    assert.equal(find(same[0].value + 0.001).value, -Infinity);
    if (new Set(from).size < 5) twice++;
    there++;
  }
  assert.ok(there >= 50 && none > 5 && twice > 5, `${there}, ${none}, ${twice}`);
});

Deno.test("an element that comes twice loses what its two positions do not bring together", () => {
  const random = new Random(313);
  let above = 0;
  for (let round = 0; round < 60; round++) {
    const { tables, prices, own, value } = drawn(random, 4);
    const { terms: T, positions: R, cap, distinct } = tables, E = own.key.length;
    const { lost } = repeatsOf(own, tables, prices, cap, value);
    for (let e = 0; e < E; e++) {
      for (let t = 0; t < T; t++) {
        for (let u = 0; u < t; u++) {
          let most = -Infinity;
          for (const one of own.positions[e]) {
            for (const two of own.positions[e]) {
              const isOpen = cap[t * R + one] > 0 && cap[u * R + two] > 0;
              if (one === two || !isOpen) continue;
              most = Math.max(most, -prices[t * R + one] - prices[u * R + two]);
            }
          }
          const loss = lost[(e * T + t) * T + u], both = value[t * E + e] + value[u * E + e];
          assert.equal(loss, lost[(e * T + u) * T + t]);
          assert.ok(loss >= 0);
          if (!distinct || own.positions[e].length < 2) assert.equal(loss, 0);
          else if (most > -Infinity) assert.ok(Math.abs(both - loss - most) < 1e-6);
          if (loss > 0 && most > -Infinity) above++;
        }
      }
      const least = leastLost({ lost, terms: T }, 3, [0, 1, 2])[e];
      assert.equal(least, Math.min(...[0, 1, 2].map((t) => lost[(e * T + 3) * T + t])));
    }
  }
  assert.ok(above > 20, `${above}`);
});
