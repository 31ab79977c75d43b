// The named rulesets as data: the national floor, and the state rulesets as rows on top of it.

import type { RuleBounds } from "./rule.ts";

/** Version of the table below; stored with every run's result. */
export const RULESET_VERSION = 1;

/** House rules, on in every ruleset; each can be switched by its own name. */
const HOUSE: RuleBounds = {
  ruleset: "UNRESTRICTED",
  rulesetVersion: RULESET_VERSION,
  exactTerms: null,
  requiredCategories: [],
  maxSpecialtyShare: null,
  maxSubspecialtyShare: null,
  maxServiceShare: null,
  maxServiceTerms: null,
  minClinicalTeamShare: null,
  minClinicalWeeks: null,
  maxNonClinicalTerms: null,
  minLongTerms: null,
  longestTermLast: false,
  maxRuralTerms: 1,
  maxNightsReliefTerms: 1,
  noNights: false,
  uniquePositions: true,
};

/** National floor for the first postgraduate year (Australian Medical Council framework, 2024). */
const FLOOR_PGY1: RuleBounds = {
  ...HOUSE,
  requiredCategories: ["A", "B", "C", "D"],
  maxSpecialtyShare: 0.5,
  maxSubspecialtyShare: 0.25,
  maxServiceShare: 0.2,
  minClinicalTeamShare: 0.5,
  minClinicalWeeks: 47,
  maxNonClinicalTerms: 0,
  minLongTerms: 4,
};

/** National floor for the second postgraduate year. */
const FLOOR_PGY2: RuleBounds = {
  ...FLOOR_PGY1,
  requiredCategories: ["A", "B", "C"],
  maxSpecialtyShare: null,
  maxServiceShare: 0.25,
  maxNonClinicalTerms: 1,
  minLongTerms: 3,
};

/** Ruleset by name; `UNRESTRICTED` is what a run gets that names none. */
export const RULESETS: Readonly<Record<string, { description: string; bounds: RuleBounds }>> = {
  VIC_PGY1: {
    description: "Victoria, first postgraduate year: five terms, the longest of them last.",
    bounds: { ...FLOOR_PGY1, ruleset: "VIC_PGY1", exactTerms: 5, longestTermLast: true },
  },
  VIC_PGY2: {
    description: "Victoria, second postgraduate year: four terms.",
    bounds: { ...FLOOR_PGY2, ruleset: "VIC_PGY2", exactTerms: 4 },
  },
  NSW_PGY1: {
    description: "New South Wales, first postgraduate year: five terms, one service term at most.",
    bounds: { ...FLOOR_PGY1, ruleset: "NSW_PGY1", exactTerms: 5, maxServiceTerms: 1 },
  },
  UNRESTRICTED: {
    description: "No accreditation rule; the house rules stay.",
    bounds: HOUSE,
  },
};
