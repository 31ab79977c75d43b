// Column generation: the restricted master and pricing in turn, which gives the bound, the prices and the pool. Now and
// then the LP's point is rounded and annealed, so that a search that ends here ends with a good plan.

import { ascendBeside, ascendLast, beginAscent } from "./ascend.ts";
import {
  beginClosing,
  isFirstDiveDue,
  isNearEnd,
  isProofCheap,
  isProofDue,
  isProofEarly,
  noteDive,
  proveBeforeDive,
} from "./close.ts";
import { annealUnit, beginAnneal, beginExchanges } from "./anneal.ts";
import { finish } from "./finish.ts";
import { isKeyed, isSpaced } from "./keyed.ts";
import { lagrangeanBound } from "../master.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { planSize } from "../../model/line_values.ts";
import { LONG_TERMS } from "../../pricing/group_pricing.ts";
import {
  boundOf,
  expectedBound,
  isBoundClose,
  isRestWorth,
  nextPart,
  noteBest,
  reachedBound,
} from "./parts.ts";
import { dearest, ownLines, trimPool } from "./pool.ts";
import { beginRound, diveEarly } from "./round.ts";
import { lowered, roomsAfter } from "./rooms.ts";
import { roundSolution } from "../rounding.ts";
import { isSoft, takeSoftPrices } from "./soft.ts";
import type { Search } from "../search.ts";
import { firstPricing, NO_PROOFS, type PricingState } from "../state.ts";
import { effortOf, isFarOutOfWork, isOutOfWork, isProvable, isTooLarge } from "../stop.ts";

/** Simplex work of one unit of the master, times the slots. */
const LP_WORK = 200_000;

/** Most pricing rounds; the LP closed within 20 on every instance measured with lines of few terms. */
const MOST_ROUNDS = 80;

/** Of many parts, the master is solved again once some have brought so many new lines. */
const ENOUGH_LINES = 60;

/**
 * Further units that the pricing of a part may take: one that gives up bounds its lines so far above the best one that plans
 * are bounded by nothing else. A quick search has no time for so many.
 */
const MOST_PROOFS = 24;
const QUICK_PROOFS = 4;

/** Parts up to which prices are steadied: of more the best bound is too seldom told. */
const MOST_CENTRED = 60;

/** Share of what the best line is worth above the price of one that lines of the master gain where prices are lowered. */
const FELL = 0.8;

/** Shares of the plan's size: so near to the master's value the bound is for a dive, and so far from the plan. */
const DIVE_DUE = 0.002;
const LONG_DIVE_DUE = 0.01;
const WORTH_DIVING = 0.004;

/** Dives beside proofs by keys; and how much of what the bound lies above the master the plan lies below it for one. */
const KEY_DIVES = 3;
const DIVES_TURN = 0.75;

/** Every so many rounds all parts are priced at the same prices, for the bound. */
const BOUND_TURN = 6;

/** The solve of the master after which the LP's point is rounded first; then after each time as many again. */
const FIRST_ROUNDING = 4;

/** The same for lines of many terms, whose last rounds are the exact ones. */
const MOST_LONG_ROUNDS = 600;

/** Parts up to which all are priced widely now and then, for the bound. */
const MOST_WIDE_PARTS = 3;

/** Parts up to which they are priced most widely at all. */
const MOST_WIDEST_PARTS = 10;

/** A width is enough while a round finds so many new lines: the widest pricing is worth the most. */
const FEW_LINES = 25;

/** Goes on to the bound. */
export function beginBound(search: Search): void {
  const { state } = search;
  state.phase = "bound";
  state.attempt = 0;
  state.moves = 0;
  state.nextRounding = FIRST_ROUNDING;
  state.solves = 0;
  state.width = 0;
  state.isClosed = false;
  state.near = { estimate: null, master: null, isInVain: false };
  Object.assign(state, NO_PROOFS);
  state.roots = [];
  search.centre = new Float64Array(0);
  beginAscent(search);
  beginExchanges(search);
}

