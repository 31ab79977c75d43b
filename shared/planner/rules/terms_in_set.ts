// TERMS_IN_SET: at least or at most so many terms of a line in a set of positions.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { MOST_TERMS } from "../limits.ts";
import {
  isOfKind,
  kindName,
  positionsOfKind,
  type TermKind,
  termKind,
  unknownInKinds,
} from "./kinds.ts";
import type { LineLimit, LineRule, RuleContext } from "./rule.ts";
import { plural } from "../../engine/words.ts";

/** So many terms in positions of a kind. */
interface TermsInSet {
  kind: TermKind;
  least: number | null;
  most: number | null;
}

const count = once(() => z.int().min(0).max(MOST_TERMS));

/** An entry of the rule: what is not asked for is left out. */
type Entry = Pick<TermsInSet, "kind"> & { least?: number; most?: number };

function asEntry({ kind, least, most }: TermsInSet): Entry {
  return { kind, ...least !== null && { least }, ...most !== null && { most } };
}

function termsIn({ problem }: RuleContext, { kind }: TermsInSet, line: readonly number[]) {
  return line.flatMap((r, t) => isOfKind(kind, problem.positions[r]) ? [t] : []);
}

function bounds({ least, most }: TermsInSet): string {
  if (least !== null && most !== null) return least === most ? `${least}` : `${least} to ${most}`;
  return least !== null ? `at least ${least}` : `at most ${most}`;
}

/** What its bounds count. */
function words({ least, most }: TermsInSet): string {
  return (most ?? least) === 1 ? "term" : "terms";
}

/** The same with fewer asked for, or more allowed, one after the other. */
function looser(entry: TermsInSet, terms: number): TermsInSet[] {
  const { least, most } = entry;
  const fewer = Array.from({ length: least ?? 0 }, (_, n) => ({ ...entry, least: least! - 1 - n }));
  const more = most === null ? [] : Array.from({ length: Math.max(0, terms - most) }, (_, n) => ({
    ...entry,
    most: most + 1 + n,
  }));
  return [...fewer, ...more];
}

/** At least, or at most, so many terms in a set of positions. */
export const termsInSet: LineRule<{ termsInSet: TermsInSet[] }> = {
  name: "TERMS_IN_SET",
  description: "Sets of positions in which a line holds at least, or at most, so many terms.",
  place: 2000,
  value: once(() =>
    z.array(
      z.strictObject({
        kind: termKind().describe("The positions that count"),
        least: count().optional().describe("Terms in them, at least"),
        most: count().optional().describe("Terms in them, at most"),
      }).refine(({ least, most }) => least !== undefined || most !== undefined, {
        message: "give a least or a largest number of terms",
      }).refine(({ least = 0, most = MOST_TERMS }) => least <= most, {
        message: "the least number is above the largest",
      }).meta({ some: ["least", "most"], rising: ["least", "most"] }),
    ).max(50)
  ),
  set: (now, value) => ({
    ...now,
    termsInSet: (value as Entry[]).map(({ least = null, most = null, kind }) => ({
      kind,
      least,
      most,
    })),
  }),
  valueOf: (now) => now.termsInSet.map(asEntry),
  loosen: ({ termsInSet: now }, { termWeeks: { length } }) =>
    now.flatMap((entry, i) =>
      looser(entry, length).map((other) => ({
        value: now.map((each, j) => asEntry(j === i ? other : each)),
        words: `TERMS_IN_SET ${bounds(other)} in ${kindName(entry.kind)} instead of ${
          bounds(entry)
        }`,
      }))
    ).slice(0, 12),
  off: (now) => ({ ...now, termsInSet: [] }),
  active: (now) => now.termsInSet.length > 0,
  unknown: (problem, now) => unknownInKinds(problem, now.termsInSet.map(({ kind }) => kind)),
  check(context, line) {
    for (const entry of context.bounds.termsInSet) {
      const { length } = termsIn(context, entry, line), { most } = entry;
      const absent = line.filter((r) => context.problem.positions[r].isAbsent).length;
      const least = entry.least === null ? null : entry.least - absent;
      if ((least !== null && length < least) || (most !== null && length > most)) {
        return `${plural(length, "term")} in ${kindName(entry.kind)}, ${bounds(entry)} wanted`;
      }
    }
    return null;
  },
  finding(context, line) {
    const found = context.bounds.termsInSet.map((entry) => ({
      terms: termsIn(context, entry, line),
      name: kindName(entry.kind),
    }));
    return {
      text: found.map(({ terms, name }) => `${terms.length} in ${name}`).join("; "),
      terms: [...new Set(found.flatMap(({ terms }) => terms))].sort((a, b) => a - b),
    };
  },
  contribute({ problem, bounds: now }) {
    const T = problem.termWeeks.length, termWeight = Array(T).fill(1);
    const tooMany = now.termsInSet.find(({ least }) => (least ?? 0) > T);
    return {
      structure: tooMany
        ? `${plural(tooMany.least!, "term")} in ${
          kindName(tooMany.kind)
        } must be, and the year has ${T}`
        : null,
      limits: now.termsInSet.flatMap(({ kind, least, most }): LineLimit[] => {
        const inside = positionsOfKind(kind, problem);
        const outside = problem.positions.flatMap(({ isAbsent }, r) =>
          inside.includes(r) || isAbsent ? [] : [r]
        );
        const name = kindName(kind);
        return [
          ...most === null ? [] : [{ max: most, kind: name, positions: inside, termWeight }],
          // Every line fills every term: at least k inside is at most T - k outside.
          ...least === null || least > T
            ? []
            : [{ max: T - least, kind: `outside ${name}`, positions: outside, termWeight }],
        ];
      }),
    };
  },
  explain: ({ termsInSet: entries }) =>
    entries.map((entry) => `${bounds(entry)} ${words(entry)} in ${kindName(entry.kind)}`).join(
      "; ",
    ),
};
