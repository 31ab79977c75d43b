// The best line of a set of keys, against every legal line that holds it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { bitsIn } from "../model/bits.ts";
import { drawKeyed } from "../testing/keyed.ts";
import { KeyHalves } from "./key_halves.ts";
import { KeyLabels } from "./key_labels.ts";
import { KeySequences } from "./key_sequences.ts";
import { KeyLists } from "./key_lists.ts";
import { KeyWalks } from "./key_walks.ts";
import { OnwardWalks } from "./onward_walks.ts";

Deno.test("the best line of a set is the best legal one, whatever the multipliers", () => {
  const random = new Random(404);
  let equal = 0, compared = 0;
  for (const { tables, at, key, limits, walks, sequences, held } of drawKeyed(random, 30)) {
    const hasOf = (keys: readonly number[]) =>
      Uint8Array.from(key, (k) => keys.includes(k) ? 1 : 0);
    const all = [
      ...limits.groups.map(({ keys, most }) => ({ has: hasOf(keys), most })),
      ...Array.from(limits.keyMost, (most, k) => ({ has: hasOf([k]), most })),
      ...limits.has.map((has, l) => ({ has, most: limits.most[l] })),
    ];
    // What its sequences remember of the keys leaves out beginnings, and no line.
    const known = [
      sequences,
      ...[1, 40].map((work) =>
        new KeySequences(tables.terms, key.length, walks, limits.keyMost, work)
      ),
    ];
    const halves = KeyHalves.of(tables, limits)!;
    for (const mask of new Set(held.map((own) => own.mask))) {
      const own = held.filter((line) => line.mask === mask), best = own[0].value;
      const cost = Float64Array.from(key, () => random.below(60) - 30), pairs = halves.pairs(mask);
      const worth = pairs + Array.from(cost).sort((a, b) => b - a)
        .slice(0, tables.terms).reduce((sum, x) => sum + x, 0);
      for (const some of known) {
        const labels = new KeyLabels(tables, at, key, walks, some, all);
        const set = { mask, pairs, cost, worth, keys: some.begin(bitsIn(mask)) };
        const found = labels.best(set, best - 1);
        assert.ok(found.value >= best - 1e-6, `${found.value} of ${best}`);
        if (found.value <= best + 1e-6) equal++;
        compared++;
        const none = labels.best(set, found.value + 0.5);
        assert.deepEqual(none, { value: -Infinity, line: null });
      }
    }
  }
  assert.equal(equal, compared);
});

Deno.test("of thirteen terms the best line is proven where a few of many positions may be held", () => {
  const random = new Random(407), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 13, sizes = [7, 5, 4, 4, 1], keys = sizes.length, mosts = [3, 4, 4, 4, 1];
  const key = Int32Array.from(sizes.flatMap((n, k) => Array<number>(n).fill(k)));
  const all = Int32Array.from(key.keys()), none = new Int32Array(key.length + 1);
  for (let n = 0; n < 10; n++) {
    const affinity = new Int32Array(keys * keys);
    for (let k = 0; k < keys; k++) {
      for (let j = 0; j < k; j++) affinity[k * keys + j] = affinity[j * keys + k] = random.below(9);
    }
    const classes = { classOf: all, cover: none, need: 0, limits: 0, limitStart: none };
    const tables = { ...any, ...classes, terms, keys, affinity };
    const walks = new KeyWalks(tables, key);
    // What may be held least often is worth most, and positions of a key are worth the same.
    const worths = Array.from({ length: terms * keys }, () => random.below(40));
    walks.value.forEach((_, i) => {
      const k = key[i % key.length], t = Math.floor(i / key.length);
      walks.value[i] = (k === 0 ? 60 : 0) + worths[t * keys + k];
    });
    const sequences = new KeySequences(terms, key.length, walks, Int32Array.from(mosts));
    const limits = mosts.map((most, k) => ({ has: Uint8Array.from(key, (j) => +(j === k)), most }));
    const labels = new KeyLabels(tables, all, key, walks, sequences, limits);
    const set = { ...wholeSet(keys, sequences), cost: new Float64Array(key.length), worth: 0 };
    const best = bestByCounts(
      terms,
      mosts,
      (t, k, before) =>
        walks.value[t * key.length + key.indexOf(k)] + (before < 0 ? 0 : walks.near(before, k)),
    );
    const { value } = labels.best(set, 0);
    assert.ok(Math.abs(value - best) < 1e-6, `set ${n}: ${value} of ${best}`);
  }
});

