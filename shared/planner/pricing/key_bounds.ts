// Bounds for pricing from affinity keys: what the rest of a line can still add once the keys of its
// first inner terms are known. Inner terms are 1..T-2; the keys k_1..k_t of a sequence have the index
// (k_1 K + k_2) K + k_3. Of the rules these count: the features that a line must cover, and the limits that all
// classes of a key count in, so that no three terms of a specialty are taken where two are allowed.

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** With more affinity keys than this the tables cost more than they prune. */
const MOST_KEYS = 40;
/** Most entries of the table over key sequences and features: a few megabytes. */
const MOST_ENTRIES = 1_500_000;

/** Whether lines are short enough, and keys few enough, for these bounds. */
export function isBoundedByKeys({ terms: T, keys: K, need }: PlannerTables): boolean {
  return T >= 3 && T <= 5 && K <= MOST_KEYS && K ** (T - 2) * (need + 1) <= MOST_ENTRIES;
}

/** The bounds at the prices of the day. */
export class KeyBounds {
  readonly #tb: PlannerTables;
  /** [k] half of the best pair that key k makes with another one. */
  readonly #halfPair: Float64Array;
  /** [t][keys 1..t][features] bound on all that terms t + 1..T-2 and both ends add where they cover the features. */
  readonly #after: Float64Array[];
  /** [t * K + k] best value of a class of the key at the term. */
  readonly #vKey: Float64Array;
  /** [t * K + k] the features that classes of the key cover, one entry each, with the best value of such a class. */
  readonly #covers: { features: number; value: number }[][];
  /** [t * K + k] weighted affinities of key k to the different keys of the first t inner terms. */
  readonly #sums: Float64Array;
  readonly #keys: Int32Array;
  /** [k] what an end term of that key adds at most, at either end. */
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  /** [features] the same over the classes that cover them. */
  readonly #firstCovering: Float64Array;
  readonly #lastCovering: Float64Array;
  /** [k] limits that all its classes count in. */
  readonly #limits: Int32Array[];
  /** [l] weight of the keys placed. */
  readonly #used: Int32Array;

