// Rules on the order of a line's terms: what may not come after what, and how far apart terms of a kind must be.

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
import { termNames } from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** Terms of one kind do not follow terms of another within so many terms. */
interface NotAfter {
  first: TermKind;
  then: TermKind;
  /** 1: not directly. */
  within: number;
}

/** Two terms of a kind lie so many terms apart, at least; 2: never in a row. */
interface TermsApart {
  kind: TermKind;
  apart: number;
}

/** Most entries of one rule. */
const MOST_ENTRIES = 50;

const isKind = ({ problem }: RuleContext, kind: TermKind, r: number) =>
  isOfKind(kind, problem.positions[r]);

/** Terms t < u of a line that an entry forbids together; null where there are none. */
function tooSoon(context: RuleContext, { first, then, within }: NotAfter, line: readonly number[]) {
  for (let t = 0; t < line.length; t++) {
    if (!isKind(context, first, line[t])) continue;
    for (let u = t + 1; u < line.length && u <= t + within; u++) {
      if (isKind(context, then, line[u])) return [t, u];
    }
  }
  return null;
}

const span = (within: number) => within === 1 ? "directly" : `within ${plural(within, "term")}`;

/** Terms of a kind do not follow terms of another. */
export const notAfter: LineRule<{ notAfter: NotAfter[] }> = {
  name: "NOT_AFTER",
  description:
    "Kinds of terms that do not follow others: not directly, or not within so many terms.",
  place: 1800,
  value: once(() =>
    z.array(z.strictObject({
      first: termKind().describe("The terms that come first"),
      then: termKind().describe("The terms that do not follow them"),
      within: z.int().min(1).max(MOST_TERMS).default(1)
        .describe("For so many terms after them; 1: not directly"),
    })).max(MOST_ENTRIES)
  ),
  set: (bounds, value) => ({ ...bounds, notAfter: value as NotAfter[] }),
  valueOf: (bounds) => bounds.notAfter,
  loosen: ({ notAfter: now }) =>
    now.flatMap((entry, i) => {
      const name = `NOT_AFTER ${kindName(entry.then)} after ${kindName(entry.first)}`;
      const nearer = Array.from({ length: entry.within - 1 }, (_, n) => entry.within - 1 - n);
      return [
        ...nearer.map((within) => ({
          value: now.map((other, j) => j === i ? { ...entry, within } : other),
          words: `${name} within ${within} instead of ${plural(entry.within, "term")}`,
        })),
        { value: now.filter((_, j) => j !== i), words: `${name} allowed` },
      ];
    }).slice(0, 12),
  off: (bounds) => ({ ...bounds, notAfter: [] }),
  active: (bounds) => bounds.notAfter.length > 0,
  unknown: (problem, bounds) =>
    unknownInKinds(problem, bounds.notAfter.flatMap(({ first, then }) => [first, then])),
  check(context, line) {
    for (const entry of context.bounds.notAfter) {
      const found = tooSoon(context, entry, line);
      if (found) {
        return `${kindName(entry.then)} in term ${found[1] + 1} follows ${
          kindName(entry.first)
        } in term ${found[0] + 1}`;
      }
    }
    return null;
  },
  finding(context, line) {
    const found = context.bounds.notAfter.map((entry) => tooSoon(context, entry, line))
      .find((terms) => terms !== null);
    return found
      ? { text: `${termNames(found)} are too near`, terms: found }
      : { text: "no term follows one that it may not follow", terms: [] };
  },
  contribute: ({ problem, bounds }) => ({
    limits: bounds.notAfter.flatMap(({ first, then, within }) => {
      const T = problem.termWeeks.length;
      // Where the first kind is at t, the sum over the terms after it has no room left.
      return Array.from({ length: T - 1 }, (_, t): LineLimit => ({
        max: within,
        kind: `${kindName(then)} after ${kindName(first)}`,
        positions: positionsOfKind(first, problem),
        termWeight: Array.from({ length: T }, (_, u) => u === t ? within : 0),
        beside: {
          positions: positionsOfKind(then, problem),
          termWeight: Array.from({ length: T }, (_, u) => u > t && u <= t + within ? 1 : 0),
        },
      }));
    }),
  }),
  explain: ({ notAfter: entries }) =>
    entries.map(({ first, then, within }) =>
      `no ${kindName(then)} term ${span(within)} after a ${kindName(first)} term`
    ).join("; "),
};

