// The list of rules: a new one is its own file and a line here.

import { annualLeave } from "./annual_leave.ts";
import { forbiddenCells, forcedCells, preferredCells } from "./cells.ts";
import { maxService } from "./max_service.ts";
import { maxSpecialty } from "./max_specialty.ts";
import { maxSubspecialty } from "./max_subspecialty.ts";
import { minClinicalTeam } from "./min_clinical_team.ts";
import { minClinicalWeeks } from "./min_clinical_weeks.ts";
import { minTermLength } from "./min_term_length.ts";
import { noNights } from "./no_nights.ts";
import { notAfter, termsApart } from "./order.ts";
import { requiredCategories } from "./required_categories.ts";
import { pathways } from "./pathways.ts";
import { sixMonthPairs, sixMonthTerms } from "./six_month_terms.ts";
import {
  maxNightsReliefTerms,
  maxNonClinicalTerms,
  maxRuralTerms,
  maxServiceTerms,
} from "./term_counts.ts";
import { termsInSet } from "./terms_in_set.ts";
import { exactTerms, longestTermLast, maxTerms, minLongTerms, minTerms } from "./term_structure.ts";
import { sameFte } from "./same_fte.ts";
import { uniquePositions } from "./unique_positions.ts";
import { maxHospitals, minSpecialties } from "./varieties.ts";
import type { RuleBounds } from "./bounds.ts";
import type { LineRule } from "./rule.ts";

/** Every rule that a constraint entry can set. */
export const RULES: readonly LineRule[] = [
  exactTerms,
  minTerms,
  maxTerms,
  minLongTerms,
  longestTermLast,
  requiredCategories,
  maxSpecialty,
  maxSubspecialty,
  maxService,
  maxServiceTerms,
  minClinicalTeam,
  minClinicalWeeks,
  maxNonClinicalTerms,
  maxRuralTerms,
  maxNightsReliefTerms,
  noNights,
  uniquePositions,
  notAfter,
  termsApart,
  termsInSet,
  maxHospitals,
  minSpecialties,
  sameFte,
  forbiddenCells,
  forcedCells,
  preferredCells,
  pathways,
  sixMonthTerms,
  annualLeave,
];

/** Rules that belong to the positions themselves and cannot be switched. */
export const INHERENT_RULES: readonly LineRule[] = [minTermLength, sixMonthPairs];

/**
 * Every rule off, but for the rules of the house: those whose objects name a value for it.
 * @param head what the bounds say of their ruleset
 */
export function houseBounds(head: Pick<RuleBounds, "ruleset" | "rulesetVersion">): RuleBounds {
  // Each rule sets its own field, so that the whole is there once all have.
  return RULES.reduce(
    (bounds, rule) => rule.house === undefined ? rule.off(bounds) : rule.set(bounds, rule.house),
    head as RuleBounds,
  );
}
