// The shape of a rule "at most k terms of a kind".

import type { PlannerPosition } from "../problem.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import type { LineRule } from "./rule.ts";
import { countOfTerms, countValue, positionsWhere, termsOf, weightOf } from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** What a rule "at most k terms of a kind" needs to be told. */
export interface TermCountSpec<Key extends string> {
  name: string;
  description: string;
  /** See `LineRule`. */
  place: number;
  /** Its field in the bounds. */
  key: Key;
  /** The kind in words, "rural". */
  kind: string;
  test: (position: PlannerPosition) => boolean;
  /** See `LineRule`. */
  house?: number;
}

/** Builds a rule "at most k terms whose position is of a kind". */
export function termCountRule<Key extends string>(
  spec: TermCountSpec<Key>,
): LineRule<NumberBound<Key>> {
  const bound = (bounds: NumberBound<Key>) => bounds[spec.key]!;
  return {
    name: spec.name,
    description: spec.description,
    place: spec.place,
    ...boundBy(spec.key, countValue, "terms at most"),
    ...spec.house !== undefined && { house: spec.house },
    check(context, line) {
      const ones = context.problem.termWeeks.map(() => 1);
      const count = weightOf(context, line, ones, spec.test);
      return count > bound(context.bounds)
        ? `${plural(count, `${spec.kind} term`)}, at most ${bound(context.bounds)} allowed`
        : null;
    },
    finding(context, line) {
      const terms = termsOf(context, line, spec.test);
      return { text: countOfTerms(terms.length, spec.kind), terms };
    },
    contribute: (context) => ({
      limits: [{
        max: bound(context.bounds),
        kind: spec.kind,
        positions: positionsWhere(context, spec.test),
        termWeight: context.problem.termWeeks.map(() => 1),
      }],
    }),
    explain: (bounds) =>
      `at most ${bound(bounds)} ${spec.kind} term${bound(bounds) === 1 ? "" : "s"}`,
  };
}
