// How a search ends: with its best plan, or with what is not proven.

import { endDive } from "./dive_units.ts";
import type { Search } from "../search.ts";

/**
 * The run's time is up: ends the search with its best plan once there is one with a bound. Until then
 * it goes on, as it does where it explains a conflict; what is left is short.
 */
export function expire(search: Search): void {
  const { state } = search;
  if (state.phase === "explain" || state.phase === "done") return;
  if (search.bestLines > 0 && state.bound !== null) finish(search);
}

/** Ends the search with what it has. */
export function finish(search: Search): void {
  const { state, input } = search;
  const wanted = input.problem.lines;
  state.phase = "done";
  state.proof = null;
  endDive(search);
  search.prices = new Float64Array(0);
  search.plan = new Int32Array(0);
  if (search.bestLines > 0 && input.tables.allowPartial && search.bestLines < state.linesBound) {
    state.linesReason = `${search.bestLines} lines were found; more than ${state.linesBound} are ` +
      "proven impossible, what lies between is open";
  }
  if (search.bestMissing > 0) {
    state.failure = {
      code: "FORCED_CELLS_NOT_MET",
      message:
        `${search.bestMissing} lines of the forced cells are missing in the best plan found; ` +
        "that they cannot be had is not proven. Force fewer cells, or add posts.",
    };
    return;
  }
  if (search.bestLines === wanted || (search.bestLines > 0 && input.tables.allowPartial)) return;
  // What the LP allows but no plan was found for is never called infeasible.
  state.failure = {
    code: "LINES_NOT_FOUND",
    message: `${search.bestLines} of ${wanted} lines were found; that more are impossible is not ` +
      `proven (bound ${state.linesBound}). Allow partial plans, or add posts.`,
  };
}
