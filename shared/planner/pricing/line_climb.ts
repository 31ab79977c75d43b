// From a line to better ones: one position is exchanged, or those of two terms change places, as long as that is worth
// something at the prices of the day; kicks lead on from where no such step is left.

import { Random } from "../../engine/random.ts";
import { slotOf } from "../model/flat.ts";
import { LineScorer } from "../model/line_values.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import type { LeaveCosts } from "./leave_costs.ts";

/** Terms that a kick fills anew. */
const KICKED = 3;
/** Steps of one climb, at most. */
const MOST_STEPS = 60;

/** The prices of the day, by class. */
export interface ClassPrices {
  /** [t] classes with a post. */
  open: readonly Int32Array[];
  /** [term, class] best value of a position of the class, and that position. */
  v: Float64Array;
  vAt: Int32Array;
  /** [slot] price of using it, and posts. */
  prices: Float64Array;
  cap: Int32Array;
}

/** Climbs on the lines of one problem. */
export class LineClimb {
  readonly #tb: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #times: Int32Array;
  readonly #cross: Float64Array;
  readonly #keys: Int32Array;
  /** What leave costs a line beside its positions; null where it costs nothing. */
  readonly #leave: LeaveCosts | null;
  #day!: ClassPrices;
  /** Exchanges and changes of places that were looked at. */
  steps = 0;

  constructor(tables: PlannerTables, leave: LeaveCosts | null = null) {
    this.#tb = tables;
    this.#leave = leave;
    this.#scorer = new LineScorer(tables);
    this.#times = new Int32Array(tables.keys);
    this.#cross = new Float64Array(tables.keys);
    this.#keys = new Int32Array(tables.terms);
  }

  /** Prices from now on. */
  setPrices(day: ClassPrices): void {
    this.#day = day;
    this.steps = 0;
  }

