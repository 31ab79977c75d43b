// The units of a dive, of a whole one and of one from part of the best plan.

import { firstCellOf } from "../../model/flat.ts";
import { type Dive, diveOn, type DiveOptions, openTables, postsLeft } from "../dive.ts";
import { planSize } from "../../model/line_values.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { beginAnneal, SLOW_DIVE_TERMS } from "./anneal.ts";
import { isSpaced } from "./keyed.ts";
import { nextPart, notePriced } from "./parts.ts";
import { dearest, diveFixed, ownLines, trimPool } from "./pool.ts";
import { LONG_TERMS } from "../../pricing/group_pricing.ts";
import { ANNEALED_TERMS } from "../../pricing/long_pricing.ts";
import { roundSolution } from "../rounding.ts";
import { SoftBound, softNodes } from "../soft_prices.ts";
import type { Search } from "../search.ts";
import { firstPricing } from "../state.ts";
import { effortOf, isFarOutOfWork, isOutOfWork } from "../stop.ts";

/**
 * Share of the free lines fixed per step of a dive; where lines are annealed, as long as the LP has barely fallen below the
 * master's value (where column generation has come on before: of the lines that it is worth as much with, many go together),
 * has hardly fallen, and after that.
 */
const DIVE_STEP = 1 / 32;
const BOLD_STEP = 1 / 5;
const QUICK_STEP = 1 / 16;
const SLOW_STEP = 1 / 32;

/** Lines of the pool that pricing of it anneals; of fewer it begins afresh. */
const LEAST_STARTS = 8;

/** Width of its pricing. */
const DIVE_WIDTH = 0;

/** Nodes of its pricing: a good line is enough. */
const DIVE_NODES = 200_000;

/** New lines that it may bring at once, of many terms. */
const DIVE_LINES = 200;

/** Parts priced in a round of it: the others of many have their turn in the next ones. */
const MOST_DIVE_PARTS = 4;
/** The same where column generation has come on before; and free lines for which lines are annealed at least. */
const SPACED_PARTS = 1;
const LEAST_FREE = 20;

/** Of so many of its pricing rounds there one is at the program's own prices; heat and steps of the others' soft ones. */
const SOLVED_OF = 3;
const SOFT_HEAT = 2;
const SOFT_STEPS = 150;

/** Noise on the fractions that decide. */
const DIVE_NOISE = 0.1;

/**
 * Most pricing rounds after a step, where the LP falls in it by more than such a share of the plan's size: the lines that are
 * left do not go with those fixed. The first dive is to be over soon.
 */
const MOST_ROUNDS = 4;
const QUICK_ROUNDS = 3;
const FALL = 0.0001;
const FIRST_FALL = 0.0003;

/** Pricing rounds after each step of a whole dive for long lines, but for the first one. */
const LONG_ROUNDS = 2;

/**
 * Where lines are annealed: how far the LP has fallen below the master's value, as a share of the plan's size, when steps get
 * small and each has so many rounds, and when exchanges make more of the lines that are left than the LP does.
 */
const HARDLY = 0.0008;
const SLOW_ROUNDS = 1;
const TOO_FAR = 0.004;
/**
 * Where column generation has come on before: how far it has barely fallen, which steps are small from; when the dive ends, and
 * how many rounds it has then to come up again.
 */
const BARELY = 0.0003;
const SPACED_TOO_FAR = 0.008;
const LAST_ROUNDS = 6;

/** Share of the lines fixed once a plan is made of a dive on its way, and how far the best one lies below the master's value for it. */
const HALF_FIXED = 0.5;
const FAR_BELOW = 0.015;

/** Units after which a dive is cut short; the rest of the plan is filled and annealed. */
const MOST_DIVE_UNITS = 300;

/** Simplex work of one unit of diving, times the rows of the master. */
const DIVE_WORK = 60_000;

/** Starts a whole dive from the basis of the last LP. */
export function beginDive(search: Search): void {
  trimPool(search);
  search.state.dive = [];
  search.state.diveFree = search.state.target;
  // Of long lines column generation misses some that a dive wants.
  const isFirst = isFirstDive(search);
  search.state.diveLeast = search.tables.year >= LONG_TERMS && !isFirst ? LONG_ROUNDS : 0;
  search.state.diveRounds = search.state.diveLeast; // the LP is closed where no line is fixed
  search.diveBasis = search.basis;
}

/**
 * A unit of the dive at hand: from the LP's optimum towards a whole plan.
 * @param beat LP value, rewards for lines included, that the dive must be able to beat
 * @returns whether the dive is over; then its plan is the search's, what stayed open filled from free posts
 */
