// How much of a chain is done between two looks at the clock: little where its steps are long.

import type { SliceBudget } from "../../engine/units.ts";
import type { Pace } from "./chain.ts";

/** Milliseconds between two looks at the clock, about. */
const STRETCH_MS = 4;
/** Milliseconds that stay for writing the checkpoint. */
export const RESERVE_MS = 8;

/** Steps go on until the next stretch would not fit the budget; every chain begins with a single one. */
export function paceBy(budget: SliceBudget): Pace {
  return (advance) => {
    let count = 1;
    let before = budget.remainingMs();
    for (;;) {
      if (advance(count)) return true;
      const left = budget.remainingMs();
      const took = before - left;
      if (left < RESERVE_MS + 2 * took) return false;
      if (took > 2 * STRETCH_MS) count = Math.max(1, Math.floor(count / 2));
      // Also where no time is told: that of a slice without an end.
      else if (!(took >= STRETCH_MS / 2)) count *= 2;
      before = left;
    }
  };
}