Deno.test("where beginnings are too many no line is worth more than what is told, which is well below what sequences say", () => {
  const random = new Random(409), [{ tables: any }] = drawKeyed(random, 1);
  const sizes = [9, 8, 8, 7], keys = sizes.length;
  const key = Int32Array.from(sizes.flatMap((n, k) => Array<number>(n).fill(k)));
  const all = Int32Array.from(key.keys()), none = new Int32Array(key.length + 1);
  let open = 0;
  for (let n = 0; n < 5; n++) {
    const terms = n < 3 ? 13 : 22, mosts = n < 3 ? [4, 4, 4, 4] : [6, 6, 6, 6];
    const affinity = Int32Array.from({ length: keys * keys }, () => random.below(9));
    const classes = { classOf: all, cover: none, need: 0, limits: 0, limitStart: none };
    const tables = { ...any, ...classes, terms, keys, affinity };
    const walks = new KeyWalks(tables, key);
    const worths = Array.from({ length: terms * keys }, () => random.below(20));
    const worthAt = (t: number, k: number) => worths[t * keys + k];
    walks.value.forEach((_, i) => {
      walks.value[i] = worthAt(Math.floor(i / key.length), key[i % key.length]);
    });
    const sequences = new KeySequences(terms, key.length, walks, Int32Array.from(mosts));
    const limits = mosts.map((most, k) => ({ has: Uint8Array.from(key, (j) => +(j === k)), most }));
    const labels = new KeyLabels(tables, all, key, walks, sequences, limits);
    // Multipliers at which sets and sequences agree in nothing.
    const cost = Float64Array.from(key, () => random.below(40));
    const worth = Array.from(cost).sort((a, b) => b - a).slice(0, terms)
      .reduce((sum, x) => sum + x, 0);
    const best = bestByCounts(
      terms,
      mosts,
      (t, k, before) => worthAt(t, k) + (before < 0 ? 0 : walks.near(before, k)),
    );
    walks.choose(cost);
    const told = worth + topOf(sequences, keys);
    const { value } = labels.best({ ...wholeSet(keys, sequences), cost, worth }, best - 40);
    assert.ok(value >= best - 1e-6, `set ${n}: ${value} of ${best}`);
    const share = (value - best) / (told - best);
    assert.ok(share < 0.74, `set ${n}: ${value}, where sequences say ${told} of ${best}`);
    // Where lines are long no more beginnings of a term go on than there is room for in all terms.
    if (terms > 13) assert.ok(labels.work < 3_000_000, `set ${n}: ${labels.work}`);
    if (share > 0.01) open++;
  }
  assert.ok(open > 0, "some are told with what was left out");
});

