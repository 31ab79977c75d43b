// MIN_CLINICAL_WEEKS: weeks of clinical work in the year.

import type { LineRule, RuleContext } from "./rule.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import { countValue, positionsWhere, weeksFinding, weightOf } from "./shares.ts";
import { plural } from "../../engine/words.ts";

function tooShort(context: RuleContext<NumberBound<"minClinicalWeeks">>): string | null {
  const needed = context.bounds.minClinicalWeeks!;
  return context.totalWeeks < needed
    ? `the year has ${
      plural(context.totalWeeks, "week")
    }, and ${needed} clinical weeks are required`
    : null;
}

/** At least k clinical weeks in the year. */
export const minClinicalWeeks: LineRule<NumberBound<"minClinicalWeeks">> = {
  name: "MIN_CLINICAL_WEEKS",
  description: "Smallest number of clinical weeks in the year.",
  place: 1200,
  ...boundBy("minClinicalWeeks", countValue, "weeks at least"),
  check(context, line) {
    const weeks = weightOf(context, line, context.problem.termWeeks, (p) => !p.isNonClinical);
    const needed = context.bounds.minClinicalWeeks!;
    return weeks < needed ? `${weeks} clinical weeks, at least ${needed} required` : null;
  },
  finding: (context, line) => weeksFinding(context, line, "clinical", (p) => !p.isNonClinical),
  contribute: (context) => ({
    structure: tooShort(context),
    limits: [{
      max: context.totalWeeks - context.bounds.minClinicalWeeks!,
      kind: "non-clinical",
      positions: positionsWhere(context, (p) => p.isNonClinical),
      termWeight: context.problem.termWeeks,
    }],
  }),
  explain: (bounds) => `at least ${bounds.minClinicalWeeks} clinical weeks`,
};
