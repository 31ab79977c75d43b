// Why the request cannot be met: the rules that conflict, and what loosening them allows.

import { conflictStep, explained, startConflict } from "../../feasibility/conflict.ts";
import { firstExplanation } from "../../feasibility/explain.ts";
import { workDone } from "../../effort.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { LinePool } from "../master.ts";
import type { Search } from "../search.ts";
import { effortOf, limitOf } from "../stop.ts";

/** Starts the explanation of "cannot be done". @param possible proven bound on the lines */
export function beginExplanation(search: Search, possible: number): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  state.phase = "explain";
  state.linesBound = possible;
  state.explanation = firstExplanation(problem, bounds, possible, state.count);
  state.conflict = startConflict(tables.allowPartial ? 1 : problem.lines);
  state.count = null;
  // Nothing is made of its lines any more.
  search.pool = new LinePool(input.merged.tables);
  search.basis = null;
}

/** One step towards the rules that conflict and what loosening them allows. */
export function explain(search: Search): void {
  const { state, input } = search;
  const { problem, bounds } = input;
  state.conflict = conflictStep(problem, bounds, state.conflict!, state.linesBound);
  if (!state.conflict.done && !isTooLong(search)) return;
  state.explanation = explained(state.explanation!, bounds, state.conflict);
  state.conflict = null;
  state.phase = "done";
}

/**
 * Whether the search has no time for more: that no plan exists is proven, rules that could not be left out yet stand, and
 * what was not tried is not told.
 */
function isTooLong(search: Search): boolean {
  const { state, input } = search;
  if (state.isEnding) return true;
  const work = workDone(state.work, slotsInUse(input.merged.tables)) + state.conflict!.work;
  return effortOf(search) < 1 && work >= 2 * limitOf(search);
}
