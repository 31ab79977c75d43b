// Units of the bound of long lines: before column generation, which begins at its prices, beside it, and after it, from the
// prices that it ends with.

import { beginExchanges } from "./anneal.ts";
import { isKeyed } from "./keyed.ts";
import { beginRound } from "./round.ts";
import type { Search } from "../search.ts";
import { effortOf, isProvable } from "../stop.ts";

/** Rounds before column generation and after it, of a few units each; a quick search has no time for more than a few. */
const FIRST_ROUNDS = 16;
const LAST_ROUNDS = 40;
const QUICK_ROUNDS = 3;
/** Where lines are proven before long. */
const PROVABLE_ROUNDS = 6;

/** Before column generation a round that has not lowered the bound counts as so many. */
const IN_VAIN = 4;

/** Work of a unit: some 60 milliseconds. */
const UNIT_WORK = 4_000_000;

/** Steps that are as much work as a node of pricing. */
const STEPS = 30;

/** Less than any line is worth. */
const ANY_LINE = -1e6;

/** The first rounds of the bound; column generation then begins at its prices. */
export function beginAscent(search: Search): void {
  const most = isProvable(search) ? PROVABLE_ROUNDS : FIRST_ROUNDS;
  if (search.ascent !== null) search.state.ascents = rounds(search, most);
}

/** A round beside column generation, as long as it is worth its work. */
export function ascendBeside(search: Search): void {
  const { state, ascent } = search;
  if (ascent !== null && !ascent.isOver && !isProvable(search)) state.ascents = 1;
}

/** Column generation is over: its prices are where the bound goes on from. @returns whether there is something to do */
export function ascendLast(search: Search): boolean {
  const { state, ascent, lastPrices } = search;
  if (ascent === null || state.isEnding || state.lpOptimal) return false;
  if (lastPrices.length > 0) ascent.prices = lastPrices;
  state.isClosed = true;
  state.ascents = rounds(search, LAST_ROUNDS);
  return true;
}

function rounds(search: Search, most: number): number {
  return effortOf(search) < 1 ? Math.min(QUICK_ROUNDS, most) : most;
}

/** A unit of it. */
export function ascend(search: Search): void {
  const { state } = search, ascent = search.ascent!;
  const { bound, work, isRound, isLower } = ascent.climb(state.bestValue ?? 0, UNIT_WORK);
  state.work.pricing_nodes += Math.round(work / STEPS);
  const whole = Math.floor(bound + 1e-6);
  if (bound < Infinity && (state.bound === null || whole < state.bound)) state.bound = whole;
  if (!isRound) return;
  // Where proofs leave it no time to come on, lines are the better use of it.
  const isInVain = !isLower && state.solves === 0;
  const left = state.ascents - (isInVain ? IN_VAIN : 1);
  state.ascents = ascent.isOver ? 0 : Math.max(0, left);
  if (state.ascents > 0) return;
  if (state.isClosed) return beginRound(search);
  if (state.solves === 0 && bound < Infinity) {
    // The best lines at these prices are what the master begins with.
    search.prices = ascent.prices;
    state.linePrice = ANY_LINE;
  }
  // Proofs by keys bound plans far lower, and go on for as long as a search does.
  if (isKeyed(search)) search.endAscent();
  // Where no proof will tell more of the bound, the plan has most to gain.
  if (state.solves === 0 && effortOf(search) >= 1 && !isProvable(search)) beginExchanges(search);
}
