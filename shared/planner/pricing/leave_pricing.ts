// Pricing of lines of many terms that choose their leave: a line pays for the cheapest option that its terms allow
// (`LeaveCosts`), so that all options are priced at once. What pricing finds has that option at its end.

import {
  firstSlotOf,
  linesIn,
  positionOfSlot,
  slotOf,
  termOfCell,
  termOfSlot,
  weightAt,
} from "../model/flat.ts";
import { yearTables } from "../model/groups.ts";
import { LineScorer } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { LeaveCosts, type LeaveRegion } from "./leave_costs.ts";
import type { LineProving, ProvenStretch, StretchOptions } from "./line_proof.ts";
import { LongPricer } from "./long_pricing.ts";
import type { ListOptions, PricingOptions, PricingResult } from "./pricing.ts";

/** Stretches of a region are told by smaller numbers. */
const REGION = 2 ** 40;

/** Finds the best legal lines with their leave, which is their last term. */
export class LeavePricer {
  readonly #tables: PlannerTables;
  readonly #year: PlannerTables;
  readonly #slots: number;
  readonly #costs: LeaveCosts;
  readonly #lines: LongPricer;
  readonly #scorer: LineScorer;
  readonly parts = 1;
  groupOf(): number {
    return -1;
  }
  widerOf(): number {
    return -1;
  }

  readonly widths: number;
  #cap: Int32Array;

  constructor(tables: PlannerTables) {
    this.#tables = tables;
    this.#year = yearTables(tables);
    this.#slots = firstSlotOf(this.#year.terms, tables.positions);
    this.#costs = new LeaveCosts(tables);
    this.#lines = new LongPricer(this.#year, this.#costs);
    this.#scorer = new LineScorer(this.#year);
    this.widths = this.#lines.widths;
    this.#cap = tables.cap;
  }

  setPosts(cap: Int32Array): void {
    this.#cap = cap;
    this.#costs.setPosts(cap);
    this.#lines.setPosts(cap.slice(0, this.#slots));
  }

