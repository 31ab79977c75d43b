// What leave costs a line at the prices of the day: the cheapest option none of whose terms the line spends where no leave is
// taken. All that counts of a line is in which of its terms that is, as bits; and of a line's beginning which cheaper options
// are still open to it.

import { bitCount } from "../model/bits.ts";
import { slotOf } from "../model/flat.ts";
import type { LeaveChoice, PlannerTables } from "../model/tables.ts";

/** Regions of lines that are told apart, at most; beyond them the cheapest option that is left bounds the rest. */
const MOST_REGIONS = 48;

/** Lines of one region: terms in which all of them take leave, terms in which none of them does, and what leave costs them. */
export interface LeaveRegion {
  free: number;
  blocked: number;
  /** No line of the region has leave for less. */
  cost: number;
}

/** An option with a post. */
interface Offer {
  /** Its position. */
  position: number;
  /** The terms in which it takes leave, as bits. */
  terms: number;
  price: number;
}

/** What leave costs lines of one problem. */
export class LeaveCosts {
  readonly #leave: LeaveChoice;
  readonly #positions: number;
  readonly #masks: number[];
  /** Options with a post, the cheapest first; and those of them that may be the cheapest one of a line. */
  #offers: Offer[] = [];
  #useful: Offer[] = [];
  #cap: Int32Array;
  /** Terms in which no position that takes leave has a post, as bits. */
  #closed = 0;
  /** [blocked terms] the cheapest option; [beginning] its number. */
  readonly #known = new Map<number, Offer | null>();
  readonly #states = new Map<number, number>();
  readonly #names = new Map<string, number>();

  constructor({ leave, positions, cap }: PlannerTables) {
    this.#leave = leave!;
    this.#positions = positions;
    this.#masks = leave!.terms.map((terms) => terms.reduce((mask, t) => mask | 1 << t, 0));
    this.#cap = cap;
    this.setPosts(cap);
  }

  /** Positions and options have these posts from now on. @param cap [slot] */
  setPosts(cap: Int32Array): void {
    const { term, blocked } = this.#leave, R = this.#positions;
    this.#cap = cap;
    this.#closed = 0;
    for (let t = 0; t < term; t++) {
      let isOpen = false;
      for (let r = 0; r < R && !isOpen; r++) isOpen = cap[slotOf(t, r, R)] > 0 && blocked[r] === 0;
      if (!isOpen) this.#closed |= 1 << t;
    }
  }

  /** Prices of options from now on. @param prices [slot] */
  setPrices(prices: Float64Array): void {
    const { options, term } = this.#leave;
    const offers = options.map((position, o): Offer & { posts: number } => {
      const s = slotOf(term, position, this.#positions);
      return { position, terms: this.#masks[o], price: prices[s], posts: this.#cap[s] };
    }).filter(({ terms, posts }) => posts > 0 && (terms & this.#closed) === 0);
    offers.sort((a, b) => a.price - b.price || bitCount(a.terms) - bitCount(b.terms));
    this.#offers = offers;
    this.#useful = offers.filter((one, i) =>
      !offers.slice(0, i).some((other) => (other.terms & ~one.terms) === 0)
    );
    this.#known.clear();
    this.#states.clear();
    this.#names.clear();
  }

  /** What leave costs at least; Infinity where no option has a post. */
  get least(): number {
    return this.#useful[0]?.price ?? Infinity;
  }

  /** 1 in the place of a term in which a line takes no leave, since it has this position there. */
  bit(t: number, position: number): number {
    return this.#leave.blocked[position] << t;
  }

  /** The terms of a line in which it takes no leave, as bits. */
  blockedTerms(cells: ArrayLike<number>, at: number, terms: number): number {
    let mask = 0;
    for (let t = 0; t < terms; t++) mask |= this.#leave.blocked[cells[at + t]] << t;
    return mask;
  }

  #cheapest(blocked: number): Offer | null {
    const known = this.#known.get(blocked);
    if (known !== undefined) return known;
    const found = this.#useful.find(({ terms }) => (terms & blocked) === 0) ?? null;
    this.#known.set(blocked, found);
    return found;
  }

  /** What leave costs a line with these blocked terms; Infinity where it has none. */
  cost(blocked: number): number {
    return this.#cheapest(blocked)?.price ?? Infinity;
  }

  /** The position of its cheapest option; -1 where it has none. */
  option(blocked: number): number {
    return this.#cheapest(blocked)?.position ?? -1;
  }

  /** Positions of all options that a line with these blocked terms may have, with their prices, the cheapest first. */
  options(blocked: number, best = false): readonly Offer[] {
    return (best ? this.#useful : this.#offers).filter(({ terms }) => (terms & blocked) === 0);
  }

  /**
   * A number of what matters of a beginning for the leave of what it becomes: beginnings of the same number pay the same,
   * whatever follows.
   * @param blocked terms of the beginning without leave
   * @param t its last term
   */
  state(blocked: number, t: number): number {
    const key = blocked * 32 + t, known = this.#states.get(key);
    if (known !== undefined) return known;
    const later = -2 << t, open: string[] = [];
    for (const { terms, price } of this.#useful) {
      if ((terms & blocked) !== 0) continue;
      open.push(`${price}:${terms & later}`);
      // It lies behind: whatever costs more will not be taken.
      if ((terms & later) === 0) break;
    }
    const name = open.join(), number = this.#names.get(name) ?? this.#names.size;
    this.#names.set(name, number);
    this.#states.set(key, number);
    return number;
  }

  /**
   * All lines, by the option that is their cheapest one: in its terms they take leave, in some term of every cheaper one
   * they do not.
   * @param mayBlock whether a line can have all these terms without leave
   */
  regions(mayBlock: (blocked: number) => boolean): LeaveRegion[] {
    const found: LeaveRegion[] = [], offers = this.#useful;
    // Whether a line can do without leave in some term of each of the offers of a price.
    const canHit = (blocked: number, free: number, price: number): boolean => {
      const open = offers.find((one) => one.price === price && (one.terms & blocked) === 0);
      if (open === undefined) return true;
      for (let rest = open.terms & ~free; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        if (mayBlock(blocked | bit) && canHit(blocked | bit, free, price)) return true;
      }
      return false;
    };
    const divide = (free: number, blocked: number, from: number): void => {
      let o = from;
      while (o < offers.length && (offers[o].terms & blocked) !== 0) o++;
      if (o === offers.length) return;
      const { terms, price } = offers[o], open = terms & ~free;
      if (open === 0 || found.length >= MOST_REGIONS || !canHit(blocked, free, price)) {
        found.push({ free, blocked, cost: price });
        return;
      }
      // With all its terms it is this option's; without the first, or with it and without the second.
      divide(free | open, blocked, o);
      for (let held = free, rest = open; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        if (mayBlock(blocked | bit)) divide(held, blocked | bit, o + 1);
        held |= bit;
      }
    };
    divide(0, 0, 0);
    return found;
  }
}
