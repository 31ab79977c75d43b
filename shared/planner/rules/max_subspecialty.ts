// MAX_SUBSPECIALTY: no subspecialty takes more than a share of the year.

import type { LineRule } from "./rule.ts";
import { boundBy } from "./bound_by.ts";
import { groupedWeekLimits, groupOverShare, largestGroupFinding } from "./group_shares.ts";
import { percent, shareValue } from "./shares.ts";

/** At most a share of the year's weeks in one subspecialty; positions without one do not count. */
export const maxSubspecialty: LineRule = {
  name: "MAX_SUBSPECIALTY",
  description: "Largest share of the year's weeks in one subspecialty.",
  ...boundBy("maxSubspecialtyShare", shareValue, "share at most"),
  check: (context, line) =>
    groupOverShare(context, line, context.bounds.maxSubspecialtyShare!, (p) => p.subspecialty),
  finding: (context, line) => largestGroupFinding(context, line, (p) => p.subspecialty),
  contribute: (context) => ({
    limits: groupedWeekLimits(context, context.bounds.maxSubspecialtyShare!, (p) => p.subspecialty),
  }),
  explain: (bounds) =>
    `at most ${percent(bounds.maxSubspecialtyShare!)} of the year in one subspecialty`,
};
