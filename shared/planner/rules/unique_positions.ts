// UNIQUE_POSITIONS: no position twice in a line.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { LineRule } from "./rule.ts";
import { termNames } from "./shares.ts";

/** No position twice in a line. */
export const uniquePositions: LineRule<{ uniquePositions: boolean }> = {
  name: "UNIQUE_POSITIONS",
  description: "No position twice in a line.",
  place: 1700,
  value: once(() => z.boolean()),
  bare: true,
  house: true,
  set: (bounds, value) => ({ ...bounds, uniquePositions: value as boolean }),
  valueOf: (bounds) => bounds.uniquePositions,
  off: (bounds) => ({ ...bounds, uniquePositions: false }),
  active: (bounds) => bounds.uniquePositions,
  check(context, line) {
    const twice = line.find((r, t) => line.indexOf(r) < t);
    return twice === undefined ? null : `${context.problem.positions[twice].name} appears twice`;
  },
  finding({ problem }, line) {
    const twice = line.find((r, t) => line.indexOf(r) < t);
    if (twice === undefined) return { text: `${line.length} different positions`, terms: [] };
    const terms = line.flatMap((r, t) => r === twice ? [t] : []);
    return { text: `${problem.positions[twice].name} in ${termNames(terms)}`, terms };
  },
  contribute: () => ({ distinct: true }),
  explain: () => "no position twice in a line",
};
