// The best of all lines of many terms, proven: what the head of a line is worth (all but its last three terms) follows
// from the set of its elements and the last one, so that heads are listed as sets, each in its best orders (Held and Karp
// 1962), and the three terms that follow are chosen exactly beside everything that the head holds. Most heads are ruled
// out by what could follow any of them. The list is gone through in stretches: between two of them nothing but a place
// in it and the best so far is to be kept.

import { bitCount } from "../model/bits.ts";
import { slotOf, weightAt } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";
import { type Elements, elementsOf } from "./elements.ts";

/** Terms that follow a head. */
const TAIL = 3;
/** Heads of fine and of coarse elements that are listed, at most: some seconds. */
const MOST_FINE = 100_000;
const MOST_HEADS = 1_000_000;
/** With more terms the orders of a head are too many. */
const MOST_TERMS = 8;
/** Lines of one stretch that are kept; beyond them better ones alone are. */
const MOST_LINES = 120;
/** First elements of a head that stretches are told by. */
const MOST_FIRST = 3;
const NONE = -1e12;
/** Sums of rounded numbers in another order differ by less. */
export const SLACK = 1e-6;

/** What a stretch of the list came to. */
export interface ProofStretch {
  /** Where the next stretch begins, not above 0 before it goes through anything; null: there is none. */
  next: number | null;
  /** No line of the stretch is worth more than this or the floor. */
  best: number;
  /** Position per term; rules that sets of elements cannot tell may be broken. */
  lines: Int32Array[];
  /** Steps of about the same cost. */
  work: number;
  /** What the next stretch is to be given, and the same part's next proof may be (`KeyProof`). */
  root?: readonly number[];
  /** Where it left out more: no line that it left out is worth more than this, and the next stretches are to leave them out. */
  loose?: number;
}

/** Proves the best lines, stretch by stretch. */
export interface LineProving {
  /** Heads that are gone through in all (`LineProof`): what the proof costs. */
  readonly heads: number;
  /** Whether it is by sets of keys (`KeyProof`): worth its time only now and then, but looser ones sooner. */
  readonly isByKeys: boolean;
  /** Whether it is by halves or sets of keys: it finds few lines, and is gone through whole, for its bound. */
  readonly isByHalves: boolean;
  /** A stretch of the proof of a part's best line: see `LineProof.prove`. */
  prove(prices: Float64Array, floor: number, stretch: StretchOptions): ProvenStretch;
}

/** A stretch of a proof. */
export interface StretchOptions {
  part: number;
  /** 0, or where the stretch before ended. */
  from: number;
  workLimit: number;
  /** Above the floor: what lines are to be worth by what the stretches before found. */
  least?: number;
  /** What the stretch before told as its root; of the first stretch another proof's. */
  root?: readonly number[] | null;
  /** Of a first stretch: it may leave out more lines than the floor says (`KeyProof`). */
  loosening?: Loosening;
}

/** How many lines a proof leaves out: as many as lower what is proven by most for the work. */
export interface Loosening {
  /** What a line is worth where the proof tells nothing new. */
  most: number;
  /** What the proof takes whatever it leaves out, as sets of keys looked at. */
  sets: number;
}

/** What it came to: see `ProofStretch`; its lines row-major, legal ones alone. */
export interface ProvenStretch {
  next: number | null;
  best: number;
  lines: Int32Array;
  count: number;
  work: number;
  root?: readonly number[];
  loose?: number;
}