Deno.test("where positions are worth most around a term of their own beginnings remember them there alone, and prove sets with a third of the work", () => {
  const random = new Random(413), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 13, sizes = [7, 7, 7, 5], keys = sizes.length, mask = (1 << keys) - 1;
  const key = Int32Array.from(sizes.flatMap((n, k) => Array<number>(n).fill(k)));
  const all = Int32Array.from(key.keys()), none = new Int32Array(key.length + 1);
  const keyMost = Int32Array.from(sizes);
  const groups = sizes.map((most, k) => ({ keys: [k], most }));
  const limits = { keyMost, groups, has: [], most: [] };
  let work = 0;
  for (let n = 0; n < 8; n++) {
    const affinity = Int32Array.from({ length: keys * keys }, () => random.below(9));
    for (let k = 0; k < keys; k++) {
      for (let j = 0; j < k; j++) affinity[k * keys + j] = affinity[j * keys + k];
    }
    const classes = { classOf: all, cover: none, need: 0, limits: 0, limitStart: none };
    const tables = { ...any, ...classes, terms, keys, affinity };
    const walks = new KeyWalks(tables, key), peaks = Array.from(key, () => random.below(terms));
    const bases = Array.from(key, () => random.below(5));
    walks.value.forEach((_, i) => {
      const far = Math.abs(Math.floor(i / key.length) - peaks[i % key.length]);
      walks.value[i] = [30, 26, 16, 7, 2][far] ?? 0;
      walks.value[i] += random.below(4) + bases[i % key.length];
    });
    const sequences = new KeySequences(terms, key.length, walks, keyMost);
    const onward = new OnwardWalks(terms, keys, key, keyMost, walks);
    const lists = new KeyLists(terms, keys, key, limits, onward, sequences);
    const labels = new KeyLabels(tables, all, key, walks, sequences, []);
    const list = { masks: Int32Array.of(mask), pairs: Float64Array.of(0) };
    lists.settle(list, Int32Array.of(0), new Float64Array(key.length), 0, (_, own, most, known) => {
      lists.weigh(own);
      const worth = lists.look(mask, 0);
      const set = { mask, pairs: 0, cost: own.subarray(0, key.length), worth, keys: known };
      const { value, line } = labels.best(set, most - 40);
      const worthOfLine = [...line!].reduce((sum, e, t) => {
        const near = t > 0 ? walks.near(key[line![t - 1]], key[e]) : 0;
        return sum + walks.value[t * key.length + e] + near;
      }, 0);
      assert.equal(new Set(line).size, terms);
      assert.ok(Math.abs(value - worthOfLine) < 1e-6, `set ${n}: ${value} of ${worthOfLine}`);
      return 0;
    });
    work += labels.work;
  }
  assert.ok(work > 0 && work < 1_200_000, `${work}`);
});

Deno.test("of nine terms and a dozen positions the best line is the best of all orders of them, whatever the multipliers", () => {
  const random = new Random(415), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 9, size = 12, keys = 3, key = Int32Array.from({ length: size }, (_, e) => e % keys);
  const all = Int32Array.from(key.keys()), none = new Int32Array(size + 1);
  const classes = { classOf: all, cover: none, need: 0, limits: 0, limitStart: none };
  for (let n = 0; n < 24; n++) {
    const affinity = new Int32Array(keys * keys);
    for (let k = 0; k < keys; k++) {
      for (let j = 0; j < k; j++) affinity[k * keys + j] = affinity[j * keys + k] = random.below(9);
    }
    const walks = new KeyWalks({ ...any, ...classes, terms, keys, affinity }, key);
    const peaks = Array.from(key, () => random.below(terms));
    walks.value.forEach((_, i) => {
      const far = Math.abs(Math.floor(i / size) - peaks[i % size]);
      walks.value[i] = ([24, 20, 13, 6, 2][far] ?? 0) * (n % 3) + random.below(12);
    });
    const keyMost = new Int32Array(keys).fill(4 - n % 2);
    const sequences = new KeySequences(terms, size, walks, keyMost);
    const limits = Array.from(keyMost, (most, k) => ({
      has: Uint8Array.from(key, (j) => j === k ? 1 : 0),
      most,
    }));
    const tables = { ...any, ...classes, terms, keys, affinity };
    const labels = new KeyLabels(tables, all, key, walks, sequences, limits);
    const cost = Float64Array.from(key, () => random.below(20) - 10);
    const worth = Array.from(cost).sort((a, b) => b - a).slice(0, terms)
      .reduce((sum, x) => sum + x, 0);
    const best = bestOfOrders(walks, key, terms, keyMost);
    for (const below of [1, 30]) {
      const found = labels.best({ ...wholeSet(keys, sequences), cost, worth }, best - below);
      assert.ok(Math.abs(found.value - best) < 1e-6, `set ${n}: ${found.value} of ${best}`);
    }
  }
});

