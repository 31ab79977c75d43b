// How a search ends: with its best plan, or with what is not proven.

import { endDive } from "./dive_units.ts";
import type { Search } from "../search.ts";
import { plural } from "../../../engine/words.ts";

/**
 * The run's time is up: ends the search once it has a plan with a bound. What it has at hand is used first: the LP's
 * point is rounded and annealed where column generation is under way, and a dive is cut short. That is little work. An
 * explanation tells what was tried by then.
 */
export function expire(search: Search): void {
  const { state } = search;
  if (state.phase === "done" || state.isEnding) return;
  if (state.phase === "prove") return finish(search);
  if (state.phase === "explain") {
    // What was tried by now is told.
    state.isEnding = true;
    return;
  }
  if (state.phase === "construct" || state.phase === "init" || state.phase === "count") return;
  state.isEnding = true;
  state.closing = null;
  // The master is solved once more, for its point.
  if (state.phase === "bound" && search.plan.length === 0 && state.bound !== null) {
    search.prices = new Float64Array(0);
    state.pricing = null;
  }
  const isIdle = state.dive === null && search.plan.length === 0;
  if (isIdle && (state.phase === "polish" || state.phase === "round") && search.bestLines > 0) {
    finish(search);
  }
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
    state.linesReason =
      `${
        plural(search.bestLines, "line was", "lines were")
      } found; more than ${state.linesBound} are ` +
      "proven impossible, what lies between is open";
  }
  if (search.bestMissing > 0) {
    state.failure = {
      code: "FORCED_CELLS_NOT_MET",
      message:
        `${
          plural(search.bestMissing, "line of the forced cells is", "lines of the forced cells are")
        } missing in the best plan found; ` +
        "that they cannot be had is not proven. Force fewer cells, or add posts.",
    };
    return;
  }
  if (search.bestLines === wanted || (search.bestLines > 0 && input.tables.allowPartial)) {
    return;
  }
  // What the LP allows but no plan was found for is never called infeasible.
  state.failure = {
    code: "LINES_NOT_FOUND",
    message:
      `${search.bestLines} of ${
        plural(wanted, "line")
      } were found; that more are impossible is not ` +
      `proven (bound ${state.linesBound}). Allow partial plans, or add posts.`,
  };
}
