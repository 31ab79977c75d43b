// MAX_SUBSPECIALTY: no subspecialty takes more than a share of the year.

import type { PlannerPosition } from "../problem.ts";
import type { LineRule } from "./rule.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import {
  type Group,
  groupedWeekLimits,
  groupOverShare,
  largestGroupFinding,
} from "./group_shares.ts";
import { percent, shareValue } from "./shares.ts";

/** A subspecialty belongs to its specialty: General Surgery and General Medicine are not one. */
const subspecialtyOf = ({ specialty, subspecialty }: PlannerPosition): Group | null =>
  subspecialty === null ? null : { name: subspecialty, of: specialty };

/** At most a share of the year's weeks in one subspecialty; positions without one do not count. */
export const maxSubspecialty: LineRule<NumberBound<"maxSubspecialtyShare">> = {
  name: "MAX_SUBSPECIALTY",
  description: "Largest share of the year's weeks in one subspecialty.",
  place: 800,
  ...boundBy("maxSubspecialtyShare", shareValue, "share at most"),
  check: (context, line) =>
    groupOverShare(context, line, context.bounds.maxSubspecialtyShare!, subspecialtyOf),
  finding: (context, line) => largestGroupFinding(context, line, subspecialtyOf),
  contribute: (context) => ({
    limits: groupedWeekLimits(context, context.bounds.maxSubspecialtyShare!, subspecialtyOf),
  }),
  explain: (bounds) =>
    `at most ${percent(bounds.maxSubspecialtyShare!)} of the year in one subspecialty`,
};