export function diveOnUnit(search: Search, beat: number): boolean {
  const { state, tables, pool, random, master } = search;
  const dive: Dive = {
    fixed: diveFixed(search),
    basis: search.diveBasis,
    rounds: state.diveRounds,
    value: state.diveValue,
    pauses: state.divePauses,
  };
  const step = diveOn(tables, master, pool, dive, random, {
    ...courseOf(search),
    tolerance: fallOf(search) * planSize(tables, search.best, search.bestLines),
    noise: DIVE_NOISE,
    beat,
    workLimit: Math.max(50, Math.round(DIVE_WORK / slotsInUse(tables))),
  });
  state.work.lps++;
  state.work.lp_work += step.work;
  state.diveUnits++;
  state.diveRounds = dive.rounds;
  state.diveValue = dive.value;
  state.divePauses = dive.pauses;
  search.diveBasis = dive.basis;
  search.divePrices = step.prices;
  state.diveLinePrice = step.linePrice;
  const isOver = step.end === "hopeless" || step.end === "whole" || step.end === "fallen" ||
    isDiveTooLong(search);
  if (isOver) {
    // Cut short, the LP says more than what is fixed.
    const weights = step.end === "whole" || step.weights === null
      ? Float64Array.from(dive.fixed)
      : step.weights.map((y, j) => Math.max(y, dive.fixed[j]));
    const isKept = isAnnealed(search) && !state.isEnding;
    const kept = isKept ? dive.fixed.reduce((sum, n) => sum + n, 0) : 0;
    endDive(search);
    const plan = roundSolution(tables, pool, weights, state.target, random);
    beginAnneal(search, plan, kept < state.target - 1 ? kept : 0);
  } else {
    state.dive = Array.from(dive.fixed).flatMap((n, j) => n > 0 ? [j, n] : []);
    if (step.weights !== null) planBetween(search, dive.fixed, step.weights);
  }
  return isOver;
}

/** Makes a plan of the dive at hand, where that takes long, once half of its lines are fixed and the best one is far from what it will come to. */
function planBetween(search: Search, fixed: Int32Array, weights: Float64Array): void {
  const { state, tables, pool, random } = search, { master } = state.near;
  const isSlow = tables.year >= SLOW_DIVE_TERMS && isSpaced(search) && isAnnealed(search);
  if (state.isDivePlanned || !isSlow || master === null) return;
  const kept = fixed.reduce((sum, n) => sum + n, 0);
  if (kept < HALF_FIXED * state.target) return;
  state.isDivePlanned = true;
  if (master - state.bestValue! < FAR_BELOW * state.scale) return;
  const all = weights.map((y, j) => Math.max(y, fixed[j]));
  beginAnneal(search, roundSolution(tables, pool, all, state.target, random), kept, true);
}

function isFirstDive({ state }: Search): boolean {
  return state.phase === "round" && state.attempt === 0;
}

function fallOf(search: Search): number {
  return isFirstDive(search) ? FIRST_FALL : FALL;
}

/** Whether the dive at hand is a whole one of lines that are annealed: the LP soon lacks lines there. */
function isAnnealed({ state, tables }: Search): boolean {
  return tables.year >= ANNEALED_TERMS && state.diveFree === state.target;
}

/** Steps and pricing rounds of the dive at hand, and the LP value at which it ends. */
function courseOf(
  search: Search,
): Pick<DiveOptions, "perStep" | "rounds" | "mostRounds" | "lastRounds" | "least"> {
  const { state, tables } = search;
  const stepOf = (share: number) => Math.max(1, Math.round(state.diveFree * share));
  const { master } = state.near, isAfter = isSpaced(search);
  if (!isAnnealed(search) || master === null) {
    return {
      perStep: () => stepOf(DIVE_STEP),
      rounds: state.diveLeast,
      mostRounds: MOST_ROUNDS,
      lastRounds: 0,
      least: -Infinity,
    };
  }
  const top = master + tables.emptyCost + (tables.allowPartial ? 0 : tables.line * tables.lines);
  const isSlow = effortOf(search) >= 1 && state.diveValue !== null &&
    state.diveValue < top - (isAfter ? BARELY : HARDLY) * state.scale;
  const step = stepOf(isSlow ? SLOW_STEP : QUICK_STEP);
  const least = top - (isAfter ? SPACED_TOO_FAR : TOO_FAR) * state.scale;
  if (isAfter) {
    // Once steps are small they stay so: what comes up again between them falls as soon as many lines are fixed.
    const isBold = (value: number) => !isSlow && value > top - BARELY * state.scale;
    return {
      perStep: (value) => isBold(value) ? stepOf(BOLD_STEP) : step,
      rounds: 0,
      mostRounds: QUICK_ROUNDS,
      lastRounds: LAST_ROUNDS,
      least,
    };
  }
  return {
    perStep: () => step,
    rounds: isSlow ? SLOW_ROUNDS : 0,
    mostRounds: isSlow ? MOST_ROUNDS : QUICK_ROUNDS,
    lastRounds: 0,
    least,
  };
}

