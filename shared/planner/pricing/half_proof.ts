// The best of all lines of many terms, proven by halves: around each element in the middle of a line, all sets that can
// stand before it and all that can follow are listed at their best orders (`key_sets.ts`), and the two that bring most
// together are found by growing the first half element by element beside a list of the second halves that may still go
// with it to something better (Horowitz and Sahni 1974, with bounds). Rules that sets of elements cannot tell are looked at
// where two halves make something that is of interest (`half_lines.ts`).

import { slotOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";
import {
  besideKeys,
  countSets,
  type KeyElements,
  keyElements,
  NONE,
  pairsOf,
  pairsWithout,
  type Room,
  roomsOf,
  type SetLayer,
  setLayers,
  useOf,
  type Uses,
  valueSets,
} from "./key_sets.ts";
import { type BestLine, HalfLines } from "./half_lines.ts";
import { leastLost, type Repeats, repeatsOf } from "./repeats.ts";
import { besideSets, topsOf } from "./half_bounds.ts";
import { type ProofStretch, SLACK } from "./line_proof.ts";

/** Keys are bits, and elements bytes. */
const MOST_KEYS = 31;
/** With fewer terms heads and tails are fewer (`LineProof`). */
export const LEAST_TERMS = 9;
/** Halves, at most, by the terms of a line: with more a proof takes seconds. */
const MOST_HALVES = [64_000, 64_000, 36_000];
/** With more, weeks tell what counted terms do not. */
const MOST_TERMS = LEAST_TERMS + MOST_HALVES.length - 1;
/** Lines that are kept of each element in the middle. */
const EACH = 6;
/** A second half looked at is as much work as so many steps of `LineProof`. */
const LOOK = 4;
/** So is the best line of two halves. */
const CLOSE = 2_000;
/** Halves are listed once in a slice of many stretches: each of these counts such a part of it. */
const LISTING = 4;
/** Ways in which a key can be in both halves, or in one and the middle: each is looked at by itself. */
const WAYS = 4;

/** Lists of halves: what does not depend on prices. */
interface Halves {
  layers: SetLayer[];
  /** [half] its keys as bits, what these bring together, and how much of the limits it uses. */
  headMask: Int32Array;
  headPairs: Float64Array;
  tailMask: Int32Array;
  tailPairs: Float64Array;
  tailUse: Int32Array[];
  /** [head] what its keys bring together, at most, without those that the tail holds too, if there are any; else NONE. */
  headShared: Float64Array;
  /** [tail * keys + key] what the key brings beside the tail's. */
  beside: Float32Array;
  /** [tail * (head + 1) + n] what n further elements bring beside the tail, at most. */
  tops: Float32Array;
}

/** The halves at the prices of the day. */
interface Valued {
  prices: Float64Array;
  cap: Int32Array;
  value: Float64Array;
  /** [half * size + i] what it is worth with its i-th element beside the middle. */
  heads: Float64Array;
  tails: Float64Array;
  repeats: Repeats;
}

/** The proof for the lines of one problem. */
export class HalfProof {
  readonly #tb: PlannerTables;
  readonly #own: KeyElements;
  /** Terms before the element in the middle, and behind it. */
  readonly #head: number;
  readonly #tail: number;
  /** Terms of either, the one at the line's end first. */
  readonly #headTerms: number[];
  readonly #tailTerms: number[];
  /** [key] elements of it that a line may hold. */
  readonly #keyTimes: Int32Array;
  /** Keys that a line may hold more than once, as bits. */
  readonly #again: number;
  readonly #rooms: [Room, Room];
  readonly #whole: HalfLines;
  #halves: Halves | null = null;
  #valued: Valued | null = null;
  /** The element in the middle, what orders of halves are worth beside it, and heads with their pairs. */
  #x = 0;
  #headOrders = new Float64Array(0);
  #tailOrders = new Float64Array(0);
  #before = new Float64Array(0);
  /** [depth] tails that may go with the head so far, and what they are worth with it. */
  #lists: Int32Array[] = [];
  #worths: Float64Array[] = [];
  /** The way, and the first two elements of heads, that the stretch begins with; those at hand. */
  #begin: [number, number, number] = [0, 0, 0];
  #way = 0;
  #firstElement = 0;
  #next: number | null = null;
  #floor = 0;
  /** Lines worth no more are of no interest. */
  #least = 0;
  #best = -Infinity;
  #found: { value: number; line: Int32Array | null }[] = [];
  #lines: Int32Array[] = [];
  /** Whether halves may share keys. */
  #isShared = false;
  #work = 0;
  #workLimit = 0;

  /**
   * Null where there are too many halves, or too few terms.
   * @param least terms, at least
   */
  static of(tables: PlannerTables, least = LEAST_TERMS): HalfProof | null {
    const { terms: T, keys: K } = tables;
    if (T < Math.max(5, least) || T > MOST_TERMS || K > MOST_KEYS) return null;
    const proof = new HalfProof(tables);
    return proof.#own.key.length <= 255 && proof.heads <= mostHalves(T) ? proof : null;
  }

  private constructor(tables: PlannerTables) {
    const { terms: T, keys: K } = tables;
    this.#tb = tables;
    this.#own = keyElements(tables);
    this.#head = Math.floor((T - 1) / 2);
    this.#tail = T - 1 - this.#head;
    this.#headTerms = Array.from({ length: this.#head }, (_, i) => i);
    this.#tailTerms = Array.from({ length: this.#tail }, (_, i) => T - 1 - i);
    const { copies, key } = this.#own;
    this.#keyTimes = new Int32Array(K);
    key.forEach((k, e) => this.#keyTimes[k] += copies[e]);
    this.#again = this.#keyTimes.reduce((mask, n, k) => n > 1 ? mask | 1 << k : mask, 0);
    this.#rooms = roomsOf(this.#own);
    this.#whole = new HalfLines(this.#own, tables);
  }

  /** Halves there are: what the proof costs. */
  get heads(): number {
    return countSets(this.#own, this.#head) + countSets(this.#own, this.#tail);
  }

  /** See `LineProof.prove`: stretches are of middle elements, and of pairs that heads begin with. */
  prove(
    prices: Float64Array,
    cap: Int32Array,
    floor: number,
    from: number,
    workLimit: number,
  ): ProofStretch {
    const E = this.#own.key.length;
    this.#work = 0;
    this.#workLimit = workLimit;
    this.#floor = floor;
    this.#best = -Infinity;
    this.#lines = [];
    this.#next = null;
    const valued = this.#valueAll(prices, cap);
    // Counted whether or not they were at hand: where a stretch ends follows from the problem alone.
    this.#work += Math.round((this.#tail + this.#tb.keys) * valued.tails.length / LISTING);
    const each = WAYS * E * E;
    for (let x = Math.floor(from / each); x < E && this.#next === null; x++) {
      const rest = Math.max(0, from - x * each);
      this.#begin = [Math.floor(rest / (E * E)), Math.floor(rest / E) % E, rest % E];
      if (valued.value[this.#head * E + x] > NONE / 2) this.#around(x, valued);
      if (this.#next === null && this.#work >= workLimit && x + 1 < E) this.#next = (x + 1) * each;
    }
    return { next: this.#next, best: this.#best, lines: this.#lines, work: this.#work };
  }

  /** Lets go of the halves, made anew by the next proof: they take much memory, and each part of the lines has its own. */
  letGo(): void {
    this.#halves = null;
    this.#valued = null;
  }

  #list(): Halves {
    if (this.#halves !== null) return this.#halves;
    const { keys: K } = this.#tb, layers = setLayers(this.#own, K, this.#tail);
    const masks = ({ rows, size, count }: SetLayer) =>
      Int32Array.from({ length: count }, (_, i) => {
        let mask = 0;
        for (let q = i * size; q < (i + 1) * size; q++) mask |= 1 << this.#own.key[rows[q]];
        return mask;
      });
    const uses = ({ rows, size, count }: SetLayer) =>
      this.#rooms.map((room) =>
        Int32Array.from(
          { length: count },
          (_, i) => useOf(this.#own, room, rows.subarray(i * size, (i + 1) * size)),
        )
      );
    const head = layers[this.#head - 1], tail = layers[this.#tail - 1];
    const headMask = masks(head), tailMask = masks(tail);
    const beside = besideSets(this.#own, K, tailMask);
    this.#lists = Array.from({ length: this.#head + 1 }, () => new Int32Array(tail.count));
    this.#worths = Array.from({ length: this.#head + 1 }, () => new Float64Array(tail.count));
    return this.#halves = {
      layers,
      headMask,
      headPairs: Float64Array.from(headMask, (mask) => pairsOf(this.#own, this.#tb.keys, mask)),
      headShared: Float64Array.from(
        headMask,
        (mask) => pairsWithout(this.#own, K, mask, this.#again),
      ),
      tailMask,
      tailPairs: Float64Array.from(tailMask, (mask) => pairsOf(this.#own, this.#tb.keys, mask)),
      tailUse: uses(tail),
      beside,
      tops: topsOf(this.#keyTimes, tailMask, beside, this.#head),
    };
  }

  /** Both halves at these prices. */
  #valueAll(prices: Float64Array, cap: Int32Array): Valued {
    const before = this.#valued;
    const isSame = before !== null && before.prices.every((price, s) => price === prices[s]) &&
      before.cap.every((n, s) => n === cap[s]);
    if (isSame && this.#halves !== null) return before;
    const { layers } = this.#list(), { terms: T, positions: R, keys: K } = this.#tb;
    const E = this.#own.key.length, value = new Float64Array(T * E).fill(NONE);
    for (let t = 0; t < T; t++) {
      this.#own.positions.forEach((own, e) => {
        for (const r of own) {
          const s = slotOf(t, r, R);
          if (cap[s] > 0) value[t * E + e] = Math.max(value[t * E + e], -prices[s]);
        }
      });
    }
    const h = this.#head, repeats = repeatsOf(this.#own, this.#tb, prices, cap, value);
    const along = (terms: number[]) =>
      [terms, terms.map((t, i) => leastLost(repeats, t, terms.slice(0, i)))] as const;
    return this.#valued = {
      prices,
      cap,
      value,
      heads: valueSets(this.#own, K, layers.slice(0, h), value, ...along(this.#headTerms)),
      tails: valueSets(this.#own, K, layers, value, ...along(this.#tailTerms)),
      repeats,
    };
  }

  /** What orders of a layer's halves are worth with the middle element's key beside their open ends, pairs left out. */
  #meetMiddle(
    { size, count, rows }: SetLayer,
    values: Float64Array,
    pairs: Float64Array,
    terms: readonly number[],
  ) {
    const { keys: K } = this.#tb, { key, near } = this.#own, x = this.#x, row = key[x] * K;
    const lost = leastLost(this.#valued!.repeats, this.#head, terms)[x];
    return Float64Array.from({ length: count }, (_, i) => {
      let best = NONE, loss = 0;
      for (let q = i * size; q < (i + 1) * size; q++) {
        if (rows[q] === x) loss = lost;
        const worth = values[q] + near[row + key[rows[q]]];
        if (worth > best) best = worth;
      }
      return best - loss - pairs[i];
    });
  }

  /**
   * The best lines with element x in the middle: by whether its key is in the tail, too, and whether halves share other
   * keys.
   */
  #around(x: number, { value, heads, tails }: Valued): void {
    const { layers, headPairs, tailPairs } = this.#halves!, { key } = this.#own, h = this.#head;
    const head = layers[h - 1], tail = layers[this.#tail - 1];
    this.#x = x;
    this.#found = [];
    this.#least = this.#floor;
    const own = value[h * key.length + x];
    this.#headOrders = this.#meetMiddle(head, heads, headPairs, this.#headTerms).map((worth) =>
      worth + own
    );
    this.#tailOrders = this.#meetMiddle(tail, tails, tailPairs, this.#tailTerms);
    this.#work += 2 * (head.rows.length + tail.rows.length);
    const isAgain = (this.#again >> key[x] & 1) === 1;
    for (let way = this.#begin[0]; way < WAYS && this.#next === null; way++) {
      if (way > this.#begin[0]) this.#begin = [way, 0, 0];
      if ((way & 1) === 1 && !isAgain) continue;
      if ((way & 2) === 2 && this.#again === 0) continue;
      this.#way = way;
      this.#search((way & 1) === 1, (way & 2) === 2);
    }
    for (const { line } of this.#found) if (line !== null) this.#lines.push(line);
  }

  /** @param isInTail whether the key of the middle is in the tail, too @param isShared whether halves share other keys */
  #search(isInTail: boolean, isShared: boolean): void {
    const { layers, headMask, headPairs, headShared, tailMask, tailPairs, beside, tops } = this
      .#halves!;
    const { keys: K } = this.#tb, { key } = this.#own, h = this.#head, k = key[this.#x];
    this.#isShared = isShared;
    let most = NONE;
    this.#before = this.#headOrders.map((worth, i) => {
      const mask = headMask[i], isHeld = (mask >> k & 1) === 1;
      const near = isInTail && !isHeld ? 0 : besideKeys(this.#own, this.#tb.keys, k, mask);
      let sum = worth;
      if (isShared) {
        // Whatever keys they share: what brings less than nothing beside the middle may be among them.
        sum += headShared[i] + (isInTail ? 0 : this.#besideMost(k, mask));
      } else if (isHeld) sum += headPairs[i] - (isInTail ? near : 0);
      else sum += headPairs[i] + near;
      if (sum > most) most = sum;
      return sum;
    });
    const list = this.#lists[0], worths = this.#worths[0];
    let n = 0;
    this.#tailOrders.forEach((worth, u) => {
      const isHeld = (tailMask[u] >> k & 1) === 1;
      if (isHeld !== isInTail || (isShared && (tailMask[u] & this.#again) === 0)) return;
      const sum = worth + tailPairs[u] + (isHeld ? 0 : beside[u * K + k]);
      if (sum + most + tops[u * (h + 1) + h] <= this.#least) return;
      list[n] = u;
      worths[n++] = sum;
    });
    this.#work += 2 * (headMask.length + tailMask.length);
    const [one, two] = this.#rooms,
      uses: Uses = [useOf(this.#own, one, [this.#x]), useOf(this.#own, two, [this.#x])];
    if (n > 0) this.#grow(0, [0, layers[h - 1].count], n, 0, uses);
  }

  /** What key k brings beside others, at most, where those that may come again may be left out. */
  #besideMost(k: number, mask: number): number {
    const row = k * this.#tb.keys, { pair } = this.#own;
    let sum = besideKeys(this.#own, this.#tb.keys, k, mask & ~this.#again);
    for (let rest = mask & this.#again; rest !== 0; rest &= rest - 1) {
      sum += Math.max(0, pair[row + 31 - Math.clz32(rest & -rest)]);
    }
    return sum;
  }

  /**
   * Goes through heads that begin alike.
   * @param depth elements that they share
   * @param range their numbers
   * @param n tails that may go with them
   * @param mask keys of the elements shared
   * @param uses how much of the limits these and the middle use
   * @returns whether the stretch ended on the way
   */
  #grow(
    depth: number,
    [from, to]: [number, number],
    n: number,
    mask: number,
    uses: Uses,
  ): boolean {
    const h = this.#head, { layers } = this.#halves!, { rows } = layers[h - 1], { key } = this.#own;
    for (let i = from; i < to;) {
      const e = rows[i * h + depth];
      let end = i, most = NONE;
      for (; end < to && rows[end * h + depth] === e; end++) {
        if (this.#before[end] > most) most = this.#before[end];
      }
      if (depth === 0) this.#firstElement = e;
      if (most > NONE / 2 && !this.#isBehind(depth, e)) {
        const [one, two] = this.#rooms;
        const all: Uses = [
          uses[0] + useOf(this.#own, one, [e]),
          uses[1] + useOf(this.#own, two, [e]),
        ];
        const kept = this.#narrow(depth, e, n, most, mask, all);
        if (depth + 1 === h) this.#take(i, kept);
        else if (kept > 0 && this.#grow(depth + 1, [i, end], kept, mask | 1 << key[e], all)) {
          return true;
        }
      }
      if (depth === 1 && !this.#isBehind(1, e) && this.#work >= this.#workLimit) {
        const E = key.length;
        this.#next = ((this.#x * WAYS + this.#way) * E + this.#firstElement) * E + e + 1;
        return true;
      }
      i = end;
    }
    return false;
  }

  /** Whether heads that go on so were gone through before the stretch. */
  #isBehind(depth: number, e: number): boolean {
    const [, first, second] = this.#begin;
    return depth === 0 ? e < first : depth === 1 && this.#firstElement === first && e < second;
  }

  /** Of the tails those that may still go with a head that has one element more. @returns how many there are */
  #narrow(
    depth: number,
    e: number,
    n: number,
    most: number,
    mask: number,
    [one, two]: Uses,
  ): number {
    const { tailMask, tailUse: [useOne, useTwo], beside, tops } = this.#halves!;
    const { keys: K } = this.#tb, { key } = this.#own, h = this.#head, [room, room2] = this.#rooms;
    const k = key[e], x = key[this.#x], left = h - depth - 1;
    const isNew = (mask >> k & 1) === 0 && k !== x, bit = k === x ? 0 : 1 << k;
    const list = this.#lists[depth], worths = this.#worths[depth], isShared = this.#isShared;
    const next = this.#lists[depth + 1], nextWorths = this.#worths[depth + 1], least = this.#least;
    const use = one + room.bias, use2 = two + room2.bias, { full } = room, full2 = room2.full;
    const enough = least - most;
    let kept = 0;
    for (let q = 0; q < n; q++) {
      const u = list[q], isHeld = (tailMask[u] & bit) !== 0;
      if (isHeld && !isShared) continue;
      const worth = isNew && !isHeld ? worths[q] + beside[u * K + k] : worths[q];
      if (worth + tops[u * (h + 1) + left] <= enough) continue;
      if ((useOne[u] + use & full) !== 0 || (useTwo[u] + use2 & full2) !== 0) continue;
      next[kept] = u;
      nextWorths[kept++] = worth;
    }
    this.#work += LOOK * n;
    return kept;
  }

  /** Keeps the best of the lines that a head makes with the tails that are left. */
  #take(i: number, n: number): void {
    const list = this.#lists[this.#head];
    for (let q = 0; q < n; q++) {
      const tail = list[q], most = this.#valueOf(i, tail);
      this.#work += LOOK * this.#tb.terms;
      if (most <= this.#least) continue;
      this.#work += CLOSE;
      const { value, line } = this.#bestLine(i, tail);
      if (value <= this.#least) continue;
      this.#best = Math.max(this.#best, value + SLACK);
      this.#found.push({ value, line });
      this.#found.sort((a, b) => b.value - a.value);
      if (this.#found.length > EACH) this.#found.length = EACH;
      if (this.#found.length === EACH) {
        this.#least = Math.max(this.#floor, this.#found[EACH - 1].value);
      }
    }
  }

  /** The best legal line of two halves and the middle, above what is of interest. */
  #bestLine(head: number, tail: number): BestLine {
    const { layers, headMask, tailMask } = this.#halves!, { key } = this.#own;
    const row = (size: number, at: number) =>
      layers[size - 1].rows.subarray(at * size, (at + 1) * size);
    const mask = headMask[head] | tailMask[tail] | 1 << key[this.#x];
    return this.#whole.best(
      { row: row(this.#head, head), terms: this.#headTerms },
      this.#x,
      { row: row(this.#tail, tail), terms: this.#tailTerms },
      pairsOf(this.#own, this.#tb.keys, mask),
      this.#valued!,
      this.#least,
    );
  }

  /** The value of two halves and the middle; NONE where they hold an element too often, or share keys otherwise than asked. */
  #valueOf(head: number, tail: number): number {
    const { layers, headMask, tailMask } = this.#halves!, { copies, key } = this.#own;
    const h = this.#head, m = this.#tail, { rows } = layers[h - 1], tailRows = layers[m - 1].rows;
    const k = key[this.#x], shared = headMask[head] & tailMask[tail] & ~(1 << k);
    if (this.#isShared !== (shared !== 0)) return NONE;
    const all = headMask[head] & tailMask[tail] | (headMask[head] | tailMask[tail]) & 1 << k;
    if (all !== 0) {
      const row = [
        ...rows.subarray(head * h, (head + 1) * h),
        this.#x,
        ...tailRows.subarray(tail * m, (tail + 1) * m),
      ];
      for (const e of row) {
        if ((all >> key[e] & 1) === 1 && row.filter((o) => o === e).length > copies[e]) return NONE;
      }
    }
    const pairs = pairsOf(this.#own, this.#tb.keys, headMask[head] | tailMask[tail] | 1 << k);
    return this.#headOrders[head] + this.#tailOrders[tail] + pairs;
  }
}

function mostHalves(terms: number): number {
  return MOST_HALVES[Math.max(0, terms - LEAST_TERMS)];
}