/** The proof for the lines of one problem. */
export class LineProof {
  readonly #tb: PlannerTables;
  readonly #elements: Elements;
  readonly #head: number;
  /** [element] how often it may come, limits that count it whatever its position; [limit] terms that may count. */
  readonly #copies: Int32Array;
  readonly #limitsOf: number[][];
  readonly #most: Int32Array;
  /** [element] limits of the tables that count it whatever its position. */
  readonly #weighed: number[][];
  /** [key] its elements. */
  readonly #ofKey: number[][];
  /** [key * K + key'] what two bring as neighbours, and what they bring in one line. */
  readonly #near: Float64Array;
  readonly #pair: Float64Array;
  /** [key] the most that it brings as a neighbour, and beside another key in one line. */
  readonly #nearMost: Float64Array;
  readonly #pairMost: Float64Array;
  readonly #pairMax: number;
  // At the prices of the day.
  /** [t * E + e] best value of a position of the element, and that position. */
  readonly #value: Float64Array;
  readonly #at: Int32Array;
  /** [element] the best of its values in terms of the head. */
  readonly #valueMost: Float64Array;
  /** [key] the best tail with the key in its middle, whatever goes before. */
  readonly #tailMost: Float64Array;
  // The head at hand.
  readonly #held: Int32Array;
  readonly #times: Int32Array;
  readonly #keyTimes: Int32Array;
  readonly #used: Int32Array;
  /** [depth * K + k] what key k brings beside all keys held. */
  readonly #cross: Float64Array;
  readonly #orders: Float64Array;
  readonly #before: Int8Array;
  // Its tails: [place * K + k] best element of the key that may come there, what it is worth.
  readonly #own: Float64Array;
  readonly #one: Float64Array;
  readonly #two: Float64Array;
  readonly #tail: Int32Array;
  readonly #trial: Int32Array;
  readonly #tailKeys: Int32Array;
  readonly #top: Float64Array;
  /** Keys that may come twice. */
  readonly #twice: Int32Array;
  /** Of an order of the head: its elements by term, and what limits have used in weeks; null: elements are counted alone. */
  readonly #ordered: Int32Array;
  readonly #weeks: Int32Array;
  #isOrdered = false;
  #floor = 0;
  #best = -Infinity;
  #lines: Int32Array[] = [];
  #work = 0;

  /** Over the finest elements of which there are not too many heads; null where there are none. */
  static of(tables: PlannerTables): LineProof | null {
    const { classOf, keyOf, cover, terms: T } = tables;
    if (T <= TAIL + 1 || T > MOST_TERMS) return null;
    const tell: ((r: number) => string)[] = [
      (r) => `${classOf[r]}`,
      (r) => `${keyOf[classOf[r]]} ${cover[classOf[r]]}`,
      (r) => `${keyOf[classOf[r]]}`,
    ];
    for (const [i, name] of tell.entries()) {
      const proof = new LineProof(tables, elementsOf(tables, name));
      if (proof.heads <= (i + 1 < tell.length ? MOST_FINE : MOST_HEADS)) return proof;
    }
    return null;
  }

