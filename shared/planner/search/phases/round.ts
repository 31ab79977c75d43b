// Whole plans from the LP's optimum: dives, each annealed afterwards.

import { ANNEAL_MOVES, annealUnit } from "./anneal.ts";
import { beginDive, diveOnUnit } from "./dive_units.ts";
import { finish } from "./finish.ts";
import type { Search } from "../search.ts";
import { isGoodEnough, isOutOfWork, workShare } from "../stop.ts";

/** Whole dives: at least so many. */
const LEAST_DIVES = 2;

/** And at most so many, where they are cheap. */
const MOST_DIVES = 6;

/** Goes on to whole plans. */
export function beginRound(search: Search): void {
  const { state } = search;
  state.boundShare = workShare(search);
  state.phase = "round";
  // A dive that was made early was the first one.
  state.isEarly = false;
  state.moves = 0;
  search.prices = new Float64Array(0);
  search.plan = new Int32Array(0);
  if (state.isEnding) finish(search);
}

/** Makes the first dive before column generation is over, which goes on afterwards. */
export function diveEarly({ state }: Search): void {
  state.phase = "round";
  state.isEarly = true;
}

/** A unit of a whole dive. */
export function dive(search: Search): void {
  if (search.state.dive === null) beginDive(search);
  diveOnUnit(search, -Infinity);
}

/** How far the phase is, 0..1. */
export function roundShare(search: Search): number {
  const { attempt, moves } = search.state;
  return Math.min(1, (attempt + moves / ANNEAL_MOVES) / dives(search));
}

/** Anneals the plan of a dive. */
export function anneal(search: Search): void {
  const { state } = search;
  if (!annealUnit(search)) return;
  // The plan was one of a dive on its way.
  if (state.dive !== null) return;
  state.attempt++;
  if (state.isEnding || isGoodEnough(search)) return finish(search);
  if (state.isEarly) {
    state.phase = "bound";
    state.isEarly = false;
    return;
  }
  if (state.attempt < dives(search) && !isOutOfWork(search)) return;
  if (search.bestLines === 0 || search.lastPrices.length === 0) return finish(search);
  state.phase = "polish";
}

/** Dives to make: their cost grows with the number of lines. */
function dives({ state }: Search): number {
  return Math.max(LEAST_DIVES, Math.min(MOST_DIVES, Math.round(200 / state.target)));
}