  price(prices: Float64Array, floor: number, options: PricingOptions = {}): PricingResult {
    this.#costs.setPrices(prices);
    if (this.#costs.least === Infinity) {
      const none = { found: false, exact: true, lines: new Int32Array(0), count: 0, work: 0 };
      return { best: floor, ...none };
    }
    const found = this.#lines.price(prices.subarray(0, this.#slots), floor, {
      ...options,
      part: undefined,
      starts: this.#yearsOf(options.starts),
    });
    return { ...found, lines: this.#withLeave(found.lines) };
  }

  /** Every line with every option that it is worth more than the floor with. */
  list(
    prices: Float64Array,
    floor: number,
    most: number,
    { best = false, whole }: ListOptions = {},
  ) {
    const { terms: T, positions: R } = this.#year, costs = this.#costs, lines: number[] = [];
    costs.setPrices(prices);
    if (costs.least === Infinity) return { lines: new Int32Array(0), complete: true, work: 0 };
    const found = this.#lines.list(prices.subarray(0, this.#slots), floor, most, { whole });
    const stop = most * (T + 1);
    for (let at = 0; at < found.lines.length && lines.length < stop; at += T) {
      let value = this.#scorer.value(found.lines, at);
      for (let t = 0; t < T; t++) value -= prices[slotOf(t, found.lines[at + t], R)];
      for (
        const { position, price } of costs.options(costs.blockedTerms(found.lines, at, T), best)
      ) {
        if (value - price <= floor || lines.length >= stop) break;
        for (let t = 0; t < T; t++) lines.push(found.lines[at + t]);
        lines.push(position);
      }
    }
    const complete = found.complete && lines.length < stop;
    return { lines: Int32Array.from(lines), complete, work: found.work };
  }

  /** A proof of every region of lines, one after the other: those that cost more are few, for they work in more terms without leave. */
  get proof(): LineProving | null {
    const { proof } = this.#lines;
    // Multipliers would be found anew for each region.
    if (proof === null || proof.isByKeys) return null;
    return {
      heads: proof.heads,
      isByKeys: false,
      isByHalves: proof.isByHalves,
      prove: (prices, floor, stretch) => this.#prove(prices, floor, stretch),
    };
  }

  #prove(
    prices: Float64Array,
    floor: number,
    { from, workLimit, least = floor }: StretchOptions,
  ): ProvenStretch {
    const costs = this.#costs, own = prices.subarray(0, this.#slots);
    costs.setPrices(prices);
    const regions = costs.regions((blocked) => this.#mayBlock(blocked));
    let n = Math.floor(from / REGION), place = from % REGION, work = 0, best = -Infinity;
    const lines: number[] = [];
    while (n < regions.length && work < workLimit) {
      const cost = regions[n].cost;
      const posts = this.#postsIn(regions[n]), isLast = n + 1 === regions.length;
      const stretch = { from: place, workLimit: workLimit - work, least: least + cost };
      const found = this.#lines.prove(own, posts, floor + cost, stretch, isLast);
      work += Math.max(1, found.work);
      best = Math.max(best, found.best - cost);
      for (const cell of this.#withLeave(found.lines)) lines.push(cell);
      place = found.next ?? 0;
      if (found.next === null) n++;
    }
    return {
      next: n < regions.length ? n * REGION + place : null,
      best,
      lines: Int32Array.from(lines),
      count: lines.length / (this.#year.terms + 1),
      work,
    };
  }

  /** Posts that lines of a region may use. */
  #postsIn({ free, blocked }: LeaveRegion): Int32Array {
    const R = this.#tables.positions, isBlocked = this.#tables.leave!.blocked;
    return this.#cap.slice(0, this.#slots).map((n, s) => {
      const bit = 1 << termOfSlot(s, R), without = isBlocked[positionOfSlot(s, R)] === 1;
      return without ? (free & bit) !== 0 ? 0 : n : (blocked & bit) !== 0 ? 0 : n;
    });
  }

  /** Whether posts and the limits that count all positions without leave allow a line with none in these terms. */
  #mayBlock(blocked: number): boolean {
    const { terms: T, positions: R, limits, limitMax, limitWeight } = this.#year;
    const isBlocked = this.#tables.leave!.blocked;
    const used = new Int32Array(limits), counts = new Uint8Array(limits).fill(1);
    for (let t = 0; t < T; t++) {
      if ((blocked >> t & 1) === 0) continue;
      let isThere = false;
      for (let r = 0; r < R; r++) {
        if (isBlocked[r] === 0 || this.#cap[slotOf(t, r, R)] === 0) continue;
        isThere = true;
        for (let l = 0; l < limits; l++) if (!this.#countsIn(l, r)) counts[l] = 0;
      }
      if (!isThere) return false;
      for (let l = 0; l < limits; l++) used[l] += limitWeight[weightAt(l, t, T)];
    }
    return used.every((n, l) => counts[l] === 0 || n <= limitMax[l]);
  }

  #countsIn(limit: number, r: number): boolean {
    const { classOf, limitStart, limitOf } = this.#year, c = classOf[r];
    return limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(limit);
  }

  /** Lines without their leave. */
  #yearsOf(lines?: Int32Array): Int32Array | undefined {
    const wide = this.#year.terms + 1;
    return lines?.filter((_, i) => termOfCell(i, wide) < wide - 1);
  }

  /** Lines with the cheapest leave that they can have. */
  #withLeave(lines: Int32Array): Int32Array {
    const T = this.#year.terms, wide = T + 1, all = new Int32Array(linesIn(lines, T) * wide);
    for (let at = 0, to = 0; at < lines.length; at += T, to += wide) {
      for (let t = 0; t < T; t++) all[to + t] = lines[at + t];
      all[to + T] = this.#costs.option(this.#costs.blockedTerms(lines, at, T));
    }
    return all;
  }
}
