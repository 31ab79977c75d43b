// Of many parts, which is priced next, and what the pricing of some of them bounds: parts of many lines whose best line was
// worth most above the price of a line come first, since they move the bound most.

import { lagrangeanBound } from "../master.ts";
import { planSize } from "../../model/line_values.ts";
import type { Search } from "../search.ts";
import type { PricingState } from "../state.ts";

/** Least worth above the price of a line that a part counts with, so that its turn comes. */
const LEAST_EXCESS = 1;

/** Share of what bound and plan differ by that pricing all parts at the same prices must be expected to take away. */
const WORTH_IT = 0.3;

/** A bound so near to the LP's value, as a share of the plan's size, is not worth another round. */
const CLOSE = 0.0001;

/** Parts, and what their lines are worth at most at the same prices; null: nothing bounds them. */
type PricedParts = Pick<PricingState, "parts" | "best">;

/** The part to be priced next at the prices at hand. */
export function nextPart(search: Search, { parts }: PricingState): number {
  const { state, pricer } = search;
  const known = Math.max(LEAST_EXCESS, ...state.parts.map(({ excess }) => excess ?? 0));
  let next = -1, most = -Infinity;
  for (let part = 0; part < pricer.parts; part++) {
    if (parts.includes(part)) continue;
    const { excess = null, at = 0 } = state.parts[part] ?? {};
    const age = 1 + state.work.pricings - at;
    const weight = linesOf(search, part) * Math.max(LEAST_EXCESS, excess ?? known) * age;
    if (weight > most) [next, most] = [part, weight];
  }
  return next;
}

/**
 * Remembers what a part came to.
 * @param best bound on its lines' values against the prices priced, or where there is none the best line found; null: none was
 */
export function noteBest({ state, pricer }: Search, part: number, best: number | null): void {
  const excess = best === null ? null : Math.max(0, best - state.linePrice);
  // A checkpoint that a search was made from stays as it was.
  state.parts = Array.from({ length: pricer.parts }, (_, i) => {
    return i === part
      ? { excess, at: state.work.pricings }
      : state.parts[i] ?? { excess: null, at: 0 };
  });
}

/** Remembers that a part was priced for a dive, at its prices. */
export function notePriced({ state }: Search, part: number): void {
  state.parts = state.parts.map((seen, i) =>
    i === part ? { ...seen, at: state.work.pricings } : seen
  );
}

/**
 * Bound on all plans from the parts priced at these prices: the lines of a group are lines of the last group as well, which
 * must hold nothing.
 * @returns Infinity where a part is bounded by none of them
 */
export function boundOf(search: Search, prices: Float64Array, priced: PricedParts): number {
  return boundBy(search, prices, bestBy(search, prices, priced));
}

/** The same where lines of parts not priced are worth no more than this. */
export function leastBound(
  search: Search,
  prices: Float64Array,
  priced: PricedParts,
  each: number,
): number {
  const most = bestBy(search, prices, priced);
  return boundBy(
    search,
    prices,
    (part) => priced.parts.includes(part) ? most(part) : Math.min(most(part), each),
  );
}

/** [part] what its lines are worth at most by the parts priced at these prices; Infinity: nothing bounds them. */
export function bestBy(
  { pricer }: Search,
  prices: Float64Array,
  priced: PricedParts,
): (part: number) => number {
  const best = bestOf(priced);
  return (part) => {
    const own = best.get(part) ?? Infinity, wider = pricer.widerOf(part);
    const all = wider < 0 ? undefined : best.get(wider);
    if (all === undefined) return own;
    return Math.min(own, all + prices[pricer.groupOf(wider)] - prices[pricer.groupOf(part)]);
  };
}

/**
 * The same at prices below those priced that leave no line of a part worth more than its best one was: of parts priced only
 * what their own pricing says still holds.
 */
export function boundBelow(
  search: Search,
  lower: Float64Array,
  prices: Float64Array,
  priced: PricingState,
): number {
  const own = bestOf(priced), others = bestBy(search, prices, priced);
  return boundBy(search, lower, (part) => own.get(part) ?? others(part));
}

/** Bounds by part, Infinity where its pricing bounded nothing; none of a part that was not priced. */
function bestOf({ parts, best }: PricedParts): Map<number, number> {
  return new Map(best.map((value, i) => [parts[i], value ?? Infinity]));
}

function boundBy(
  { tables, pricer }: Search,
  prices: Float64Array,
  best: (part: number) => number,
): number {
  const parts = Array.from(
    { length: pricer.parts },
    (_, part) => ({ group: pricer.groupOf(part), best: best(part) }),
  );
  return lagrangeanBound(tables, prices, parts);
}

/**
 * What the bound would be if the parts not priced yet were worth what they were worth above the price of a line before, or
 * what the parts that were leave them, where that is less.
 */
export function expectedBound(search: Search, prices: Float64Array, priced: PricingState): number {
  const { state } = search, most = bestBy(search, prices, priced);
  return boundBy(search, prices, (part) => {
    const before = state.linePrice + (state.parts[part]?.excess ?? Infinity);
    return priced.parts.includes(part) ? most(part) : Math.min(most(part), before);
  });
}

/**
 * What the bound would be if no line were better than the best ones found, those of parts not priced at these prices as far above
 * the price of a line as when they were; with what a line is worth then in the mean. Null: nothing is known of some.
 * @param priced the parts priced at these prices: those whose lines theirs are as well are worth as much at least
 */
export function reachedBound(
  search: Search,
  prices: Float64Array,
  priced: readonly number[],
): { bound: number; each: number } | null {
  const { state, pricer, tables } = search, { linePrice } = state;
  const own = Array.from(
    { length: pricer.parts },
    (_, part) => linePrice + (state.parts[part]?.excess ?? Infinity),
  );
  const more = (part: number, wider: number) =>
    prices[pricer.groupOf(wider)] - prices[pricer.groupOf(part)];
  for (const part of priced) {
    const wider = pricer.widerOf(part);
    if (wider >= 0) own[wider] = Math.max(own[wider], own[part] - more(part, wider));
  }
  const worth = own.map((value, part) => {
    const wider = pricer.widerOf(part);
    return wider < 0 ? value : Math.min(value, own[wider] + more(part, wider));
  });
  if (worth.includes(Infinity)) return null;
  const sum = worth.reduce((all, value, part) => all + value * linesOf(search, part), 0);
  return { bound: boundBy(search, prices, (part) => worth[part]), each: sum / tables.lines };
}

/** Lines that a part has at most. */
export function linesOf({ pricer, tables }: Search, part: number): number {
  const group = pricer.groupOf(part);
  return group < 0 ? tables.lines : tables.cap[group];
}

/** Whether pricing the other parts at these prices as well is worth its work, for the bound. */
export function isRestWorth(search: Search, prices: Float64Array, priced: PricingState): boolean {
  const { bound, bestValue } = search.state;
  const expected = expectedBound(search, prices, priced);
  if (bound === null || bestValue === null) return false;
  return bound - expected >= WORTH_IT * (bound - bestValue);
}

/** Whether the bound is as near to the LP's value as it needs to be. @param prices the master's own */
export function isBoundClose(search: Search, prices: Float64Array): boolean {
  const { state: { bound, linePrice }, tables, best, bestLines } = search;
  if (bound === null || bestLines === 0) return false;
  const value = boundBy(search, prices, () => linePrice);
  return bound - value <= CLOSE * planSize(tables, best, bestLines);
}
