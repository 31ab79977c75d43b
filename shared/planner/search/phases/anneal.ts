// A plan made from the LP, annealed with assignment neighbourhoods.

import { runMoves } from "./move_units.ts";
import type { Search } from "../search.ts";

/** Moves of one annealing after rounding. */
export const ANNEAL_MOVES = 100;

/** Its starting noise, in objective units. */
const ANNEAL_HEAT = 12;

/** Takes a plan to be annealed next. */
export function beginAnneal(search: Search, plan: Int32Array): void {
  search.plan = plan;
  search.state.moves = 0;
}

/** Anneals the plan for one unit. @returns whether it is over; then its legal lines were offered */
export function annealUnit(search: Search): boolean {
  const { state } = search;
  runMoves(search, ANNEAL_MOVES, ANNEAL_HEAT);
  if (state.moves < ANNEAL_MOVES) return false;
  search.offer(search.plan);
  search.plan = new Int32Array(0);
  state.moves = 0;
  return true;
}
