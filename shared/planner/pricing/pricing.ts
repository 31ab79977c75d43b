// Exact pricing: the legal lines p with the highest a(p) - sum of slot prices, the best one through
// every slot. Inner terms are enumerated over classes with the rules checked on the way; the two end
// terms are bounded by tables over (best end by features still needed); positions are chosen within
// classes last, where a class repeats by a small search.
//
// This folder owns the best line under prices and all lines near it; `group_pricing.ts` is its door. Search, replan and
// feasibility import it; it knows the model alone.

import {
  firstCellOf,
  firstSlotOf,
  linesIn,
  positionOfSlot,
  slotOf,
  termOfSlot,
  weightAt,
} from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import { isBoundedByKeys, KeyBounds } from "./key_bounds.ts";
import { DistinctLines, lineCopy } from "../model/lines.ts";
import type { PlannerTables } from "../model/tables.ts";
import { VarietyCount } from "./varieties.ts";

/** What one pricing found. */
export interface PricingResult {
  /** Upper bound on the value of every legal line; the exact maximum when it is above the floor. */
  best: number;
  /** Whether a legal line above the floor was found. */
  found: boolean;
  /** Value of the best line found, where the best ones are looked for and not bounded; else not there. */
  reached?: number;
  /** False when the work limit stopped the search: then `best` is a coarse bound. */
  exact: boolean;
  /** Row-major count x T position indexes, different lines, best first. */
  lines: Int32Array;
  count: number;
  /** Nodes visited. */
  work: number;
  /**
   * [slot] no line looked at that goes through it is worth more (-Infinity: none does), however little that is below the
   * floor; not there where that is not known.
   */
  most?: Float64Array;
  /** Where the proof that no line is better goes on; not there where it is over, or was not to pause. */
  rest?: ProofPlace;
}

/** Where a proof paused: the classes of the first inner terms by their places, and the best value so far. */
export interface ProofPlace {
  from: number[];
  best: number;
}

/** Nodes after which a pricing gives up being exact: some 200 milliseconds. */
export const MOST_NODES = 900_000;
/** The same for a list of lines. */
export const LIST_NODES = 600_000;

/** Nodes of them that a good line through every slot is worth, and how many fair shares of what is left a beginning may take. */
const WIDE_NODES = 300_000;
const SHARES = 4;

/** Lines that a proof looks for beside the best: how far below it they may lie, as a share of what it lies above the floor. */
const NEAR = 0.75;

/** Inner terms between whose classes a proof may pause. */
const PLACE_TERMS = 2;

/** Widths of pricing; where all lines are enumerated they are all the same. */
export const WIDTHS = 3;

/** How to price. */
export interface PricingOptions {
  /** The maximum is wanted, not the best line through every slot. */
  bestOnly?: boolean;
  /** Most nodes. */
  workLimit?: number;
  /** How widely lines of many terms are searched for, 0 .. WIDTHS - 1; the widest where absent. */
  width?: number;
  /** Whether a bound is wanted, which looking for the best lines of many terms alone does not give. */
  isBounding?: boolean;
  /** Lines of the pool that are worth nearly most: where better ones of many terms are looked for. */
  starts?: Int32Array;
  /** Nodes that a good line through every slot is worth. */
  wideNodes?: number;
  /** Where the proof goes on that paused before. */
  proof?: ProofPlace | null;
  /** Whether a proof that meets the work limit pauses instead of giving up. */
  pauses?: boolean;
  /** Lines of this part alone, 0 .. parts - 1 (see `LinePricing`). */
  part?: number;
}

/** How to list lines. */
export interface ListOptions {
  /** Most nodes, where lines are enumerated. */
  workLimit?: number;
  /** Of options of leave those alone that none is better than. */
  best?: boolean;
  /** A list that is not complete is of no use: it ends once that is known, and of long lines after so much work. */
  whole?: number;
}

