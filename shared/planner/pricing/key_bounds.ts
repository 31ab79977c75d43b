// Bounds for pricing from affinity keys: what the rest of a line can still add once the keys of its
// first inner terms are known. Inner terms are 1..T-2; the keys k_1..k_t of a sequence have the index
// (k_1 K + k_2) K + k_3. Of the rules these count: the features that a line must cover, the limits that all
// classes of a key count in, so that no three terms of a specialty are taken where two are allowed, and of the limits that
// some classes of a key count in one, as it stands for what a pathway's lines must hold: so many terms outside it.
//
// What is missing is a number: the features, and above them how many more terms must lie inside.

import { firstWeightOf, slotOf, weightAt } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** With more affinity keys than this the tables cost more than they prune. */
const MOST_KEYS = 40;
/** Most entries of the table over key sequences and features: a few megabytes. */
const MOST_ENTRIES = 1_500_000;

/** Nodes of pricing that an update is worth for each sequence of keys. */
const UPDATE_NODES = 3;

/** Whether lines are short enough, and keys few enough, for these bounds. */
export function isBoundedByKeys(tables: PlannerTables): boolean {
  const { terms: T, keys: K } = tables;
  return T >= 3 && T <= 5 && K <= MOST_KEYS && entries(tables, 0) <= MOST_ENTRIES;
}

/** Entries of the table over keys of the inner terms and what is missing. */
function entries({ terms: T, keys: K, need }: PlannerTables, inside: number): number {
  return K ** (T - 2) * numbersOf(need) * (inside + 1);
}

/** Numbers that sets of features take. */
function numbersOf(need: number): number {
  return 2 ** (32 - Math.clz32(need));
}

/** A limit on terms that some classes of a key count in and others do not. */
interface Split {
  limit: number;
  /** Terms of a line that must lie inside, where classes do not count in it. */
  need: number;
}

/** The limit that keys are split by most; null where there is none. */
function splitOf(tables: PlannerTables): Split | null {
  const { terms: T, limits, limitMax, limitWeight, limitUse } = tables;
  const times = timesOf(tables), classesOf = classesOfKeys(tables);
  let best: Split | null = null, most = 0;
  for (let l = 0; l < limits; l++) {
    const need = T - limitMax[l];
    const isPlain =
      limitWeight.subarray(firstWeightOf(l, T), firstWeightOf(l + 1, T)).every((weight) =>
        weight === 1
      ) &&
      limitUse.every((use, i) => i === l || use !== limitUse[l]);
    if (!isPlain || need < 1 || entries(tables, need) > MOST_ENTRIES) continue;
    const keys = classesOf.reduce((n, classes, k) => {
      const own = times[k * limits + l];
      return own > 0 && own < classes ? n + 1 : n;
    }, 0);
    if (keys > most) [best, most] = [{ limit: l, need }, keys];
  }
  return best;
}

/** Features that classes of a key cover, whether they lie inside, and the best value of such a class. */
interface Cover {
  features: number;
  inside: number;
  value: number;
}

/** The bounds at the prices of the day. */
export class KeyBounds {
  readonly #tb: PlannerTables;
  /** [k] half of the best pair that key k makes with another one. */
  readonly #halfPair: Float64Array;
  /** [t][keys 1..t][missing] bound on all that terms t + 1..T-2 and both ends add where they bring what is missing. */
  readonly #after: Float64Array[];
  /** [t * K + k] best value of a class of the key at the term. */
  readonly #vKey: Float64Array;
  /** [t * K + k] what classes of the key bring, one entry each, with the best value of such a class. */
  readonly #covers: Cover[][];
  readonly #split: Split | null;
  /** [c] 1 where the class lies inside; and how many numbers there are for what is missing. */
  readonly #inside: Uint8Array;
  readonly #width: number;
  readonly #numbers: number;
  /** [t * K + k] weighted affinities of key k to the different keys of the first t inner terms. */
  readonly #sums: Float64Array;
  readonly #keys: Int32Array;
  /** [k] what an end term of that key adds at most, at either end. */
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  /** [k] weighted affinities of key k to the different inner keys; 0 where it is one of them, and 1 here. */
  readonly #own: Float64Array;
  readonly #isInner: Uint8Array;
  /** [k] limits that all its classes count in. */
  readonly #limits: Int32Array[];
  /** [keys of all inner terms][missing] whether what both ends add there is worked out pair by pair. */
  readonly #isSharp: Uint8Array;
  /** [l] weight of the keys placed. */
  readonly #used: Int32Array;

