// What lines of many terms are worth at most, term by term: beginnings that hold the same classes and end with the same
// affinity key are one (Held and Karp 1962), and each is bounded by the best chain of keys that can follow it. The chain
// knows what every key is worth beside all that the beginning holds and beside its neighbours, exactly; pairs further apart
// within what follows are bounded by the best keys there are, and a key that the chain wants twice is charged for
// (Lagrangean relaxation). So that little is guessed where most of a line is known: only so many beginnings go on
// from a term, and what is left behind bounds the result.

import { bitCount } from "../model/bits.ts";
import { slotOf } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";

/** Passes over a chain in which keys that are wanted twice are charged. */
const PASSES = 4;
/** What a wanted key is charged at once, of what it is worth beside the beginning. */
const CHARGED = 0.5;
/** No key, no line. */
const NONE = -1e12;
/** Bounds are sums of rounded numbers. */
const SLACK = 1e-6;

/** What was found: a bound on all lines, and lines that come near it. */
export interface ChainPricing {
  bound: number;
  /** Position per term, the best first; rules that sets of classes cannot tell may be broken. */
  lines: Int32Array[];
  /** Steps: beginnings times what each took. */
  steps: number;
}

/** Beginnings of lines that are equally long. */
class Beginnings {
  count = 0;
  readonly mask: Int32Array;
  readonly lastKey: Uint8Array;
  readonly value: Float64Array;
  /** Bound on all that begins so. */
  readonly bound: Float64Array;
  readonly from: Int32Array;
  readonly by: Int32Array;
  readonly #words: number;
  #table: Int32Array;

  constructor(words: number, room: number) {
    this.#words = words;
    this.mask = new Int32Array(words * room);
    this.lastKey = new Uint8Array(room);
    this.value = new Float64Array(room);
    this.bound = new Float64Array(room);
    this.from = new Int32Array(room);
    this.by = new Int32Array(room);
    let size = 64;
    while (size < 2 * room) size *= 2;
    this.#table = new Int32Array(size).fill(-1);
  }

  /** Beginnings that may still be added. */
  get room(): number {
    return this.value.length - this.count;
  }

