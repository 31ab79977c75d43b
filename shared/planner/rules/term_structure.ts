// Rules on the term structure itself: how many terms the year has, and how many of them are long.

import type { LineRule, RuleContext } from "./rule.ts";
import { boundBy, countValue } from "./shares.ts";

/** Shortest term, in weeks, that counts as long. */
const LONG_TERM_WEEKS = 10;

function wrongTermCount(context: RuleContext): string | null {
  const terms = context.problem.termWeeks.length;
  const wanted = context.bounds.exactTerms!;
  return terms === wanted ? null : `the year has ${terms} terms, and ${wanted} are required`;
}

function tooFewLongTerms(context: RuleContext): string | null {
  const long = context.problem.termWeeks.filter((weeks) => weeks >= LONG_TERM_WEEKS).length;
  const wanted = context.bounds.minLongTerms!;
  return long >= wanted
    ? null
    : `${long} terms have at least ${LONG_TERM_WEEKS} weeks, and ${wanted} are required`;
}

/** The year has exactly k terms. */
export const exactTerms: LineRule = {
  name: "EXACT_TERMS",
  description: "Number of terms the year must have.",
  ...boundBy("exactTerms", countValue),
  check: (context) => wrongTermCount(context),
  contribute: (context) => ({ structure: wrongTermCount(context) }),
  explain: (bounds) => `exactly ${bounds.exactTerms} terms`,
};

/** At least k terms of ten weeks or more. */
export const minLongTerms: LineRule = {
  name: "MIN_LONG_TERMS",
  description: `Smallest number of terms of at least ${LONG_TERM_WEEKS} weeks.`,
  ...boundBy("minLongTerms", countValue),
  check: (context) => tooFewLongTerms(context),
  contribute: (context) => ({ structure: tooFewLongTerms(context) }),
  explain: (bounds) => `at least ${bounds.minLongTerms} terms of ${LONG_TERM_WEEKS} weeks or more`,
};
