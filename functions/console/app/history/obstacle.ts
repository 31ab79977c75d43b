// Why lines cannot be brought back now.

import type { PageContext } from "../page.ts";
import { isUnderWay } from "../runs/run_follow.ts";

/** Why nothing can be restored now, in a sentence; null where it can. */
export function obstacleOf({ allocationRun, plannerRun }: PageContext): string | null {
  if (allocationRun.status === "closed") {
    return "The allocation run is closed; its lines stay as they are.";
  }
  return isUnderWay(plannerRun.value)
    ? "A planner run is under way; wait for it or cancel it."
    : null;
}
