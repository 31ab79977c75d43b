// Where the integer program found no plan: lines are fixed until the LP is one.

import { addLines, pickColumns } from "../columns.ts";
import { type Context, ownersOf } from "../context.ts";
import { LP_WORK, solveChanges } from "../lp.ts";
import type { ReplanColumns, ReplanModel, ReplanPrices } from "../model.ts";
import { canImprove, cheapest } from "../pricing.ts";
import { loadColumns, packedColumns, type ReplanState, savePlan } from "../state.ts";
import { beginTune } from "./improve.ts";
import { beginEngine } from "./rebuild.ts";

/** Search nodes of one unit's pricing. */
const PRICE_WORK = 300_000;
/** Pricing rounds between two fixings. */
const DIVE_ROUNDS = 5;
/** Value from which a line is fixed. */
const FIXED_FROM = 0.8;

/**
 * Where the integer program found no plan: solves the LP again and again, each time with more lines
 * fixed to what it prefers for them and with new lines priced in, until it is a plan.
 */
export function dive({ model }: Context, state: ReplanState): void {
  const at = state.dive!;
  const columns = loadColumns(model, at);
  const found = solveChanges(model, columns, state.lines, LP_WORK);
  state.work.lps++;
  if (found === null) return beginEngine(state);
  state.work.lp_work += found.work;
  const isWhole = found.x.every((x) => Math.abs(x - Math.round(x)) < 1e-6);
  if (isWhole && found.missing < 1e-6) {
    savePlan(model, state, model.readPlan(columns, found.x));
    state.dive = null;
    return beginTune(model, state);
  }
  if (at.rounds < DIVE_ROUNDS && priceDive(model, state, columns, found.prices)) {
    state.dive = { ...at, ...packedColumns(model, columns), rounds: at.rounds + 1 };
    return;
  }
  const next = fixLines(model, at, columns, found.x);
  if (isWhole || next.fixed.length === at.fixed.length) beginEngine(state);
  else state.dive = next;
}

/** Adds lines that the dive's LP can use; false when there are none. */
function priceDive(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  prices: ReplanPrices,
): boolean {
  const before = columns.owners.length, fixed = new Set(state.dive!.fixed);
  for (let i = 0, work = 0; i < ownersOf(model, state) && work < PRICE_WORK; i++) {
    if (fixed.has(i) || !canImprove(model, i, prices)) continue;
    const found = cheapest(model, i, prices, prices.lines[i]);
    work += found.work;
    state.work.pricings++;
    state.work.pricing_nodes += found.work;
    addLines(model, columns, i, found.lines);
  }
  return columns.owners.length > before;
}

/** Fixes the lines that are nearly whole, at least the next best one, by dropping their other columns. */
function fixLines(
  model: ReplanModel,
  { fixed }: NonNullable<ReplanState["dive"]>,
  columns: ReplanColumns,
  x: Float64Array,
): NonNullable<ReplanState["dive"]> {
  const { existing: m } = model;
  const isFixed = new Set(fixed);
  const candidates = columns.owners.map((i, j) => ({ i, j }))
    .filter(({ i, j }) => i < m && !isFixed.has(i) && x[j] > 1e-6)
    .sort((a, b) => x[b.j] - x[a.j] || a.j - b.j);
  const fractional = candidates.filter(({ j }) => x[j] < 1 - 1e-6);
  const chosen = new Map<number, number>();
  for (const { i, j } of candidates) if (x[j] >= FIXED_FROM) chosen.set(i, j);
  if (fractional.length > 0 && x[fractional[0].j] < FIXED_FROM) {
    chosen.set(fractional[0].i, fractional[0].j);
  }
  const kept = columns.owners.flatMap((i, j) => (chosen.get(i) ?? j) === j ? [j] : []);
  const part = pickColumns(model, columns, kept);
  return { ...packedColumns(model, part), fixed: [...fixed, ...chosen.keys()], rounds: 0 };
}