/** Pricing with its own scratch memory. */
export class Pricer {
  readonly #tb: PlannerTables;
  /** [term, class] best -price of a position of the class, and that position. */
  readonly #v: Float64Array;
  readonly #vAt: Int32Array;
  #cap: Int32Array;
  #open: Int32Array[] = [];
  /** [depth * K + k] sum of affinities of key k to the different keys placed so far. */
  readonly #keySum: Float64Array;
  readonly #present: Int32Array;
  readonly #used: Int32Array;
  readonly #chosen: Int32Array;
  /** [c] times a class sits in the line so far, and how often it may. */
  readonly #times: Int32Array;
  readonly #timesMost: Int32Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #firstOpen: Int32Array;
  readonly #lastOpen: Int32Array;
  readonly #bestLast: Float64Array;
  readonly #rowMax: Float64Array;
  readonly #slotBest: Float64Array;
  readonly #slotLine: Int32Array;
  /** The same as in #slotBest if no line had to go without the best member of a class. */
  readonly #slotMost: Float64Array;
  /** [t] bound on what term t and the terms after it can still add, from prices and affinities. */
  readonly #rest: Float64Array;
  readonly #bounds: KeyBounds | null;
  readonly #line: Int32Array;
  readonly #trial: Int32Array;
  readonly #varieties: VarietyCount[];
  /** Terms that have a class so far. */
  #placed = 0;
  #prices: Float64Array = new Float64Array(0);
  #floor = 0;
  #bestOnly = false;
  /** Where all lines above the floor go, when they are listed; null otherwise. */
  #list: number[] | null = null;
  #listMost = 0;
  #best = 0;
  #work = 0;
  #workLimit = Infinity;
  /** Whether each beginning of a line has its share of the work, and whether any was not looked into for that. */
  #isShared = false;
  #isCurbed = false;
  /** Whether a proof pauses at the work limit, where it begins, and where it paused. */
  #pauses = false;
  readonly #places: number[] = [];
  #from: readonly number[] = [];
  #paused: number[] | null = null;
  /** Bound on the lines that were not looked at because the work limit was met; -Infinity: all were. */
  #cut = -Infinity;

