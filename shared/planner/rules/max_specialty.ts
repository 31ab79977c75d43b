// MAX_SPECIALTY: no parent specialty takes more than a share of the year.

import type { LineRule } from "./rule.ts";
import { boundBy } from "./bound_by.ts";
import { groupedWeekLimits, groupOverShare, largestGroupFinding } from "./group_shares.ts";
import { percent, shareValue } from "./shares.ts";

/** At most a share of the year's weeks in one parent specialty. */
export const maxSpecialty: LineRule = {
  name: "MAX_SPECIALTY",
  description: "Largest share of the year's weeks in one parent specialty.",
  ...boundBy("maxSpecialtyShare", shareValue, "share at most"),
  check: (context, line) =>
    groupOverShare(context, line, context.bounds.maxSpecialtyShare!, (p) => p.specialty),
  finding: (context, line) => largestGroupFinding(context, line, (p) => p.specialty),
  contribute: (context) => ({
    limits: groupedWeekLimits(context, context.bounds.maxSpecialtyShare!, (p) => p.specialty),
  }),
  explain: (bounds) => `at most ${percent(bounds.maxSpecialtyShare!)} of the year in one specialty`,
};