/** Solves the restricted master, or lowers its soft bound; the duals are priced next. */
export function solveMaster(search: Search): void {
  const { state, tables } = search;
  if (isTooLarge(search)) return goOnWithout(search);
  trimPool(search);
  if (isSoft(search)) return takeSoftPrices(search);
  const limit = Math.max(100, Math.round(LP_WORK / slotsInUse(tables)));
  const solution = search.master.solve(search.pool, search.basis, limit);
  search.basis = solution.basis;
  state.work.lps++;
  state.work.lp_work += solution.work;
  // A quick search of long lines has no time for twice its work, unless a proof is about to close it.
  const isShort = tables.year >= LONG_TERMS && effortOf(search) < 1 && !isProvable(search);
  state.isEnding ||= isShort ? isOutOfWork(search) : isFarOutOfWork(search);
  if (solution.prices === null) {
    if (solution.basis === null) beginRound(search);
    else if (state.isEnding && state.bound === null) boundAnyhow(search);
    return;
  }
  search.prices = solution.prices;
  state.linePrice = solution.linePrice;
  const lines = tables.allowPartial ? 0 : tables.line * tables.lines;
  const master = Math.round(solution.value - lines - tables.emptyCost);
  state.near = { ...state.near, master };
  steady(search);
  state.solves++;
  ascendBeside(search);
  if (isDiveDue(search)) {
    if (proveBeforeDive(search)) return;
    noteDive(search);
    return diveEarly(search);
  }
  // Roundings come far below what dives do.
  const isRounded = state.solves >= state.nextRounding &&
    (state.attempt === 0 || !isSpaced(search));
  if (!state.isEnding && !isRounded) return;
  state.nextRounding = 2 * state.solves + 1;
  beginAnneal(
    search,
    roundSolution(tables, search.pool, solution.weights, state.target, search.random),
  );
}

/** Whether the master is so near to its end that a dive makes the plan better sooner than its last rounds the bound. */
function isDiveDue(search: Search): boolean {
  const { state, tables, best, bestLines } = search, { bound, near, bestValue } = state;
  const isLong = tables.year >= LONG_TERMS, isCheap = isLong && isProofCheap(search);
  if (state.attempt >= (isLong && !isCheap ? KEY_DIVES : 1) || state.isEnding) return false;
  if (bound === null || near.master === null || bestLines === 0) return false;
  const size = planSize(tables, best, bestLines);
  if (isLong && !isCheap) {
    // Proofs by keys go on for longer than a search may: what is further away from the master's value has its turn.
    const lack = near.master - bestValue!;
    if (!isKeyed(search) || lack < WORTH_DIVING * size) return false;
    if (state.attempt === 0 && isSpaced(search)) return isFirstDiveDue(search);
    // What no proof brings down is not waited for.
    return ((near.isInVain || state.isProvenInVain) && isSpaced(search)) ||
      lack >= DIVES_TURN * (bound - near.master);
  }
  const due = isLong ? LONG_DIVE_DUE : DIVE_DUE;
  return bound - near.master <= due * size && bound - bestValue! >= WORTH_DIVING * size;
}

/** What there is without a master: the bound of lines that pay for no slot, and annealing for longer. */
function goOnWithout(search: Search): void {
  const { state } = search;
  if (state.bound === null) return boundAnyhow(search);
  if (state.isClosed || state.isEnding || search.bestLines === 0) {
    state.isEnding = true;
    return beginRound(search);
  }
  state.isClosed = true;
  beginExchanges(search);
}

/** There is no time to solve the master: whatever prices there are bound all plans, and the search ends. */
function boundAnyhow(search: Search): void {
  const { tables: { cap }, lastPrices } = search;
  search.prices = lastPrices.length > 0 ? lastPrices : new Float64Array(cap.length);
}

/**
 * Prices half way between the master's and those of the best bound: the master's own jump to and fro while it knows few
 * lines, and bound little. Where they bring no new line the master's own are next.
 */
function steady(search: Search): void {
  const { state, centre } = search;
  state.isSteady = centre.length > 0 && !state.isSharp;
  state.isSharp = false;
  if (!state.isSteady) return;
  search.prices = search.prices.map((price, s) => half(price + centre[s]));
  state.linePrice = half(state.linePrice + state.centreLinePrice);
}

/** Half of a sum of prices, to a thousandth as prices are. */
function half(sum: number): number {
  return Math.round(500 * sum) / 1000;
}

