// The bounds that rules put on a run: one field a rule, and the shapes of the values that are more than
// a number. Below the rules themselves, which read and set them.

import type { Category } from "../problem.ts";

/** The bounds in force for a run: a ruleset's defaults with single entries overridden. */
export interface RuleBounds {
  ruleset: string;
  rulesetVersion: number;
  /** Number of terms the year must have. */
  exactTerms: number | null;
  /** Fewest and most terms the year may have. */
  minTerms: number | null;
  maxTerms: number | null;
  requiredCategories: Category[];
  /** Largest share (0..1) of the year's weeks in one parent specialty. */
  maxSpecialtyShare: number | null;
  /** Largest share of the year's weeks in one subspecialty. */
  maxSubspecialtyShare: number | null;
  /** Largest share of the year's weeks in service terms. */
  maxServiceShare: number | null;
  maxServiceTerms: number | null;
  /** Smallest share of the year's weeks embedded in a clinical team. */
  minClinicalTeamShare: number | null;
  minClinicalWeeks: number | null;
  maxNonClinicalTerms: number | null;
  /** Terms of at least ten weeks. */
  minLongTerms: number | null;
  /** No term is longer than the last one. */
  longestTermLast: boolean;
  maxRuralTerms: number | null;
  maxNightsReliefTerms: number | null;
  noNights: boolean;
  /** No position twice in a line. */
  uniquePositions: boolean;
  forcedCells: ForcedCell[];
  forbiddenCells: ForbiddenCell[];
  preferredCells: PreferredCell[];
  pathways: Pathway[];
  /** Null: six-month terms under no condition. */
  sixMonthTerms: SixMonthConditions | null;
  notAfter: NotAfter[];
  termsApart: TermsApart[];
  termsInSet: TermsInSet[];
  /** Different hospitals in a line, at most. */
  maxHospitals: number | null;
  /** Different parent specialties in a line, at least. */
  minSpecialties: number | null;
  /** All positions of a line are of the same part of full time. */
  sameFte: boolean;
  /** Null: leave is not planned. */
  annualLeave: AnnualLeave | null;
}

/** So many lines hold the position in the term. `term` counts from 1. */
export interface ForcedCell {
  position: string;
  term: number;
  lines: number;
}

/** No line holds the position in these terms; in none at all where `terms` is absent. */
export interface ForbiddenCell {
  position: string;
  terms?: number[];
}

/** A wish that so many lines hold the cell; each that is missing costs `weight`. */
export interface PreferredCell extends ForcedCell {
  weight: number;
}

/** `lines` lines reserved, each with these positions in this order; null: any position. */
export interface ExactPathway {
  name: string;
  lines: number;
  sequence: (string | null)[];
}

/** `lines` lines reserved, each with at least `need` terms in these positions. */
export interface BiasedPathway {
  name: string;
  lines: number;
  positions: string[];
  need: number;
}

/** Lines reserved for a pathway: by their exact sequence, or by how many terms they have in it. */
export type Pathway = ExactPathway | BiasedPathway;

/** What a line with a six-month term must keep to. */
export interface SixMonthConditions {
  /** Six-month terms in a line, at most. */
  most: number;
  /** Its two components are of different subspecialties. */
  two_subspecialties: boolean;
  /** It belongs to a diploma or certificate. */
  qualification: boolean;
  /** A college requires it. */
  college: boolean;
  /** Categories that the other terms of the year cover by themselves. */
  rest_covers: Category[];
}

/** What a position may be marked as. */
export type PositionFlag =
  | "service"
  | "nights_relief"
  | "rural"
  | "non_clinical"
  | "clinical_team";

/** Which positions are of a kind: those that any of its parts names. */
export interface TermKind {
  flags: PositionFlag[];
  /** Parent specialties or subspecialties. */
  specialties: string[];
  positions: string[];
}

/** Terms of one kind do not follow terms of another within so many terms. */
export interface NotAfter {
  first: TermKind;
  then: TermKind;
  /** 1: not directly. */
  within: number;
}

/** Two terms of a kind lie so many terms apart, at least; 2: never in a row. */
export interface TermsApart {
  kind: TermKind;
  apart: number;
}

/** So many terms in positions of a kind. */
export interface TermsInSet {
  kind: TermKind;
  least: number | null;
  most: number | null;
}

/** Parameters of ANNUAL_LEAVE. */
export interface AnnualLeave {
  /** Share of all leave weeks that should lie in the first half of the year. */
  first_half_share: number;
  /** Leave weeks that each term can take over all lines; absent: as many as there are. */
  capacity_weeks?: number[];
  /** Share of all lines that should be away in one week at most, and of a team's; what cannot be kept is reported. */
  week_share: number;
  team_share: number;
}
