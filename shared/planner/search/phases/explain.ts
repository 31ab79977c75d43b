// Why the request cannot be met: the rules that conflict, and what loosening them allows.

import { conflictStep, explained, startConflict } from "../../feasibility/conflict.ts";
import { firstExplanation } from "../../feasibility/explain.ts";
import type { Search } from "../search.ts";

/** Starts the explanation of "cannot be done". @param possible proven bound on the lines */
export function beginExplanation(search: Search, possible: number): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  state.phase = "explain";
  state.linesBound = possible;
  state.explanation = firstExplanation(problem, bounds, possible, state.count);
  state.conflict = startConflict(tables.allowPartial ? 1 : problem.lines);
  state.count = null;
}

/** One step towards the rules that conflict and what loosening them allows. */
export function explain(search: Search): void {
  const { state, input } = search;
  const { problem, bounds } = input;
  state.conflict = conflictStep(problem, bounds, state.conflict!, state.linesBound);
  if (!state.conflict.done) return;
  state.explanation = explained(state.explanation!, bounds, state.conflict);
  state.conflict = null;
  state.phase = "done";
}