/** Two terms of a kind that are nearer than an entry asks for; null where there are none. */
function tooNear(context: RuleContext, { kind, apart }: TermsApart, line: readonly number[]) {
  const terms = line.flatMap((r, t) => isKind(context, kind, r) ? [t] : []);
  const i = terms.findIndex((t, n) => n > 0 && t - terms[n - 1] < apart);
  return i < 0 ? null : [terms[i - 1], terms[i]];
}

const gap = (apart: number) =>
  apart === 2 ? "never in a row" : `at least ${plural(apart, "term")} apart`;

/** Terms of a kind lie apart. */
export const termsApart: LineRule<{ termsApart: TermsApart[] }> = {
  name: "TERMS_APART",
  description:
    "Kinds of terms of which two lie at least so many terms apart; 2: never two in a row.",
  place: 1900,
  value: once(() =>
    z.array(z.strictObject({
      kind: termKind(),
      apart: z.int().min(2).max(MOST_TERMS).default(2)
        .describe("From one to the next so many terms at least; 2: never two in a row"),
    })).max(MOST_ENTRIES)
  ),
  set: (bounds, value) => ({ ...bounds, termsApart: value as TermsApart[] }),
  valueOf: (bounds) => bounds.termsApart,
  loosen: ({ termsApart: now }) =>
    now.flatMap((entry, i) => {
      const name = `TERMS_APART of ${kindName(entry.kind)}`;
      const nearer = Array.from({ length: entry.apart - 2 }, (_, n) => entry.apart - 1 - n);
      return [
        ...nearer.map((apart) => ({
          value: now.map((other, j) => j === i ? { ...entry, apart } : other),
          words: `${name} ${apart} instead of ${plural(entry.apart, "term")}`,
        })),
        { value: now.filter((_, j) => j !== i), words: `${name} as near as they come` },
      ];
    }).slice(0, 12),
  off: (bounds) => ({ ...bounds, termsApart: [] }),
  active: (bounds) => bounds.termsApart.length > 0,
  unknown: (problem, bounds) => unknownInKinds(problem, bounds.termsApart.map(({ kind }) => kind)),
  check(context, line) {
    for (const entry of context.bounds.termsApart) {
      const found = tooNear(context, entry, line);
      if (found) {
        return `${kindName(entry.kind)} in ${termNames(found)}, to be ${gap(entry.apart)}`;
      }
    }
    return null;
  },
  finding(context, line) {
    const terms = context.bounds.termsApart.flatMap(({ kind }) =>
      line.flatMap((r, t) => isKind(context, kind, r) ? [t] : [])
    );
    const all = [...new Set(terms)].sort((a, b) => a - b);
    return {
      text: all.length === 0 ? "no such term" : `such terms: ${termNames(all)}`,
      terms: all,
    };
  },
  contribute: ({ problem, bounds }) => ({
    limits: bounds.termsApart.flatMap(({ kind, apart }) => {
      const T = problem.termWeeks.length, windows = Math.max(1, T - apart + 1);
      return Array.from({ length: windows }, (_, t): LineLimit => ({
        max: 1,
        kind: kindName(kind),
        positions: positionsOfKind(kind, problem),
        termWeight: Array.from({ length: T }, (_, u) => u >= t && u < t + apart ? 1 : 0),
      }));
    }),
  }),
  explain: ({ termsApart: entries }) =>
    entries.map(({ kind, apart }) => `${kindName(kind)} terms ${gap(apart)}`).join("; "),
};
