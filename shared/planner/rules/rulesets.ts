// The named rulesets as data: the national floor, and the state rulesets as rows on top of it.

import type { RuleBounds } from "./bounds.ts";
import { PLACES } from "./names.ts";
import { RULES } from "./registry.ts";

/** Version of the table below; stored with every run's result. */
export const RULESET_VERSION = 5;

/** Every rule off, but for the rules of the house: those whose objects name a value for it, on in every ruleset. */
function houseBounds(head: Pick<RuleBounds, "ruleset" | "rulesetVersion">): RuleBounds {
  // Each rule sets its own field, so that the whole is there once all have.
  return RULES.reduce(
    (bounds, rule) => rule.house === undefined ? rule.off(bounds) : rule.set(bounds, rule.house),
    head as RuleBounds,
  );
}

/** House rules; each can be switched by its own name. */
const HOUSE = houseBounds({ ruleset: "UNRESTRICTED", rulesetVersion: RULESET_VERSION });

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

/** A ruleset: what it is, in a sentence, and the bounds it sets. */
export interface Ruleset {
  description: string;
  bounds: RuleBounds;
}

function ruleset(name: string, description: string, bounds: RuleBounds): [string, Ruleset] {
  return [name, { description, bounds: { ...bounds, ruleset: name } }];
}

/** Victoria fixes the number of terms; the 12-week term of the first year is the last one. */
const VICTORIA = [
  ruleset("VIC_PGY1", "Victoria, first postgraduate year: five terms, the longest of them last.", {
    ...FLOOR_PGY1,
    exactTerms: 5,
    longestTermLast: true,
  }),
  ruleset(
    "VIC_PGY2",
    "Victoria, second postgraduate year: four terms, six-month terms under four conditions.",
    {
      ...FLOOR_PGY2,
      exactTerms: 4,
      sixMonthTerms: {
        most: 1,
        two_subspecialties: true,
        qualification: true,
        college: true,
        rest_covers: ["A", "B", "C"],
      },
    },
  ),
];

/** New South Wales (HETI): exactly five terms, one of them in service at most, in both years. */
const NEW_SOUTH_WALES = [["1", "first", FLOOR_PGY1], ["2", "second", FLOOR_PGY2]] as const;

/** States and territories that add nothing to the national floor but four or five terms. */
const FLOOR_STATES = ["WA", "SA", "TAS", "QLD", "NT", "ACT"] as const;

/** Ruleset by name; `UNRESTRICTED` is what a run gets that names none. */
export const RULESETS: Readonly<Record<string, Ruleset>> = Object.fromEntries([
  ...VICTORIA,
  ...NEW_SOUTH_WALES.map(([year, nth, floor]) =>
    ruleset(
      `NSW_PGY${year}`,
      `New South Wales, ${nth} postgraduate year: five terms, one service term at most.`,
      { ...floor, exactTerms: 5, maxServiceTerms: 1 },
    )
  ),
  ...FLOOR_STATES.flatMap((code) => [
    ruleset(
      `${code}_PGY1`,
      `${PLACES[code]}, first postgraduate year: the national floor with four or five terms.`,
      { ...FLOOR_PGY1, minTerms: 4, maxTerms: 5 },
    ),
    ruleset(
      `${code}_PGY2`,
      `${PLACES[code]}, second postgraduate year: the national floor with four or five terms.`,
      { ...FLOOR_PGY2, minTerms: 4, maxTerms: 5 },
    ),
  ]),
  ruleset(
    "PGY3_PLUS",
    "Third postgraduate year and later: no accreditation rule; the house rules stay.",
    HOUSE,
  ),
  ruleset("UNRESTRICTED", "No accreditation rule; the house rules stay.", HOUSE),
]);