Deno.test("where limits are counted no line is worth more than what is told, however few beginnings go on, and with all of them none less", () => {
  const random = new Random(415), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 9, size = 12, keys = 3, key = Int32Array.from({ length: size }, (_, e) => e % keys);
  const all = Int32Array.from(key.keys()), none = new Int32Array(size + 1);
  const classes = { classOf: all, cover: none, need: 0, limits: 0, limitStart: none };
  let loose = 0;
  for (let n = 0; n < 20; n++) {
    const affinity = new Int32Array(keys * keys);
    for (let k = 0; k < keys; k++) {
      for (let j = 0; j < k; j++) affinity[k * keys + j] = affinity[j * keys + k] = random.below(9);
    }
    const tables = { ...any, ...classes, terms, keys, affinity }, walks = new KeyWalks(tables, key);
    walks.value.forEach((_, i) => walks.value[i] = random.below(40));
    const keyMost = Int32Array.of(3, 3, 3 + n % 2);
    const sequences = new KeySequences(terms, size, walks, keyMost);
    const limits = Array.from(keyMost, (most, k) => ({
      has: Uint8Array.from(key, (j) => j === k ? 1 : 0),
      most,
    }));
    // Multipliers near 0, which moving them leaves far behind, and others.
    const spread = n % 4 < 2 ? 3 : 20;
    const cost = Float64Array.from(key, () => random.below(2 * spread) - spread);
    const worth = [0, 1, 2].flatMap((k) =>
      [...cost.filter((_, e) => key[e] === k)].sort((a, b) => b - a).slice(0, keyMost[k])
    ).sort((a, b) => b - a).slice(0, terms).reduce((sum, x) => sum + x, 0);
    const set = { ...wholeSet(keys, sequences), cost, worth };
    const best = bestOfOrders(walks, key, terms, keyMost);
    for (const most of [undefined, 60, 6]) {
      const labels = new KeyLabels(tables, all, key, walks, sequences, limits, most);
      for (const below of [1, 30, 100]) {
        const { value } = labels.best(set, best - below), told = `set ${n}: ${value} of ${best}`;
        assert.ok(value >= best - 1e-6, told);
        if (most === undefined) assert.ok(value <= best + 1e-6, told);
        if (value > best + 1e-6) loose++;
      }
    }
  }
  assert.ok(loose > 20, `${loose}`);
});

Deno.test("the best line of a set is proven whatever the number of its positions, and covers what it must", () => {
  const random = new Random(408), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 4, keys = 3, size = 36;
  const key = Int32Array.from({ length: size }, (_, e) => e % keys);
  const all = Int32Array.from(key.keys()), none = new Int32Array(size + 1);
  for (let n = 0; n < 6; n++) {
    // Few positions cover the one thing or the other.
    const need = n % 4, cover = all.map((e) => (e % 5 === n % 5 ? 1 : 0) | (e % 7 === n ? 2 : 0));
    const classes = { classOf: all, cover, need, limits: 0, limitStart: none };
    const affinity = Int32Array.from({ length: keys * keys }, () => random.below(5));
    const tables = { ...any, ...classes, terms, keys, affinity };
    const walks = new KeyWalks(tables, key);
    // In every term the same positions are the best, of which a line holds each once, and the last ones are among them.
    const worths = Array.from(all, (e) => random.below(40) + (e >= size - 4 ? 15 : 0));
    walks.value.forEach((_, i) => walks.value[i] = worths[i % size] + random.below(4));
    const most = new Int32Array(keys).fill(2);
    const sequences = new KeySequences(terms, size, walks, most);
    const limits = Array.from(most, (own, k) => ({
      has: Uint8Array.from(key, (j) => j === k ? 1 : 0),
      most: own,
    }));
    const labels = new KeyLabels(tables, all, key, walks, sequences, limits);
    const cost = Float64Array.from(key, () => random.below(20) - 10);
    const worth = Array.from(cost).sort((a, b) => b - a).slice(0, terms)
      .reduce((sum, x) => sum + x, 0);
    const best = bestOfAll(walks, key, { terms, keys, most: 2, cover, need });
    const found = labels.best({ ...wholeSet(keys, sequences), cost, worth }, best - 1);
    assert.ok(Math.abs(found.value - best) < 1e-6, `set ${n}: ${found.value} of ${best}`);
    assert.equal(new Set(found.line).size, terms);
    assert.equal(found.line!.reduce((left, e) => left & ~cover[e], need), 0);
  }
});

