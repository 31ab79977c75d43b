// Multipliers moved over beginnings, against every line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { agree } from "./key_agreement.ts";
import { Beginnings, Ways } from "./key_beginnings.ts";
import { ownSet } from "./own_set.ts";
import { ownLimits } from "./own_limits.ts";

Deno.test("multipliers come to agree better, and no line is worth more than what they tell", () => {
  const random = new Random(603), terms = 5, size = 9, keys = Int32Array.of(0, 1, 2);
  const elements = Array.from({ length: size }, (_, i) => i);
  const placeOf = Int32Array.from(elements, (i) => i % 3);
  let lower = 0;
  for (let n = 0; n < 30; n++) {
    const value = Float64Array.from({ length: terms * size }, () => random.below(60));
    const has = Uint8Array.from(placeOf, (k) => k === 0 ? 1 : 0);
    const limits = ownLimits([{ has, most: 1 + n % 2 }], elements, placeOf, keys.length);
    const cost = Float64Array.from(elements, () => random.below(60) - 30);
    const worth = Array.from(cost).sort((a, b) => b - a).slice(0, terms)
      .reduce((sum, x) => sum + x, 0);
    const own = ownSet({ mask: 7, pairs: 0, cost, worth, keys: { all: keys, remembered: 3 } }, {
      keys,
      elements,
      placeOf,
      terms,
      limits,
      weeks: { none: [], use: () => [], broken: () => 0 } as never,
      need: 0,
      rest: new Float64Array(0),
      room: 0,
      top: 0,
      most: 0,
    });
    const begun = allOf(own.counters, { value, terms, placeOf, cost });
    const lookBack = () => {
      for (let p = begun.start(terms); p < begun.start(terms) + begun.width; p++) {
        if (begun.keys[p] !== 7) continue;
        begun.behind[p] = own.returns.most(begun.held[p], begun.counts[p]) - worth;
      }
      begun.lookBack(own.returns.cost);
    };
    lookBack();
    const before = begun.behind[0] + worth, best = bestOf(value, terms, placeOf, 1 + n % 2);
    const told = agree(own, begun, best - 20, lookBack);
    assert.ok(told >= best - 1e-6 && told <= before, `${told} of ${best}, ${before} before`);
    assert.ok(Math.abs(begun.behind[0] + worth - told) < 1e-6, "they stand where that was told");
    if (told < before - 1) lower++;
    const { line, end } = begun.follow(own.returns.cost, terms);
    const sum = line.reduce((all, e, t) => all + value[t * size + e] - own.returns.cost[e], 0);
    const got = own.returns.most(begun.held[end], begun.counts[end]);
    assert.ok(Math.abs(sum + got - told) < 1e-6, "and so is what comes to that");
    const last = begun.ends()[0], held = begun.lineOf(last, terms);
    const paid = held.reduce((all, e, t) => all + value[t * size + e] - own.returns.cost[e], 0);
    assert.ok(Math.abs(begun.bound[last] - paid) < 1e-6, "beginnings cost what they do now");
    // What lies below the floor is not looked for.
    assert.equal(agree(own, begun, told, lookBack), told);
  }
  assert.ok(lower > 20, `${lower}`);
});

/** All beginnings where nothing is remembered. */
function allOf(
  { add, none, full }: { add: Int32Array; none: number; full: number },
  { value, terms, placeOf, cost }: {
    value: Float64Array;
    terms: number;
    placeOf: Int32Array;
    cost: Float64Array;
  },
): Beginnings {
  const begun = new Beginnings(new Ways()), size = placeOf.length;
  begun.begin([], none);
  for (let t = 0; t < terms; t++) {
    const from = begun.start(t), to = begun.start(t + 1);
    begun.openLayer();
    for (let p = from; p < to; p++) {
      begun.leave(p);
      for (let i = 0; i < size; i++) {
        const counts = begun.counts[p] + add[i], gain = value[t * size + i];
        if ((counts & full) !== 0) continue;
        const end = placeOf[i], step = { held: 0, counts, keys: begun.keys[p] | 1 << end, end };
        const at = begun.first[p], bound = begun.bound[at] + gain - cost[i];
        const longer = { before: at, last: i, bound, value: begun.value[at] + gain, weeks: [] };
        begun.reach(step, longer, p, gain, bound);
      }
    }
  }
  return begun;
}

/** The best line that holds each element once at most, each key, and so many of the first key at most. */
function bestOf(value: Float64Array, terms: number, placeOf: Int32Array, most: number): number {
  const size = placeOf.length, held: number[] = [];
  const follow = (t: number, sum: number): number => {
    const first = held.filter((i) => placeOf[i] === 0).length;
    if (first > most) return -Infinity;
    if (t === terms) return new Set(held.map((i) => placeOf[i])).size === 3 ? sum : -Infinity;
    let best = -Infinity;
    for (let i = 0; i < size; i++) {
      if (held.includes(i)) continue;
      held.push(i);
      best = Math.max(best, follow(t + 1, sum + value[t * size + i]));
      held.pop();
    }
    return best;
  };
  return follow(0, 0);
}
