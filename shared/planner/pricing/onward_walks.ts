// The best walk that goes neither to and fro nor stands still: of three terms in a row no two hold the same element, or elements of
// a key that a line may hold once (two-cycle elimination; Houck and others 1980). Of each element in each term the best walk is
// known, and the best one that came from another element.

import type { KeyWalks } from "./key_walks.ts";

/**
 * Walks to one term that are told apart where the next one is chosen: where none of them may go on to an element, one that comes to
 * what the last of them does stands for all others, wherever these came from.
 */
const MOST = 6;

/** Walks over the elements of one problem. */
export class OnwardWalks {
  readonly #terms: number;
  readonly #walks: KeyWalks;
  /** [element] a number that it shares with those that come once with it. */
  readonly #kind: Int32Array;
  /** [key] its elements. */
  readonly #elements: Int32Array[];
  /** [term][2 * element] what the best walk there comes to, that of the other one behind it. */
  readonly #value: Float64Array[];
  /** [term][2 * element] where each comes from, as its place in the term before, -1 from nowhere; the kind of that, -1: not known. */
  readonly #from: Int32Array[];
  readonly #kindBefore: Int32Array[];
  /** [key * MOST] the best walks that end there in the term before, the best first, and [key] how many. */
  readonly #ranked: Int32Array;
  readonly #count: Int32Array;
  /** The best of all of these where a key is next, and what they come to; behind them what stands for all others. */
  readonly #best = new Int32Array(MOST + 1);
  readonly #most = new Float64Array(MOST + 1);
  /** [element] how often the best walk holds it. */
  readonly visits: Int32Array;
  work = 0;

  /** @param keys how many there are @param key [element] its key @param keyMost [key] positions of it that a line may hold */
  constructor(terms: number, keys: number, key: Int32Array, keyMost: Int32Array, walks: KeyWalks) {
    this.#terms = terms;
    this.#walks = walks;
    this.#kind = key.map((k, e) => keyMost[k] <= 1 ? key.indexOf(k) : e);
    const all = Array.from(key.keys());
    this.#elements = Array.from(
      { length: keys },
      (_, k) => Int32Array.from(all.filter((e) => key[e] === k)),
    );
    this.#value = Array.from({ length: terms }, () => new Float64Array(2 * key.length));
    this.#from = Array.from({ length: terms }, () => new Int32Array(2 * key.length));
    this.#kindBefore = Array.from({ length: terms }, () => new Int32Array(2 * key.length));
    this.#ranked = new Int32Array(keys * MOST);
    this.#count = new Int32Array(keys);
    this.visits = new Int32Array(key.length);
  }

  /**
   * What no walk over these keys comes to more than, and nearly always what the best one does; -Infinity where there is none. Its
   * elements stand in `visits`.
   * @param cost [element] beside what it costs anyhow
   */
  best(keys: Int32Array, cost: Float64Array): number {
    this.#begin(keys, cost);
    for (let t = 1; t < this.#terms; t++) {
      this.#rank(this.#value[t - 1], keys);
      for (let i = 0; i < keys.length; i++) {
        this.#goOn(t, keys[i], this.#gather(this.#value[t - 1], keys, keys[i]), cost);
      }
    }
    return this.#trace(keys);
  }

  #begin(keys: Int32Array, cost: Float64Array): void {
    const [value] = this.#value;
    this.#from[0].fill(-1);
    this.#kindBefore[0].fill(-1);
    for (const k of keys) {
      for (const e of this.#elements[k]) {
        value[2 * e] = this.#walks.value[e] - cost[e];
        value[2 * e + 1] = -Infinity;
      }
    }
  }

  /** Ranks the walks that end with each key in a term. */
  #rank(value: Float64Array, keys: Int32Array): void {
    const ranked = this.#ranked;
    for (let n = 0; n < keys.length; n++) {
      const k = keys[n], from = k * MOST, own = this.#elements[k];
      let count = 0;
      for (let j = 0; j < own.length; j++) {
        for (let walk = 2 * own[j], end = walk + 2; walk < end; walk++) {
          const worth = value[walk];
          if (worth === -Infinity) break;
          if (count === MOST && worth <= value[ranked[from + MOST - 1]]) break;
          let i = count < MOST ? count++ : MOST - 1;
          for (; i > 0 && value[ranked[from + i - 1]] < worth; i--) {
            ranked[from + i] = ranked[from + i - 1];
          }
          ranked[from + i] = walk;
        }
      }
      this.#count[k] = count;
      this.work += 2 * own.length;
    }
  }

  /** The best walks that a key may follow. @returns how many */
  #gather(value: Float64Array, keys: Int32Array, k: number): number {
    const ranked = this.#ranked, best = this.#best, most = this.#most, walks = this.#walks;
    let count = 0, steps = 0;
    for (let n = 0; n < keys.length; n++) {
      const near = walks.near(k, keys[n]), from = keys[n] * MOST;
      const end = from + this.#count[keys[n]];
      for (let at = from; at < end; at++) {
        const walk = ranked[at], worth = value[walk] + near;
        steps++;
        if (count === MOST && worth <= most[MOST - 1]) break;
        let i = count < MOST ? count++ : MOST - 1;
        for (; i > 0 && most[i - 1] < worth; i--) {
          most[i] = most[i - 1];
          best[i] = best[i - 1];
        }
        most[i] = worth;
        best[i] = walk;
      }
    }
    best[MOST] = best[MOST - 1];
    most[MOST] = most[MOST - 1];
    this.work += steps;
    return count;
  }

  /** Of each element of a key the best walk that it may follow, and the best one from another element. */
  #goOn(t: number, k: number, ways: number, cost: Float64Array): void {
    const own = this.#elements[k], best = this.#best, most = this.#most, kind = this.#kind;
    const value = this.#value[t], from = this.#from[t], before = this.#kindBefore[t];
    const prices = this.#walks.value, row = t * kind.length;
    for (let j = 0; j < own.length; j++) {
      const e = own[j], worth = prices[row + e] - cost[e];
      let at = -1, but = -1;
      for (let walk = 2 * e; walk < 2 * e + 2; walk++) {
        at = worth === -Infinity || (walk > 2 * e && at < 0)
          ? -1
          : this.#open(t - 1, at + 1, ways, kind[e], but);
        but = at < 0 || at === MOST ? -1 : kind[best[at] >> 1];
        value[walk] = at < 0 ? -Infinity : most[at] + worth;
        from[walk] = at < 0 ? -1 : best[at];
        before[walk] = but;
      }
    }
  }

  /**
   * The first of the ranked walks that end otherwise and did not come from this kind; MOST where others may, -1 where none is left.
   * @param from where it may be @param kind of what is next @param but that it does not end with; -1: any
   */
  #open(t: number, from: number, ways: number, kind: number, but: number): number {
    const best = this.#best, kinds = this.#kind, before = this.#kindBefore[t];
    for (let i = from; i < ways; i++) {
      const walk = best[i], end = kinds[walk >> 1];
      if (end === kind || end === but || before[walk] === kind) continue;
      this.work += i - from + 1;
      return i;
    }
    this.work += Math.max(0, ways - from);
    return ways === MOST ? MOST : -1;
  }

  #trace(keys: Int32Array): number {
    const last = this.#value[this.#terms - 1], visits = this.visits.fill(0);
    let at = -1, best = -Infinity;
    for (const k of keys) {
      for (const e of this.#elements[k]) if (last[2 * e] > best) best = last[at = 2 * e];
    }
    for (let t = this.#terms - 1; at >= 0; t--) {
      visits[at >> 1]++;
      at = this.#from[t][at];
    }
    return best;
  }
}
