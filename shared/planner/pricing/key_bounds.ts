// Bounds for pricing from affinity keys: what the rest of a line can still add once the keys of its
// first inner terms are known. Inner terms are 1..T-2; the keys k_1..k_t of a sequence have the index
// (k_1 K + k_2) K + k_3. Of the rules these count: the features that the two ends must cover, and the limits that all
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
  /** [t][keys 1..t] bound on all that terms t + 1..T-2 and both ends add. */
  readonly #after: Float64Array[];
  /** [keys 1..T-2][features] bound on both ends where they cover the features; filled when asked. */
  readonly #covering: Float64Array;
  readonly #isFilled: Uint8Array;
  /** [t * K + k] best value of a class of the key at the term. */
  readonly #vKey: Float64Array;
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
  #v: Float64Array = new Float64Array(0);
  #open: readonly Int32Array[] = [];

  /** @param rowMax [k] best affinity to another key, at least 0 */
  constructor(tables: PlannerTables, rowMax: Float64Array) {
    const { terms: T, keys: K, need } = tables;
    this.#tb = tables;
    this.#halfPair = rowMax.map((weight) => OBJECTIVE.all * weight / 2);
    this.#after = Array.from({ length: T - 1 }, (_, t) => new Float64Array(K ** t));
    this.#covering = new Float64Array(K ** (T - 2) * (need + 1));
    this.#isFilled = new Uint8Array(K ** (T - 2));
    this.#vKey = new Float64Array(T * K);
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
    const { terms: T, keys: K, classes: C, keyOf } = this.#tb;
    this.#v = v;
    this.#open = open;
    this.#isFilled.fill(0);
    this.#vKey.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (const c of open[t]) {
        const i = t * K + keyOf[c];
        this.#vKey[i] = Math.max(this.#vKey[i], v[t * C + c]);
      }
    }
    this.#descend(0, 0);
  }

  /** Bound on what follows inner term t, where the keys of terms 1..t have this index. */
  after(t: number, index: number): number {
    return this.#after[t][index];
  }

  /** Bound on both ends where they must cover `missing`, all inner keys being known. */
  ends(index: number, missing: number): number {
    if (this.#isFilled[index] === 0) this.#fillCovering(index);
    return this.#covering[index * (this.#tb.need + 1) + missing];
  }

  /** Fills #after for all that starts with the keys of terms 1..t; returns their own entry. */
  #descend(t: number, index: number): number {
    const { terms: T, keys: K, affinity } = this.#tb;
    if (t === T - 2) return this.#after[t][index] = this.#bothEnds();
    const row = (t + 1) * K, sums = t * K;
    let best = -Infinity;
    for (let k = 0; k < K; k++) {
      // What is left out is asked for by no legal line.
      if (this.#vKey[row + k] === -Infinity || !this.#fits(k, t + 1)) continue;
      const fresh = this.#place(t, k);
      this.#use(k, t + 1, 1);
      let value = this.#vKey[row + k];
      if (t > 0) value += OBJECTIVE.adj * affinity[this.#keys[t - 1] * K + k];
      if (fresh) value += this.#sums[sums + k];
      value += this.#descend(t + 1, index * K + k);
      this.#use(k, t + 1, -1);
      if (value > best) best = value;
    }
    return this.#after[t][index] = best;
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

  /** Fills #covering for the inner keys of this index. */
  #fillCovering(index: number): void {
    const { terms: T, keys: K, need } = this.#tb;
    for (let t = T - 3, rest = index; t >= 0; t--, rest = Math.floor(rest / K)) {
      this.#keys[t] = rest % K;
    }
    for (let t = 0; t < T - 2; t++) {
      this.#place(t, this.#keys[t]);
      this.#use(this.#keys[t], t + 1, 1);
    }
    this.#bothEnds();
    for (let t = 0; t < T - 2; t++) this.#use(this.#keys[t], t + 1, -1);
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
      this.#covering[index * (need + 1) + missing] = best;
    }
    this.#isFilled[index] = 1;
  }

  /** [features] best end value over the classes at term t that cover at least those. */
  #bestCovering(t: number, value: Float64Array, best: Float64Array): void {
    const { keys: K, classes: C, keyOf, cover, need } = this.#tb;
    best.fill(-Infinity);
    for (const c of this.#open[t]) {
      const k = keyOf[c], covers = cover[c] & need;
      const own = value[k] + this.#v[t * C + c] - this.#vKey[t * K + k];
      if (own > best[covers]) best[covers] = own;
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
