// Pricing where lines make choices beside their positions (whose pathway they are reserved for, which leave they take):
// the lines of each choice are priced on their own, over tables in which what they must hold is an ordinary limit or a
// closed slot.

import { firstSlotOf, slotOf } from "../model/flat.ts";
import { LeavePricer } from "./leave_pricing.ts";
import { LONG_TERMS, LongPricer } from "./long_pricing.ts";
import {
  LIST_NODES,
  type ListOptions,
  MOST_NODES,
  Pricer,
  type PricingOptions,
  type PricingResult,
  WIDTHS,
} from "./pricing.ts";
import type { LineProving, ProvenStretch, StretchOptions } from "./line_proof.ts";
import { groupTables } from "../model/groups.ts";
import type { PlannerTables } from "../model/tables.ts";

export { LONG_TERMS } from "./long_pricing.ts";

/** Finds the best legal lines at given slot prices. */
export interface LinePricing {
  /** Parts that the lines fall into, each priced in about the time of one unit: lines of the same choices. */
  readonly parts: number;
  /** Slot of the group whose lines a part is, whose price its lines pay; -1 where there are no groups. */
  groupOf(part: number): number;
  /** The part of the same choices whose lines need hold nothing, so that all lines of this one are as good there; -1: none. */
  widerOf(part: number): number;
  /** Widths that make a difference (`PricingOptions.width`). */
  readonly widths: number;
  /** Proof of the best lines; null where there is none, and where pricing itself is exact. */
  readonly proof: LineProving | null;
  /** Prices over these posts from now on. @param cap [slot], nothing above what the tables have */
  setPosts(cap: Int32Array): void;
  /** See `Pricer.price`; without a part, what may be done is shared among all of them. */
  price(prices: Float64Array, floor: number, options?: PricingOptions): PricingResult;
  /** See `Pricer.list`. */
  list(
    prices: Float64Array,
    floor: number,
    most: number,
    options?: ListOptions,
  ): { lines: Int32Array; complete: boolean; work: number };
}

/** Choices whose lines are proven, at most. */
const MOST_PROVEN = 24;

/** The pricing of these tables. */
export function pricingFor(tables: PlannerTables): LinePricing {
  return tables.terms === tables.year || (isLong(tables) && tables.groups.length === 0)
    ? plainPricing(tables)
    : new ChoicePricing(tables);
}

/** Whether the options of leave are priced all at once, and not each for itself. */
function isLong({ year, leave }: PlannerTables): boolean {
  return leave !== null && year >= LONG_TERMS;
}

/** The pricing of lines that have chosen already; of long ones all but their leave. */
function plainPricing(tables: PlannerTables): LinePricing {
  if (isLong(tables)) return new LeavePricer(tables);
  return tables.terms >= LONG_TERMS ? new LongPricer(tables) : new Pricer(tables);
}

/** Lines with the same choices beside their positions; their pricer is made when it is first asked. */
interface Choice {
  /** Its position in each term after the year's, and the slots of these. */
  positions: number[];
  slots: number[];
  /** Terms in which leave is taken. */
  leaveTerms: readonly number[];
  pricer: LinePricing | null;
  /** Posts that its lines may use, as the tables have them. */
  cap: Int32Array;
}

/** One pricer for every choice that still takes lines: a group, an option of leave, or both. */
class ChoicePricing implements LinePricing {
  readonly #tables: PlannerTables;
  readonly #terms: number;
  readonly #slots: number;
  readonly #choices: Choice[];
  #cap: Int32Array;

