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
  /** [keys] all sets of so many keys by their sizes. */
  readonly #sizes: { masks: Int32Array; starts: Int32Array }[] = [];
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
    const n = keys.length;
    let next = -1, most = -Infinity;
    for (let j = 0; j < n; j++) {
      // Keys that there is no time left for are told nowhere.
      if (n - bitCount(mask | 1 << j) > this.#terms - t - 1) continue;
      if (this.isTaken(keys[j], mask >> j & 1)) continue;
      const sum = this.#walks.near(keys[at], keys[j]) + this.#walks.own(t, keys[j]) +
        rest[restPlace(t, n, mask | 1 << j, j)];
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
   * @returns see `restPlace`; of beginnings that hold too many keys or too few nothing is told
   */
  rest(keys: Int32Array): Float64Array {
    const T = this.#terms, n = keys.length, whole = (1 << n) - 1, spare = Math.max(0, T - n);
    const cells = spare + 1 << n;
    if (this.#room.length < cells * n) this.#room = new Float64Array(cells * n);
    const rest = this.#room, near = this.#near(keys), own = new Float64Array(n);
    rest.fill(0, (cells - 1) * n, cells * n);
    const { masks, starts } = this.#bySize(n);
    const once = keys.reduce((bits, k, i) => bits | this.#isOnce[k] << i, 0);
    for (let t = T - 2; t >= 0; t--) {
      for (let i = 0; i < n; i++) own[i] = this.#walks.own(t + 1, keys[i]);
      // So many terms hold no more keys, and so many left hold no fewer.
      const least = Math.max(1, n - (T - t - 1)), most = Math.min(n, t + 1);
      for (let held = least; held <= most; held++) {
        const closed = n - held < T - t - 1 ? once : whole;
        const some = masks.subarray(starts[held], starts[held + 1]);
        this.work += held * some.length;
        extend(rest, t + 1 - held, some, closed, own, near);
      }
    }
    return rest;
  }

  /** [place of a key * keys + place of another] what they bring as neighbours. */
  #near(keys: Int32Array): Float64Array {
    const n = keys.length, near = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) near[i * n + j] = this.#walks.near(keys[i], keys[j]);
    }
    return near;
  }

  /** All sets of so many keys, the smallest first; those of a size are from its start on. */
  #bySize(keys: number): { masks: Int32Array; starts: Int32Array } {
    const known = this.#sizes[keys];
    if (known !== undefined) return known;
    const sizes = Int32Array.from({ length: 1 << keys }, (_, mask) => bitCount(mask));
    const masks = Int32Array.from(sizes.keys()).sort((a, b) => sizes[a] - sizes[b] || a - b);
    const starts = new Int32Array(keys + 2);
    for (const size of sizes) starts[size + 1]++;
    for (let size = 1; size < starts.length; size++) starts[size] += starts[size - 1];
    return this.#sizes[keys] = { masks, starts };
  }
}

/** The keys that may come next, as places, and what each brings with all that follows. */
const OPEN = new Int32Array(32);
const BEHIND = new Float64Array(32);

/**
 * What follows beginnings of some keys, told by what follows those that are a term longer.
 * @param repeats terms in which they hold a key that they held before
 * @param closed keys that may not come again where they are held, as bits
 * @param own [key] what it is worth in the next term
 */
function extend(
  rest: Float64Array,
  repeats: number,
  masks: Int32Array,
  closed: number,
  own: Float64Array,
  near: Float64Array,
): void {
  const n = own.length, row = repeats << n, next = row + (1 << n);
  for (let at = 0; at < masks.length; at++) {
    const mask = masks[at];
    let count = 0;
    for (let left = (1 << n) - 1 & ~(mask & closed); left !== 0; left &= left - 1) {
      const j = 31 - Math.clz32(left & -left), longer = mask | 1 << j;
      BEHIND[count] = own[j] + rest[(longer === mask ? next + mask : row + longer) * n + j];
      OPEN[count++] = j;
    }
    // Two at a time, since these are looked up for both.
    for (let held = mask; held !== 0;) {
      const i = 31 - Math.clz32(held & -held);
      held &= held - 1;
      const j = held === 0 ? i : 31 - Math.clz32(held & -held);
      held &= held - 1;
      const beside = i * n, besideOther = j * n;
      let most = -Infinity, mostOther = -Infinity;
      for (let c = 0; c < count; c++) {
        const open = OPEN[c], behind = BEHIND[c];
        most = Math.max(most, near[beside + open] + behind);
        mostOther = Math.max(mostOther, near[besideOther + open] + behind);
      }
      rest[(row + mask) * n + i] = most;
      rest[(row + mask) * n + j] = mostOther;
    }
  }
}

/**
 * Where `rest` tells what follows a beginning of t + 1 terms: how often these hold a key again follows from how many they hold.
 * @param n how many keys all are @param keys those held, as bits @param end the last of them, as its place
 */
export function restPlace(t: number, n: number, keys: number, end: number): number {
  return ((t + 1 - bitCount(keys) << n) + keys) * n + end;
}
