// Six-month terms: two positions, the components, that one line holds in two consecutive terms. That they
// go together belongs to the positions themselves; under which conditions a line may hold them at all is
// a rule of its own.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { CATEGORIES, type Category, type PlannerProblem, type SixMonthTerm } from "../problem.ts";
import type { LineRule, RuleContext, RuleFinding } from "./rule.ts";
import { positionsWhere } from "./shares.ts";

/** What a line with a six-month term must keep to. */
interface SixMonthConditions {
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

/** Null: six-month terms under no condition. */
interface SixMonthBound {
  sixMonthTerms: SixMonthConditions | null;
}

const value = once(() =>
  z.strictObject({
    most: z.int().min(0).max(6).default(1).describe("Six-month terms in a line, at most"),
    two_subspecialties: z.boolean().default(true)
      .describe("Its two components are of different subspecialties"),
    qualification: z.boolean().default(true).describe("It belongs to a diploma or certificate"),
    college: z.boolean().default(true).describe("A college requires it"),
    rest_covers: z.array(z.enum(["A", "B", "C", "D"])).default(["A", "B", "C"])
      .describe("Categories that the other terms of the year cover by themselves"),
  }).nullable()
);

/** The positions of a six-month term by index, -1 where the problem has no such position. */
function componentsOf({ positions }: PlannerProblem, term: SixMonthTerm): number[] {
  return term.components.map((id) => positions.findIndex((position) => position.id === id));
}

/** The six-month terms of a problem with their positions by index. */
function sixMonthTermsOn(problem: PlannerProblem) {
  return (problem.sixMonthTerms ?? []).map((term) => ({
    ...term,
    at: componentsOf(problem, term),
  }));
}

/** The six-month terms that a line holds, in words. */
function heldTerms({ problem }: RuleContext, line: readonly number[]): RuleFinding {
  const held = sixMonthTermsOn(problem).filter(({ at }) => at.some((r) => line.includes(r)));
  const halves = held.flatMap(({ at }) => at);
  return {
    text: held.map(({ name }) => name).join(" and ") || "no six-month term",
    terms: line.flatMap((r, t) => halves.includes(r) ? [t] : []),
  };
}

/** Why no line may hold a six-month term, whatever the rest of its year; null when one may. */
function unfit({ problem, bounds }: RuleContext<SixMonthBound>, term: SixMonthTerm): string | null {
  const { two_subspecialties, qualification, college } = bounds.sixMonthTerms!;
  const [first, second] = componentsOf(problem, term)
    .map((r) => problem.positions[r]?.subspecialty ?? null);
  if (two_subspecialties && (first === null || second === null || first === second)) {
    return `${term.name} has not two subspecialties`;
  }
  if (qualification && term.qualification === null) {
    return `${term.name} belongs to no diploma or certificate`;
  }
  return college && term.college === null ? `no college requires ${term.name}` : null;
}

/** The two components of a six-month term fill two consecutive terms of one line. */
export const sixMonthPairs: LineRule = {
  name: "SIX_MONTH_PAIRS",
  description: "The two components of a six-month term fill two consecutive terms of one line.",
  place: 3100,
  inherent: true,
  value: once(() => z.literal(true)),
  bare: true,
  set: (bounds) => bounds,
  valueOf: () => true,
  off: (bounds) => bounds,
  active: () => true,
  check({ problem }, line) {
    for (const { name, at: [first, second] } of sixMonthTermsOn(problem)) {
      const isTorn = line.some((r, t) =>
        r >= 0 &&
        ((r === first && (second < 0 || line[t + 1] !== second)) ||
          (r === second && (first < 0 || line[t - 1] !== first)))
      );
      if (isTorn) return `${name}: its two components do not follow each other`;
    }
    return null;
  },
  finding: heldTerms,
  contribute({ problem }) {
    const terms = sixMonthTermsOn(problem), last = problem.termWeeks.length - 1;
    const whole = terms.filter(({ at }) => at.every((r) => r >= 0));
    const firsts = whole.map(({ at }) => at[0]), seconds = whole.map(({ at }) => at[1]);
    return {
      pairs: whole.map(({ at: [first, second] }) => ({ first, second })),
      forbids: terms.filter(({ at }) => at.includes(-1)).flatMap(({ at }) =>
        at.filter((r) => r >= 0)
      ),
      forbidsSlot: (t, r) => (t === last && firsts.includes(r)) || (t === 0 && seconds.includes(r)),
    };
  },
  explain: () => "the two components of a six-month term follow each other",
};

/** Six-month terms only under conditions. */
export const sixMonthTerms: LineRule<SixMonthBound> = {
  name: "SIX_MONTH_TERMS",
  description: "Conditions under which a line may hold a six-month term.",
  place: 2800,
  value,
  bare: {},
  set: (bounds, v) => {
    const given = v as SixMonthConditions | null;
    return {
      ...bounds,
      sixMonthTerms: given && {
        ...given,
        rest_covers: CATEGORIES.filter((category) => given.rest_covers.includes(category)),
      },
    };
  },
  valueOf: (bounds) => bounds.sixMonthTerms,
  loosen(bounds) {
    const now = bounds.sixMonthTerms!;
    const looser: [Partial<SixMonthConditions>, string][] = [
      ...now.rest_covers.map((dropped): [Partial<SixMonthConditions>, string] => {
        const rest_covers = now.rest_covers.filter((category) => category !== dropped);
        return [
          { rest_covers },
          `rest_covers ${rest_covers.join(", ") || "none"} instead of ${
            now.rest_covers.join(", ")
          }`,
        ];
      }),
      ...(["college", "qualification", "two_subspecialties"] as const).filter((name) => now[name])
        .map((name): [Partial<SixMonthConditions>, string] => [
          { [name]: false },
          `no ${name} needed`,
        ]),
      [{ most: now.most + 1 }, `most ${now.most + 1} instead of ${now.most}`],
    ];
    return looser.map(([change, words]) => ({
      value: { ...now, ...change },
      words: `SIX_MONTH_TERMS ${words}`,
    }));
  },
  off: (bounds) => ({ ...bounds, sixMonthTerms: null }),
  active: (bounds) => bounds.sixMonthTerms !== null,
  check(context, line) {
    const { problem, bounds } = context;
    const { most, rest_covers } = bounds.sixMonthTerms!;
    const terms = sixMonthTermsOn(problem);
    const held = terms.filter(({ at }) => at.some((r) => line.includes(r)));
    if (held.length === 0) return null;
    const count = line.filter((r) => terms.some(({ at }) => at[0] === r)).length;
    if (count > most) return `${count} six-month terms, at most ${most} allowed`;
    const fault = held.map((term) => unfit(context, term)).find((found) => found !== null);
    if (fault) return fault;
    const rest = line.filter((r) => !terms.some(({ at }) => at.includes(r)));
    const covered = rest.flatMap((r) => problem.positions[r].categories);
    const missing = rest_covers.filter((category) => !covered.includes(category));
    return missing.length === 0
      ? null
      : `category ${missing.join(", ")} not covered beside ${held[0].name}`;
  },
  finding: heldTerms,
  contribute(context) {
    const { problem, bounds } = context;
    const { most, rest_covers } = bounds.sixMonthTerms!;
    const terms = sixMonthTermsOn(problem);
    if (terms.length === 0) return {};
    const isComponent = new Set(terms.flatMap(({ at }) => at));
    return {
      forbids: terms.filter((term) => unfit(context, term) !== null)
        .flatMap(({ at }) => at.filter((r) => r >= 0)),
      limits: [{
        max: most,
        kind: "six-month",
        positions: terms.map(({ at }) => at[0]).filter((r) => r >= 0),
        termWeight: problem.termWeeks.map(() => 1),
      }],
      coversBesidePairs: rest_covers.map((category) => ({
        label: `category ${category} beside a six-month term`,
        positions: positionsWhere(context, (p) => p.categories.includes(category))
          .filter((r) => !isComponent.has(r)),
      })),
    };
  },
  explain({ sixMonthTerms: conditions }) {
    const { most, two_subspecialties, qualification, college, rest_covers } = conditions!;
    if (most === 0) return "no six-month term";
    const needs = [
      ...two_subspecialties ? ["two subspecialties"] : [],
      ...qualification ? ["a diploma or certificate"] : [],
      ...college ? ["a college that requires it"] : [],
      ...rest_covers.length > 0 ? [`${rest_covers.join(", ")} in the rest of the year`] : [],
    ];
    const terms = `at most ${most} six-month term${most === 1 ? "" : "s"}`;
    return needs.length === 0 ? terms : `${terms}, with ${needs.join(", ")}`;
  },
};