/** Whether a dive is cut short: by its own length, the end of the search, or the work limit. */
function isDiveTooLong(search: Search): boolean {
  const { state } = search;
  state.isEnding ||= isFarOutOfWork(search);
  return state.isEnding || state.diveUnits >= MOST_DIVE_UNITS ||
    (state.phase === "polish" && isOutOfWork(search));
}

/** Forgets the dive at hand. */
export function endDive(search: Search): void {
  const { state } = search;
  state.dive = null;
  state.diveUnits = 0;
  state.diveRounds = 0;
  state.diveValue = null;
  state.divePauses = 0;
  state.isDivePlanned = false;
  state.pricing = null;
  search.diveBasis = null;
  search.divePrices = new Float64Array(0);
}

/** Lines of a part that pricing for the dive anneals, over the posts that its fixed lines leave; undefined: none. */
function startsOf(search: Search, part: number): Int32Array | undefined {
  const { tables, pool, divePrices } = search;
  if (tables.year < ANNEALED_TERMS) return undefined;
  const fixed = diveFixed(search), own = ownLines(search, part);
  const left = postsLeft(tables, pool, fixed);
  const fits = (cells: ArrayLike<number>, at: number) =>
    (own === null || own.fits(cells, at)) && left.fits(cells, at);
  const free = Math.max(LEAST_FREE, tables.lines - fixed.reduce((sum, n) => sum + n, 0));
  const starts = dearest(search, divePrices, { fits }, isSpaced(search) ? free : tables.lines);
  return starts.length >= LEAST_STARTS * tables.terms ? starts : undefined;
}

/** New lines of a part for a dive, over the posts that its fixed lines leave. */
export function priceDive(search: Search): void {
  const { state, tables, pool, divePricer } = search;
  const before = state.pricing ?? firstPricing();
  divePricer.setPosts(openTables(tables, pool, diveFixed(search)).cap);
  const part = nextPart(search, before), parts = [...before.parts, part];
  const found = divePricer.price(search.divePrices, state.diveLinePrice + 0.01, {
    part,
    width: DIVE_WIDTH,
    workLimit: DIVE_NODES,
    starts: startsOf(search, part),
  });
  state.work.pricings++;
  state.work.pricing_nodes += found.work;
  // The best first; all of them would make the checkpoint of many terms three times as long.
  const count = tables.year >= ANNEALED_TERMS ? Math.min(DIVE_LINES, found.count) : found.count;
  const sum = before.added + pool.addAll(found.lines, count);
  notePriced(search, part);
  const most = isSpaced(search) ? SPACED_PARTS : MOST_DIVE_PARTS;
  if (parts.length < Math.min(most, divePricer.parts) && !state.isEnding) {
    state.pricing = { ...before, parts, best: [...before.best, found.best], added: sum };
    return;
  }
  state.pricing = null;
  state.diveRounds = sum === 0 ? LAST_ROUNDS : state.diveRounds + 1;
  trimPool(search, search.divePrices);
  if (isSoftNext(search)) soften(search);
  else search.divePrices = new Float64Array(0);
}

/** Whether the dive's next pricing needs no solve of its program: of many terms that takes several times as long. */
function isSoftNext(search: Search): boolean {
  const { state, tables } = search;
  return isSpaced(search) && isAnnealed(search) && !state.isEnding && tables.leave === null &&
    state.diveRounds < LAST_ROUNDS && state.diveRounds % SOLVED_OF !== 0;
}

/** Soft prices of what the dive has left are priced next, from those priced last. */
function soften(search: Search): void {
  const { state, tables, pool, divePrices } = search, fixed = diveFixed(search);
  const left = postsLeft(tables, pool, fixed);
  const lines = Int32Array.from({ length: pool.count }, (_, j) => j)
    .filter((j) => left.fits(pool.cells, firstCellOf(j, tables.terms)));
  const soft = new SoftBound(openTables(tables, pool, fixed), pool, SOFT_HEAT, lines);
  const found = soft.lower(divePrices, SOFT_STEPS);
  search.divePrices = found.prices;
  state.diveLinePrice = found.linePrice;
  state.work.pricing_nodes += softNodes(found);
}
