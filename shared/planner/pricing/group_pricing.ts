// Pricing where lines are reserved for pathways: each group of lines (a pathway, or the rest) is priced
// on its own, over tables in which what its lines must hold is an ordinary limit or a closed slot.

import { LONG_TERMS, LongPricer } from "./long_pricing.ts";
import {
  LIST_NODES,
  MOST_NODES,
  Pricer,
  type PricingOptions,
  type PricingResult,
  WIDTHS,
} from "./pricing.ts";
import { groupTables } from "../model/groups.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Finds the best legal lines at given slot prices. */
export interface LinePricing {
  /** Parts that the lines fall into, each priced in about the time of one unit: groups of lines. */
  readonly parts: number;
  /** Widths that make a difference (`PricingOptions.width`). */
  readonly widths: number;
  /** Prices over these posts from now on. @param cap [slot], nothing above what the tables have */
  setPosts(cap: Int32Array): void;
  /** See `Pricer.price`; without a part, what may be done is shared among all of them. */
  price(prices: Float64Array, floor: number, options?: PricingOptions): PricingResult;
  /** See `Pricer.list`. */
  list(
    prices: Float64Array,
    floor: number,
    most: number,
    workLimit?: number,
  ): { lines: Int32Array; complete: boolean; work: number };
}

/** The pricing of these tables. */
export function pricingFor(tables: PlannerTables): LinePricing {
  return tables.groups.length === 0 ? plainPricing(tables) : new GroupPricing(tables);
}

/** The pricing of lines of one group. */
function plainPricing(tables: PlannerTables): LinePricing {
  return tables.terms >= LONG_TERMS ? new LongPricer(tables) : new Pricer(tables);
}

/** A group of lines; its pricer is made when it is first asked. */
interface Group {
  position: number;
  /** Its slot in the term that tells groups apart. */
  slot: number;
  pricer: LinePricing | null;
  /** Posts that its lines may use, as the tables have them. */
  cap: Int32Array;
}

/** One pricer per group that still takes lines. */
class GroupPricing implements LinePricing {
  readonly #tables: PlannerTables;
  readonly #terms: number;
  readonly #slots: number;
  readonly #groups: Group[];
  #cap: Int32Array;

  constructor(tables: PlannerTables) {
    const { terms, positions } = tables;
    this.#tables = tables;
    this.#terms = terms - 1;
    this.#slots = this.#terms * positions;
    this.#cap = tables.cap;
    this.#groups = tables.groups
      .map((position) => ({ position, slot: this.#slots + position }))
      .filter(({ slot }) => tables.cap[slot] > 0)
      .map((group) => ({ ...group, pricer: null, cap: tables.cap }));
  }

  get widths(): number {
    return this.#terms >= LONG_TERMS ? WIDTHS : 1;
  }

  get parts(): number {
    return this.#groups.length;
  }

  setPosts(cap: Int32Array): void {
    this.#cap = cap;
    for (const group of this.#groups) if (group.pricer !== null) this.#open(group, group.pricer);
  }

  #open({ cap }: Group, pricer: LinePricing): void {
    pricer.setPosts(cap.map((n, s) => n === 0 ? 0 : this.#cap[s]));
  }

  #pricerOf(group: Group): LinePricing {
    if (group.pricer === null) {
      const tables = groupTables(this.#tables, group.position);
      group.cap = tables.cap;
      group.pricer = plainPricing(tables);
      this.#open(group, group.pricer);
    }
    return group.pricer;
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
    const chosen = options.part === undefined ? this.#groups : [this.#groups[options.part]];
    const { workLimit = MOST_NODES } = options;
    for (const group of chosen) {
      const { position, slot } = group;
      if (this.#cap[slot] === 0) continue;
      const part = this.#pricerOf(group).price(
        prices.subarray(0, this.#slots),
        floor + prices[slot],
        { ...options, part: undefined, workLimit: Math.ceil(workLimit / chosen.length) },
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

  list(prices: Float64Array, floor: number, most: number, workLimit = LIST_NODES) {
    const lines: number[] = [];
    let complete = true, work = 0;
    const groups = this.#groups.filter(({ slot }) => this.#cap[slot] > 0);
    const share = (n: number) => Math.ceil(n / Math.max(1, groups.length));
    for (const group of groups) {
      const part = this.#pricerOf(group).list(
        prices.subarray(0, this.#slots),
        floor + prices[group.slot],
        share(most),
        share(workLimit),
      );
      complete &&= part.complete;
      work += part.work;
      this.#append(lines, part.lines, group.position);
    }
    return { lines: Int32Array.from(lines), complete, work };
  }

  /** Adds lines with the group's position in the term that tells groups apart. */
  #append(to: number[], lines: Int32Array, position: number): void {
    for (let at = 0; at < lines.length; at += this.#terms) {
      for (let t = 0; t < this.#terms; t++) to.push(lines[at + t]);
      to.push(position);
    }
  }
}
