// Good lines of many terms at given slot prices, by annealing a line at a time: one position is exchanged, or those of two
// terms change places. Where lines have many terms, climbs end in one of very many tops, and what prices are made of is the
// best lines there are.

import type { Random } from "../../engine/random.ts";
import { slotOf } from "../model/flat.ts";
import type { LeaveCosts } from "./leave_costs.ts";
import { LineRules } from "../model/line_rules.ts";
import { LineScorer } from "../model/line_values.ts";
import { isAllowed } from "../moves/heat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Heat of the last try, in units of the objective. */
const LAST_HEAT = 4;
/** Share of the tries that exchange a position; the others let two terms change places. */
const EXCHANGES = 0.8;

/** How a line is annealed. */
export interface AnnealOptions {
  tries: number;
  /** Heat of the first try: high ones forget the line, low ones look around it. */
  first: number;
  /** Legal lines worth more are noted on the way. */
  floor: number;
  /** @param line changes later */
  note(line: Int32Array, value: number): void;
}

/** Anneals the lines of one problem. */
export class LineAnneal {
  readonly #tb: PlannerTables;
  readonly #scorer: LineScorer;
  /** [position] its key, and [position * keys + key] what its pairs and neighbours bring. */
  readonly #keyAt: Int32Array;
  readonly #times: Int32Array;
  /** [key] what it brings beside the keys of the line. */
  readonly #cross: Float64Array;
  readonly #held: Uint8Array;
  readonly #pair: Float64Array;
  readonly #near: Float64Array;
  /** What leave costs a line beside its positions; null where it costs nothing. */
  readonly #leave: LeaveCosts | null;
  #prices: Float64Array = new Float64Array(0);
  #cap: Int32Array = new Int32Array(0);
  /** [term] positions with a post. */
  #open: Int32Array[] = [];
  /** What rules say of the line with one other position; null where it is looked at whole. */
  #rules: LineRules | null = null;
  /** Heat of the try at hand, and what was drawn for it. */
  #heat = 0;
  #luck = 1;

