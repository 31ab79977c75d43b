// What rules need to judge a finished line: a problem of the positions around it.

import {
  absentPosition,
  type PlannerPosition,
  type PlannerProblem,
  type SixMonthTerm,
} from "../problem.ts";

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

/**
 * What a line of part of the year holds by term, as the rules ask for it: a stand-in in each term in which it is not worked.
 * @param positions ids by term; null where it has none
 * @param worked the terms in which it is worked, from 1; null: from the beginning, to the end
 */
export function heldBy(
  positions: readonly (string | null)[],
  { first_term: first, last_term: last }: { first_term: number | null; last_term: number | null },
): (string | null)[] {
  return positions.map((id, t) =>
    t + 1 < (first ?? 1) || t + 1 > (last ?? positions.length) ? absentPosition(t).id : id
  );
}

/**
 * A problem of some positions with a post of each in every term, and of the stand-ins for terms that are not worked: enough for
 * rules on finished lines.
 */
export function problemAround(
  termWeeks: number[],
  own: PlannerPosition[],
  sixMonthTerms: SixMonthTerm[],
): PlannerProblem {
  const positions = [...own, ...termWeeks.map((_, t) => absentPosition(t))];
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
