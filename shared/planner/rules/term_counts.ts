// The rules that cap how many terms of a kind a line holds. Each is one row: name, bound and kind.

import { termCountRule } from "./term_count_rule.ts";

/** At most k service terms. */
export const maxServiceTerms = termCountRule({
  name: "MAX_SERVICE_TERMS",
  description: "Largest number of service terms (nights, relief) in a line.",
  place: 1000,
  key: "maxServiceTerms",
  kind: "service",
  test: (p) => p.isService,
});

/** At most k non-clinical terms. */
export const maxNonClinicalTerms = termCountRule({
  name: "MAX_NON_CLINICAL_TERMS",
  description: "Largest number of non-clinical terms in a line.",
  place: 1300,
  key: "maxNonClinicalTerms",
  kind: "non-clinical",
  test: (p) => p.isNonClinical,
});

/** At most k rural terms. */
export const maxRuralTerms = termCountRule({
  name: "MAX_RURAL_TERMS",
  description: "Largest number of rural terms in a line.",
  place: 1400,
  key: "maxRuralTerms",
  kind: "rural",
  house: 1,
  test: (p) => p.isRural,
});

/** At most k nights/relief terms. */
export const maxNightsReliefTerms = termCountRule({
  name: "MAX_NIGHTS_RELIEF_TERMS",
  description: "Largest number of nights or relief terms in a line.",
  place: 1500,
  key: "maxNightsReliefTerms",
  kind: "nights/relief",
  house: 1,
  test: (p) => p.isNightsRelief,
});