  constructor(tables: PlannerTables) {
    const { terms: T, classes: C, keys: K, cap } = tables;
    this.#tb = tables;
    this.#cap = cap;
    this.setPosts(cap);
    this.#v = new Float64Array(T * C);
    this.#vAt = new Int32Array(T * C);
    this.#keySum = new Float64Array((T + 1) * K);
    this.#present = new Int32Array(K);
    this.#used = new Int32Array(tables.limits);
    this.#chosen = new Int32Array(T);
    this.#times = new Int32Array(C);
    this.#timesMost = Int32Array.from(
      tables.members,
      (members) => tables.distinct ? members.length : T,
    );
    this.#first = new Float64Array(C);
    this.#last = new Float64Array(C);
    this.#firstOpen = new Int32Array(C);
    this.#lastOpen = new Int32Array(C);
    this.#bestLast = new Float64Array((tables.need | tables.needBesidePairs) + 1);
    this.#rowMax = new Float64Array(K);
    this.#slotBest = new Float64Array(T * C);
    this.#slotLine = new Int32Array(T * C * T);
    this.#slotMost = new Float64Array(T * C);
    this.#rest = new Float64Array(T + 1);
    this.#line = new Int32Array(T);
    this.#trial = new Int32Array(T);
    for (let k = 0; k < K; k++) {
      let most = 0;
      for (let j = 0; j < K; j++) if (j !== k) most = Math.max(most, tables.affinity[k * K + j]);
      this.#rowMax[k] = most;
    }
    this.#varieties = tables.varieties.map((variety) => new VarietyCount(variety));
    this.#bounds = isBoundedByKeys(tables) ? new KeyBounds(tables, this.#rowMax) : null;
  }

  /** One part: all lines. */
  readonly parts = 1;
  groupOf(): number {
    return -1;
  }
  widerOf(): number {
    return -1;
  }

  readonly widths = 1;
  /** Lines of few terms are priced exactly as it is. */
  readonly proof = null;

  /** Prices over these posts from now on. @param cap [slot], nothing above what the tables have */
  setPosts(cap: Int32Array): void {
    const { terms: T, positions: R, members } = this.#tb;
    this.#cap = cap;
    this.#open = Array.from(
      { length: T },
      (_, t) =>
        Int32Array.from(
          members.keys().filter((c) => members[c].some((r) => cap[slotOf(t, r, R)] > 0)),
        ),
    );
  }

  /**
   * Prices all legal lines.
   * @param prices [slot] price of using the slot
   * @param floor lines at or below this value are of no interest
   */
  price(
    prices: Float64Array,
    floor: number,
    options: PricingOptions = {},
  ): PricingResult {
    const { bestOnly = false, workLimit = MOST_NODES, proof = null } = options;
    this.#prices = prices;
    this.#floor = floor;
    this.#bestOnly = bestOnly;
    this.#best = -Infinity;
    this.#work = 0;
    this.#cut = -Infinity;
    this.#pauses = false;
    this.#from = [];
    this.#paused = null;
    this.#workLimit = workLimit;
    this.#slotBest.fill(floor);
    this.#slotMost.fill(floor);
    this.#used.fill(0);
    this.#present.fill(0);
    this.#times.fill(0);
    this.#priceClasses();
    this.#boundRest();
    this.#bounds?.update(this.#v, this.#open);
    if (this.#tb.structureFault === null) {
      if (this.#tb.terms === 1) this.#single();
      else this.#search(options);
    }
    const paused = this.#paused as number[] | null;
    const exact = this.#work <= workLimit || (this.#pauses && paused === null);
    const { lines, count } = this.#collect(floor);
    const found = this.#best > -Infinity;
    const looked = Math.max(this.#best, floor, proof?.best ?? -Infinity);
    const best = exact ? looked : Math.max(looked, Math.min(this.#cut, this.#coarseBound()));
    const work = this.#work + (this.#bounds?.work ?? 0);
    const isTold = (exact || paused !== null) && !bestOnly && this.#list === null;
    const most = isTold ? this.#mostBySlot() : undefined;
    const priced = { best, found, exact, lines, count, work, most };
    return paused === null ? priced : { ...priced, rest: { from: paused, best: looked } };
  }

  /**
   * Lists legal lines above a floor, every choice of positions, in the order of the search.
   * @param most the search stops there
   * @returns row-major lines x T position indexes, and whether those are all
   */
  list(
    prices: Float64Array,
    floor: number,
    most: number,
    { workLimit = LIST_NODES }: ListOptions = {},
  ): { lines: Int32Array; complete: boolean; work: number } {
    this.#list = [];
    this.#listMost = most * this.#tb.terms;
    const { exact, work } = this.price(prices, floor, { workLimit });
    const lines = Int32Array.from(this.#list);
    this.#list = null;
    return { lines, complete: exact && lines.length < this.#listMost, work };
  }

  /**
   * Searches widely first, for a good line through every slot: each beginning gets a share of the work, so that the first
   * ones do not use it up. Where that leaves something out, lines above the best found are searched for, and proven.
   */
  #search({ wideNodes = WIDE_NODES, proof = null, pauses = false }: PricingOptions): void {
    this.#isCurbed = false;
    this.#isShared = this.#list === null && !this.#bestOnly;
    if (proof === null) this.#inner(1, 0, 0, 0, Math.min(wideNodes, this.#workLimit / 2));
    if (proof === null && !this.#isCurbed) return;
    this.#isShared = false;
    // Lines nearly as good cost the proof little more, and columns through every slot are what a master learns from.
    const best = Math.max(this.#floor, proof?.best ?? this.#best);
    this.#floor = this.#bestOnly ? best : best - NEAR * (best - this.#floor);
    this.#pauses = pauses;
    this.#from = proof?.from ?? [];
    this.#inner(1, 0, 0, 0, Infinity);
  }

  /** [slot] what no line looked at through it is worth more than. */
  #mostBySlot(): Float64Array {
    const { terms: T, positions: R, classes: C, members } = this.#tb;
    const most = new Float64Array(T * R).fill(-Infinity);
    for (let i = 0; i < T * C; i++) {
      const t = termOfSlot(i, C);
      for (const r of members[positionOfSlot(i, C)]) {
        const s = slotOf(t, r, R);
        if (this.#cap[s] === 0) continue;
        // Where the best members of a line's classes repeat, another one may cost no more than they do.
        const other = this.#slotMost[i] - this.#v[i] - this.#prices[s];
        most[s] = Math.max(this.#floor, Math.min(this.#slotBest[i], other));
      }
    }
    return most;
  }

  /** Bound on every line without any search: best price and affinities term by term, or key by key. */
  #coarseBound(): number {
    const { terms: T } = this.#tb;
    if (T === 1) return Math.max(...this.#v);
    return Math.min(
      this.#rest[1],
      this.#bounds?.after(0, 0, this.#bounds.missing(this.#tb.need, T, this.#used)) ?? Infinity,
    );
  }

  /** Values of classes per term, and the order in which they are tried: the best first. */
  #priceClasses(): void {
    const { terms: T, positions: R, classes: C, members } = this.#tb;
    this.#v.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (let c = 0; c < C; c++) {
        for (const r of members[c]) {
          const s = slotOf(t, r, R);
          if (this.#cap[s] > 0 && -this.#prices[s] > this.#v[slotOf(t, c, C)]) {
            this.#v[slotOf(t, c, C)] = -this.#prices[s];
            this.#vAt[slotOf(t, c, C)] = r;
          }
        }
      }
      const values = this.#v.subarray(firstSlotOf(t, C), firstSlotOf(t + 1, C));
      this.#open[t].sort((a, b) => values[b] - values[a] || a - b);
    }
  }

  /** rest[t] bounds terms t..T-2 of the inner part and both ends, each by its best class. */
  #boundRest(): void {
    const { terms: T, classes: C } = this.#tb;
    let most = 0, mostBeside = 0;
    for (const weight of this.#rowMax) most = Math.max(most, weight);
    // A key may also sit beside itself.
    for (const weight of this.#tb.affinity) mostBeside = Math.max(mostBeside, weight);
    const top = (t: number) => {
      let best = -Infinity;
      for (const c of this.#open[t]) best = Math.max(best, this.#v[slotOf(t, c, C)]);
      return best;
    };
    // Each term brings at most one more consecutive pair and one pair with every other term.
    const pairs = (t: number) => OBJECTIVE.adj * mostBeside + OBJECTIVE.all * most * t;
    const ends = T > 1 ? top(0) + top(T - 1) + pairs(T - 2) + pairs(T - 1) : 0;
    this.#rest[T - 1] = ends;
    for (let t = T - 2; t >= 1; t--) this.#rest[t] = this.#rest[t + 1] + top(t) + pairs(t - 1);
  }

  /** T = 1: every class on its own. */
  #single(): void {
    const { need, cover } = this.#tb;
    for (const c of this.#open[0]) {
      this.#work++;
      if ((need & ~cover[c]) !== 0 || !this.#fits(c, 0)) continue;
      this.#chosen[0] = c;
      this.#offer(this.#v[c]);
    }
  }

  /** Whether class b may follow class a. */
  #follows(a: number, b: number): boolean {
    const { nextClass, previousClass } = this.#tb;
    return (nextClass[a] < 0 || nextClass[a] === b) &&
      (previousClass[b] < 0 || previousClass[b] === a);
  }

  /** What lines with the inner classes chosen must cover: more where there is a pair among them. */
  #needed(): number {
    const { terms: T, need, needBesidePairs, nextClass, previousClass, hasPairs } = this.#tb;
    if (!hasPairs) return need;
    for (let t = 1; t < T - 1; t++) {
      const c = this.#chosen[t];
      if (nextClass[c] >= 0 || previousClass[c] >= 0) return need | needBesidePairs;
    }
    return need;
  }

  /** Whether class c at term t stays within every limit, and has a position left for it. */
  #fits(c: number, t: number): boolean {
    if (this.#times[c] >= this.#timesMost[c]) return false;
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUse } = this.#tb;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
      const l = limitOf[e];
      if (this.#used[limitUse[l]] + limitWeight[weightAt(l, t, T)] > limitMax[l]) return false;
    }
    for (const variety of this.#varieties) {
      if (!variety.allows(c, T - this.#placed - 1)) return false;
    }
    return true;
  }

  #use(c: number, t: number, sign: number): void {
    this.#times[c] += sign;
    this.#placed += sign;
    for (const variety of this.#varieties) variety.use(c, sign);
    const { terms: T, limitStart, limitOf, limitWeight, limitUse } = this.#tb;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
      this.#used[limitUse[limitOf[e]]] += sign * limitWeight[weightAt(limitOf[e], t, T)];
    }
  }

  /**
   * Enumerates inner term t (1..T-2) over its open classes; at T-1 the ends are joined.
   * @param room work that may be done here, where it is shared out
   */
  #inner(t: number, value: number, covered: number, keysIndex: number, room: number): void {
    const { terms: T, classes: C, keys: K, keyOf, affinity, cover, need, hasPairs } = this.#tb;
    if (t >= T - 1) return this.#ends(value, covered);
    if (value + this.#rest[t] <= this.#floor) return;
    const before = (t - 1) * K, after = t * K, first = firstSlotOf(t, C), open = this.#open[t];
    const stop = this.#work + room, each = 1 + (K >> 4);
    // Whatever the order, all classes are looked at.
    this.#work += open.length >> 4;
    const beside = t > 1 ? keyOf[this.#chosen[t - 1]] * K : -1;
    const from = this.#from[t - 1] ?? 0, bounds = this.#bounds;
    for (let i = from; i < open.length; i++) {
      // What was left off applies to the first beginning alone.
      if (i > from) this.#from = [];
      if (this.#pauses && t <= PLACE_TERMS && this.#work > this.#workLimit) {
        this.#paused ??= [...this.#places.slice(0, t - 1), i];
        return;
      }
      const c = open[i], key = keyOf[c], index = keysIndex * K + key;
      let gain = this.#v[first + c];
      if (beside >= 0) gain += OBJECTIVE.adj * affinity[beside + key];
      const fresh = this.#present[key] === 0;
      if (fresh) gain += OBJECTIVE.all * this.#keySum[before + key];
      const lacks = this.#floor - value - gain;
      const covers = covered | cover[c];
      // Without the class at hand no less is missing: what is looked up first is a bound as well.
      let rest = bounds === null ? this.#rest[t + 1] : bounds.after(t, index, need & ~covers);
      if (rest <= lacks || !this.#fits(c, t)) continue;
      if (bounds !== null) rest = Math.min(rest, this.#restOf(bounds, t, c, index, covers, lacks));
      if (rest <= lacks) continue;
      if (hasPairs && t > 1 && !this.#follows(this.#chosen[t - 1], c)) continue;
      if (this.#isShared && this.#work >= stop) {
        this.#isCurbed = true;
        return;
      }
      this.#work += each;
      if (this.#isSpent()) {
        // Not looked into; what lies there is worth no more than this.
        this.#cut = Math.max(this.#cut, value + gain + rest);
        continue;
      }
      for (let k = 0; k < K; k++) {
        this.#keySum[after + k] = this.#keySum[before + k] + (fresh ? affinity[key * K + k] : 0);
      }
      this.#present[key]++;
      this.#use(c, t, 1);
      this.#chosen[t] = c;
      this.#places[t - 1] = i;
      const left = stop - this.#work;
      this.#inner(
        t + 1,
        value + gain,
        covers,
        index,
        Math.min(left, SHARES * left / (open.length - i)),
      );
      this.#use(c, t, -1);
      this.#present[key]--;
      if (this.#paused !== null) return;
    }
  }

  /** Bound on what follows class c at inner term t, whose keys have this index; none above `lacks` where it is no higher. */
  #restOf(
    bounds: KeyBounds,
    t: number,
    c: number,
    index: number,
    covers: number,
    lacks: number,
  ): number {
    const { terms: T, keys: K, need } = this.#tb;
    this.#use(c, t, 1);
    const missing = bounds.missing(need & ~covers, T - t, this.#used);
    this.#use(c, t, -1);
    if (t < T - 2) return bounds.after(t, index, missing);
    if (!bounds.isSharp(index, missing)) this.#work += K;
    return bounds.afterInner(index, missing, lacks);
  }

  /** Whether nothing more is looked into; a proof that pauses looks into all that it has begun. */
  #isSpent(): boolean {
    return this.#work > this.#workLimit && !this.#pauses;
  }

  /** Values of the classes at an end term given the inner terms; returns how many are possible. */
  #endValues(t: number, neighbour: number, values: Float64Array, list: Int32Array): number {
    const { terms: T, classes: C, keys: K, keyOf, affinity, hasPairs } = this.#tb;
    const sums = Math.max(0, T - 2) * K, first = firstSlotOf(t, C), open = this.#open[t];
    let n = 0;
    for (let i = 0; i < open.length; i++) {
      const c = open[i], key = keyOf[c];
      if (!this.#fits(c, t)) continue;
      if (hasPairs && neighbour >= 0) {
        if (t === 0 ? !this.#follows(c, neighbour) : !this.#follows(neighbour, c)) continue;
      }
      let value = this.#v[first + c];
      if (neighbour >= 0) value += OBJECTIVE.adj * affinity[keyOf[neighbour] * K + key];
      if (this.#present[key] === 0) value += OBJECTIVE.all * this.#keySum[sums + key];
      values[c] = value;
      list[n++] = c;
    }
    return n;
  }

  /** Joins the two end terms to the inner classes chosen. */
  #ends(inner: number, covered: number): void {
    const { terms: T, keys: K, keyOf, affinity, cover, hasPairs, needBesidePairs } = this.#tb;
    const hasInner = T > 2, e0 = this.#first, e1 = this.#last;
    const n1 = this.#endValues(T - 1, hasInner ? this.#chosen[T - 2] : -1, e1, this.#lastOpen);
    if (n1 === 0) return;
    const n0 = this.#endValues(0, hasInner ? this.#chosen[1] : -1, e0, this.#firstOpen);
    // Those that do not fit are looked at as well.
    this.#work += 1 + ((this.#open[0].length + this.#open[T - 1].length) >> 3);
    const missing = this.#needed() & ~covered, best = this.#tableLast(n1, missing);
    const adjacent = hasInner ? 0 : OBJECTIVE.adj;
    const C = this.#tb.classes, slotBest = this.#slotBest, lastSlot = firstSlotOf(T - 1, C);
    let least = Infinity;
    for (let t = 1; t < T - 1; t++) {
      least = Math.min(least, slotBest[slotOf(t, this.#chosen[t], C)]);
    }
    if (this.#list || this.#bestOnly) least = this.#floor;
    // A pair of ends must beat the best line of one of its slots: how far each last one is from that.
    let lastRoom = -Infinity;
    for (let j = 0; j < n1; j++) {
      const b = this.#lastOpen[j];
      lastRoom = Math.max(lastRoom, e1[b] - slotBest[lastSlot + b]);
    }
    for (let i = 0; i < n0; i++) {
      const a = this.#firstOpen[i], keyA = keyOf[a];
      const wanted = missing & ~cover[a];
      const base = inner + e0[a];
      // The pairs of a key that sits at both ends with the inner keys count once.
      const twice = OBJECTIVE.all * this.#keySum[Math.max(0, T - 2) * K + keyA];
      const most = (OBJECTIVE.all + adjacent) * this.#rowMax[keyA] + Math.max(0, -twice) +
        adjacent * Math.max(0, affinity[keyA * K + keyA]);
      const top = base + best[wanted] + most;
      if (top <= this.#floor) continue;
      if (top <= least && top <= slotBest[a] && base + lastRoom + most <= 0) continue;
      const freshA = this.#present[keyA] === 0;
      this.#use(a, 0, 1);
      this.#work += n1 >> 4;
      for (let j = 0; j < n1; j++) {
        const b = this.#lastOpen[j];
        // Two terms alone: a pair fills the year, and nothing is left to cover anything beside it.
        if (hasPairs && !hasInner) {
          if (!this.#follows(a, b)) continue;
          if (needBesidePairs !== 0 && this.#tb.nextClass[a] >= 0) continue;
        }
        if ((wanted & ~cover[b]) !== 0) continue;
        const keyB = keyOf[b], weight = affinity[keyA * K + keyB];
        let value = base + e1[b] + adjacent * weight;
        if (freshA && keyA !== keyB && this.#present[keyB] === 0) value += OBJECTIVE.all * weight;
        else if (freshA && keyA === keyB) value -= twice;
        if (value <= this.#floor) continue;
        if (value <= least && value <= slotBest[a] && value <= slotBest[lastSlot + b]) continue;
        if (!this.#fits(b, T - 1)) continue;
        this.#chosen[0] = a;
        this.#chosen[T - 1] = b;
        this.#offer(value);
      }
      this.#use(a, 0, -1);
    }
  }

  /** [needed features] best last end that covers at least those. */
  #tableLast(n: number, missing: number): Float64Array {
    const { cover } = this.#tb, best = this.#bestLast;
    best.fill(-Infinity);
    for (let j = 0; j < n; j++) {
      const c = this.#lastOpen[j], mask = cover[c] & missing;
      if (this.#last[c] > best[mask]) best[mask] = this.#last[c];
    }
    // Only what is missing is asked for, and such masks are no larger than all of it.
    for (let bit = 1; bit <= missing; bit <<= 1) {
      for (let mask = 0; mask <= missing; mask++) {
        if ((mask & bit) === 0 && best[mask | bit] > best[mask]) best[mask] = best[mask | bit];
      }
    }
    return best;
  }

  /** Takes a legal class sequence: chooses positions, and keeps it for every slot it improves. */
  #offer(bound: number): void {
    const { terms: T, classes: C } = this.#tb;
    if (this.#list) {
      this.#trial.fill(-1);
      return this.#listPositions(0, bound - this.#floor);
    }
    const value = bound - this.#choosePositions();
    // Its positions may not all have been tried.
    if (this.#isSpent()) this.#cut = Math.max(this.#cut, bound);
    if (!(value > this.#floor)) return;
    if (value > this.#best) this.#best = value;
    for (let t = 0; t < T; t++) {
      const i = slotOf(t, this.#chosen[t], C);
      if (bound > this.#slotMost[i]) this.#slotMost[i] = bound;
      if (value <= this.#slotBest[i]) continue;
      this.#slotBest[i] = value;
      this.#slotLine.set(this.#line, firstCellOf(i, T));
    }
    if (this.#bestOnly) this.#floor = value;
  }

  /** Lists every choice of positions whose loss against the best members stays below `room`. */
  #listPositions(t: number, room: number): void {
    const { terms: T, positions: R, classes: C, members, distinct } = this.#tb;
    const list = this.#list!;
    if (++this.#work > this.#workLimit) return;
    if (list.length >= this.#listMost) {
      this.#floor = Infinity;
      return;
    }
    if (t === T) {
      for (let i = 0; i < T; i++) list.push(this.#trial[i]);
      return;
    }
    const c = this.#chosen[t], top = this.#v[slotOf(t, c, C)];
    for (const r of members[c]) {
      const s = slotOf(t, r, R);
      const loss = top + this.#prices[s];
      if (this.#cap[s] === 0 || loss >= room) continue;
      if (distinct && this.#trial.subarray(0, t).includes(r)) continue;
      this.#trial[t] = r;
      this.#listPositions(t + 1, room - loss);
    }
  }

  /** Chooses positions for the classes into #line; returns what repeats cost against the bound. */
  #choosePositions(): number {
    const { terms: T, classes: C, distinct } = this.#tb;
    let repeated = false;
    for (let t = 0; t < T; t++) {
      this.#line[t] = this.#vAt[slotOf(t, this.#chosen[t], C)];
      if (distinct) { for (let i = 0; i < t; i++) repeated ||= this.#line[i] === this.#line[t]; }
    }
    if (!repeated) return 0;
    this.#trial.fill(-1);
    return this.#separate(0, 0, Infinity);
  }

  /** Depth-first choice of different positions, least loss first found kept; returns the loss. */
  #separate(t: number, loss: number, best: number): number {
    this.#work++;
    const { terms: T, positions: R, classes: C, members } = this.#tb;
    if (t === T) {
      this.#line.set(this.#trial);
      return loss;
    }
    const c = this.#chosen[t], top = this.#v[slotOf(t, c, C)];
    for (const r of members[c]) {
      const s = slotOf(t, r, R);
      if (this.#cap[s] === 0) continue;
      const more = loss + top + this.#prices[s];
      if (more >= best || this.#trial.subarray(0, t).includes(r)) continue;
      if (this.#isSpent()) break;
      this.#trial[t] = r;
      best = Math.min(best, this.#separate(t + 1, more, best));
    }
    return best;
  }

  /** The different lines kept for slots, each also with the other positions of its classes. */
  #collect(floor: number): { lines: Int32Array; count: number } {
    const { terms: T, classes: C } = this.#tb;
    const slots = [];
    for (let i = 0; i < T * C; i++) if (this.#slotBest[i] > floor) slots.push(i);
    slots.sort((a, b) => this.#slotBest[b] - this.#slotBest[a] || a - b);
    const found = new DistinctLines();
    for (const i of slots) {
      const line = lineCopy(this.#slotLine, i, T);
      found.add(line);
      this.#swapMember(termOfSlot(i, C), positionOfSlot(i, C), this.#slotBest[i], line, found);
    }
    const lines = found.cells();
    return { lines, count: linesIn(lines, T) };
  }

  /** The same line through each other position of class c at term t that stays above the floor. */
  #swapMember(
    t: number,
    c: number,
    value: number,
    line: Int32Array,
    found: DistinctLines,
  ): void {
    const { positions: R, members } = this.#tb;
    const held = line[t], price = this.#prices[slotOf(t, held, R)];
    for (const r of members[c]) {
      const s = slotOf(t, r, R);
      if (r === held || this.#cap[s] === 0 || line.includes(r)) continue;
      if (this.#bestOnly || value + price - this.#prices[s] <= this.#floor) continue;
      line[t] = r;
      found.add(line);
    }
    line[t] = held;
  }
}
