// Walks that do not go to and fro, against every sequence of elements.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed, type Keyed } from "../testing/keyed.ts";
import { KeyWalks } from "./key_walks.ts";
import { OnwardWalks } from "./onward_walks.ts";

Deno.test("no sequence without the same in three terms is worth more than the best walk, which is one of those nearly always", () => {
  const random = new Random(410);
  let equal = 0, compared = 0;
  for (const drawn of drawKeyed(random, 40)) {
    const { tables: { terms: T, keys: K }, key, limits: { keyMost }, walks } = drawn;
    const onward = new OnwardWalks(T, K, key, keyMost, walks);
    const all = Int32Array.from(new Set(key)).sort();
    for (const keys of [all, all.filter(() => random.below(3) > 0)]) {
      const cost = Float64Array.from(key, () => random.below(100) - 50);
      const most = bestSequence(drawn, keys, cost, true),
        any = bestSequence(drawn, keys, cost, false);
      const best = onward.best(keys, cost);
      assert.ok(best >= most - 1e-6 && best <= any + 1e-6, `${best} of ${most} to ${any}`);
      compared++;
      if (best === most || Math.abs(best - most) < 1e-6) equal++;
      if (best === -Infinity) continue;
      assert.equal(onward.visits.reduce((sum, n) => sum + n, 0), T);
      onward.visits.forEach((n, e) => assert.ok(n === 0 || keys.includes(key[e])));
    }
  }
  assert.ok(equal >= 0.95 * compared, `${equal} of ${compared}`);
});

Deno.test("of many elements, some of which are worth most by far, no sequence comes to more than is told", () => {
  const random = new Random(414), [{ tables: any }] = drawKeyed(random, 1);
  const terms = 8, keys = 6, all = Int32Array.from({ length: keys }, (_, k) => k);
  let equal = 0;
  for (let n = 0; n < 300; n++) {
    const key = Int32Array.from({ length: 18 }, (_, e) => e < keys ? e : random.below(keys));
    const keyMost = Int32Array.from(all, () => 1 + random.below(3));
    const liked = Int32Array.from({ length: keys * keys }, () => random.below(3));
    const affinity = liked.map((x, i) => x + liked[i % keys * keys + Math.floor(i / keys)]);
    const walks = new KeyWalks({ ...any, terms, keys, affinity }, key);
    const onward = new OnwardWalks(terms, keys, key, keyMost, walks);
    const far = 10 * (n % 8);
    const worths = Array.from(key, (_, e) => (e % 6 < 2 ? far : 0) + random.below(30));
    walks.value.forEach((_, i) => walks.value[i] = worths[i % 18] + random.below(10));
    const most = bestOfPairs(walks, key, { terms, keyMost });
    const best = onward.best(all, new Float64Array(18));
    assert.ok(best >= most, `${n}: ${best} of ${most}`);
    if (best === most) equal++;
  }
  assert.ok(equal > 100, `${equal}`);
});

Deno.test("where to go to and fro is worth most a walk goes on to a third element", () => {
  const [{ tables: any }] = drawKeyed(new Random(411), 1);
  const terms = 9, key = Int32Array.of(0, 1, 2, 2), worths = [50, 49, 10, 9];
  const walks = new KeyWalks({ ...any, terms, keys: 3, affinity: new Int32Array(9) }, key);
  walks.value.forEach((_, i) => walks.value[i] = worths[i % 4]);
  const cost = new Float64Array(4), keys = Int32Array.of(0, 1, 2);
  // Of three terms in a row one is worth 10.
  const onward = new OnwardWalks(terms, 3, key, Int32Array.of(9, 9, 9), walks);
  assert.equal(onward.best(keys, cost), 3 * (50 + 49 + 10));
  assert.deepEqual([...onward.visits], [3, 3, 3, 0]);
  // Of a key that comes once both of its elements are the same; and with two keys there is nowhere to go.
  const few = new OnwardWalks(terms, 3, key, Int32Array.of(9, 9, 1), walks);
  assert.equal(few.best(keys, cost), 3 * (50 + 49 + 10));
  assert.equal(few.best(Int32Array.of(1, 2), cost), -Infinity);
  assert.equal(onward.best(Int32Array.of(1, 2), cost), 3 * (49 + 10 + 9));
});

/** What the best sequence of elements of some keys comes to. @param isOnward whether none of three terms in a row are of one kind */
function bestSequence(
  { tables: { terms: T }, key, limits: { keyMost }, walks }: Keyed,
  keys: Int32Array,
  cost: Float64Array,
  isOnward: boolean,
): number {
  const line: number[] = [];
  const isSame = (e: number, j: number | undefined) =>
    j !== undefined && (e === j || (key[e] === key[j] && keyMost[key[e]] <= 1));
  const follow = (t: number, value: number): number => {
    if (t === T) return value;
    let best = -Infinity;
    key.forEach((k, e) => {
      const worth = walks.value[t * key.length + e];
      if (worth === -Infinity || !keys.includes(k)) return;
      if (isOnward && (isSame(e, line[t - 1]) || isSame(e, line[t - 2]))) return;
      const near = t > 0 ? walks.near(key[line[t - 1]], k) : 0;
      line.push(e);
      best = Math.max(best, follow(t + 1, value + worth - cost[e] + near));
      line.pop();
    });
    return best;
  };
  return follow(0, 0);
}

/** The same of all elements, by the last two. */
function bestOfPairs(
  walks: KeyWalks,
  key: Int32Array,
  { terms, keyMost }: { terms: number; keyMost: Int32Array },
): number {
  const E = key.length, kind = key.map((k, e) => keyMost[k] <= 1 ? key.indexOf(k) : e);
  const worth = (t: number, e: number, before: number) =>
    walks.value[t * E + e] + walks.near(key[before], key[e]);
  // [last * E + the one before]
  let values = new Float64Array(E * E).fill(-Infinity);
  for (let e = 0; e < E; e++) {
    for (let j = 0; j < E; j++) {
      if (kind[e] !== kind[j]) values[e * E + j] = walks.value[j] + worth(1, e, j);
    }
  }
  for (let t = 2; t < terms; t++) {
    const next = new Float64Array(E * E).fill(-Infinity);
    for (let e = 0; e < E; e++) {
      for (let j = 0; j < E; j++) {
        for (let i = 0; i < E; i++) {
          if (kind[e] === kind[j] || kind[e] === kind[i]) continue;
          next[e * E + j] = Math.max(next[e * E + j], values[j * E + i] + worth(t, e, j));
        }
      }
    }
    values = next;
  }
  return Math.max(...values);
}