  constructor(tables: PlannerTables, leave: LeaveCosts | null = null) {
    const { keys: K, classOf, keyOf, affinity, positions: R } = tables;
    this.#tb = tables;
    this.#leave = leave;
    this.#scorer = new LineScorer(tables);
    this.#keyAt = Int32Array.from(classOf, (c) => keyOf[c]);
    this.#times = new Int32Array(K);
    this.#cross = new Float64Array(K);
    this.#held = new Uint8Array(R);
    this.#near = Float64Array.from(affinity, (weight) => OBJECTIVE.adj * weight);
    this.#pair = Float64Array.from(
      affinity,
      (weight, i) => i % K === Math.floor(i / K) ? 0 : OBJECTIVE.all * weight,
    );
  }

  /** Prices from now on. @param cap [slot] posts */
  setPrices(prices: Float64Array, cap: Int32Array): void {
    const { terms: T, positions: R } = this.#tb;
    this.#prices = prices;
    this.#cap = cap;
    this.#open = Array.from(
      { length: T },
      (_, t) =>
        Int32Array.from(
          Array.from({ length: R }, (_, r) => r).filter((r) => cap[slotOf(t, r, R)] > 0),
        ),
    );
  }

  /** Value of a line at the prices of the day. */
  value(line: Int32Array): number {
    const { terms: T, positions: R } = this.#tb;
    let value = this.#scorer.value(line, 0) - this.#leaveOf(line);
    for (let t = 0; t < T; t++) value -= this.#prices[slotOf(t, line[t], R)];
    return value;
  }

  /**
   * Anneals a legal line in place, and leaves the best one that it came by there.
   * @returns its value
   */
  anneal(
    line: Int32Array,
    { tries, first, floor, note }: AnnealOptions,
    random: Random,
  ): number {
    const { terms: T } = this.#tb;
    this.#read(line);
    this.#rules = LineRules.of(this.#tb, line);
    const best = line.slice();
    let value = this.value(line), most = value, heat = first;
    const cool = (LAST_HEAT / first) ** (1 / tries);
    for (let n = 0; n < tries; n++) {
      heat *= cool;
      this.#heat = heat;
      this.#luck = 1 - random.next();
      const t = random.below(T);
      const gain = random.next() < EXCHANGES
        ? this.#exchange(line, t, random)
        : this.#swap(line, t, random.below(T));
      if (gain === -Infinity) continue;
      value += gain;
      if (value > floor) note(line, value);
      if (value <= most + 1e-6) continue;
      most = value;
      best.set(line);
    }
    line.set(best);
    // Sums of gains differ from it in their last digits.
    return this.value(line);
  }

  /** Whether no more is lost than was drawn. */
  #isAllowed(gain: number): boolean {
    return gain >= 0 || isAllowed(gain, this.#heat, this.#luck);
  }

  #leaveOf(line: Int32Array): number {
    const leave = this.#leave;
    return leave === null ? 0 : leave.cost(leave.blockedTerms(line, 0, this.#tb.terms));
  }

  #read(line: Int32Array): void {
    this.#times.fill(0);
    this.#cross.fill(0);
    this.#held.fill(0);
    for (const r of line) {
      this.#held[r]++;
      this.#add(this.#keyAt[r], 1);
    }
  }

  /** Puts a key into the line (1) or takes it out (-1). */
  #add(key: number, sign: number): void {
    const { keys: K } = this.#tb, times = this.#times;
    const before = times[key];
    times[key] += sign;
    if (before > 0 && times[key] > 0) return;
    const cross = this.#cross, pair = this.#pair, row = key * K;
    for (let k = 0; k < K; k++) cross[k] += sign * pair[row + k];
  }

  /** @returns the gain; -Infinity where nothing changed */
  #exchange(line: Int32Array, t: number, random: Random): number {
    const { terms: T, positions: R, keys: K, distinct } = this.#tb;
    const open = this.#open[t], old = line[t], r = open[random.below(open.length)];
    if (r === old || (distinct && this.#held[r] > 0)) return -Infinity;
    const a = this.#keyAt[old], b = this.#keyAt[r], near = this.#near, prices = this.#prices;
    let gain = prices[slotOf(t, old, R)] - prices[slotOf(t, r, R)];
    if (a !== b) {
      if (t > 0) {
        const row = this.#keyAt[line[t - 1]] * K;
        gain += near[row + b] - near[row + a];
      }
      if (t + 1 < T) {
        const row = this.#keyAt[line[t + 1]] * K;
        gain += near[row + b] - near[row + a];
      }
      const isGone = this.#times[a] === 1;
      if (isGone) gain -= this.#cross[a];
      if (this.#times[b] === 0) gain += this.#cross[b] - (isGone ? this.#pair[a * K + b] : 0);
    }
    if (this.#leave === null) {
      if (!this.#isAllowed(gain) || !this.#isLegalWith(line, t, r)) return -Infinity;
      this.#rules?.put(0, t, old, r);
      line[t] = r;
    } else {
      const before = this.#leaveOf(line);
      line[t] = r;
      gain += before - this.#leaveOf(line);
      if (!this.#isAllowed(gain) || this.#scorer.faults(line, 0) > 0) {
        line[t] = old;
        return -Infinity;
      }
    }
    this.#held[old]--;
    this.#held[r]++;
    if (a !== b) {
      this.#add(a, -1);
      this.#add(b, 1);
    }
    return gain;
  }

  /** Whether the line breaks no rule with position r in term t. */
  #isLegalWith(line: Int32Array, t: number, r: number): boolean {
    if (this.#rules !== null) return this.#rules.allows(0, t, r);
    const old = line[t];
    line[t] = r;
    const isLegal = this.#scorer.faults(line, 0) === 0;
    line[t] = old;
    return isLegal;
  }

  #nearAt(line: Int32Array, t: number): number {
    const { keys: K, terms: T } = this.#tb;
    return t > 0 && t < T ? this.#near[this.#keyAt[line[t - 1]] * K + this.#keyAt[line[t]]] : 0;
  }

  #nearTwo(line: Int32Array, u: number, t: number): number {
    let sum = this.#nearAt(line, u) + this.#nearAt(line, u + 1) + this.#nearAt(line, t + 1);
    if (t !== u + 1) sum += this.#nearAt(line, t);
    return sum;
  }

  #swap(line: Int32Array, one: number, two: number): number {
    if (one === two) return -Infinity;
    const { positions: R } = this.#tb, prices = this.#prices;
    const u = Math.min(one, two), t = Math.max(one, two), a = line[u], b = line[t];
    if (a === b) return -Infinity;
    const isOpen = this.#hasPost(u, b) && this.#hasPost(t, a);
    if (!isOpen) return -Infinity;
    let gain = prices[slotOf(u, a, R)] + prices[slotOf(t, b, R)] - prices[slotOf(u, b, R)] -
      prices[slotOf(t, a, R)];
    gain += this.#leaveOf(line) - this.#nearTwo(line, u, t);
    line[u] = b;
    line[t] = a;
    gain += this.#nearTwo(line, u, t) - this.#leaveOf(line);
    const rules = this.#rules;
    const isLegal = () =>
      rules === null ? this.#scorer.faults(line, 0) === 0 : rules.exchange(0, u, t, a, b);
    if (this.#isAllowed(gain) && isLegal()) return gain;
    line[u] = a;
    line[t] = b;
    return -Infinity;
  }

  #hasPost(t: number, r: number): boolean {
    return this.#cap[slotOf(t, r, this.#tb.positions)] > 0;
  }
}
