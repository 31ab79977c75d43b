// Pricing where lines are reserved for pathways: each group of lines (a pathway, or the rest) is priced
// on its own, over tables in which what its lines must hold is an ordinary limit or a closed slot.

import { Pricer, type PricingOptions, type PricingResult } from "./pricing.ts";
import { groupTables } from "../model/groups.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Finds the best legal lines at given slot prices. */
export interface LinePricing {
  /** See `Pricer.price`. */
  price(prices: Float64Array, floor: number, options?: PricingOptions): PricingResult;
  /** See `Pricer.list`. */
  list(
    prices: Float64Array,
    floor: number,
    most: number,
  ): { lines: Int32Array; complete: boolean };
}

/** The pricing of these tables. */
export function pricingFor(tables: PlannerTables): LinePricing {
  return tables.groups.length === 0 ? new Pricer(tables) : new GroupPricing(tables);
}

/** One pricer per group that still takes lines. */
class GroupPricing implements LinePricing {
  readonly #terms: number;
  readonly #slots: number;
  readonly #groups: { position: number; slot: number; pricer: Pricer }[];

  constructor(tables: PlannerTables) {
    const { terms, positions } = tables;
    this.#terms = terms - 1;
    this.#slots = this.#terms * positions;
    this.#groups = tables.groups
      .map((position) => ({ position, slot: this.#slots + position }))
      .filter(({ slot }) => tables.cap[slot] > 0)
      .map((group) => ({ ...group, pricer: new Pricer(groupTables(tables, group.position)) }));
  }

  price(prices: Float64Array, floor: number, options: PricingOptions = {}): PricingResult {
    const all: PricingResult = {
      best: floor,
      found: false,
      exact: true,
      lines: new Int32Array(0),
      count: 0,
      work: 0,
    };
    const lines: number[] = [];
    for (const { position, slot, pricer } of this.#groups) {
      const part = pricer.price(
        prices.subarray(0, this.#slots),
        floor + prices[slot],
        options,
      );
      all.best = Math.max(all.best, part.best - prices[slot]);
      all.found ||= part.found;
      all.exact &&= part.exact;
      all.work += part.work;
      all.count += part.count;
      this.#append(lines, part.lines.subarray(0, part.count * this.#terms), position);
    }
    return { ...all, lines: Int32Array.from(lines) };
  }

  list(prices: Float64Array, floor: number, most: number) {
    const lines: number[] = [];
    let complete = true;
    const each = Math.ceil(most / Math.max(1, this.#groups.length));
    for (const { position, slot, pricer } of this.#groups) {
      const part = pricer.list(prices.subarray(0, this.#slots), floor + prices[slot], each);
      complete &&= part.complete;
      this.#append(lines, part.lines, position);
    }
    return { lines: Int32Array.from(lines), complete };
  }

  /** Adds lines with the group's position in the term that tells groups apart. */
  #append(to: number[], lines: Int32Array, position: number): void {
    for (let at = 0; at < lines.length; at += this.#terms) {
      for (let t = 0; t < this.#terms; t++) to.push(lines[at + t]);
      to.push(position);
    }
  }
}
