// The best sequence of positions of some keys that holds each of those keys once at least that it remembers, positions forgotten:
// what beginnings of a set's lines are completed by (`key_labels.ts`), and what single sets are weighed against where walks, which
// leave keys out, leave them open (`key_lists.ts`). All keys are remembered where that is little work, and of others those that the
// best sequences so far left out, as many as there is room for.

import { bitCount } from "../model/bits.ts";
import type { KeyWalks } from "./key_walks.ts";

/** Work of one look at all sequences, as `work` counts it, at most. */
const MOST_WORK = 54_000;

/** The keys of a set as its sequences know them. */
export interface SequenceKeys {
  /** Those that are remembered come first. */
  all: Int32Array;
  remembered: number;
}

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
  /** [element] how often the best sequence holds it; and [place] its keys. */
  readonly visits: Int32Array;
  #held = new Int32Array(0);
  work = 0;

  readonly #mostWork: number;

  /**
   * @param elements how many there are
   * @param keyMost [key] positions of it that a line may hold
   * @param mostWork of one look at all sequences
   */
  constructor(
    terms: number,
    elements: number,
    walks: KeyWalks,
    keyMost: Int32Array,
    mostWork = MOST_WORK,
  ) {
    this.#mostWork = mostWork;
    this.#terms = terms;
    this.#isOnce = Uint8Array.from(keyMost, (most) => most <= 1 ? 1 : 0);
    this.#walks = walks;
    this.visits = new Int32Array(elements);
  }

  /** What sequences of these keys are to remember at first: all that may be, or nothing. */
  begin(keys: Int32Array): SequenceKeys {
    const isWhole = this.#isLittle(keys.length, keys.length);
    return { all: keys, remembered: isWhole ? keys.length : 0 };
  }

  /** Whether looks at all sequences are little work where so many of the keys are remembered. */
  #isLittle(keys: number, remembered: number): boolean {
    const states = (keys - remembered / 2) * 2 ** remembered;
    return Math.max(1, this.#terms - remembered + 1) * states <= this.#mostWork;
  }

  /**
   * What these are to remember from now on: what the sequence found last left out, or held twice where it may come once, comes in
   * as long as there is room.
   */
  remember({ all, remembered }: SequenceKeys): SequenceKeys {
    const n = all.length, held = this.#held, own = Array.from(all);
    for (let i = remembered; i < n; i++) {
      if (held[i] === 1 || (held[i] > 1 && this.#isOnce[own[i]] === 0)) continue;
      if (!this.#isLittle(n, remembered + 1)) break;
      own.splice(remembered++, 0, ...own.splice(i, 1));
    }
    return { all: Int32Array.from(own), remembered };
  }

  /**
   * The value of the best sequence of these keys, which stands in `visits`; -Infinity where there is none.
   * @param cost [element] beside what it costs anyhow
   */
  best(set: SequenceKeys, cost: Float64Array): number {
    this.#walks.choose(cost);
    const { all: keys, remembered: s } = set;
    const n = keys.length, visits = this.visits.fill(0), held = this.#held = new Int32Array(n);
    let value = -Infinity, at = -1;
    if (n > this.#terms) return value;
    const rest = this.rest(set);
    for (let i = 0; i < n; i++) {
      const sum = this.#walks.own(0, keys[i]) + rest[restPlace(0, set, bitOf(i, s), i)];
      if (sum > value) [value, at] = [sum, i];
    }
    for (let t = 0, mask = 0; at >= 0 && t < this.#terms; t++) {
      if (t > 0) at = this.#next(set, rest, t, mask, at);
      mask |= bitOf(at, s);
      held[at]++;
      visits[this.#walks.elementAt(t, keys[at])]++;
    }
    return value;
  }

  /** The key of term t, as its place, behind a beginning that holds these of the remembered ones and ends with `at`. */
  #next(set: SequenceKeys, rest: Float64Array, t: number, mask: number, at: number): number {
    const { all: keys, remembered: s } = set;
    let next = -1, most = -Infinity;
    for (let j = 0; j < keys.length; j++) {
      const longer = mask | bitOf(j, s);
      // Keys that there is no time left for are told nowhere.
      if (s - bitCount(longer) > this.#terms - t - 1) continue;
      if (this.isTaken(keys[j], mask >> j & 1)) continue;
      const sum = this.#walks.near(keys[at], keys[j]) + this.#walks.own(t, keys[j]) +
        rest[restPlace(t, set, longer, j)];
      if (sum > most) [most, next] = [sum, j];
    }
    return next;
  }

  /** Whether a key may not come again. @param held whether it came */
  isTaken(key: number, held: number): boolean {
    return (held & this.#isOnce[key]) === 1;
  }

  /** What sequences of these keys come to at most. @param rest as `rest` gave it */
  top(set: SequenceKeys, rest: Float64Array): number {
    return set.all.reduce(
      (most, k, i) =>
        Math.max(
          most,
          this.#walks.own(0, k) + rest[restPlace(0, set, bitOf(i, set.remembered), i)],
        ),
      -Infinity,
    );
  }

  /**
   * What the terms behind a beginning bring at most, by the costs that were chosen by last.
   * @returns see `restPlace`; of beginnings that hold too many keys or too few nothing is told
   */
  rest({ all: keys, remembered: s }: SequenceKeys): Float64Array {
    const T = this.#terms, n = keys.length, whole = (1 << s) - 1, spare = Math.max(0, T - s);
    const cells = spare + 1 << s;
    if (this.#room.length < cells * n) this.#room = new Float64Array(cells * n);
    const rest = this.#room, near = this.#near(keys), own = new Float64Array(n);
    rest.fill(0, (cells - 1) * n, cells * n);
    const { masks, starts } = this.#bySize(s);
    let once = 0;
    for (let i = 0; i < s; i++) once |= this.#isOnce[keys[i]] << i;
    for (let t = T - 2; t >= 0; t--) {
      for (let i = 0; i < n; i++) own[i] = this.#walks.own(t + 1, keys[i]);
      // So many terms hold no more keys, and so many left hold no fewer.
      const least = Math.max(0, s - (T - t - 1)), most = Math.min(s, t + 1);
      for (let held = least; held <= most; held++) {
        // Where each term left is to bring another one of these, nothing else may come.
        const isTight = s - held === T - t - 1;
        const some = masks.subarray(starts[held], starts[held + 1]);
        this.work += (held + n - s) * some.length;
        extend(rest, t + 1 - held, some, { closed: isTight ? whole : once, s, isTight }, own, near);
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

/** The sequences of one set of keys, which remember more of these with each step of multipliers. */
export class SetSequences {
  readonly #sequences: KeySequences;
  keys: SequenceKeys;

  constructor(sequences: KeySequences, keys: Int32Array) {
    this.#sequences = sequences;
    this.keys = sequences.begin(keys);
  }

  /** See `KeySequences.best`. @param _keys all of the set */
  best(_keys: Int32Array, cost: Float64Array): number {
    const value = this.#sequences.best(this.keys, cost);
    this.keys = this.#sequences.remember(this.keys);
    return value;
  }

  get visits(): Int32Array {
    return this.#sequences.visits;
  }
}

/** The keys that may come next, as places, and what each brings with all that follows. */
const OPEN = new Int32Array(32);
const BEHIND = new Float64Array(32);

/** Which keys may come next. */
interface Open {
  /** Those that may not come again where they are held, as bits. */
  closed: number;
  /** How many are remembered. */
  s: number;
  /** Whether no other one may come. */
  isTight: boolean;
}

/**
 * What follows beginnings of some keys, told by what follows those that are a term longer.
 * @param repeats terms in which they hold a key that they held before, or one that is not remembered
 * @param masks those of the remembered keys that they hold, as bits
 * @param own [key] what it is worth in the next term
 */
function extend(
  rest: Float64Array,
  repeats: number,
  masks: Int32Array,
  { closed, s, isTight }: Open,
  own: Float64Array,
  near: Float64Array,
): void {
  const n = own.length, row = repeats << s, next = row + (1 << s), known = (1 << s) - 1;
  const all = isTight ? known : (1 << n) - 1, others = (1 << n) - 1 & ~known;
  for (let at = 0; at < masks.length; at++) {
    const mask = masks[at];
    let count = 0;
    for (let left = all & ~(mask & closed); left !== 0; left &= left - 1) {
      const j = 31 - Math.clz32(left & -left), longer = mask | 1 << j & known;
      BEHIND[count] = own[j] + rest[(longer === mask ? next + mask : row + longer) * n + j];
      OPEN[count++] = j;
    }
    // Two at a time, since these are looked up for both.
    for (let held = mask | others; held !== 0;) {
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

/** A key of these as a bit, none where it is not remembered. @param s how many are */
function bitOf(i: number, s: number): number {
  return i < s ? 1 << i : 0;
}

/**
 * Where `rest` tells what follows a beginning of t + 1 terms: how often these hold a key again, or one that is not remembered, follows
 * from how many they hold.
 * @param keys those held, as bits @param end the last of them, as its place
 */
export function restPlace(
  t: number,
  { all, remembered }: SequenceKeys,
  keys: number,
  end: number,
): number {
  const held = keys & (1 << remembered) - 1;
  return ((t + 1 - bitCount(held) << remembered) + held) * all.length + end;
}