  /** Value of a line at the prices of the day; -Infinity where it has no leave. */
  value(line: Int32Array): number {
    const { terms: T, positions: R } = this.#tb;
    let value = this.#scorer.value(line, 0);
    if (this.#leave !== null) value -= this.#leave.cost(this.#leave.blockedTerms(line, 0, T));
    for (let t = 0; t < T; t++) value -= this.#day.prices[slotOf(t, line[t], R)];
    return value;
  }

  /** Whether the line breaks no rule. */
  isLegal(line: Int32Array): boolean {
    if (this.#scorer.faults(line, 0) > 0) return false;
    const leave = this.#leave;
    return leave === null || leave.option(leave.blockedTerms(line, 0, this.#tb.terms)) >= 0;
  }

  /** Whether every position of the line has a post. */
  isOpen(line: Int32Array): boolean {
    const { terms: T, positions: R } = this.#tb;
    for (let t = 0; t < T; t++) if (this.#day.cap[slotOf(t, line[t], R)] === 0) return false;
    return true;
  }

  /** Changes a legal line to one that no step betters. @returns its value */
  climb(line: Int32Array): number {
    for (let n = 0; n < MOST_STEPS && this.#step(line); n++);
    return this.value(line);
  }

  /** Fills some terms of the line anew. @returns whether what came out is legal */
  kick(line: Int32Array, random: Random): boolean {
    const { terms: T, classes: C } = this.#tb, { open, vAt } = this.#day;
    for (let n = 0; n < KICKED; n++) {
      const t = random.below(T), own = open[t];
      if (own.length > 0) line[t] = vAt[slotOf(t, own[random.below(own.length)], C)];
    }
    return this.isLegal(line);
  }

  #read(line: Int32Array): void {
    const { terms: T, keys: K, keyOf, classOf, affinity } = this.#tb;
    this.#times.fill(0);
    this.#cross.fill(0);
    for (let t = 0; t < T; t++) {
      const key = this.#keys[t] = keyOf[classOf[line[t]]];
      if (this.#times[key]++ > 0) continue;
      for (let k = 0; k < K; k++) {
        if (k !== key) this.#cross[k] += OBJECTIVE.all * affinity[key * K + k];
      }
    }
  }

  /** The best legal step, if there is one that is worth something. */
  #step(line: Int32Array): boolean {
    const { terms: T, classes: C, positions: R, keyOf, keys: K, affinity } = this.#tb;
    const { open, v, vAt, prices } = this.#day, keys = this.#keys;
    this.#read(line);
    const leave = this.#leave, blocked = leave?.blockedTerms(line, 0, T) ?? 0;
    const cost = leave?.cost(blocked) ?? 0;
    let most = 1e-6, at = -1, by = -1, with_ = -1;
    for (let t = 0; t < T; t++) {
      const old = line[t], a = keys[t], isGone = this.#times[a] === 1;
      const before = t > 0 ? keys[t - 1] * K : -1, after = t + 1 < T ? keys[t + 1] * K : -1;
      let lost = -prices[slotOf(t, old, R)];
      if (before >= 0) lost += OBJECTIVE.adj * affinity[before + a];
      if (after >= 0) lost += OBJECTIVE.adj * affinity[after + a];
      if (isGone) lost += this.#cross[a];
      for (const c of open[t]) {
        const r = vAt[slotOf(t, c, C)], b = keyOf[c];
        if (r === old) continue;
        let won = v[slotOf(t, c, C)] - lost;
        if (before >= 0) won += OBJECTIVE.adj * affinity[before + b];
        if (after >= 0) won += OBJECTIVE.adj * affinity[after + b];
        if (b === a) won += isGone ? this.#cross[a] : 0;
        else if (this.#times[b] === 0) {
          won += this.#cross[b] - (isGone ? OBJECTIVE.all * affinity[a * K + b] : 0);
        }
        if (leave !== null) won -= leave.cost(blocked & ~(1 << t) | leave.bit(t, r)) - cost;
        if (won <= most) continue;
        line[t] = r;
        if (this.isLegal(line)) [most, at, by, with_] = [won, t, r, -1];
        line[t] = old;
      }
      this.steps += open[t].length;
      for (let u = 0; u < t; u++) {
        let won = this.#placesWorth(line, u, t);
        if (leave !== null) {
          const others = blocked & ~(1 << t | 1 << u);
          won -= leave.cost(others | leave.bit(t, line[u]) | leave.bit(u, old)) - cost;
        }
        if (won <= most) continue;
        [line[t], line[u]] = [line[u], old];
        if (this.isLegal(line)) [most, at, by, with_] = [won, t, line[t], u];
        [line[u], line[t]] = [line[t], old];
      }
      this.steps += t;
    }
    if (at < 0) return false;
    if (with_ >= 0) line[with_] = line[at];
    line[at] = by;
    return true;
  }

  /** What it is worth that the positions of terms u < t change places; -Infinity where one has no post there. */
  #placesWorth(line: Int32Array, u: number, t: number): number {
    const { terms: T, positions: R, keys: K, affinity } = this.#tb;
    const { prices, cap } = this.#day, keys = this.#keys;
    const one = line[u], two = line[t];
    if (cap[slotOf(u, two, R)] === 0 || cap[slotOf(t, one, R)] === 0) return -Infinity;
    const pair = (i: number, j: number) => affinity[keys[i] * K + keys[j]];
    let won = prices[slotOf(u, one, R)] + prices[slotOf(t, two, R)] - prices[slotOf(u, two, R)] -
      prices[slotOf(t, one, R)];
    let near = 0;
    if (u > 0) near += pair(u - 1, t) - pair(u - 1, u);
    if (t + 1 < T) near += pair(t + 1, u) - pair(t + 1, t);
    if (t > u + 1) near += pair(u + 1, t) - pair(u + 1, u) + pair(t - 1, u) - pair(t - 1, t);
    won += OBJECTIVE.adj * near;
    return won;
  }
}
