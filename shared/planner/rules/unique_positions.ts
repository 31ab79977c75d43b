// UNIQUE_POSITIONS: no position twice in a line.

import { z } from "zod";
import type { LineRule } from "./rule.ts";

/** No position twice in a line. */
export const uniquePositions: LineRule = {
  name: "UNIQUE_POSITIONS",
  description: "No position twice in a line.",
  value: z.boolean(),
  bare: true,
  set: (bounds, value) => ({ ...bounds, uniquePositions: value as boolean }),
  valueOf: (bounds) => bounds.uniquePositions,
  off: (bounds) => ({ ...bounds, uniquePositions: false }),
  active: (bounds) => bounds.uniquePositions,
  check(context, line) {
    const twice = line.find((r, t) => line.indexOf(r) < t);
    return twice === undefined ? null : `${context.problem.positions[twice].name} appears twice`;
  },
  contribute: () => ({ distinct: true }),
  explain: () => "no position twice in a line",
};
