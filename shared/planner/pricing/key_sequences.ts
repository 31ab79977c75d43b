// The best sequence of positions of some keys that holds each of the keys once at least, positions forgotten: what beginnings of
// a set's lines are completed by (`key_labels.ts`), and what single sets are weighed against where walks, which leave keys
// out, leave them open (`key_lists.ts`).

import { bitCount } from "../model/bits.ts";
import type { KeyWalks } from "./key_walks.ts";

/** Numbers of the terms behind all beginnings, at most. */
const MOST_CELLS = 1_500_000;

/** Sequences over the elements of one problem. */
export class KeySequences {
  readonly #terms: number;
  readonly #walks: KeyWalks;
  /** [key] 1 where a line may hold it once at most: sequences do the same. */
  readonly #isOnce: Uint8Array;
  /** Memory that is used again. */
  #room = new Float64Array(0);
  /** [keys as bits] how many they are. */
  #sizes = new Uint8Array(0);
  /** [element] how often the best sequence holds it. */
  readonly visits: Int32Array;
  work = 0;

  /** @param elements how many there are @param keyMost [key] positions of it that a line may hold */
  constructor(terms: number, elements: number, walks: KeyWalks, keyMost: Int32Array) {
    this.#terms = terms;
    this.#isOnce = Uint8Array.from(keyMost, (most) => most <= 1 ? 1 : 0);
    this.#walks = walks;
    this.visits = new Int32Array(elements);
  }

  /** Whether sequences of so many keys can be told. */
  areFew(keys: number): boolean {
    return this.#terms * (keys << keys) <= MOST_CELLS;
  }

  /**
   * The value of the best sequence of all the keys, which stands in `visits`; -Infinity where there is none.
   * @param cost [element] beside what it costs anyhow
   */
  best(keys: Int32Array, cost: Float64Array): number {
    this.#walks.choose(cost);
    const rest = this.rest(keys), n = keys.length, visits = this.visits.fill(0);
    let value = -Infinity, at = -1;
    if (n > this.#terms) return value;
    for (let i = 0; i < n; i++) {
      const sum = this.#walks.own(0, keys[i]) + rest[(1 << i) * n + i];
      if (sum > value) [value, at] = [sum, i];
    }
    for (let t = 0, mask = 0; at >= 0 && t < this.#terms; t++) {
      if (t > 0) at = this.#next(keys, rest, t, mask, at);
      mask |= 1 << at;
      visits[this.#walks.elementAt(t, keys[at])]++;
    }
    return value;
  }

  /** The key of term t, as its place, behind a beginning that holds these and ends with `at`. */
  #next(keys: Int32Array, rest: Float64Array, t: number, mask: number, at: number): number {
    const n = keys.length, row = t * (n << n);
    let next = -1, most = -Infinity;
    for (let j = 0; j < n; j++) {
      // Keys that there is no time left for are told nowhere.
      if (n - bitCount(mask | 1 << j) > this.#terms - t - 1) continue;
      if (this.isTaken(keys[j], mask >> j & 1)) continue;
      const sum = this.#walks.near(keys[at], keys[j]) + this.#walks.own(t, keys[j]) +
        rest[row + (mask | 1 << j) * n + j];
      if (sum > most) [most, next] = [sum, j];
    }
    return next;
  }

  /** Whether a key may not come again. @param held whether it came */
  isTaken(key: number, held: number): boolean {
    return (held & this.#isOnce[key]) === 1;
  }

  /** What sequences of all the keys come to at most. @param rest as `rest` gave it */
  top(keys: Int32Array, rest: Float64Array): number {
    const n = keys.length;
    return keys.reduce(
      (most, k, i) => Math.max(most, this.#walks.own(0, k) + rest[(1 << i) * n + i]),
      -Infinity,
    );
  }

  /**
   * What the terms behind a beginning bring at most, by the costs that were chosen by last.
   * @returns [((term << n) + keys held) * n + the last of them]
   */
  rest(keys: Int32Array): Float64Array {
    const T = this.#terms, n = keys.length, whole = (1 << n) - 1, size = n << n;
    if (this.#room.length < T * size) this.#room = new Float64Array(T * size);
    const rest = this.#room, near = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) near[i * n + j] = this.#walks.near(keys[i], keys[j]);
    }
    if (this.#sizes.length <= whole) {
      this.#sizes = Uint8Array.from({ length: whole + 1 }, (_, mask) => bitCount(mask));
    }
    const sizes = this.#sizes;
    rest.fill(-Infinity, (T - 1) * size, T * size);
    rest.fill(0, (T - 1) * size + whole * n, T * size);
    const own = new Float64Array(n), behind = new Float64Array(n);
    for (let t = T - 2; t >= 0; t--) {
      for (let i = 0; i < n; i++) own[i] = this.#walks.own(t + 1, keys[i]);
      for (let mask = 1; mask <= whole; mask++) {
        // So many terms hold no more keys, and so many left hold no fewer.
        if (sizes[mask] > t + 1 || n - sizes[mask] > T - t - 1) continue;
        const isSpare = n - sizes[mask] < T - t - 1;
        for (let j = 0; j < n; j++) {
          const isHeld = (mask >> j & 1) === 1, isOnce = this.#isOnce[keys[j]] === 1;
          behind[j] = isHeld && (isOnce || !isSpare)
            ? -Infinity
            : own[j] + rest[(t + 1) * size + (mask | 1 << j) * n + j];
        }
        for (let i = 0; i < n; i++) {
          if ((mask >> i & 1) === 0) continue;
          let most = -Infinity;
          for (let j = 0; j < n; j++) {
            const sum = near[i * n + j] + behind[j];
            if (sum > most) most = sum;
          }
          rest[t * size + mask * n + i] = most;
          this.work++;
        }
      }
    }
    return rest;
  }
}
