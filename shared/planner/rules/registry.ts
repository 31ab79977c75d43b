// Made by scripts/rules_registry.ts (`deno task docs:rules`) from the files beside it, and not by hand.

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
import { pathways } from "./pathways.ts";
import { requiredCategories } from "./required_categories.ts";
import { sameFte } from "./same_fte.ts";
import { sixMonthPairs, sixMonthTerms } from "./six_month_terms.ts";
import {
  maxNightsReliefTerms,
  maxNonClinicalTerms,
  maxRuralTerms,
  maxServiceTerms,
} from "./term_counts.ts";
import { exactTerms, longestTermLast, maxTerms, minLongTerms, minTerms } from "./term_structure.ts";
import { termsInSet } from "./terms_in_set.ts";
import { uniquePositions } from "./unique_positions.ts";
import { maxHospitals, minSpecialties } from "./varieties.ts";
import type { LineRule, OwnOf } from "./rule.ts";

/** What the rules keep in the bounds, each its own. */
export interface OwnBounds
  extends
    OwnOf<typeof exactTerms>,
    OwnOf<typeof minTerms>,
    OwnOf<typeof maxTerms>,
    OwnOf<typeof minLongTerms>,
    OwnOf<typeof longestTermLast>,
    OwnOf<typeof requiredCategories>,
    OwnOf<typeof maxSpecialty>,
    OwnOf<typeof maxSubspecialty>,
    OwnOf<typeof maxService>,
    OwnOf<typeof maxServiceTerms>,
    OwnOf<typeof minClinicalTeam>,
    OwnOf<typeof minClinicalWeeks>,
    OwnOf<typeof maxNonClinicalTerms>,
    OwnOf<typeof maxRuralTerms>,
    OwnOf<typeof maxNightsReliefTerms>,
    OwnOf<typeof noNights>,
    OwnOf<typeof uniquePositions>,
    OwnOf<typeof notAfter>,
    OwnOf<typeof termsApart>,
    OwnOf<typeof termsInSet>,
    OwnOf<typeof maxHospitals>,
    OwnOf<typeof minSpecialties>,
    OwnOf<typeof sameFte>,
    OwnOf<typeof forbiddenCells>,
    OwnOf<typeof forcedCells>,
    OwnOf<typeof preferredCells>,
    OwnOf<typeof pathways>,
    OwnOf<typeof sixMonthTerms>,
    OwnOf<typeof annualLeave> {}

/** Every rule that a constraint entry can set. */
export const RULES: readonly LineRule<OwnBounds>[] = [
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
export const INHERENT_RULES: readonly LineRule<OwnBounds>[] = [minTermLength, sixMonthPairs];