  /** @param rowMax [k] best affinity to another key, at least 0 */
  constructor(tables: PlannerTables, rowMax: Float64Array) {
    const { terms: T, keys: K, need } = tables;
    this.#tb = tables;
    this.#halfPair = rowMax.map((weight) => OBJECTIVE.all * weight / 2);
    this.#after = Array.from(
      { length: T - 1 },
      (_, t) => new Float64Array(K ** t * (need + 1)),
    );
    this.#vKey = new Float64Array(T * K);
    this.#covers = Array.from({ length: T * K }, () => []);
    this.#sums = new Float64Array((T - 1) * K);
    this.#keys = new Int32Array(T - 2);
    this.#first = new Float64Array(K);
    this.#last = new Float64Array(K);
    this.#firstCovering = new Float64Array(need + 1);
    this.#lastCovering = new Float64Array(need + 1);
    this.#limits = keyLimits(tables);
    this.#used = new Int32Array(tables.limits);
  }

  /**
   * Computes the bounds at new prices.
   * @param v [t * C + c] best -price of a position of the class
   * @param open [t] classes with a post
   */
  update(v: Float64Array, open: readonly Int32Array[]): void {
    const { terms: T, keys: K, classes: C, keyOf, cover, need } = this.#tb;
    this.#used.fill(0);
    this.#vKey.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (let k = 0; k < K; k++) this.#covers[t * K + k] = [];
      for (const c of open[t]) {
        const i = t * K + keyOf[c], features = cover[c] & need, value = v[t * C + c];
        this.#vKey[i] = Math.max(this.#vKey[i], value);
        const known = this.#covers[i].find((one) => one.features === features);
        if (known === undefined) this.#covers[i].push({ features, value });
        else known.value = Math.max(known.value, value);
      }
    }
    this.#descend(0, 0);
  }

  /** Bound on what follows inner term t, where the keys of terms 1..t have this index and so much must still be covered. */
  after(t: number, index: number, missing: number): number {
    return this.#after[t][index * (this.#tb.need + 1) + missing];
  }

  /** Fills #after for all that starts with the keys of terms 1..t. */
  #descend(t: number, index: number): void {
    const { terms: T, keys: K, affinity, need } = this.#tb;
    if (t === T - 2) return this.#fillEnds(index);
    const row = (t + 1) * K, sums = t * K, width = need + 1;
    const best = this.#after[t], next = this.#after[t + 1], from = index * width;
    best.fill(-Infinity, from, from + width);
    for (let k = 0; k < K; k++) {
      // What is left out is asked for by no legal line.
      if (this.#vKey[row + k] === -Infinity || !this.#fits(k, t + 1)) continue;
      const fresh = this.#place(t, k), after = (index * K + k) * width;
      this.#use(k, t + 1, 1);
      this.#descend(t + 1, index * K + k);
      this.#use(k, t + 1, -1);
      let gain = 0;
      if (t > 0) gain += OBJECTIVE.adj * affinity[this.#keys[t - 1] * K + k];
      if (fresh) gain += this.#sums[sums + k];
      for (const { features, value } of this.#covers[row + k]) {
        for (let missing = 0; missing <= need; missing++) {
          const all = gain + value + next[after + (missing & ~features)];
          if (all > best[from + missing]) best[from + missing] = all;
        }
      }
    }
  }

  /** Whether key k at term t stays within the limits beside the keys placed. */
  #fits(k: number, t: number): boolean {
    const { terms: T, limitWeight, limitMax } = this.#tb, limits = this.#limits[k];
    for (let i = 0; i < limits.length; i++) {
      const l = limits[i];
      if (this.#used[l] + limitWeight[l * T + t] > limitMax[l]) return false;
    }
    return true;
  }

  #use(k: number, t: number, sign: number): void {
    const { terms: T, limitWeight } = this.#tb;
    for (const l of this.#limits[k]) this.#used[l] += sign * limitWeight[l * T + t];
  }

  /** Puts key k at inner term t + 1. @returns whether the terms before lack it */
  #place(t: number, k: number): boolean {
    const { keys: K, affinity } = this.#tb;
    let fresh = true;
    for (let i = 0; i < t; i++) if (this.#keys[i] === k) fresh = false;
    this.#keys[t] = k;
    const from = t * K, to = from + K, sums = this.#sums;
    for (let j = 0; j < K; j++) {
      sums[to + j] = sums[from + j] + (fresh ? OBJECTIVE.all * affinity[k * K + j] : 0);
    }
    return fresh;
  }

  /**
   * Fills #first and #last for the inner keys at hand. The pair of both ends is shared between them:
   * each gets half of its best pair, or of what its own key counts too much when it sits at both.
   * @returns bound on both ends together
   */
  #bothEnds(): number {
    const { terms: T, keys: K, affinity } = this.#tb;
    const first = this.#first, last = this.#last, sums = this.#sums, half = this.#halfPair;
    const vKey = this.#vKey, from = (T - 2) * K, end = (T - 1) * K;
    const left = this.#keys[0] * K, right = this.#keys[T - 3] * K;
    for (let k = 0; k < K; k++) {
      const all = sums[from + k], own = all > -2 * half[k] ? all + half[k] : all / 2;
      first[k] = vKey[k] + OBJECTIVE.adj * affinity[left + k] + own;
      last[k] = vKey[end + k] + OBJECTIVE.adj * affinity[right + k] + own;
    }
    for (let i = 0; i < T - 2; i++) {
      const k = this.#keys[i];
      first[k] = vKey[k] + OBJECTIVE.adj * affinity[left + k];
      last[k] = vKey[end + k] + OBJECTIVE.adj * affinity[right + k];
    }
    for (let k = 0; k < K; k++) {
      if (!this.#fits(k, 0)) first[k] = -Infinity;
      if (!this.#fits(k, T - 1)) last[k] = -Infinity;
    }
    return this.#bestPair();
  }

  /** Bound on two ends that fit beside each other: the best first one with a last one, the best last one, or neither. */
  #bestPair(): number {
    const { terms: T } = this.#tb, first = this.#first, last = this.#last;
    const a = this.#highest(first, -1), b = this.#highest(last, -1);
    if (a < 0 || b < 0) return -Infinity;
    this.#use(a, 0, 1);
    if (this.#fits(b, T - 1)) {
      this.#use(a, 0, -1);
      return first[a] + last[b];
    }
    const beside = this.#highest(last, -1, T - 1);
    this.#use(a, 0, -1);
    this.#use(b, T - 1, 1);
    const before = this.#highest(first, -1, 0);
    this.#use(b, T - 1, -1);
    const c = this.#highest(first, a), d = this.#highest(last, b);
    return Math.max(
      beside < 0 ? -Infinity : first[a] + last[beside],
      before < 0 ? -Infinity : first[before] + last[b],
      c < 0 || d < 0 ? -Infinity : first[c] + last[d],
    );
  }

  /** The key of the highest value but one key, where `t` is given of those that fit there; -1 where there is none. */
  #highest(values: Float64Array, but: number, t = -1): number {
    let best = -1, most = -Infinity;
    for (let k = 0; k < values.length; k++) {
      if (values[k] > most && k !== but && (t < 0 || this.#fits(k, t))) {
        most = values[k];
        best = k;
      }
    }
    return best;
  }

  /** Fills #after of both ends for the inner keys at hand, whose index this is. */
  #fillEnds(index: number): void {
    const { terms: T, need } = this.#tb, after = this.#after[T - 2];
    const both = this.#bothEnds(), from = index * (need + 1);
    this.#bestCovering(0, this.#first, this.#firstCovering);
    this.#bestCovering(T - 1, this.#last, this.#lastCovering);
    for (let missing = 0; missing <= need; missing++) {
      let best = -Infinity;
      // What the first end covers of it, in all ways; the last one covers the others.
      for (let part = missing;; part = (part - 1) & missing) {
        const value = this.#firstCovering[part] + this.#lastCovering[missing & ~part];
        if (value > best) best = value;
        if (part === 0) break;
      }
      after[from + missing] = Math.min(best, both);
    }
  }

  /** [features] best end value over the classes at term t that cover at least those. */
  #bestCovering(t: number, value: Float64Array, best: Float64Array): void {
    const { keys: K, need } = this.#tb;
    best.fill(-Infinity);
    for (let k = 0; k < K; k++) {
      if (value[k] === -Infinity) continue;
      const beside = value[k] - this.#vKey[t * K + k];
      for (const one of this.#covers[t * K + k]) {
        const own = beside + one.value;
        if (own > best[one.features]) best[one.features] = own;
      }
    }
    for (let bit = 1; bit <= need; bit <<= 1) {
      for (let mask = 0; mask <= need; mask++) {
        if ((mask & bit) === 0 && best[mask | bit] > best[mask]) best[mask] = best[mask | bit];
      }
    }
  }
}

/** [k] limits that all classes of key k count in. */
function keyLimits({ keys: K, classes: C, keyOf, limits, limitStart, limitOf }: PlannerTables) {
  const times = new Int32Array(K * limits), classesOf = new Int32Array(K);
  for (let c = 0; c < C; c++) {
    classesOf[keyOf[c]]++;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) times[keyOf[c] * limits + limitOf[e]]++;
  }
  return Array.from(
    { length: K },
    (_, k) =>
      Int32Array.from(Array(limits).keys().filter((l) => times[k * limits + l] === classesOf[k])),
  );
}
