// Column generation with smoothed prices: what bounds the changes from below, and the prices that list lines.

import { firstCellOf } from "../../model/flat.ts";
import { addLines, cheapestColumns } from "../columns.ts";
import { type Context, ownersOf, pricesOf } from "../context.ts";
import { LP_WORK, solveChanges } from "../lp.ts";
import type { ReplanModel, ReplanPrices } from "../model.ts";
import { cheapest, costOf, lagrangean, leastCost, stayCost } from "../pricing.ts";
import { loadColumns, type ReplanState, saveColumns } from "../state.ts";
import { beginTune } from "./improve.ts";
import { beginList } from "./list.ts";
import { beginEngine } from "./rebuild.ts";

/** Search nodes of one unit of pricing: some 50 ms. */
const PRICE_WORK = 150_000;
/** Rounds of column generation after which its bound is taken as it is. */
const MOST_ROUNDS = 60;
/** The same once the bound has met a plan: the nearer to the LP's optimum, the fewer lines are to be listed. */
const MET_ROUNDS = 15;
/** Most columns of an LP. */
const MOST_PRICED = 2_000;
/** Weight of the best prices so far in those that are priced. */
const SMOOTHING = 0.6;

/** One LP, or the pricing of a few lines under its duals. */
export function bound(context: Context, state: ReplanState): void {
  if (state.prices === null) solveLpOf(context, state);
  else priceLines(context, state);
}

function solveLpOf({ model }: Context, state: ReplanState): void {
  const found = solveChanges(model, loadColumns(model, state), state.lines, LP_WORK);
  state.work.lps++;
  if (found === null) return stopBound(model, state);
  state.work.lp_work += found.work;
  state.value = found.value;
  const { slots, lines } = found.prices;
  state.prices = { slots: Array.from(slots), lines: Array.from(lines) };
  beginRound(state, SMOOTHING);
}

/** The LP is too much work: what it gave until now has to do. */
function stopBound(model: ReplanModel, state: ReplanState): void {
  if (state.planChanges === null) beginEngine(state);
  else if (state.centre === null) beginTune(model, state);
  else endBound(state);
}

/** Prices all lines anew, at the LP's prices or, where there is a centre, nearer to it. */
function beginRound(state: ReplanState, smoothing: number): void {
  const { slots } = state.prices!;
  const centre = smoothing > 0 ? state.centre : null;
  // Any prices prove a valid bound; to a thousandth they keep checkpoints small.
  state.priced = centre &&
    slots.map((price, s) =>
      Math.round(1000 * (smoothing * centre.slots[s] + (1 - smoothing) * price)) / 1000
    );
  state.costs = [];
  state.added = 0;
}

function priceLines({ model }: Context, state: ReplanState): void {
  const duals = pricesOf(state.prices!), owners = ownersOf(model, state);
  const prices = state.priced === null
    ? duals
    : pricesOf({ ...state.prices!, slots: state.priced });
  const columns = loadColumns(model, state);
  let work = 0;
  for (let i = state.costs.length; i < owners && work < PRICE_WORK; i++) {
    const stay = stayCost(model, i, prices);
    if (stay <= leastCost(model, i, prices)) {
      state.costs.push(stay);
      continue;
    }
    const known = i === model.existing ? duals.lines[i] : Math.min(stay, model.missingPrice);
    const found = cheapest(model, i, prices, known);
    work += found.work;
    state.work.pricings++;
    state.costs.push(found.cost);
    if (state.rounds === 0 && i < model.existing && found.cost >= model.missingPrice) {
      state.hopeless.push(i);
    }
    for (let at = 0; at < found.lines.length; at += model.terms) {
      if (costOf(model, i, duals, found.lines, at) > duals.lines[i] - 1e-6) continue;
      addLines(model, columns, i, found.lines.subarray(at, at + model.terms));
      state.added++;
    }
  }
  state.work.pricing_nodes += work;
  saveColumns(model, state, columns);
  if (state.costs.length === owners) endRound(model, state, prices);
}

/** A round gives a bound; prices without a new column are the LP's optimum, or were smoothed too much. */
function endRound(model: ReplanModel, state: ReplanState, prices: ReplanPrices): void {
  state.rounds++;
  const value = lagrangean(model, prices, state.costs, state.lines);
  if (state.centre === null || value > state.centre.value) {
    state.centre = { slots: Array.from(prices.slots), lines: state.costs, value };
    state.bound = Math.max(state.bound, Math.ceil(value - 1e-4));
  }
  // More than any plan can change: some line has no place under the posts and rules.
  const most = model.existing * model.terms;
  if (model.hasFixed && state.hopeless.length > 0) return endHopeless(state);
  if (state.bound > most) {
    state.impossible = true;
    return beginEngine(state);
  }
  const isMet = state.planChanges !== null && state.bound >= state.planChanges;
  const isClosed = state.added === 0 && state.priced === null && state.rounds > 1;
  if (isClosed || state.rounds >= (isMet ? MET_ROUNDS : MOST_ROUNDS)) {
    if (isClosed && state.value > most) {
      state.impossible = true;
      return beginEngine(state);
    }
    return endBound(state);
  }
  if (state.rounds > 1 && state.added === 0) return beginRound(state, 0);
  state.prices = null;
  trimColumns(model, state, prices);
}

/** Some lines have no legal year beside what stays of them: nothing else has to be looked at. */
function endHopeless(state: ReplanState): void {
  state.phase = "done";
  state.impossible = true;
  state.columns = "";
  state.owners = [];
  state.prices = null;
  state.centre = null;
}

/** Keeps the lines as they are and the cheapest others, where columns outgrow the checkpoint. */
function trimColumns(model: ReplanModel, state: ReplanState, prices: ReplanPrices): void {
  const columns = loadColumns(model, state), { owners, cells } = columns;
  if (owners.length <= MOST_PRICED) return;
  const { terms: T } = model;
  const reduced = owners.map((i, j) =>
    model.distance(i, cells, firstCellOf(j, T)) === 0 && i < model.existing
      ? -Infinity
      : costOf(model, i, prices, cells, firstCellOf(j, T)) - state.costs[i]
  );
  const most = Math.round(0.7 * MOST_PRICED);
  saveColumns(model, state, cheapestColumns(model, columns, reduced, most));
}

/** Goes on with the prices of the best bound, from which what a plan can use is listed. */
function endBound(state: ReplanState): void {
  const { slots, lines, value } = state.centre!;
  state.prices = { slots, lines };
  state.value = value;
  state.priced = null;
  state.costs = [];
  state.centre = null;
  state.complete = true;
  beginList(state, Math.max(0, state.bound));
}

/** Lets the round at hand be the last. */
export function endRounds(state: ReplanState): void {
  state.rounds = MOST_ROUNDS;
}
