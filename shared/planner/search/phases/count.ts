// The phase that counts how many lines exist at all, where a construction missed some.

import { countRound, fewLines, mostLines, startCount } from "../../feasibility/count_lp.ts";
import { countTables } from "../../feasibility/project.ts";
import { splitPlan } from "../../model/merge.ts";
import { beginBound } from "./bound.ts";
import { beginExplanation } from "./explain.ts";
import type { Search } from "../search.ts";

/** Counts lines over classes of positions, or, `exact`, over single ones. */
export function beginCount({ state, input, best }: Search, exact: boolean): void {
  const seeds = splitPlan(input.merged, best);
  state.count = startCount(input.problem, input.bounds, seeds, exact);
  state.phase = "count";
}

/** Goes on to the integer program over all lines: constructions missed some that the LP allows. */
export function beginSettling({ state }: Search): void {
  state.phase = "count";
}

/** Most lines that are listed to settle how many can be built, and branch-and-cut work for it. */
const SETTLED_LINES = 2_500;
const SETTLE_WORK = 2_000;

/**
 * Settles how many lines there are where all legal lines can be listed: an integer program over them finds a plan, or
 * proves that there is none of so many.
 */
export function settle(search: Search): void {
  const { state, tables, input } = search;
  state.isSettled = true;
  state.work.mips++;
  const all = fewLines(tables, SETTLED_LINES);
  if (all === null) return beginBound(search);
  const { found, plan, proven } = mostLines(tables, all, SETTLE_WORK);
  if (found > 0) search.offer(plan);
  if (proven && found < state.target) {
    state.linesBound = found;
    state.linesReason = `the posts allow ${found} lines under the rules together`;
    if (found === 0 || (found < input.problem.lines && !tables.allowPartial)) {
      return beginExplanation(search, found);
    }
    state.target = found;
  }
  beginBound(search);
}

/** A round of the count LP: how many lines exist at all. */
export function countLines(search: Search): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  state.count = countRound(countTables(problem, bounds, state.count!.exact), state.count!);
  state.work.lps++;
  if (!state.count.done) return;
  const possible = Math.min(state.linesBound, state.count.bound ?? state.linesBound);
  if (possible < state.linesBound) {
    state.linesReason = `the posts allow ${possible} lines under the rules together`;
    state.linesBound = possible;
  }
  state.count = { ...state.count, columns: [] };
  if (possible === 0 || (possible < problem.lines && !tables.allowPartial)) {
    return beginExplanation(search, possible);
  }
  state.target = possible;
  if (search.bestLines === possible && search.bestMissing === 0) beginBound(search);
  else state.phase = "construct";
}