  /** @param rowMax [k] best affinity to another key, at least 0 */
  constructor(tables: PlannerTables, rowMax: Float64Array) {
    const { terms: T, keys: K, classes: C, need, limitStart, limitOf } = tables;
    this.#tb = tables;
    const split = this.#split = splitOf(tables);
    this.#inside = Uint8Array.from({ length: C }, (_, c) => {
      if (split === null) return 0;
      return limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(split.limit) ? 0 : 1;
    });
    this.#numbers = numbersOf(need);
    const width = this.#width = this.#numbers * (1 + (split?.need ?? 0));
    this.#halfPair = rowMax.map((weight) => OBJECTIVE.all * weight / 2);
    this.#after = Array.from(
      { length: T - 1 },
      (_, t) => new Float64Array(K ** t * width),
    );
    this.#isSharp = new Uint8Array(K ** (T - 2) * width);
    this.#vKey = new Float64Array(T * K);
    this.#covers = Array.from({ length: T * K }, () => []);
    this.#sums = new Float64Array((T - 1) * K);
    this.#keys = new Int32Array(T - 2);
    this.#first = new Float64Array(K);
    this.#last = new Float64Array(K);
    this.#own = new Float64Array(K);
    this.#isInner = new Uint8Array(K);
    this.#limits = keyLimits(tables);
    this.#used = new Int32Array(tables.limits);
  }

  /**
   * Computes the bounds at new prices.
   * @param v [term, class] best -price of a position of the class
   * @param open [t] classes with a post
   */
  update(v: Float64Array, open: readonly Int32Array[]): void {
    const { terms: T, keys: K, classes: C, keyOf, cover, need } = this.#tb;
    this.#used.fill(0);
    this.#isSharp.fill(0);
    this.#vKey.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (let k = 0; k < K; k++) this.#covers[t * K + k] = [];
      for (const c of open[t]) {
        const i = t * K + keyOf[c], features = cover[c] & need, inside = this.#inside[c];
        const value = v[slotOf(t, c, C)];
        this.#vKey[i] = Math.max(this.#vKey[i], value);
        const known = this.#covers[i]
          .find((one) => one.features === features && one.inside === inside);
        if (known === undefined) this.#covers[i].push({ features, inside, value });
        else known.value = Math.max(known.value, value);
      }
    }
    this.#descend(0, 0);
  }

  /**
   * The number of what is missing.
   * @param features that are still to be covered
   * @param terms left
   * @param used [l] weight of the terms chosen
   */
  missing(features: number, terms: number, used: Int32Array): number {
    if (this.#split === null) return features;
    const { limitMax, limitUse } = this.#tb, { limit } = this.#split;
    const inside = terms - (limitMax[limit] - used[limitUse[limit]]);
    return Math.max(0, inside) * this.#numbers + features;
  }

  /** What is missing still once there is a class of these features, inside or not. */
  #without(missing: number, { features, inside }: Cover): number {
    const left = missing & ~features;
    return inside === 1 && left >= this.#numbers ? left - this.#numbers : left;
  }

  /** What an update costs, in nodes of pricing. */
  get work(): number {
    const { terms: T, keys: K } = this.#tb;
    return UPDATE_NODES * K ** (T - 2);
  }

  /** Bound on what follows inner term t, where the keys of terms 1..t have this index and so much is missing. */
  after(t: number, index: number, missing: number): number {
    return this.#after[t][index * this.#width + missing];
  }

  /** Whether `afterInner` is known there. */
  isSharp(index: number, missing: number): boolean {
    return this.#isSharp[index * this.#width + missing] === 1;
  }

  /**
   * What `after` says of the last inner term, with each pair of ends as it is instead of halves of the best ones, and with
   * what ends must bring: worked out when it is first asked for at these prices.
   * @param floor what is no higher is of no interest
   */
  afterInner(index: number, missing: number, floor: number): number {
    const at = index * this.#width + missing, after = this.#after[this.#tb.terms - 2];
    if (this.#isSharp[at] === 1 || after[at] <= floor) return after[at];
    const best = this.#bestEnds(index, missing, floor);
    if (best > floor) this.#isSharp[at] = 1;
    return after[at] = Math.max(best, floor);
  }

  /** The best two ends above a floor that bring what is missing, by their keys, for the keys of all inner terms. */
  #bestEnds(index: number, missing: number, floor: number): number {
    const { terms: T, keys: K, affinity } = this.#tb, keys = this.#keys;
    for (let i = T - 3, rest = index; i >= 0; i--, rest = Math.floor(rest / K)) keys[i] = rest % K;
    for (let i = 0; i < T - 2; i++) this.#use(keys[i], i + 1, 1);
    const lastTop = this.#placeEnds();
    const first = this.#first, last = this.#last, own = this.#own, half = this.#halfPair;
    let best = floor;
    for (let a = 0; a < K; a++) {
      const isInner = keys.includes(a);
      // At both ends the pairs of a key count once.
      const twice = isInner ? 0 : -own[a];
      if (first[a] + lastTop + Math.max(0, 2 * half[a], twice) <= best) continue;
      this.#use(a, 0, 1);
      for (let b = 0; b < K; b++) {
        let pair = twice;
        if (a !== b) pair = isInner || this.#isInner[b] ? 0 : OBJECTIVE.all * affinity[a * K + b];
        const both = first[a] + last[b] + pair;
        if (both <= best || !this.#fits(b, T - 1)) continue;
        best = Math.max(best, both + this.#lossOfCover(a, b, missing));
      }
      this.#use(a, 0, -1);
    }
    for (let i = 0; i < T - 2; i++) {
      this.#use(keys[i], i + 1, -1);
      this.#isInner[keys[i]] = 0;
    }
    return best;
  }

  /** Fills #first, #last, #own and #isInner for the inner keys at hand. @returns the highest of #last */
  #placeEnds(): number {
    const { terms: T, keys: K, affinity } = this.#tb, keys = this.#keys, own = this.#own;
    own.fill(0);
    for (let i = 0; i < T - 2; i++) {
      const key = keys[i];
      if (this.#isInner[key] === 1) continue;
      this.#isInner[key] = 1;
      for (let k = 0; k < K; k++) own[k] += OBJECTIVE.all * affinity[key * K + k];
    }
    for (let i = 0; i < T - 2; i++) own[keys[i]] = 0;
    const left = keys[0] * K, right = keys[T - 3] * K, end = (T - 1) * K;
    let top = -Infinity;
    for (let k = 0; k < K; k++) {
      const first = this.#vKey[k] + OBJECTIVE.adj * affinity[left + k] + own[k];
      this.#first[k] = this.#fits(k, 0) ? first : -Infinity;
      const last = this.#vKey[end + k] + OBJECTIVE.adj * affinity[right + k] + own[k];
      this.#last[k] = this.#fits(k, T - 1) ? last : -Infinity;
      if (this.#last[k] > top) top = this.#last[k];
    }
    return top;
  }

  /** What ends of these keys are worth less where they bring what is missing; -Infinity where they cannot. */
  #lossOfCover(a: number, b: number, missing: number): number {
    if (missing === 0) return 0;
    const { terms: T, keys: K } = this.#tb, end = (T - 1) * K + b;
    const top = this.#vKey[a] + this.#vKey[end], lasts = this.#covers[end];
    let loss = -Infinity;
    for (const one of this.#covers[a]) {
      const left = this.#without(missing, one);
      for (const other of lasts) {
        const worth = one.value + other.value - top;
        if (worth > loss && this.#without(left, other) === 0) loss = worth;
      }
    }
    return loss;
  }

  /** Fills #after for all that starts with the keys of terms 1..t. */
  #descend(t: number, index: number): void {
    const { terms: T, keys: K, affinity } = this.#tb, width = this.#width;
    if (t === T - 2) {
      // What ends must bring counts where it is asked for (`afterInner`).
      this.#after[t].fill(this.#bothEnds(), index * width, (index + 1) * width);
      return;
    }
    const row = (t + 1) * K, sums = t * K;
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
      for (const cover of this.#covers[row + k]) {
        for (let missing = 0; missing < width; missing++) {
          const all = gain + cover.value + next[after + this.#without(missing, cover)];
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
      if (this.#used[l] + limitWeight[weightAt(l, t, T)] > limitMax[l]) return false;
    }
    return true;
  }

  #use(k: number, t: number, sign: number): void {
    const { terms: T, limitWeight } = this.#tb;
    for (const l of this.#limits[k]) this.#used[l] += sign * limitWeight[weightAt(l, t, T)];
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
    return this.#bestPair();
  }

  /** Bound on two ends that fit beside each other: the best first one with a last one, the best last one, or neither. */
  #bestPair(): number {
    const end = this.#tb.terms - 1, first = this.#first, last = this.#last;
    const a = this.#highest(first, -1, 0), b = this.#highest(last, -1, end);
    if (a < 0 || b < 0) return -Infinity;
    this.#use(a, 0, 1);
    const isPair = this.#fits(b, end), beside = isPair ? b : this.#highest(last, -1, end);
    this.#use(a, 0, -1);
    if (isPair) return first[a] + last[b];
    this.#use(b, end, 1);
    const before = this.#highest(first, -1, 0);
    this.#use(b, end, -1);
    const c = this.#highest(first, a, 0), d = this.#highest(last, b, end);
    return Math.max(
      beside < 0 ? -Infinity : first[a] + last[beside],
      before < 0 ? -Infinity : first[before] + last[b],
      c < 0 || d < 0 ? -Infinity : first[c] + last[d],
    );
  }

  /** The key of the highest value but one key that fits at term t; -1 where there is none. */
  #highest(values: Float64Array, but: number, t: number): number {
    let best = -1, most = -Infinity;
    for (let k = 0; k < values.length; k++) {
      if (values[k] > most && k !== but && this.#fits(k, t)) {
        most = values[k];
        best = k;
      }
    }
    return best;
  }
}

/** [k * limits + l] classes of the key that count in the limit. */
function timesOf({ keys: K, classes: C, keyOf, limits, limitStart, limitOf }: PlannerTables) {
  const times = new Int32Array(K * limits);
  for (let c = 0; c < C; c++) {
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) times[keyOf[c] * limits + limitOf[e]]++;
  }
  return times;
}

/** [k] classes of the key. */
function classesOfKeys({ keys: K, keyOf }: PlannerTables): Int32Array {
  const classes = new Int32Array(K);
  for (const k of keyOf) classes[k]++;
  return classes;
}

/** [k] limits that all classes of key k count in. */
function keyLimits(tables: PlannerTables): Int32Array[] {
  const { keys: K, limits } = tables, times = timesOf(tables), classesOf = classesOfKeys(tables);
  return Array.from(
    { length: K },
    (_, k) =>
      Int32Array.from(Array(limits).keys().filter((l) => times[k * limits + l] === classesOf[k])),
  );
}
