// MIN_CLINICAL_TEAM: part of the year is spent embedded in a clinical team.

import type { LineRule, RuleContext } from "./rule.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import { percent, positionsWhere, shareValue, weeksFinding, weightOf } from "./shares.ts";
import { plural } from "../../engine/words.ts";

const required = (context: RuleContext<NumberBound<"minClinicalTeamShare">>) =>
  Math.ceil(context.bounds.minClinicalTeamShare! * context.totalWeeks - 1e-9);

/** At least a share of the year's weeks embedded in a clinical team. */
export const minClinicalTeam: LineRule<NumberBound<"minClinicalTeamShare">> = {
  name: "MIN_CLINICAL_TEAM",
  description: "Smallest share of the year's weeks embedded in a clinical team.",
  place: 1100,
  ...boundBy("minClinicalTeamShare", shareValue, "share at least"),
  check(context, line) {
    const weeks = weightOf(context, line, context.problem.termWeeks, (p) => p.isClinicalTeam);
    return weeks < required(context)
      ? `${plural(weeks, "week")} in a clinical team, at least ${required(context)} required`
      : null;
  },
  finding: (context, line) =>
    weeksFinding(context, line, "in a clinical team", (p) => p.isClinicalTeam),
  // Every line fills every term, so "at least k weeks inside" is "at most total - k outside".
  contribute: (context) => ({
    limits: [{
      max: context.totalWeeks - required(context),
      kind: "outside a clinical team",
      positions: positionsWhere(context, (p) => !p.isClinicalTeam),
      termWeight: context.problem.termWeeks,
    }],
  }),
  explain: (bounds) =>
    `at least ${percent(bounds.minClinicalTeamShare!)} of the year in a clinical team`,
};