  /** Adds a beginning, or makes it the better one of those that hold the same; there must be room. */
  add(mask: Int32Array, key: number, value: number, bound: number, from: number, by: number): void {
    const W = this.#words, table = this.#table;
    let hash = Math.imul(key + 1, 0x9e3779b1);
    for (let w = 0; w < W; w++) hash = Math.imul(hash ^ mask[w], 0x85ebca6b) ^ (hash >>> 13);
    hash ^= hash >>> 16;
    for (let at = hash & table.length - 1;; at = at + 1 & table.length - 1) {
      const i = table[at];
      if (i < 0) {
        table[at] = this.count;
        return this.#put(this.count++, mask, key, value, bound, from, by);
      }
      if (this.lastKey[i] !== key || !this.#isAt(i, mask)) continue;
      // What can follow is the same: the smaller bound on it holds for both.
      const rest = Math.min(bound - value, this.bound[i] - this.value[i]);
      if (value > this.value[i]) {
        this.value[i] = value;
        this.from[i] = from;
        this.by[i] = by;
      }
      this.bound[i] = this.value[i] + rest;
      return;
    }
  }

  #isAt(i: number, mask: Int32Array): boolean {
    for (let w = 0; w < this.#words; w++) {
      if (this.mask[i * this.#words + w] !== mask[w]) return false;
    }
    return true;
  }

  #put(
    i: number,
    mask: Int32Array,
    key: number,
    value: number,
    bound: number,
    from: number,
    by: number,
  ): void {
    for (let w = 0; w < this.#words; w++) this.mask[i * this.#words + w] = mask[w];
    this.lastKey[i] = key;
    this.value[i] = value;
    this.bound[i] = bound;
    this.from[i] = from;
    this.by[i] = by;
  }

  /** The `most` of the highest bounds, in no order; the highest of the others. */
  best(most: number): { kept: Int32Array; behind: number } {
    const kept = Int32Array.from({ length: this.count }, (_, i) => i);
    if (this.count <= most) return { kept, behind: -Infinity };
    const sorted = this.bound.slice(0, this.count).sort();
    const behind = sorted[this.count - most - 1];
    return { kept: kept.filter((i) => this.bound[i] > behind), behind };
  }
}

/** The bound of one problem. */
export class ChainBound {
  readonly #tb: PlannerTables;
  /** [class] first bit, and how often it may come in a line. */
  readonly #bit: Int32Array;
  readonly #copies: Int32Array;
  readonly #words: number;
  /** [class] limits that may bind, as counts, and what each takes. */
  readonly #limitsOf: Int32Array[];
  readonly #most: Int32Array;
  /** [key] whether it may come more than once. */
  readonly #repeats: Uint8Array;
  /** [key * (keys - 1)] other keys, the dearest first. */
  readonly #friends: Int32Array;
  // Scratch, of the beginning at hand.
  readonly #times: Int32Array;
  readonly #used: Int32Array;
  readonly #held: Uint8Array;
  readonly #cross: Float64Array;
  readonly #charge: Float64Array;
  readonly #stars: Float64Array;
  readonly #own: Float64Array;
  readonly #rest: Float64Array;
  readonly #next: Int32Array;
  readonly #ways: Float64Array;
  /** [key] whether a class of it may follow, and how often the best chain takes it. */
  readonly #follows: Uint8Array;
  readonly #taken: Uint8Array;
  #allowed: number[] = [];
  #keys: number[] = [];
  #v: Float64Array = new Float64Array(0);
  #vAt: Int32Array = new Int32Array(0);
  #steps = 0;

  constructor(tables: PlannerTables) {
    const { terms: T, classes: C, keys: K, keyOf, affinity } = tables;
    this.#tb = tables;
    const limits = countedLimits(tables);
    this.#most = Int32Array.from(limits, ({ most }) => most);
    this.#limitsOf = Array.from(
      { length: C },
      (_, c) => Int32Array.from(limits.keys().filter((l) => limits[l].has[c] === 1)),
    );
    this.#copies = Int32Array.from(
      tables.members,
      (members, c) =>
        Math.min(
          tables.distinct ? members.length : T,
          T,
          ...Array.from(this.#limitsOf[c], (l) => this.#most[l]),
        ),
    );
    this.#bit = new Int32Array(C);
    let bits = 0;
    for (let c = 0; c < C; c++) {
      this.#bit[c] = bits;
      bits += this.#copies[c];
    }
    this.#words = Math.max(1, Math.ceil(bits / 32));
    const times = new Int32Array(K);
    for (let c = 0; c < C; c++) times[keyOf[c]] += this.#copies[c];
    this.#repeats = Uint8Array.from(times, (n) => n > 1 ? 1 : 0);
    this.#friends = Int32Array.from({ length: K }, (_, k) => k).reduce((all, k) => {
      const others = Array.from({ length: K }, (_, j) => j).filter((j) => j !== k)
        .sort((a, b) => affinity[k * K + b] - affinity[k * K + a]);
      all.set(others, k * (K - 1));
      return all;
    }, new Int32Array(K * Math.max(0, K - 1)));
    this.#times = new Int32Array(C);
    this.#used = new Int32Array(limits.length);
    this.#held = new Uint8Array(K);
    this.#cross = new Float64Array(K);
    this.#charge = new Float64Array(K);
    this.#stars = new Float64Array(K * (T + 1));
    this.#own = new Float64Array(T * K);
    this.#rest = new Float64Array(T * K);
    this.#next = new Int32Array(T * K);
    this.#ways = new Float64Array(K);
    this.#follows = new Uint8Array(K);
    this.#taken = new Uint8Array(K);
  }

  /**
   * No line is worth more than the bound.
   * @param v [term, class] best value of a position of the class at the term, -Infinity where there is none
   * @param vAt [term, class] that position
   * @param floor lines that are worth no more are of no interest
   * @param kept beginnings that go on from a term, at most
   * @param most lines, at most
   * @param workLimit steps after which no further beginning goes on; a term takes half of what is left at most
   */
  price(
    v: Float64Array,
    vAt: Int32Array,
    floor: number,
    kept: number,
    most: number,
    workLimit = Infinity,
  ): ChainPricing {
    const { terms: T, classes: C } = this.#tb, W = this.#words;
    this.#v = v;
    this.#vAt = vAt;
    this.#steps = 0;
    const levels = [new Beginnings(W, 1)];
    levels[0].add(new Int32Array(W), 255, 0, Infinity, -1, -1);
    let behind = -Infinity;
    for (let t = 0; t < T; t++) {
      const before = levels[t];
      const { kept: chosen, behind: left } = before.best(kept);
      behind = Math.max(behind, left);
      const level = new Beginnings(W, Math.min(chosen.length * C, ROOM * kept));
      const allowed = this.#steps + (workLimit - this.#steps) / Math.min(2, T - t);
      // The best first, so that what finds no room or no time is worth little.
      chosen.sort((a, b) => before.bound[b] - before.bound[a] || a - b);
      for (const i of chosen) {
        if (level.room < C || this.#steps >= allowed) {
          behind = Math.max(behind, before.bound[i]);
          break;
        }
        this.#goOn(before, i, t, level, floor);
      }
      levels.push(level);
    }
    const ends = Array.from({ length: levels[T].count }, (_, i) => i)
      .sort((a, b) => levels[T].value[b] - levels[T].value[a] || a - b);
    const best = ends.length > 0 ? levels[T].value[ends[0]] : -Infinity;
    return {
      bound: Math.max(floor, behind, best) + SLACK,
      lines: ends.slice(0, most).map((i) => this.#lineOf(levels, i)),
      steps: this.#steps,
    };
  }

  #lineOf(levels: readonly Beginnings[], i: number): Int32Array {
    const { terms: T, classes: C } = this.#tb, line = new Int32Array(T);
    for (let t = T - 1; t >= 0; t--) {
      const { by, from } = levels[t + 1];
      line[t] = this.#vAt[slotOf(t, by[i], C)];
      i = from[i];
    }
    return line;
  }

  /** All ways to go on from beginning i at term t that may be worth more than the floor. */
  #goOn(level: Beginnings, i: number, t: number, to: Beginnings, floor: number): void {
    const { terms: T, classes: C, keys: K, keyOf, affinity, need, cover } = this.#tb;
    const W = this.#words, v = this.#v, value = level.value[i], last = level.lastKey[i];
    const covered = this.#look(level, i, t);
    this.#boundWays(t, last, value, floor);
    const mask = level.mask.slice(i * W, (i + 1) * W), ways = this.#ways;
    for (const c of this.#allowed) {
      const own = v[slotOf(t, c, C)], key = keyOf[c];
      if (own === -Infinity) continue;
      let worth = value + own + (this.#held[key] === 1 ? 0 : this.#cross[key]);
      if (t > 0) worth += OBJECTIVE.adj * affinity[last * K + key];
      const bound = t + 1 === T ? worth : ways[key] - (this.#own[t * K + key] - own);
      if (bound <= floor) continue;
      const missing = need & ~(covered | cover[c]);
      if (t + 1 === T ? missing !== 0 : bitCount(missing) > 2 * (T - t - 1)) continue;
      const bit = this.#bit[c] + this.#times[c];
      mask[bit >> 5] |= 1 << (bit & 31);
      to.add(mask, key, worth, bound, i, c);
      mask[bit >> 5] &= ~(1 << (bit & 31));
    }
  }

  /** What beginning i holds, and what may follow it. @returns the features that it covers */
  #look(level: Beginnings, i: number, t: number): number {
    const { classes: C, terms: T, keys: K, keyOf, affinity, cover } = this.#tb;
    const W = this.#words;
    let covered = 0;
    const times = this.#times.fill(0), held = this.#held.fill(0), used = this.#used.fill(0);
    for (let c = 0; c < C; c++) {
      const first = this.#bit[c];
      let n = 0;
      while (
        n < this.#copies[c] && (level.mask[i * W + (first + n >> 5)] >> (first + n & 31) & 1) === 1
      ) n++;
      if (n === 0) continue;
      times[c] = n;
      held[keyOf[c]] = 1;
      covered |= cover[c];
      for (const l of this.#limitsOf[c]) used[l] += n;
    }
    const cross = this.#cross.fill(0);
    for (let h = 0; h < K; h++) {
      if (held[h] === 0) continue;
      for (let k = 0; k < K; k++) cross[k] += OBJECTIVE.all * affinity[h * K + k];
    }
    this.#allowed = [];
    const own = this.#own.fill(NONE, t * K);
    this.#keys = [];
    this.#follows.fill(0);
    for (let c = 0; c < C; c++) {
      if (times[c] >= this.#copies[c] || this.#limitsOf[c].some((l) => used[l] >= this.#most[l])) {
        continue;
      }
      this.#allowed.push(c);
      const key = keyOf[c];
      if (this.#follows[key] === 0) this.#keys.push(key);
      this.#follows[key] = 1;
      for (let u = t; u < T; u++) {
        const at = u * K + key, worth = this.#v[slotOf(u, c, C)];
        if (worth > own[at]) own[at] = worth;
      }
    }
    return covered;
  }

  /** Bounds what begins so and goes on with each key, into `#ways`; own values of keys stand in `#own`. */
  #boundWays(t: number, last: number, value: number, floor: number): void {
    const { terms: T, keys: K, affinity } = this.#tb;
    const ways = this.#ways.fill(Infinity), charge = this.#charge.fill(0);
    this.#gatherStars(T - t);
    let charged = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      this.#chain(t);
      let best = -Infinity, at = -1;
      for (const k of this.#keys) {
        let bound = value + charged + this.#rest[t * K + k];
        if (t > 0) bound += OBJECTIVE.adj * affinity[last * K + k];
        if (bound > best) {
          best = bound;
          at = k;
        }
        if (bound < ways[k]) ways[k] = bound;
      }
      if (best <= floor || at < 0 || pass + 1 === PASSES) return;
      // Keys that the best chain takes more than once as new.
      let isTwice = false;
      const seen = this.#taken.fill(0);
      for (let u = t, k = at; u < T && k >= 0; k = this.#next[u * K + k], u++) {
        if (this.#held[k] === 1) continue;
        if (++seen[k] !== 2) continue;
        isTwice = true;
        const more = CHARGED * Math.max(20, this.#cross[k] - charge[k]);
        charge[k] += more;
        charged += more;
      }
      if (!isTwice) return;
    }
  }

  /** [key * (T + 1) + n] half of what a new key can bring with the n best other keys that may follow. */
  #gatherStars(n: number): void {
    const { terms: T, keys: K, affinity } = this.#tb, friends = this.#friends;
    for (const k of this.#keys) {
      const at = k * (T + 1);
      let sum = 0, m = 0;
      this.#stars[at] = 0;
      for (let j = 0; j < K - 1 && m < n; j++) {
        const friend = friends[k * (K - 1) + j], worth = affinity[k * K + friend];
        if (worth <= 0) break;
        if (this.#held[friend] === 1 || this.#follows[friend] === 0) continue;
        sum += OBJECTIVE.all * worth / 2;
        this.#stars[at + ++m] = sum;
      }
      for (; m < n; m++) this.#stars[at + m + 1] = sum;
    }
  }

  /** The best chains from every term and key on. */
  #chain(t: number): void {
    const { terms: T, keys: K, affinity } = this.#tb;
    const keys = this.#keys, rest = this.#rest, next = this.#next;
    this.#steps += (T - t) * keys.length * keys.length;
    for (let u = T - 1; u >= t; u--) {
      // Terms that follow the beginning and are not beside this one.
      const far = Math.max(0, T - t - 1 - (u > t ? 1 : 0) - (u < T - 1 ? 1 : 0));
      for (const k of keys) {
        const own = this.#own[u * K + k];
        if (own === NONE) {
          rest[u * K + k] = NONE;
          continue;
        }
        const isNew = this.#held[k] === 0;
        const extra = isNew ? this.#cross[k] + this.#stars[k * (T + 1) + far] - this.#charge[k] : 0;
        // A key that comes again brings no pairs.
        const worth = own + (isNew && this.#repeats[k] === 1 ? Math.max(0, extra) : extra);
        if (u === T - 1) {
          rest[u * K + k] = worth;
          next[u * K + k] = -1;
          continue;
        }
        let best = -Infinity, at = -1;
        for (const j of keys) {
          const after = rest[(u + 1) * K + j];
          if (after <= NONE / 2) continue;
          const weight = affinity[k * K + j];
          let value = after + OBJECTIVE.adj * weight;
          if (isNew && this.#held[j] === 0) {
            if (j === k) {
              if (this.#repeats[k] === 0) continue;
            } else if (weight > 0 || (this.#repeats[k] === 0 && this.#repeats[j] === 0)) {
              value += OBJECTIVE.all * weight;
            }
          }
          if (value > best) {
            best = value;
            at = j;
          }
        }
        rest[u * K + k] = at < 0 ? NONE : worth + best;
        next[u * K + k] = at;
      }
    }
  }
}

/** Beginnings that a term may have before the best of them go on, for each of these. */
const ROOM = 8;
