// MAX_SPECIALTY: no parent specialty takes more than a share of the year.

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

/** The group that a position counts in. */
const specialtyOf = ({ specialty }: PlannerPosition): Group => ({ name: specialty, of: "" });

/** At most a share of the year's weeks in one parent specialty. */
export const maxSpecialty: LineRule<NumberBound<"maxSpecialtyShare">> = {
  name: "MAX_SPECIALTY",
  description: "Largest share of the year's weeks in one parent specialty.",
  place: 700,
  ...boundBy("maxSpecialtyShare", shareValue, "share at most"),
  check: (context, line) =>
    groupOverShare(context, line, context.bounds.maxSpecialtyShare!, specialtyOf),
  finding: (context, line) => largestGroupFinding(context, line, specialtyOf),
  contribute: (context) => ({
    limits: groupedWeekLimits(context, context.bounds.maxSpecialtyShare!, specialtyOf),
  }),
  explain: (bounds) => `at most ${percent(bounds.maxSpecialtyShare!)} of the year in one specialty`,
};
