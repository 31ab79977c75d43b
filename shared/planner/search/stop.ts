// When a search has done enough: the plan is near its bound, or the effort is used up.

import { effortFactor, GOAL_GAP, workDone, workLimit } from "../effort.ts";
import { slotsInUse } from "../model/leave_choice.ts";
import { planValue } from "../model/line_values.ts";
import { LONG_TERMS } from "../pricing/group_pricing.ts";
import type { Search } from "./search.ts";

/** Heads of lines that a proof goes through at most (`LineProof`); a quick search has no time for more than a few. */
const MOST_HEADS = 400_000;
const QUICK_HEADS = 20_000;
const QUICK_KEY_HEADS = 60_000;
/** Of more terms what comes before a proof by keys takes a quick search longer than it has. */
const QUICK_KEY_TERMS = 15;

/** Slots of long lines up to which a master is solved: with more it takes longer than a search may. */
const MOST_SLOTS = 3_000;

/** Share of the work that the bound may take. */
const BOUND_SHARE = 0.25;

/** Whether the best plan has all the lines possible and a value near enough to the bound. */
export function isGoodEnough(search: Search): boolean {
  const { state, bestLines } = search;
  if (bestLines < state.linesBound || state.bound === null) return false;
  const { tables, best } = search;
  const value = planValue(tables, best, bestLines);
  return state.bound - value <= (GOAL_GAP / effortOf(search)) * state.scale;
}

/** Whether the search has done the work that its effort allows. */
export function isOutOfWork(search: Search): boolean {
  return workShare(search) >= 1;
}

/** Whether bound and first dive alone have used up twice the work: then they are cut short. */
export function isFarOutOfWork(search: Search): boolean {
  return workShare(search) >= 2;
}

/**
 * Work done as a share of what the effort allows. Once there is a bound what it took beyond its share no longer counts, so
 * that a bound that was hard to have leaves time for a plan; a quick search has none.
 */
export function workShare(search: Search): number {
  const { state, tables } = search;
  const share = workDone(state.work, slotsInUse(tables)) / limitOf(search);
  return share - (effortOf(search) < 1 ? 0 : Math.max(0, state.boundShare - BOUND_SHARE));
}

/** Work after which a search ends, as `workDone` counts it. */
export function limitOf(search: Search): number {
  const { state, tables } = search;
  return workLimit(effortOf(search), state.target, tables.year, tables.groups.length > 0);
}

/** The factor that the effort asked for stands for. */
export function effortOf({ input }: Search): number {
  return effortFactor(input.problem.options.effort);
}

/** Whether lines are few enough to be proven. */
export function isProvable(search: Search): boolean {
  if (search.tables.year < LONG_TERMS) return false;
  const { proof } = search.pricer;
  if (proof === null) return false;
  if (effortOf(search) >= 1) return proof.heads <= MOST_HEADS;
  if (!proof.isByKeys) return proof.heads <= QUICK_HEADS;
  return search.tables.year <= QUICK_KEY_TERMS && proof.heads <= QUICK_KEY_HEADS;
}

/** Whether there is no column generation, since its master is too large: plans are annealed alone. */
export function isTooLarge({ tables }: Search): boolean {
  return tables.year >= LONG_TERMS && slotsInUse(tables) > MOST_SLOTS;
}
