// Rules on the term structure itself: how many terms the year has, and how many of them are long.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { LineRule, RuleContext, RuleFinding } from "./rule.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import { countValue } from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** Shortest term, in weeks, that counts as long. */
const LONG_TERM_WEEKS = 10;

function termsInYear({ problem }: RuleContext): RuleFinding {
  return { text: `the year has ${plural(problem.termWeeks.length, "term")}`, terms: [] };
}

function wrongTermCount(context: RuleContext<NumberBound<"exactTerms">>): string | null {
  const terms = context.problem.termWeeks.length;
  const wanted = context.bounds.exactTerms!;
  return terms === wanted
    ? null
    : `the year has ${plural(terms, "term")}, and ${wanted} are required`;
}

function tooFewTerms({ problem, bounds }: RuleContext<NumberBound<"minTerms">>): string | null {
  const terms = problem.termWeeks.length;
  return terms >= bounds.minTerms!
    ? null
    : `the year has ${plural(terms, "term")}, and at least ${bounds.minTerms} are required`;
}

function tooManyTerms({ problem, bounds }: RuleContext<NumberBound<"maxTerms">>): string | null {
  const terms = problem.termWeeks.length;
  return terms <= bounds.maxTerms!
    ? null
    : `the year has ${plural(terms, "term")}, and at most ${bounds.maxTerms} are allowed`;
}

function tooFewLongTerms(context: RuleContext<NumberBound<"minLongTerms">>): string | null {
  const long = context.problem.termWeeks.filter((weeks) => weeks >= LONG_TERM_WEEKS).length;
  const wanted = context.bounds.minLongTerms!;
  return long >= wanted
    ? null
    : `${
      plural(long, "term has", "terms have")
    } at least ${LONG_TERM_WEEKS} weeks, and ${wanted} are required`;
}

function longerThanLast({ problem: { termWeeks } }: RuleContext): string | null {
  const longer = termWeeks.findIndex((weeks) => weeks > termWeeks.at(-1)!);
  return longer < 0
    ? null
    : `term ${longer + 1} has ${plural(termWeeks[longer], "week")}, more than the last term with ${
      termWeeks.at(-1)
    }`;
}

/** The year has exactly k terms. */
export const exactTerms: LineRule<NumberBound<"exactTerms">> = {
  name: "EXACT_TERMS",
  description: "Number of terms the year must have.",
  place: 100,
  ...boundBy("exactTerms", countValue, "terms exactly"),
  check: (context) => wrongTermCount(context),
  finding: termsInYear,
  contribute: (context) => ({ structure: wrongTermCount(context) }),
  explain: (bounds) => `exactly ${plural(bounds.exactTerms!, "term")}`,
};

/** The year has at least k terms. */
export const minTerms: LineRule<NumberBound<"minTerms">> = {
  name: "MIN_TERMS",
  description: "Smallest number of terms the year may have.",
  place: 200,
  ...boundBy("minTerms", countValue, "terms exactly"),
  check: (context) => tooFewTerms(context),
  finding: termsInYear,
  contribute: (context) => ({ structure: tooFewTerms(context) }),
  explain: (bounds) => `at least ${plural(bounds.minTerms!, "term")}`,
};

/** The year has at most k terms. */
export const maxTerms: LineRule<NumberBound<"maxTerms">> = {
  name: "MAX_TERMS",
  description: "Largest number of terms the year may have.",
  place: 300,
  ...boundBy("maxTerms", countValue, "terms exactly"),
  check: (context) => tooManyTerms(context),
  finding: termsInYear,
  contribute: (context) => ({ structure: tooManyTerms(context) }),
  explain: (bounds) => `at most ${plural(bounds.maxTerms!, "term")}`,
};

/** At least k terms of ten weeks or more. */
export const minLongTerms: LineRule<NumberBound<"minLongTerms">> = {
  name: "MIN_LONG_TERMS",
  description: `Smallest number of terms of at least ${LONG_TERM_WEEKS} weeks.`,
  place: 400,
  ...boundBy("minLongTerms", countValue, "terms at least"),
  check: (context) => tooFewLongTerms(context),
  finding({ problem }) {
    const terms = problem.termWeeks.flatMap((weeks, t) => weeks >= LONG_TERM_WEEKS ? [t] : []);
    return { text: `${plural(terms.length, "term")} of ${LONG_TERM_WEEKS} weeks or more`, terms };
  },
  contribute: (context) => ({ structure: tooFewLongTerms(context) }),
  explain: (bounds) =>
    `at least ${plural(bounds.minLongTerms!, "term")} of ${LONG_TERM_WEEKS} weeks or more`,
};

/** No term is longer than the last (Victoria's 12-week term is term 5). */
export const longestTermLast: LineRule<{ longestTermLast: boolean }> = {
  name: "LONGEST_TERM_LAST",
  description: "No term is longer than the last one.",
  place: 500,
  value: once(() => z.boolean()),
  bare: true,
  set: (bounds, value) => ({ ...bounds, longestTermLast: value as boolean }),
  valueOf: (bounds) => bounds.longestTermLast,
  off: (bounds) => ({ ...bounds, longestTermLast: false }),
  active: (bounds) => bounds.longestTermLast,
  check: (context) => longerThanLast(context),
  finding({ problem: { termWeeks } }) {
    const longest = Math.max(...termWeeks);
    const terms = termWeeks.flatMap((weeks, t) => weeks === longest ? [t] : []);
    return { text: `the longest term has ${plural(longest, "week")}`, terms };
  },
  contribute: (context) => ({ structure: longerThanLast(context) }),
  explain: () => "the longest term comes last",
};