/** Anneals the LP's point beside the bound; a search that is ending is over then, once it has a bound worth the name. */
export function annealBeside(search: Search): void {
  const { state } = search;
  if (!annealUnit(search)) return;
  // What exchanges made of the first plan is what the master chooses from.
  if (state.solves === 0 && !isTooLarge(search)) search.pool.addAll(search.best, search.bestLines);
  if (!state.isEnding) return;
  if (state.bound === null || search.bestLines === 0) return;
  if (search.prices.length === 0 || widthOf(search) === state.width) finish(search);
}

/**
 * Width of the pricing at hand: where that is little work the bound is proven widely beside each rounding, and by a search
 * that ends early.
 */
export function widthOf(search: Search): number {
  const { state, pricer } = search;
  // A quick search has no time for that but at its end.
  const isRounded = state.nextRounding === 2 * state.solves + 1 && effortOf(search) >= 1;
  const isWide = (isRounded || state.isEnding) && pricer.parts <= MOST_WIDE_PARTS;
  return isWide ? widestOf(search) : state.width;
}

/** The widest pricing that is worth its work: a proof closes what it cannot. */
function widestOf(search: Search): number {
  const { widths, parts } = search.pricer;
  // Of many parts a round of it takes longer than a search may, and each part most of a slice.
  if (widths > 1 && parts > MOST_WIDEST_PARTS) return widths - 2;
  if (widths === 1 || !isProvable(search)) return widths - 1;
  return isProofCheap(search) && parts > MOST_WIDE_PARTS ? 0 : 1;
}

/** Takes the bound of the parts priced at the prices at hand, or at lower ones that they tell as much of. */
function takeBound(search: Search, priced: PricingState): void {
  const { state, tables, prices } = search;
  const below = lowered(search, prices, priced);
  const least = Math.min(boundOf(search, prices, priced), below?.bound ?? Infinity);
  const bound = Math.floor(least + 1e-6);
  if (bound < (state.bound ?? Infinity)) state.bound = bound;
  if (tables.year >= LONG_TERMS || search.pricer.parts > MOST_CENTRED) return;
  if (below !== null && below.bound < (state.near.estimate ?? Infinity)) {
    // Lines of the master are worth more there by their share of what the prices fell by.
    const best = priced.best.reduce<number>(
      (most, value) => Math.max(most, value ?? most),
      -Infinity,
    );
    const fell = Math.round(1000 * FELL * (best - state.linePrice)) / 1000;
    return centreAt(search, below.prices, state.linePrice + fell, below.bound);
  }
  // Of many parts all are seldom priced at the same prices: the best of the others were worth as much before.
  const expected = expectedBound(search, prices, priced);
  if (expected < (state.near.estimate ?? Infinity)) {
    centreAt(search, prices, state.linePrice, expected);
  }
}

/** Takes prices as those to stay near, with the bound at them. */
function centreAt(search: Search, prices: Float64Array, linePrice: number, estimate: number): void {
  const { state } = search;
  state.near = { ...state.near, estimate };
  search.centre = prices;
  state.centreLinePrice = linePrice;
}

/** The higher one of two values, of which either may not be there. */
function mostOf(one: number | null, other?: number): number | null {
  return one === null || other === undefined ? other ?? one : Math.max(one, other);
}

/**
 * Prices that bound plans lowest, if no line is better than those found there, are the ones to stay near.
 * @param reached value of the best line found
 * @returns whether the master's plan comes near that bound
 */
function centreOn(search: Search, reached: number): boolean {
  return centreBy(search, lagrangeanBound(search.tables, search.lastPrices, reached), reached);
}

/** The same where some parts were not priced at these prices: of many all seldom are. */
function centreOnSome(search: Search, { parts }: PricingState): boolean {
  if (!isKeyed(search)) return false;
  const found = reachedBound(search, search.lastPrices, parts);
  return found !== null && centreBy(search, found.bound, found.each);
}

/** @param each what a line is worth there */
function centreBy(search: Search, bound: number, each: number): boolean {
  const { state, lastPrices } = search, estimate = Math.round(bound);
  const { estimate: least, master } = state.near;
  // Less than what the master is worth by now is what better lines were missing for.
  const isOld = isKeyed(search) && least !== null && master !== null && least < master;
  if (least === null || estimate < least || isOld) {
    state.near = { estimate, master, isInVain: false };
    search.centre = lastPrices;
    state.centreLinePrice = Math.round(1000 * each) / 1000;
  }
  if (master === null) return false;
  // Proofs by keys are at the prices of the least one.
  const left = isKeyed(search) ? state.near.estimate! : estimate;
  return isNearEnd(search, left - master);
}

