// What rules need to judge a finished line: a problem of the positions around it.

import type { PlannerPosition, PlannerProblem, SixMonthTerm } from "../problem.ts";

/** Halves of a six-month term. */
export type Part = 1 | 2;

/**
 * Six-month terms with their components.
 * @param componentOf id of the position that is this half of the term; null where there is none
 */
export function sixMonthTermsOf(
  terms: readonly Omit<SixMonthTerm, "components">[],
  componentOf: (term: string, part: Part) => string | null,
): SixMonthTerm[] {
  return terms.map((term) => ({
    id: term.id,
    name: term.name,
    components: [componentOf(term.id, 1), componentOf(term.id, 2)],
    qualification: term.qualification,
    college: term.college,
  }));
}

/** A problem of some positions with a post of each in every term: enough for rules on finished lines. */
export function problemAround(
  termWeeks: number[],
  positions: PlannerPosition[],
  sixMonthTerms: SixMonthTerm[],
): PlannerProblem {
  return {
    version: 1,
    lines: 1,
    termWeeks,
    positions,
    sixMonthTerms,
    posts: termWeeks.map(() => positions.map(() => 1)),
    minimumFill: termWeeks.map(() => positions.map(() => 0)),
    constraints: [],
    affinity: { profile: "none", version: 0, weights: [] },
    options: { allowPartial: true, seed: 1 },
  };
}
