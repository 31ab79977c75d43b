// Pricing of a replan: what a line costs in the place of another under the LP's prices, and the bound that
// follows. The distance is a sum over terms, so that a change is a price on every other slot of its term.

import type { Random } from "../../engine/random.ts";
import { cellOf, firstCellOf, firstSlotOf, slotOf, termOfCell, termOfSlot } from "../model/flat.ts";
import { budgetValue } from "../model/leave_choice.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import type { ReplanModel, ReplanPrices } from "./model.ts";

/** Most lines listed in one line's place. */
const LIST_MOST = 600;
/** Searches for lines that could be added. */
const GOOD_ROUNDS = 6;
/** The noise on their slots from the second one on. */
const NOISE = 100;
/** Tolerance of reduced costs. */
const EPSILON = 1e-7;

/** Whether another line in the place of i can have a reduced cost below `slack`, before any search. */
export function canImprove(
  model: ReplanModel,
  i: number,
  prices: ReplanPrices,
  slack = 0,
): boolean {
  return prices.lines[i] + slack > leastCost(model, i, prices) + EPSILON;
}

/**
 * The cheapest line in the place of i: min_p d(i,p) + sum_{s in p} pi_s.
 * @param known lines dearer than this are of no interest; their cost is known to be reachable
 * @returns a lower bound on that minimum, exact where it is below `known`, and up to three lines
 * cheaper than `known`
 */
export function cheapest(model: ReplanModel, i: number, prices: ReplanPrices, known: number): {
  cost: number;
  lines: Int32Array;
  work: number;
} {
  // Added lines are alike, so they need many different ones at once; any other line needs one.
  const bestOnly = i < model.existing;
  const found = model.pricer.price(costsOf(model, i, prices), EPSILON - known, { bestOnly });
  const most = bestOnly ? 3 * (1 + model.tables.groups.length) : LIST_MOST;
  const lines = found.lines.subarray(0, firstCellOf(Math.min(most, found.count), model.terms));
  const cost = found.found || !found.exact ? Math.min(known, -found.best) : known;
  return { cost, lines, work: found.work };
}

/** What line i costs under these prices where it stays as it is; infinite where it may not. */
export function stayCost(model: ReplanModel, i: number, prices: ReplanPrices): number {
  if (i === model.existing || !model.isLegal(i)) return Infinity;
  let cost = 0;
  for (let t = 0; t < model.terms; t++) {
    cost += prices.slots[slotOf(t, model.before[cellOf(i, t, model.terms)], model.positions)];
  }
  return cost;
}

/** The least that any other line can cost in the place of i, before any search. */
export function leastCost(model: ReplanModel, i: number, prices: ReplanPrices): number {
  const { terms: T, positions: R } = model;
  // Where groups differ, a line can change its own alone, which is no change of a rotation.
  let least = i === model.existing || model.year < T ? 0 : 1;
  for (let t = 0; t < T; t++) {
    let lowest = Infinity;
    for (let s = firstSlotOf(t, R); s < firstSlotOf(t + 1, R); s++) {
      lowest = Math.min(lowest, prices.slots[s]);
    }
    least += Math.min(0, lowest);
  }
  return least;
}

/**
 * Prices that make every line pay for the posts that are too few for the lines there are: what a line on
 * such a post saves by another one is a change.
 */
export function firstPrices(model: ReplanModel): ReplanPrices {
  const { terms: T, positions: R, existing: m, tables, before } = model;
  const users = new Int32Array(T * R);
  for (let k = 0; k < m * T; k++) {
    if (before[k] >= 0) users[slotOf(termOfCell(k, T), before[k], R)]++;
  }
  return {
    slots: Float64Array.from(
      users,
      (n, s) => n > tables.cap[s] && s < firstSlotOf(model.year, R) ? 1 : 0,
    ),
    lines: new Float64Array(m + 1).fill(model.missingPrice),
  };
}

/** Cost of a line in the place of i under these prices. */
export function costOf(
  model: ReplanModel,
  i: number,
  prices: ReplanPrices,
  cells: ArrayLike<number>,
  at: number,
): number {
  let cost = model.distance(i, cells, at);
  for (let t = 0; t < model.terms; t++) {
    cost += prices.slots[slotOf(t, cells[at + t], model.positions)];
  }
  return cost;
}

/**
 * Lagrangean bound on the changes of a plan of so many lines: the cheapest line in every place, less what
 * the posts are worth. Where lines go, it is those with the dearest places.
 * @param costs [owner] bound on the cheapest line in its place
 */
export function lagrangean(
  model: ReplanModel,
  prices: ReplanPrices,
  costs: readonly number[],
  lines: number,
): number {
  const { tables, existing: m } = model;
  const kept = costs.slice(0, m).sort((a, b) => a - b);
  const stay = kept.slice(0, Math.min(m, lines));
  let bound = stay.reduce((sum, cost) => sum + cost, 0);
  if (lines > m) bound += (lines - m) * costs[m];
  bound -= budgetValue(tables, prices.slots);
  prices.slots.forEach((price, s) => {
    if (termOfSlot(s, model.positions) === tables.leave?.term) return;
    bound -= price > 0 ? tables.cap[s] * price : tables.forced[s] * price;
  });
  return bound;
}

/**
 * All lines in the place of i with a reduced cost of at most `slack`; fewer where they are too many.
 * @returns row-major cells, and whether those are all
 */
export function listLines(
  model: ReplanModel,
  i: number,
  prices: ReplanPrices,
  slack: number,
): { lines: Int32Array; complete: boolean } {
  const costs = costsOf(model, i, prices);
  let part = slack;
  let complete = true;
  for (let tries = 0;; tries++) {
    const floor = -prices.lines[i] - part - 1e-6;
    const found = model.pricer.list(costs, floor, LIST_MOST);
    complete &&= found.complete;
    if (found.complete || tries === 3) return { lines: found.lines, complete };
    part /= 2;
  }
}

/**
 * Lines through every slot that stays free while nothing changes: of the highest affinity, and of a
 * noisy one, so that there are different ones to choose from.
 */
export function goodLines(model: ReplanModel, random: Random): Int32Array {
  const { terms: T, positions: R, tables, before } = model;
  const cap = tables.cap.slice();
  before.forEach((r, k) => {
    const s = slotOf(termOfCell(k, T), r, R);
    if (r >= 0) cap[s] = Math.max(0, cap[s] - 1);
  });
  const pricer = pricingFor({ ...tables, cap });
  const lines: number[] = [];
  for (let round = 0; round < GOOD_ROUNDS; round++) {
    const prices = Float64Array.from(cap, () => round * NOISE * random.next());
    model.forbid(model.existing, prices);
    const found = pricer.price(prices, -1e6, { workLimit: 100_000 });
    lines.push(...found.lines.subarray(0, firstCellOf(LIST_MOST, T)));
  }
  return Int32Array.from(lines);
}

/** [slot] what the place of line i adds to a line through it. */
export function costsOf(model: ReplanModel, i: number, prices: ReplanPrices): Float64Array {
  const { terms: T, positions: R, before } = model;
  const costs = Float64Array.from(prices.slots);
  model.forbid(i, costs);
  if (i === model.existing) return costs;
  for (let t = 0; t < model.year; t++) {
    const r = before[cellOf(i, t, T)];
    for (let q = 0; q < R; q++) if (q !== r) costs[slotOf(t, q, R)]++;
  }
  return costs;
}
