// The phase that counts how many lines exist at all, where a construction missed some.

import { countRound, startCount } from "../../feasibility/count_lp.ts";
import { countTables } from "../../feasibility/project.ts";
import { splitPlan } from "../../model/merge.ts";
import { beginExplanation } from "./explain.ts";
import type { Search } from "../search.ts";

/** Counts lines over classes of positions, or, `exact`, over single ones. */
export function beginCount({ state, input, best }: Search, exact: boolean): void {
  const seeds = splitPlan(input.merged, best);
  state.count = startCount(input.problem, input.bounds, seeds, exact);
  state.phase = "count";
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
  state.phase = search.bestLines === possible ? "bound" : "construct";
}