  constructor(tables: PlannerTables) {
    const { year, positions: R, groups } = tables;
    this.#tables = tables;
    // Of long lines leave is no choice of its own here.
    this.#terms = isLong(tables) ? year + 1 : year;
    this.#slots = firstSlotOf(this.#terms, R);
    this.#cap = tables.cap;
    const leave = isLong(tables) ? null : tables.leave;
    const options = leave === null
      ? [{ at: [] as number[], leaveTerms: [] as readonly number[] }]
      : leave.options.map((r, o) => ({ at: [r], leaveTerms: leave.terms[o] }));
    const all = groups.length === 0
      ? options
      : groups.flatMap((g) => options.map((option) => ({ ...option, at: [...option.at, g] })));
    this.#choices = all.map(({ at, leaveTerms }) => ({
      positions: at,
      slots: at.map((r, i) => slotOf(this.#terms + i, r, R)),
      leaveTerms,
      pricer: null,
      cap: tables.cap,
    })).filter(({ slots }) => slots.every((s) => tables.cap[s] > 0));
  }

  get widths(): number {
    return this.#tables.year >= LONG_TERMS ? WIDTHS : 1;
  }

  get parts(): number {
    return this.#choices.length;
  }

  groupOf(part: number): number {
    return this.#tables.groups.length === 0 ? -1 : this.#choices[part].slots.at(-1)!;
  }

  widerOf(part: number): number {
    const { positions } = this.#choices[part], all = this.#tables.groups.at(-1);
    if (all === undefined || positions.at(-1) === all) return -1;
    return this.#choices.findIndex((other) =>
      other.positions.at(-1) === all &&
      other.positions.every((r, i) => r === all || r === positions[i])
    );
  }

  get proof(): LineProving | null {
    // Of more choices the proofs alone would take a unit to make.
    if (this.#choices.length > MOST_PROVEN) return null;
    let heads = 0, isByKeys = false, isByHalves = false;
    for (const choice of this.#choices) {
      const { proof } = this.#pricerOf(choice);
      if (proof === null) return null;
      heads += proof.heads;
      isByKeys ||= proof.isByKeys;
      isByHalves ||= proof.isByHalves;
    }
    return {
      heads,
      isByKeys,
      isByHalves,
      prove: (prices, floor, stretch) => this.#prove(prices, floor, stretch),
    };
  }

  #prove(prices: Float64Array, floor: number, stretch: StretchOptions): ProvenStretch {
    const choice = this.#choices[stretch.part], lines: number[] = [];
    if (!this.#isOpen(choice) || this.#isDominated(choice, prices)) {
      return { next: null, best: -Infinity, lines: new Int32Array(0), count: 0, work: 0 };
    }
    const extra = this.#priceOf(choice, prices), { loosening } = stretch;
    const found = this.#pricerOf(choice).proof!
      .prove(prices.subarray(0, this.#slots), floor + extra, {
        ...stretch,
        part: 0,
        least: (stretch.least ?? floor) + extra,
        loosening: loosening && { ...loosening, most: loosening.most + extra },
      });
    this.#append(lines, found.lines, choice.positions);
    const loose = found.loose === undefined ? {} : { loose: found.loose - extra };
    return { ...found, ...loose, best: found.best - extra, lines: Int32Array.from(lines) };
  }

  setPosts(cap: Int32Array): void {
    this.#cap = cap;
    for (const choice of this.#choices) {
      if (choice.pricer !== null) this.#open(choice, choice.pricer);
    }
  }

  #open({ cap }: Choice, pricer: LinePricing): void {
    pricer.setPosts(cap.map((n, s) => n === 0 ? 0 : this.#cap[s]));
  }

  #isOpen({ slots }: Choice): boolean {
    return slots.every((s) => this.#cap[s] > 0);
  }

  #pricerOf(choice: Choice): LinePricing {
    if (choice.pricer === null) {
      // The last term first.
      const tables = choice.positions.toReversed().reduce(groupTables, this.#tables);
      choice.cap = tables.cap;
      choice.pricer = plainPricing(tables);
      this.#open(choice, choice.pricer);
    }
    return choice.pricer;
  }

  /** Price of what is chosen beside the positions. */
  #priceOf({ slots }: Choice, prices: Float64Array): number {
    return slots.reduce((sum, s) => sum + prices[s], 0);
  }

  /** Whether another option of leave asks no more of a line and costs no more: then this one brings nothing better. */
  #isDominated(choice: Choice, prices: Float64Array): boolean {
    if (this.#tables.leave === null || isLong(this.#tables)) return false;
    const price = this.#priceOf(choice, prices), group = choice.positions[1];
    const place = this.#choices.indexOf(choice);
    return this.#choices.some((other, i) => {
      if (i === place || other.positions[1] !== group || !this.#isOpen(other)) return false;
      if (!other.leaveTerms.every((t) => choice.leaveTerms.includes(t))) return false;
      const isAlike = other.leaveTerms.length === choice.leaveTerms.length;
      const otherPrice = this.#priceOf(other, prices);
      return otherPrice < price || (otherPrice === price && (!isAlike || i < place));
    });
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
    const chosen = options.part === undefined ? this.#choices : [this.#choices[options.part]];
    // Of a choice that is closed, or no better than another one, none is looked at.
    if (chosen.length === 1) all.most = new Float64Array(this.#slots).fill(-Infinity);
    const { workLimit = MOST_NODES } = options;
    for (const choice of chosen) {
      if (!this.#isOpen(choice) || this.#isDominated(choice, prices)) continue;
      const extra = this.#priceOf(choice, prices);
      const part = this.#pricerOf(choice).price(prices.subarray(0, this.#slots), floor + extra, {
        ...options,
        part: undefined,
        starts: this.#startsOf(choice, options.starts),
        workLimit: Math.ceil(workLimit / chosen.length),
      });
      all.best = Math.max(all.best, part.best - extra);
      if (part.reached !== undefined) {
        all.reached = Math.max(all.reached ?? -Infinity, part.reached - extra);
      }
      all.found ||= part.found;
      all.exact &&= part.exact;
      all.work += part.work;
      all.count += part.count;
      if (part.rest) all.rest = part.rest;
      if (chosen.length === 1) all.most = part.most?.map((value) => value - extra);
      this.#append(lines, part.lines.subarray(0, part.count * this.#terms), choice.positions);
    }
    return { ...all, lines: Int32Array.from(lines) };
  }

  list(
    prices: Float64Array,
    floor: number,
    most: number,
    { workLimit = LIST_NODES, best = false, whole }: ListOptions = {},
  ) {
    const lines: number[] = [];
    let complete = true, work = 0;
    const choices = this.#choices.filter((choice) =>
      this.#isOpen(choice) && !(best && this.#isDominated(choice, prices))
    );
    const share = (n: number) => Math.ceil(n / Math.max(1, choices.length));
    for (const choice of choices) {
      const part = this.#pricerOf(choice).list(
        prices.subarray(0, this.#slots),
        floor + this.#priceOf(choice, prices),
        share(most),
        { workLimit: share(workLimit), whole: whole === undefined ? whole : whole - work },
      );
      complete &&= part.complete;
      work += part.work;
      if (whole !== undefined && !complete) break;
      this.#append(lines, part.lines, choice.positions);
    }
    return { lines: Int32Array.from(lines), complete, work };
  }

  /** The starts that made this choice, without it. */
  #startsOf({ positions }: Choice, starts?: Int32Array): Int32Array | undefined {
    if (starts === undefined) return undefined;
    const T = this.#terms, wide = T + positions.length, own: number[] = [];
    for (let at = 0; at < starts.length; at += wide) {
      if (positions.every((r, i) => starts[at + T + i] === r)) {
        own.push(...starts.subarray(at, at + T));
      }
    }
    return Int32Array.from(own);
  }

  /** Adds lines with what is chosen beside their positions. */
  #append(to: number[], lines: Int32Array, positions: readonly number[]): void {
    for (let at = 0; at < lines.length; at += this.#terms) {
      for (let t = 0; t < this.#terms; t++) to.push(lines[at + t]);
      to.push(...positions);
    }
  }
}
