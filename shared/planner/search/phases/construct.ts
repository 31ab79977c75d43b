// The first phases: what quick counts prove, and a legal plan by assignment moves whose lines seed the pool.

import { describeCount, quickCounts } from "../../feasibility/quick_counts.ts";
import type { PlannerTables } from "../../model/tables.ts";
import { LONG_TERMS } from "../../pricing/group_pricing.ts";
import { randomFill } from "../../moves/random_fill.ts";
import { beginBound } from "./bound.ts";
import { beginCount } from "./count.ts";
import { beginExplanation } from "./explain.ts";
import { runMoves } from "./move_units.ts";
import { collectLines } from "./pool.ts";
import type { Search } from "../search.ts";

/** Moves of one construction. */
const CONSTRUCT_MOVES = 150;

/** Starting noise of a construction, in objective units. */
const CONSTRUCT_HEAT = 100;

/** Further moves of one that has left lines which break a rule, where a move takes a part of the lines alone. */
const MEND_MOVES = 120;

/** Of these in a unit. */
const MENDED_AT_ONCE = 15;

/** Constructions before the search goes on with the legal lines it has; those without wishes are soon over. */
const CONSTRUCT_ATTEMPTS = 3;
const PLAIN_ATTEMPTS = 6;

/** Noise of a construction without wishes, which only tells lines apart that are alike to it. */
const PLAIN_HEAT = 1;

/** Quick counts decide what can be proven before any search. */
export function begin(search: Search): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  const counts = quickCounts(problem, bounds, tables);
  const possible = Math.min(problem.lines, ...counts.map((c) => c.lines));
  state.linesBound = possible;
  if (tables.structureFault || possible === 0 || forcedShort(tables)) {
    beginExplanation(search, 0);
  } else if (possible < problem.lines && !tables.allowPartial) {
    beginExplanation(search, possible);
  } else {
    if (possible < problem.lines) state.linesReason = describeCount(counts[0], problem.lines);
    state.target = possible;
    state.phase = "construct";
  }
}

/** Whether a forced cell asks for more lines than its slot can take. */
function forcedShort({ cap, forced }: PlannerTables): boolean {
  return forced.some((n, s) => n > cap[s]);
}

/** How far the phase is, 0..1. */
export function constructShare({ state }: Search): number {
  return Math.min(1, state.moves / CONSTRUCT_MOVES);
}

/** Assignment neighbourhoods from a random fill to a legal plan; its lines seed the column pool. */
export function construct(search: Search): void {
  const { state, tables, random } = search;
  if (search.plan.length === 0) search.plan = randomFill(tables, state.target, random);
  const total = CONSTRUCT_MOVES * (1 + state.attempt), { isPlain } = search;
  runMoves(search, total, isPlain ? PLAIN_HEAT : CONSTRUCT_HEAT, (done) => {
    if (done >= total / 2 && !isPlain) collectLines(search);
  });
  const isOver = state.moves >= total || (isPlain && search.moves.faults() === 0);
  if (!isOver || mendOn(search, total + MEND_MOVES)) return;
  search.offer(search.plan);
  collectLines(search);
  const legal = search.bestLines === state.target && search.bestMissing === 0;
  state.moves = 0;
  state.attempt++;
  search.plan = new Int32Array(0);
  if (legal) return beginBound(search);
  const isLong = tables.year >= LONG_TERMS;
  // Of long lines the next construction is the sooner answer.
  if (state.count === null && isLong && state.attempt === 1) return;
  if (state.count === null) return beginCount(search, false);
  if (state.attempt < (isLong ? PLAIN_ATTEMPTS : CONSTRUCT_ATTEMPTS)) return;
  if (!state.count.exact) return beginCount(search, true);
  beginBound(search);
}

/** Mends lines that break a rule. @param end moves after which it is given up @returns whether there is more to mend */
function mendOn(search: Search, end: number): boolean {
  const { state, moves } = search;
  if (moves.areFew || state.moves >= end) return false;
  for (let n = 0; n < MENDED_AT_ONCE && state.moves < end; n++) {
    if (moves.faults() === 0) return false;
    moves.mend();
    state.moves++;
    state.work.moves++;
  }
  return state.moves < end && moves.faults() > 0;
}