/** Whether all parts are to be priced at the prices at hand. */
function isBoundWanted(search: Search, priced: PricingState): boolean {
  const { state } = search;
  return state.isEnding || isTooLarge(search) ||
    Math.floor(state.rounds) % BOUND_TURN === BOUND_TURN - 1 ||
    isRestWorth(search, search.prices, priced);
}

/**
 * Prices a part of the legal lines at the master's duals: new columns, and where all parts were priced at the
 * same ones a Lagrangean bound.
 */
export function price(search: Search): void {
  const { state, pool, tables, pricer } = search;
  const { parts } = pricer;
  const before = state.pricing ?? firstPricing();
  const part = before.proof === null ? nextPart(search, before) : before.parts.at(-1)!;
  const found = pricer.price(search.prices, state.linePrice + 0.01, {
    part,
    width: widthOf(search),
    bestOnly: isTooLarge(search),
    isBounding: state.bound === null || isTooLarge(search),
    proof: before.proof,
    pauses: before.proofs < (effortOf(search) < 1 ? QUICK_PROOFS : MOST_PROOFS),
    starts: tables.year >= LONG_TERMS
      ? dearest(search, search.prices, ownLines(search, part))
      : undefined,
  });
  state.work.pricings++;
  state.work.pricing_nodes += found.work;
  const added = before.added + pool.addAll(found.lines, found.count);
  trimPool(search, search.prices);
  const at = before.proof === null ? [...before.parts, part] : before.parts;
  if (found.rest) {
    state.pricing = {
      ...before,
      parts: at,
      added,
      proof: found.rest,
      proofs: before.proofs + 1,
      ...roomsAfter(before, found),
    };
    return;
  }
  const isBounded = found.best < Infinity;
  const priced = {
    ...before,
    parts: at,
    proof: null,
    proofs: 0,
    best: [...before.best, isBounded ? found.best : null],
    reached: mostOf(before.reached, found.reached),
    added,
    exact: before.exact && found.exact,
    ...roomsAfter(before, found),
  };
  state.pricing = priced;
  state.rounds += 1 / parts;
  noteBest(search, part, isBounded ? found.best : found.reached ?? null);
  takeBound(search, priced);
  const isWhole = priced.best.length === parts;
  if (!isWhole && (priced.added < ENOUGH_LINES || isBoundWanted(search, priced))) return;
  state.pricing = null;
  goOnPriced(search, priced, isWhole);
}

/** Whether the bound of many parts needs no further round; where they are few the last ones are soon done. */
function isCloseEnough(search: Search): boolean {
  const { tables, pricer, state, lastPrices } = search;
  return pricer.parts > 1 && tables.year < LONG_TERMS && !state.isSteady &&
    isBoundClose(search, lastPrices);
}

/** What follows a pricing. @param isWhole whether all parts were priced */
function goOnPriced(search: Search, priced: PricingState, isWhole: boolean): void {
  const { state, pricer } = search;
  search.lastPrices = search.prices;
  search.prices = new Float64Array(0);
  let isNear = false;
  if (isWhole) {
    isNear = priced.reached !== null && centreOn(search, priced.reached);
    if (priced.added === 0 && priced.exact && !state.isSteady) state.lpOptimal = true;
  } else isNear = centreOnSome(search, priced);
  if (priced.added === 0 && state.isSteady && !state.isEnding) {
    state.isSharp = true;
    return;
  }
  if (isTooLarge(search)) return;
  if ((isNear || isProofDue(search)) && beginClosing(search)) return;
  // What narrow pricing misses, wider pricing may find.
  const isWidest = widthOf(search) >= widestOf(search);
  if (isWhole && !isNear && !isWidest && priced.added < FEW_LINES && !state.isEnding) {
    state.width++;
    if (priced.added === 0) search.prices = search.lastPrices;
    return;
  }
  const isOver = priced.added === 0 || isNear || isCloseEnough(search) ||
    state.rounds >= (pricer.widths > 1 ? MOST_LONG_ROUNDS : MOST_ROUNDS) || state.isEnding;
  const isClosable = !isProofEarly(search) && isWhole && isWidest && priced.added < FEW_LINES;
  if ((isOver || isClosable) && beginClosing(search)) return;
  if (isOver && !ascendLast(search)) beginRound(search);
}
