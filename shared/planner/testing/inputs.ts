// What a slice of the planner works on, for tests.

import type { PlannerProblem } from "../problem.ts";
import type { PlannerInput } from "../run/load.ts";

/** The input of a rebuild on an empty allocation run; override what the test is about. */
export function inputOf(
  problem: PlannerProblem,
  overrides: Partial<PlannerInput> = {},
): PlannerInput {
  return {
    problem,
    mode: "rebuild",
    dryRun: false,
    linesWanted: problem.lines,
    lockedIds: [],
    existingIds: [],
    fingerprint: "f",
    takenNames: [],
    lastOrder: 0,
    frozenTerms: 0,
    before: [],
    ...overrides,
  };
}
