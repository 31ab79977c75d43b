// The integer program over the listed lines, and what it proves.

import type { Context } from "../context.ts";
import { fewestChanges, MIP_WORK } from "../lp.ts";
import { loadColumns, type ReplanState, savePlan } from "../state.ts";
import { beginTune } from "./improve.ts";
import { beginList } from "./list.ts";
import { goOn } from "./search.ts";

/** How often the bound is raised by one change after a proof that it cannot be met. */
const MOST_RAISES = 4;

/** The integer program: the plan of fewest changes over the listed lines, and what it proves. */
export function choose({ model }: Context, state: ReplanState): void {
  if (state.planChanges !== null && state.planChanges <= state.bound) {
    return beginTune(model, state);
  }
  const below = state.planChanges ?? Infinity;
  const found = fewestChanges(model, loadColumns(model, state), state.lines, below, MIP_WORK);
  state.work.mips++;
  state.work.mip_work += found.work;
  const isProof = found.proven && state.complete;
  const changes = found.plan ? model.changes(found.plan) : Infinity;
  if (found.plan && (state.planChanges === null || changes < state.planChanges)) {
    savePlan(model, state, found.plan);
  }
  // Everything within the target was listed: if none of it makes a plan, a plan changes more.
  if (isProof && changes > state.target) state.bound = Math.max(state.bound, state.target + 1);
  if (state.planChanges !== null && state.planChanges <= state.bound) {
    return beginTune(model, state);
  }
  if (isProof && changes > state.target && state.raises < MOST_RAISES) {
    state.raises++;
    return beginList(state, state.target + 1);
  }
  if (state.planChanges !== null) return goOn(model, state);
  const { columns, owners } = state;
  state.dive = { columns, owners, fixed: [], rounds: 0 };
  state.phase = "dive";
}
