// A plan made from the LP, annealed with assignment neighbourhoods, and where lines are long with small exchanges.

import { Exchanges } from "../../moves/exchange.ts";
import { LONG_TERMS } from "../../pricing/group_pricing.ts";
import { runMoves } from "./move_units.ts";
import type { Search } from "../search.ts";
import { effortOf, isProvable } from "../stop.ts";

/** Moves of one annealing after rounding. */
export const ANNEAL_MOVES = 100;

/** Its starting noise, in objective units. */
const ANNEAL_HEAT = 12;

/** Exchanges tried in a unit: some 50 milliseconds. */
const TRIES = 68_000;

/**
 * Units of exchanges on the first plan, which is far from good, on it again once it has a bound or where there is nothing
 * else, and of a quick search; and on plans from the LP.
 */
const FIRST_UNITS = 30;
const SECOND_UNITS = 150;
const PROVABLE_UNITS = 40;
const QUICK_UNITS = 10;
const LATER_UNITS = 8;
/** On plans of dives of lines of so many terms: the LP is far above what dives make of it there. */
const MANY_TERMS = 9;
const LONG_UNITS = 120;
/** The same on a plan of a dive that goes on. */
const BETWEEN_UNITS = 10;
/** Terms of lines whose dives take long and leave many lines. */
export const SLOW_DIVE_TERMS = 12;
/** On lines that a dive has not fixed, before all are annealed; where it ends sooner more of them are left. */
const PART_UNITS = 60;
const MORE_UNITS = 120;
/** Lines that they are for; of more there are as many more. */
const FEW_LINES = 60;
/** What a unit of exchanges counts as, in moves. */
export const EXCHANGE_MOVES = 15;

/** Heat of the first and the last unit. */
const FIRST_HEAT = 60;
const LATER_HEAT = 15;
const LAST_HEAT = 6;
const LONG_HEAT = 10;
const COLD_HEAT = 3;
/** Of the lines that a dive has not fixed, which are far from good: noise of the moves, and heat of the exchanges. */
const PART_MOVES_HEAT = 30;
const PART_HEAT = 40;
const PART_LAST_HEAT = 4;
/** Moves after which they are not made legal any more beside so many lines, and the share of these that stays for the next try. */
const PART_MOVES = 400;
const STAY = 0.75;
/** Moves that forget what is wished for, where those that do not leave a fault; their noise only tells lines apart that are alike. */
const PLAIN_MOVES = 300;
const PLAIN_HEAT = 1;

/**
 * Takes a plan to be annealed next.
 * @param kept its first lines, which stay as they are until the others are good
 * @param isPlain whether these are made legal without wishes at once, which is sooner done
 */
export function beginAnneal(search: Search, plan: Int32Array, kept = 0, isPlain = false): void {
  search.plan = plan;
  search.state.moves = 0;
  search.state.kept = kept;
  search.state.isPlain = isPlain;
}

/** Takes the first plan of long lines to be annealed by exchanges next. */
export function beginExchanges(search: Search): void {
  if (search.tables.year < LONG_TERMS || search.bestLines === 0) return;
  search.plan = search.best.slice();
  search.state.moves = ANNEAL_MOVES;
}

/** Anneals the plan for one unit. @returns whether it is over; then its legal lines were offered */
export function annealUnit(search: Search): boolean {
  const { state } = search;
  if (state.moves < movesOf(search)) {
    if (state.kept > 0) return makeLegal(search);
    runMoves(search, ANNEAL_MOVES, ANNEAL_HEAT);
    if (state.moves < ANNEAL_MOVES) return false;
    // A plan that ends here may be the last one: what is legal counts already.
    search.offer(search.plan);
    if (search.tables.year >= LONG_TERMS && !state.isEnding) return false;
  } else if (exchange(search)) return false;
  search.offer(search.plan);
  search.plan = new Int32Array(0);
  state.moves = 0;
  state.kept = 0;
  return true;
}

/** Moves that come before exchanges. */
function movesOf({ state }: Search): number {
  return state.kept > 0 ? PART_MOVES : ANNEAL_MOVES;
}

/**
 * Moves the lines that a dive has not fixed until all are legal, for a unit. What is wished for may stand behind a last fault:
 * then it is forgotten, until exchanges begin. Of the lines fixed fewer stay where that fails as well.
 */
function makeLegal(search: Search): false {
  const { state } = search, total = state.isPlain ? PLAIN_MOVES : PART_MOVES;
  runMoves(search, total, state.isPlain ? PLAIN_HEAT : PART_MOVES_HEAT);
  if (search.moves.faults() === 0) {
    state.moves = PART_MOVES;
    state.isPlain = false;
    search.offer(search.plan);
  } else if (state.moves === total) {
    if (state.isPlain) state.kept = state.isEnding ? 0 : Math.floor(STAY * state.kept);
    state.isPlain = state.kept > 0;
    state.moves = 0;
  }
  return false;
}

/** A unit of exchanges. @returns whether there are more to come */
function exchange(search: Search): boolean {
  const { state, tables, plan, random } = search;
  if (!Exchanges.areLegal(tables, plan)) return false;
  const { units, heat, last } = courseOf(search);
  const done = state.moves - movesOf(search);
  new Exchanges(tables, plan, random, state.kept).run(
    TRIES,
    heat * (last / heat) ** (done / Math.max(1, units - 1)),
  );
  state.moves++;
  state.work.moves += EXCHANGE_MOVES;
  if (done + 1 < units) return true;
  if (state.kept === 0) return false;
  state.kept = 0;
  state.moves = ANNEAL_MOVES;
  return true;
}

/** Units of exchanges on the plan at hand, and the heat of the first and the last one. */
function courseOf(search: Search): { units: number; heat: number; last: number } {
  const { state, tables } = search;
  const isBetween = state.dive !== null;
  if (state.kept > 0) {
    const part = tables.year >= SLOW_DIVE_TERMS && !isBetween ? MORE_UNITS : PART_UNITS;
    const units = state.isEnding ? LATER_UNITS : part;
    return { units, heat: PART_HEAT, last: PART_LAST_HEAT };
  }
  if (state.phase === "bound" && state.solves === 0) {
    return { units: firstUnits(search), heat: FIRST_HEAT, last: LAST_HEAT };
  }
  if (isBetween) return { units: BETWEEN_UNITS, heat: LONG_HEAT, last: COLD_HEAT };
  const isLong = state.phase === "round" && tables.year >= MANY_TERMS && effortOf(search) >= 1 &&
    !state.isEnding;
  return isLong
    ? { units: LONG_UNITS, heat: LONG_HEAT, last: COLD_HEAT }
    : { units: LATER_UNITS, heat: LATER_HEAT, last: LAST_HEAT };
}

function firstUnits(search: Search): number {
  const { state, tables } = search, share = Math.max(1, tables.lines / FEW_LINES);
  if (effortOf(search) < 1) return Math.round(QUICK_UNITS * share);
  const second = isProvable(search) ? PROVABLE_UNITS : SECOND_UNITS;
  return Math.round((state.bound === null ? FIRST_UNITS : second) * share);
}