/** The set of the first so many keys, which bring nothing together. */
function wholeSet(keys: number, sequences: KeySequences) {
  const mask = (1 << keys) - 1;
  return { mask, pairs: 0, keys: sequences.begin(bitsIn(mask)) };
}

/** What sequences of all of the first so many keys come to. */
function topOf(sequences: KeySequences, keys: number): number {
  const all = wholeSet(keys, sequences).keys;
  return sequences.top(all, sequences.rest(all));
}

/** The best line of all, each position once, each key once at least and so often at most, that covers what it must. */
function bestOfAll(
  walks: KeyWalks,
  key: Int32Array,
  { terms, keys, most, cover, need }: {
    terms: number;
    keys: number;
    most: number;
    cover: Int32Array;
    need: number;
  },
): number {
  const held: number[] = [], times = new Int32Array(keys);
  const follow = (t: number, value: number): number => {
    if (t === terms) {
      const left = held.reduce((rest, e) => rest & ~cover[e], need);
      return times.includes(0) || left !== 0 ? -Infinity : value;
    }
    let best = -Infinity;
    key.forEach((k, e) => {
      if (times[k] === most || held.includes(e)) return;
      const near = t > 0 ? walks.near(key[held[t - 1]], k) : 0;
      held.push(e);
      times[k]++;
      best = Math.max(best, follow(t + 1, value + walks.value[t * key.length + e] + near));
      times[k]--;
      held.pop();
    });
    return best;
  };
  return follow(0, 0);
}

/** The best sequence of keys, each held once at least, by how often each is held. */
function bestByCounts(
  terms: number,
  mosts: readonly number[],
  worth: (t: number, key: number, before: number) => number,
): number {
  let states = new Map([["", { held: mosts.map(() => 0), last: -1, value: 0 }]]);
  for (let t = 0; t < terms; t++) {
    const next: typeof states = new Map();
    for (const { held, last, value } of states.values()) {
      mosts.forEach((most, k) => {
        if (held[k] === most) return;
        const now = held.with(k, held[k] + 1), sum = value + worth(t, k, last);
        const name = `${now} ${k}`;
        if (sum > (next.get(name)?.value ?? -Infinity)) {
          next.set(name, { held: now, last: k, value: sum });
        }
      });
    }
    states = next;
  }
  const whole = Array.from(states.values()).filter(({ held }) => held.every((n) => n > 0));
  return Math.max(...whole.map(({ value }) => value));
}

/** The best line of elements each held once, of each key so many at most: by those held, as bits, and the last of them. */
function bestOfOrders(
  walks: KeyWalks,
  key: Int32Array,
  terms: number,
  keyMost: Int32Array,
): number {
  const E = key.length, values = new Float64Array(E << E).fill(-Infinity);
  let most = -Infinity;
  for (let e = 0; e < E; e++) values[(1 << e) * E + e] = walks.value[e];
  for (let held = 1; held < 1 << E; held++) {
    const t = bitsIn(held).length, times = new Int32Array(keyMost.length);
    for (const e of bitsIn(held)) times[key[e]]++;
    if (t > terms || times.some((n, k) => n > keyMost[k])) continue;
    for (const last of bitsIn(held)) {
      const value = values[held * E + last];
      if (t === terms && times.every((n) => n > 0)) most = Math.max(most, value);
      if (t === terms) continue;
      for (let e = 0; e < E; e++) {
        if ((held >> e & 1) === 1) continue;
        const sum = value + walks.value[t * E + e] + walks.near(key[last], key[e]);
        const at = (held | 1 << e) * E + e;
        if (sum > values[at]) values[at] = sum;
      }
    }
  }
  return most;
}