  private constructor(tables: PlannerTables, elements: Elements) {
    const { terms: T, keys: K, affinity, distinct } = tables, E = elements.key.length;
    this.#tb = tables;
    this.#elements = elements;
    this.#head = T - TAIL;
    const limits = countedLimits(tables);
    this.#most = Int32Array.from(limits, ({ most }) => most);
    this.#limitsOf = elements.classes.map((own) =>
      Array.from(limits.keys()).filter((l) => own.every((c) => limits[l].has[c] === 1))
    );
    this.#copies = Int32Array.from(elements.positions, (own, e) =>
      Math.min(
        distinct ? own.length : T,
        T,
        ...this.#limitsOf[e].map((l) => this.#most[l]),
      ));
    this.#weighed = elements.classes.map((own) => sharedLimits(tables, own));
    this.#ofKey = Array.from({ length: K }, () => []);
    elements.key.forEach((k, e) => this.#ofKey[k].push(e));
    this.#near = Float64Array.from(affinity, (weight) => OBJECTIVE.adj * weight);
    this.#pair = Float64Array.from(
      affinity,
      (weight, i) => i % K === Math.floor(i / K) ? 0 : OBJECTIVE.all * weight,
    );
    const rowMost = (values: Float64Array) =>
      Float64Array.from(
        { length: K },
        (_, k) => Math.max(0, ...values.subarray(k * K, k * K + K)),
      );
    this.#nearMost = rowMost(this.#near);
    this.#pairMost = rowMost(this.#pair);
    this.#pairMax = Math.max(0, ...this.#pairMost);
    this.#value = new Float64Array(T * E);
    this.#at = new Int32Array(T * E);
    this.#valueMost = new Float64Array(E);
    this.#tailMost = new Float64Array(K);
    this.#held = new Int32Array(this.#head);
    this.#times = new Int32Array(E);
    this.#keyTimes = new Int32Array(K);
    this.#used = new Int32Array(limits.length);
    this.#cross = new Float64Array((this.#head + 1) * K);
    this.#orders = new Float64Array((1 << this.#head) * this.#head);
    this.#before = new Int8Array((1 << this.#head) * this.#head);
    this.#own = new Float64Array(TAIL * K);
    this.#one = new Float64Array(K);
    this.#two = new Float64Array(K);
    this.#tail = new Int32Array(TAIL);
    this.#trial = new Int32Array(TAIL);
    this.#tailKeys = new Int32Array(TAIL);
    this.#top = new Float64Array(TAIL);
    this.#twice = Int32Array.from(this.#ofKey.keys()).filter((k) =>
      this.#ofKey[k].reduce((sum, e) => sum + this.#copies[e], 0) > 1
    );
    this.#ordered = new Int32Array(this.#head);
    this.#weeks = new Int32Array(tables.limits);
  }

  /** Heads there are, rules forgotten but for how often an element may come. */
  get heads(): number {
    let ways = Float64Array.of(1, ...new Array<number>(this.#head).fill(0));
    for (const copies of this.#copies) {
      ways = ways.map((_, n) => {
        let sum = 0;
        for (let i = 0; i <= Math.min(n, copies); i++) sum += ways[n - i];
        return sum;
      });
    }
    return ways[this.#head];
  }

  /**
   * Goes through a stretch of the list.
   * @param prices [slot] price of using it
   * @param cap [slot] posts: none is used that has no post
   * @param floor lines that are worth no more are of no interest
   * @param from where the stretch begins: 0, or what the stretch before ended with
   * @param workLimit after which it ends
   */
  prove(
    prices: Float64Array,
    cap: Int32Array,
    floor: number,
    from: number,
    workLimit: number,
  ): ProofStretch {
    const E = this.#elements.key.length, D = Math.min(this.#head, MOST_FIRST), end = E ** D;
    this.#setPrices(prices, cap);
    this.#floor = floor;
    this.#best = -Infinity;
    this.#lines = [];
    this.#work = 0;
    // A stretch is of some combinations of first elements, told by a number.
    let at = from;
    for (; at < end && this.#work < workLimit; at++) this.#begin(at, D, 0);
    return {
      next: at < end ? at : null,
      best: this.#best,
      lines: this.#lines,
      work: this.#work,
    };
  }

  /** All heads that begin with the elements of a number, D of them. */
  #begin(number: number, D: number, pairs: number): void {
    const E = this.#elements.key.length, held = this.#held;
    let depth = 0, isThere = true;
    for (; depth < D; depth++) {
      const e = Math.floor(number / E ** (D - depth - 1)) % E;
      isThere = (depth === 0 || e >= held[depth - 1]) && this.#take(e, depth);
      if (!isThere) break;
      pairs += this.#worthOf(e, depth);
    }
    if (isThere) this.#descend(held[D - 1], D, pairs);
    while (depth > 0) this.#leave(held[--depth]);
  }

  #setPrices(prices: Float64Array, cap: Int32Array): void {
    const { terms: T, positions: R, keys: K } = this.#tb, { positions, key } = this.#elements;
    const E = key.length, value = this.#value.fill(NONE);
    this.#valueMost.fill(NONE);
    // [t * K + k]
    const ofKey = new Float64Array(T * K).fill(NONE);
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        for (const r of positions[e]) {
          const s = slotOf(t, r, R);
          if (cap[s] === 0 || -prices[s] <= value[t * E + e]) continue;
          value[t * E + e] = -prices[s];
          this.#at[t * E + e] = r;
        }
        const own = value[t * E + e];
        if (t < this.#head) this.#valueMost[e] = Math.max(this.#valueMost[e], own);
        ofKey[t * K + key[e]] = Math.max(ofKey[t * K + key[e]], own);
      }
    }
    this.#boundTails(ofKey.subarray(this.#head * K));
  }

  /** @param own [place * K + k] best value of the key in the terms of tails */
  #boundTails(own: Float64Array): void {
    const { keys: K } = this.#tb, near = this.#near, pair = this.#pair;
    const one = new Float64Array(K), two = new Float64Array(K);
    for (let y = 0; y < K; y++) {
      for (let x = 0; x < K; x++) {
        const beside = near[y * K + x] + Math.max(0, pair[y * K + x]);
        one[x] = own[x] + beside;
        two[x] = own[2 * K + x] + beside;
      }
      let most = NONE;
      for (let x = 0; x < K; x++) {
        for (let z = 0; z < K; z++) {
          most = Math.max(most, one[x] + two[z] + Math.max(0, pair[x * K + z]));
        }
      }
      this.#tailMost[y] = own[K + y] + most;
    }
  }

  /** Whether element e may come; then it is held at this depth. */
  #take(e: number, depth: number): boolean {
    if (this.#valueMost[e] === NONE || !this.#mayCome(e)) return false;
    const { keys: K } = this.#tb, k = this.#elements.key[e], from = depth * K, cross = this.#cross;
    this.#held[depth] = e;
    this.#times[e]++;
    for (const l of this.#limitsOf[e]) this.#used[l]++;
    const isNew = this.#keyTimes[k]++ === 0;
    for (let j = 0; j < K; j++) {
      cross[from + K + j] = (depth > 0 ? cross[from + j] : 0) + (isNew ? this.#pair[k * K + j] : 0);
    }
    this.#work += K;
    return true;
  }

  #leave(e: number): void {
    this.#times[e]--;
    this.#keyTimes[this.#elements.key[e]]--;
    for (const l of this.#limitsOf[e]) this.#used[l]--;
  }

  #mayCome(e: number): boolean {
    if (this.#times[e] >= this.#copies[e]) return false;
    for (const l of this.#limitsOf[e]) if (this.#used[l] >= this.#most[l]) return false;
    return true;
  }

  /** What the element at this depth brings beside those before it. */
  #worthOf(e: number, depth: number): number {
    const { keys: K } = this.#tb, k = this.#elements.key[e];
    return this.#keyTimes[k] === 1 ? this.#cross[depth * K + k] : 0;
  }

  /** All heads that go on from the elements held. @param pairs what these bring together */
  #descend(from: number, depth: number, pairs: number): void {
    if (depth === this.#head) return this.#look(pairs);
    for (let e = from; e < this.#copies.length; e++) {
      if (!this.#take(e, depth)) continue;
      this.#descend(e, depth + 1, pairs + this.#worthOf(e, depth));
      this.#leave(e);
    }
  }

  /** The best line that begins with the head at hand. */
  #look(pairs: number): void {
    const { keys: K } = this.#tb, cross = this.#cross.subarray(this.#head * K);
    const floor = this.#lines.length < MOST_LINES ? this.#floor : Math.max(this.#floor, this.#best);
    if (pairs + this.#mostOfHead() + this.#mostOfTail(cross) <= floor) return;
    this.#order();
    const n = this.#held.length, all = ((1 << n) - 1) * n;
    const after = (k: number) => {
      let before = NONE;
      for (let i = 0; i < n; i++) {
        before = Math.max(before, this.#orders[all + i] + this.#beside(i, k));
      }
      return before + pairs;
    };
    this.#enter(cross, after);
    if (this.#chooseTail(cross, floor) <= floor) return;
    // Limits count weeks, which the order decides: it is looked at order by order.
    let best = floor;
    for (let i = 0; i < n; i++) {
      const head = this.#orders[all + i];
      if (head <= NONE / 2) continue;
      this.#enter(cross, (k) => head + this.#beside(i, k) + pairs);
      const most = this.#chooseTail(cross, best);
      if (most > best) best = this.#explore((1 << n) - 1, i, 0, most - head, pairs, cross, best);
    }
    if (best > floor) this.#best = Math.max(this.#best, best + SLACK);
  }

  /** What key k brings as the neighbour of the head's i-th element. */
  #beside(i: number, k: number): number {
    return this.#near[this.#elements.key[this.#held[i]] * this.#tb.keys + k];
  }

  /**
   * Orders of the head from behind.
   * @param set what is still to be placed, the i-th element last
   * @param placed value of what stands behind it
   * @param rest what tails bring at most
   * @returns the value of the best line above `best`, which is kept; else `best`
   */
  #explore(
    set: number,
    i: number,
    placed: number,
    rest: number,
    pairs: number,
    cross: Float64Array,
    best: number,
  ): number {
    const { terms: T, limitWeight, limitMax, limitUse } = this.#tb;
    const n = this.#held.length, e = this.#held[i], t = bitCount(set) - 1;
    const own = placed + this.#value[t * this.#elements.key.length + e], left = set & ~(1 << i);
    let fits = own > NONE / 2;
    for (const l of this.#weighed[e]) {
      this.#weeks[limitUse[l]] += limitWeight[weightAt(l, t, T)];
      if (this.#weeks[limitUse[l]] > limitMax[l]) fits = false;
    }
    this.#ordered[t] = e;
    this.#work += n;
    if (fits && left === 0) {
      const last = this.#elements.key[this.#ordered[n - 1]] * this.#tb.keys;
      this.#isOrdered = true;
      this.#enter(cross, (k) => own + this.#near[last + k] + pairs);
      const found = this.#chooseTail(cross, best);
      this.#isOrdered = false;
      if (found > best) {
        best = found;
        this.#keep();
      }
    } else if (fits) {
      for (let j = 0; j < n; j++) {
        if ((left >> j & 1) === 0) continue;
        const beside = this.#beside(j, this.#elements.key[e]);
        if (this.#orders[left * n + j] + beside + own + rest <= best) continue;
        best = this.#explore(left, j, own + beside, rest, pairs, cross, best);
      }
    }
    for (const l of this.#weighed[e]) this.#weeks[limitUse[l]] -= limitWeight[weightAt(l, t, T)];
    return best;
  }

  /** What its elements are worth at their best terms, with the best neighbours there are. */
  #mostOfHead(): number {
    const { keys: K } = this.#tb, { key } = this.#elements, held = this.#held, n = held.length;
    let sum = 0, enter = 0;
    for (let i = 0; i < n; i++) {
      const row = key[held[i]] * K;
      let first = -Infinity, second = -Infinity;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        const own = this.#near[row + key[held[j]]];
        if (own > first) [first, second] = [own, first];
        else if (own > second) second = own;
      }
      // An end has one neighbour in the head.
      sum += this.#valueMost[held[i]] + (first + Math.max(second, 0)) / 2;
      enter = Math.max(enter, this.#nearMost[key[held[i]]]);
    }
    this.#work += n * n;
    return sum + enter;
  }

  /** What can follow it at most. */
  #mostOfTail(cross: Float64Array): number {
    const K = cross.length;
    let most = NONE, dearest = 0;
    for (let k = 0; k < K; k++) {
      const own = this.#keyTimes[k] > 0 ? 0 : cross[k], all = this.#tailMost[k] + own;
      if (own > dearest) dearest = own;
      if (all > most) most = all;
    }
    this.#work += K;
    return most + 2 * dearest;
  }

  /** The best orders of the head, by its last element. */
  #order(): void {
    const { keys: K } = this.#tb, { key } = this.#elements, held = this.#held, n = held.length;
    const E = key.length, orders = this.#orders, value = this.#value, near = this.#near;
    const all = (1 << n) - 1;
    orders.fill(NONE);
    for (let i = 0; i < n; i++) orders[(1 << i) * n + i] = value[held[i]];
    for (let set = 1; set < all; set++) {
      const t = bitCount(set);
      for (let i = 0; i < n; i++) {
        const own = orders[set * n + i];
        if (own <= NONE / 2) continue;
        const row = key[held[i]] * K;
        for (let j = 0; j < n; j++) {
          if ((set >> j & 1) === 1) continue;
          const e = held[j], to = (set | 1 << j) * n + j;
          const worth = own + value[t * E + e] + near[row + key[e]];
          if (worth <= orders[to]) continue;
          orders[to] = worth;
          this.#before[to] = i;
        }
      }
    }
    this.#work += all * n * n / 4;
  }

  /**
   * What each key is worth in each place behind the head.
   * @param after what the head is worth, and with it the key as the next neighbour: it goes with the first place
   */
  #enter(cross: Float64Array, after: (k: number) => number): void {
    const { keys: K } = this.#tb, E = this.#elements.key.length;
    const n = this.#held.length, own = this.#own.fill(NONE);
    for (let k = 0; k < K; k++) {
      for (const e of this.#ofKey[k]) {
        for (let p = 0; p < TAIL; p++) {
          const worth = this.#value[(n + p) * E + e];
          if (worth > own[p * K + k] && this.#mayFollow(e, p)) own[p * K + k] = worth;
        }
      }
      own[k] += after(k);
      if (this.#keyTimes[k] > 0) continue;
      for (let p = 0; p < TAIL; p++) own[p * K + k] += cross[k];
    }
    this.#work += K * (n + 4);
  }

  /** Whether element e may come in this place behind the head. */
  #mayFollow(e: number, place: number): boolean {
    if (!this.#mayCome(e)) return false;
    if (!this.#isOrdered) return true;
    const { terms: T, limitWeight, limitMax, limitUse } = this.#tb, t = this.#head + place;
    for (const l of this.#weighed[e]) {
      if (this.#weeks[limitUse[l]] + limitWeight[weightAt(l, t, T)] > limitMax[l]) return false;
    }
    return true;
  }

  /** Holds element e in this place behind the head, or (`sign` -1) no longer. */
  #follow(e: number, place: number, sign: number): void {
    const { terms: T, limitWeight, limitUse } = this.#tb, t = this.#head + place;
    this.#times[e] += sign;
    for (const l of this.#limitsOf[e]) this.#used[l] += sign;
    for (const l of this.#weighed[e]) {
      this.#weeks[limitUse[l]] += sign * limitWeight[weightAt(l, t, T)];
    }
  }

  /** The value with the best tail, where that is above the floor; it stands in the scratch. Else the floor. */
  #chooseTail(cross: Float64Array, floor: number): number {
    const { keys: K } = this.#tb, own = this.#own, near = this.#near, pair = this.#pair;
    const one = this.#one, two = this.#two;
    const firstMost = most(own, 0, K), lastMost = most(own, 2 * K, 3 * K);
    let best = floor;
    for (let y = 0; y < K; y++) {
      const middle = own[K + y];
      const around = 2 * (this.#nearMost[y] + this.#pairMost[y]) + this.#pairMax;
      if (middle + firstMost + lastMost + around <= best) continue;
      const isNew = this.#keyTimes[y] === 0;
      let oneMost = NONE, twoMost = NONE;
      for (let x = 0; x < K; x++) {
        const i = y * K + x;
        // The same key twice is looked at below.
        const isTwice = isNew && x === y;
        const beside = isTwice ? NONE : near[i] + (isNew && this.#keyTimes[x] === 0 ? pair[i] : 0);
        one[x] = own[x] + middle + beside;
        two[x] = own[2 * K + x] + beside;
        if (one[x] > oneMost) oneMost = one[x];
        if (two[x] > twoMost) twoMost = two[x];
      }
      this.#work += 2 * K;
      if (oneMost + twoMost + this.#pairMax <= best) continue;
      for (let x = 0; x < K; x++) {
        const isNewToo = this.#keyTimes[x] === 0;
        if (one[x] + twoMost + (isNewToo ? this.#pairMost[x] : 0) <= best) continue;
        this.#work += K;
        for (let z = 0; z < K; z++) {
          const far = isNewToo && this.#keyTimes[z] === 0;
          if (far && x === z) continue;
          const value = one[x] + two[z] + (far ? pair[x * K + z] : 0);
          if (value > best) best = Math.max(best, this.#chooseElements(x, y, z, value, best));
        }
      }
    }
    return this.#chooseTwice(cross, best);
  }

  /** Tails that hold a key twice that the head does not hold. */
  #chooseTwice(cross: Float64Array, floor: number): number {
    const { keys: K } = this.#tb, own = this.#own, near = this.#near, pair = this.#pair;
    let best = floor;
    for (const k of this.#twice) {
      if (this.#keyTimes[k] > 0) continue;
      const self = near[k * K + k], first = own[k], middle = own[K + k], last = own[2 * K + k];
      for (let j = 0; j < K; j++) {
        const beside = near[k * K + j];
        // What the head brings counts once; where j is k too, once of three.
        const all = (this.#keyTimes[j] > 0 || j === k ? 0 : pair[k * K + j]) -
          (j === k ? 2 : 1) * cross[k];
        let value = first + middle + own[2 * K + j] + self + beside + all;
        if (value > best) best = Math.max(best, this.#chooseElements(k, k, j, value, best));
        value = own[j] + middle + last + self + beside + all;
        if (value > best) best = Math.max(best, this.#chooseElements(j, k, k, value, best));
        value = first + own[K + j] + last + 2 * beside + all;
        if (value > best) best = Math.max(best, this.#chooseElements(k, j, k, value, best));
      }
      this.#work += 4 * K;
    }
    return best;
  }

  /**
   * The best elements of these keys that rules allow behind the head; they stand in `#tail`.
   * @param value with the best elements of each key alone
   * @returns the value, -Infinity where it is not above `best`
   */
  #chooseElements(x: number, y: number, z: number, value: number, best: number): number {
    const { need } = this.#tb, { cover } = this.#elements, top = this.#top, keys = this.#tailKeys;
    const E = cover.length, n = this.#held.length;
    keys[0] = x;
    keys[1] = y;
    keys[2] = z;
    let missing = need;
    for (let i = 0; i < n; i++) missing &= ~cover[this.#held[i]];
    // What the best elements are worth is taken off again.
    for (let p = 0; p < TAIL; p++) {
      top[p] = NONE;
      for (const e of this.#ofKey[keys[p]]) {
        const own = this.#value[(n + p) * E + e];
        if (own > top[p] && this.#mayFollow(e, p)) top[p] = own;
      }
    }
    this.#work += 40;
    return this.#place(0, value, missing, best);
  }

  /** The elements of the tail from this place on. @param missing features that nothing covers yet */
  #place(p: number, value: number, missing: number, best: number): number {
    if (p === TAIL) {
      if (missing !== 0) return -Infinity;
      this.#tail.set(this.#trial);
      return value;
    }
    const { cover } = this.#elements, at = (this.#held.length + p) * cover.length;
    let found = -Infinity;
    for (const e of this.#ofKey[this.#tailKeys[p]]) {
      const own = value - this.#top[p] + this.#value[at + e];
      if (own <= best || own <= found || !this.#mayFollow(e, p)) continue;
      this.#follow(e, p, 1);
      this.#trial[p] = e;
      found = Math.max(found, this.#place(p + 1, own, missing & ~cover[e], Math.max(best, found)));
      this.#follow(e, p, -1);
    }
    return found;
  }

  /** Keeps the line of the order and the tail at hand. */
  #keep(): void {
    if (this.#lines.length >= 2 * MOST_LINES) return;
    const E = this.#elements.key.length, elements = [...this.#ordered, ...this.#tail];
    this.#lines.push(Int32Array.from(elements, (e, t) => this.#at[t * E + e]));
  }
}

/** Limits that all of these classes count in. */
export function sharedLimits(
  { limitOf, limitStart }: PlannerTables,
  classes: readonly number[],
): number[] {
  const of = (c: number) => Array.from(limitOf.subarray(limitStart[c], limitStart[c + 1]));
  return of(classes[0]).filter((l) => classes.every((c) => of(c).includes(l)));
}

function most(values: Float64Array, from: number, to: number): number {
  let found = -Infinity;
  for (let i = from; i < to; i++) if (values[i] > found) found = values[i];
  return found;
}
