// Prices of the restricted master without its program: those that bound the plans of the pool's lines lowest where the best of
// these counts softly, as all that are nearly as good do as well. Far from the end of column generation they tell as much as the
// program's duals, for a tenth of the work, and jump less.
// Smoothing: Nesterov 2005. Accelerated proximal gradients: Beck and Teboulle 2009, begun afresh where the bound rises.

import { cellOf, firstCellOf, lineOfCell, slotOf, termOfCell } from "../model/flat.ts";
import type { LinePool } from "./master.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";

/** Lines so many heats below the best one count for nothing. */
const FAR = 16;
/** Curvature of the bound at a heat of 1, about: steps are shorter where it rises, and longer as long as it does not. */
const CURVATURE = 10;
const SHORTER = 2;
const A_LITTLE_SHORTER = 1.2;
const LONGER = 0.99;

/** Positions that are as much work as a node of pricing. */
const NODE_POSITIONS = 30;

/** Nodes of pricing that finding soft prices is as much work as. */
export function softNodes({ work }: SoftPrices): number {
  return Math.round(work / NODE_POSITIONS);
}

/** Prices as a master gives them. */
export interface SoftPrices {
  /** [slot] see `MasterSolution.prices`. */
  prices: Float64Array;
  /** What lines are worth there, each as much as it counts for; no line is worth what lines are rewarded with. */
  linePrice: number;
  /** Positions looked at. */
  work: number;
}

/** The soft bound of the plans of a pool's lines. */
export class SoftBound {
  readonly #tb: PlannerTables;
  readonly #heat: number;
  /** [line] what it is worth without prices. */
  readonly #values: Float64Array;
  /** [line, term] its slot. */
  readonly #slots: Int32Array;
  /** Slots with a post. */
  readonly #open: Int32Array;
  /** [line] what it is worth at the prices looked at, and what it counts for. */
  readonly #worth: Float64Array;
  readonly #share: Float64Array;
  /** [slot] how much the bound rises with its price, but for what posts are worth. */
  readonly #slope: Float64Array;
  #mean = 0;
  #curvature: number;
  /** Positions looked at so far. */
  work = 0;

  /**
   * @param heat how far below the best a line counts a third of it
   * @param only pool lines that plans are made of; all of them where that is not said
   */
  constructor(tables: PlannerTables, pool: LinePool, heat: number, only?: Int32Array) {
    const { terms: T, positions: R, cap } = tables;
    const lines = only ?? Int32Array.from({ length: pool.count }, (_, j) => j);
    this.#tb = tables;
    this.#heat = heat;
    this.#values = Float64Array.from(lines, (j) => pool.values[j]);
    this.#slots = Int32Array.from(
      { length: lines.length * T },
      (_, i) =>
        slotOf(
          termOfCell(i, T),
          pool.cells[cellOf(lines[lineOfCell(i, T)], termOfCell(i, T), T)],
          R,
        ),
    );
    this.#open = Int32Array.from(cap.keys().filter((s) => cap[s] > 0));
    this.#worth = new Float64Array(lines.length);
    this.#share = new Float64Array(lines.length);
    this.#slope = new Float64Array(cap.length);
    this.#curvature = CURVATURE / heat;
  }

  /** The prices at which it is lowest, or what comes next to them in so many steps. */
  lower(start: Float64Array, steps: number): SoftPrices {
    let at: Float64Array = start.slice(), before = at, best = at;
    let momentum = 1, last = Infinity, least = Infinity;
    for (let n = 0; n < steps; n++) {
      const bound = this.at(at);
      if (bound < least) [least, best] = [bound, at];
      if (bound > last) {
        this.#curvature *= momentum === 1 ? SHORTER : A_LITTLE_SHORTER;
        [at, before, momentum, last] = [best, best, 1, Infinity];
        this.at(at);
      } else {
        this.#curvature *= LONGER;
        last = bound;
      }
      const next = this.#step(at), more = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      at = this.#beyond(next, before, (momentum - 1) / more);
      [before, momentum] = [next, more];
    }
    this.at(best);
    return { prices: best.map(rounded), linePrice: rounded(this.#mean), work: this.work };
  }

  /** The bound at these prices, what an empty plan costs left out; remembers how it rises there. */
  at(prices: Float64Array): number {
    const { terms: T, lines: N, line } = this.#tb, slots = this.#slots, heat = this.#heat;
    const worth = this.#worth, share = this.#share, slope = this.#slope.fill(0);
    const { most, none, sum } = this.#weigh(prices);
    let mean = -line * none / sum;
    for (let j = 0; j < worth.length; j++) {
      if (share[j] === 0) continue;
      const own = share[j] / sum;
      mean += own * worth[j];
      for (let i = firstCellOf(j, T); i < firstCellOf(j + 1, T); i++) slope[slots[i]] -= N * own;
    }
    this.#mean = mean;
    this.work += worth.length * T;
    return this.#posts(prices) + N * (most + heat * Math.log(sum));
  }

  /** What each line is worth, and counts for beside the best one, as none at all does. */
  #weigh(prices: Float64Array): { most: number; none: number; sum: number } {
    const { terms: T, line } = this.#tb, values = this.#values;
    const slots = this.#slots, worth = this.#worth, share = this.#share, heat = this.#heat;
    // No line at all is worth what a line is rewarded with.
    let most = -line;
    for (let j = 0, i = 0; j < worth.length; j++) {
      let own = values[j];
      for (let t = 0; t < T; t++) own -= prices[slots[i++]];
      worth[j] = own;
      if (own > most) most = own;
    }
    const least = most - FAR * heat;
    const none = Math.exp((-line - most) / heat);
    let sum = none;
    for (let j = 0; j < worth.length; j++) {
      share[j] = worth[j] < least ? 0 : Math.exp((worth[j] - most) / heat);
      sum += share[j];
    }
    return { most, none, sum };
  }

  /** What posts are worth at most at these prices. */
  #posts(prices: Float64Array): number {
    const { cap } = this.#tb;
    let bound = 0;
    for (const s of this.#open) {
      let sum = 0, most = 0;
      for (let k = 1; k <= cap[s]; k++) {
        sum += slotGain(this.#tb, s, k) + prices[s];
        if (sum > most) most = sum;
      }
      bound += most;
    }
    return bound;
  }

  /** A step down from where the bound was looked at last. */
  #step(at: Float64Array): Float64Array {
    const next = at.slice();
    for (const s of this.#open) next[s] = this.#near(s, at[s] - this.#slope[s] / this.#curvature);
    return next;
  }

  /** The price near this one at which so much of a slot's posts is worth having as it is bounded by: the proximal point. */
  #near(s: number, price: number): number {
    const n = this.#tb.cap[s];
    for (let k = 0; k < n; k++) {
      // From here on one post more is worth having.
      const next = -slotGain(this.#tb, s, k + 1), own = price - k / this.#curvature;
      if (own <= next) return k === 0 ? own : Math.max(own, -slotGain(this.#tb, s, k));
    }
    return Math.max(price - n / this.#curvature, -slotGain(this.#tb, s, n));
  }

  /** Further on the way that the last step went. */
  #beyond(next: Float64Array, before: Float64Array, push: number): Float64Array {
    const at = next.slice();
    for (const s of this.#open) at[s] += push * (next[s] - before[s]);
    return at;
  }
}

/** Prices are kept to a thousandth, as the master's are. */
function rounded(price: number): number {
  return Math.round(price * 1000) / 1000;
}
