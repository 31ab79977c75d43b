// Small problems over all rules and options that are held against exact answers.

import type { Random } from "../../engine/random.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import { RULES, RULESETS } from "../rules/mod.ts";
import { anyValue } from "./drawn_rule.ts";
import { randomOrder, randomProblem } from "./problems.ts";

/** Few lines over lavish posts, some with pathways, six-month terms and wishes heavier than anything else. */
export function drawn(random: Random): PlannerProblem {
  const terms = 1 + random.below(4);
  const problem = randomProblem(() => random.next(), {
    lines: 1 + random.below(5),
    terms,
    positions: 4 + random.below(3),
    postsUpTo: 3 + random.below(4),
    allowPartial: random.next() < 0.4,
    cells: random.next() < 0.5,
    pathways: random.next() < 0.4,
    sixMonth: random.next() < 0.2,
  });
  const wishes = Array.from({ length: random.below(4) }, (_, i) => ({
    position: problem.positions[i].id,
    term: 1 + random.below(terms),
    lines: 1 + random.below(3),
    weight: 1 + random.below(10_000),
  }));
  const constraints = [...problem.constraints, { name: "PREFERRED_CELLS", value: wishes }];
  return { ...problem, constraints, options: { ...problem.options, effort: "quick" } };
}

/** The same with little leave in some terms. */
export function drawnWithLeave(random: Random): PlannerProblem {
  const problem = drawn(random), { length: T } = problem.termWeeks;
  const capacity_weeks = problem.termWeeks.map(() =>
    random.next() < 0.2 ? 100 : random.below(Math.ceil(10 * problem.lines / T) + 2)
  );
  // Short terms now and then, so that leave must be taken in two.
  const short = random.next() < 0.2;
  return {
    ...problem,
    termWeeks: problem.termWeeks.map((weeks, t) => short && t % 2 === 0 ? 4 : weeks + 3 * (t % 2)),
    positions: problem.positions.map((p) => ({
      ...p,
      minWeeks: 1,
      allowsLeave: random.next() < 0.8,
    })),
    constraints: [...problem.constraints, { name: "ANNUAL_LEAVE", value: { capacity_weeks } }],
  };
}

/** The same with rules on order, sets, hospitals and specialties, and now and then scarce leave. */
export function drawnWithOrder(random: Random): PlannerProblem {
  const problem = random.next() < 0.3 ? drawnWithLeave(random) : drawn(random);
  const constraints = [
    ...problem.constraints,
    ...randomOrder(() => random.next(), problem.positions),
  ];
  return { ...problem, constraints };
}

/** Values of rules that are a number, a choice or on and off, each of which bites now and then; null switches one off. */
const VALUES: Record<string, (random: Random, problem: PlannerProblem) => unknown> = {
  EXACT_TERMS: (random, { termWeeks: { length } }) => random.next() < 0.1 ? length + 1 : length,
  MIN_TERMS: (random, { termWeeks: { length } }) => random.next() < 0.1 ? length + 1 : 1,
  MAX_TERMS: (random, { termWeeks: { length } }) =>
    Math.max(1, length - (random.next() < 0.1 ? 1 : 0)),
  MIN_LONG_TERMS: (random, { termWeeks: { length } }) => random.below(length + 1),
  LONGEST_TERM_LAST: (random) => random.next() < 0.8,
  REQUIRED_CATEGORIES: (random) => ["A", "B", "C", "D"].filter(() => random.next() < 0.4),
  MAX_SPECIALTY: (random) => [0.3, 0.5, 0.6, 1, null][random.below(5)],
  MAX_SUBSPECIALTY: (random) => [0.25, 0.3, 0.5, 1, null][random.below(5)],
  MAX_SERVICE: (random) => [0, 0.25, 0.3, 0.5][random.below(4)],
  MAX_SERVICE_TERMS: (random) => random.below(3),
  MIN_CLINICAL_TEAM: (random) => [0.3, 0.5, 0.75, 1][random.below(4)],
  MIN_CLINICAL_WEEKS: (random, { termWeeks }) =>
    random.below(1 + termWeeks.reduce((sum, weeks) => sum + weeks, 0)),
  MAX_NON_CLINICAL_TERMS: (random) => [0, 1, null][random.below(3)],
  MAX_RURAL_TERMS: (random) => [0, 1, 2, null][random.below(4)],
  MAX_NIGHTS_RELIEF_TERMS: (random) => [0, 1, 2, null][random.below(4)],
  SAME_FTE: (random) => random.next() < 0.5,
};

/** Rules that {@link drawn} and the others draw already with values of their own. */
const DRAWN_ALREADY = new Set([
  ...["NO_NIGHTS", "UNIQUE_POSITIONS", "NOT_AFTER", "TERMS_APART", "TERMS_IN_SET", "MAX_HOSPITALS"],
  ...["MIN_SPECIALTIES", "FORBIDDEN_CELLS", "FORCED_CELLS", "PREFERRED_CELLS", "PATHWAYS"],
  ...["SIX_MONTH_TERMS", "ANNUAL_LEAVE"],
]);

/** Rules that nobody has thought of values for: any that their objects allow. */
const OTHERS = RULES.filter(({ name }) => !(name in VALUES) && !DRAWN_ALREADY.has(name));

/** The same with rules of any value, under a ruleset now and then, and with part-time posts. */
export function drawnWithAnyValue(random: Random): PlannerProblem {
  const problem = random.next() < 0.3 ? drawnWithLeave(random) : drawn(random);
  const { length: T } = problem.termWeeks;
  const isUnder = random.next() < 0.25, names = Object.keys(RULESETS);
  const entries: ConstraintEntry[] = isUnder ? [names[random.below(names.length)]] : [];
  for (const [name, value] of Object.entries(VALUES)) {
    if (random.next() < 0.15) entries.push({ name, value: value(random, problem) });
  }
  for (const rule of OTHERS) {
    if (random.next() < 0.15) {
      entries.push({ name: rule.name, value: anyValue(random, rule, problem) });
    }
  }
  const partTime = random.next() < 0.3;
  const weeks = (t: number) => Math.floor(52 / T) + (t === T - 1 ? 52 % T : 0);
  return {
    ...problem,
    // Rulesets are about whole years.
    termWeeks: isUnder ? problem.termWeeks.map((_, t) => weeks(t)) : problem.termWeeks,
    positions: problem.positions.map((position) =>
      partTime && random.next() < 0.3 ? { ...position, fte: 0.5 } : position
    ),
    constraints: [...problem.constraints, ...entries],
  };
}

/** Lines that one problem of many terms may have, before rules. */
const MOST_LINES = 1_200;

/** Years of many terms, few posts open in each, with scarce leave; now and then of terms too short for five weeks. */
export function drawnYearsWithLeave(random: Random, [least, most] = [7, 9]): PlannerProblem {
  const terms = least + random.below(most - least + 1);
  const problem = randomProblem(() => random.next(), {
    lines: 2 + random.below(4),
    terms,
    positions: 4 + random.below(5),
    postsUpTo: 3,
    allowPartial: random.next() < 0.3,
    cells: random.next() < 0.3,
    pathways: random.next() < 0.2,
  });
  let ways = 1;
  const posts = problem.posts.map((row) => {
    const open = new Set<number>(), wanted = ways * 3 < MOST_LINES / 2 ** (terms / 2) ? 3 : 2;
    while (open.size < wanted) open.add(random.below(row.length));
    ways *= wanted;
    return row.map((_, r) => open.has(r) ? 1 + random.below(problem.lines + 2) : 0);
  });
  const short = random.next() < 0.3;
  const termWeeks = posts.map((_, t) => {
    const weeks = Math.floor(52 * (t + 1) / terms) - Math.floor(52 * t / terms);
    return short ? Math.max(2, weeks - random.below(4)) : weeks;
  });
  const fair = 5 * problem.lines / terms;
  const capacity_weeks = termWeeks.map(() =>
    random.next() < 0.15 ? 100 : random.below(Math.ceil(3 * fair) + 3)
  );
  return {
    ...problem,
    termWeeks,
    posts,
    positions: problem.positions.map((p) => ({
      ...p,
      minWeeks: 1,
      isService: random.next() < 0.3,
      allowsLeave: random.next() < 0.75,
    })),
    constraints: [
      ...problem.constraints.filter((entry) =>
        random.next() < 0.4 && (typeof entry === "string" || entry.name !== "UNIQUE_POSITIONS")
      ),
      { name: "UNIQUE_POSITIONS", value: random.next() < 0.15 },
      {
        name: "ANNUAL_LEAVE",
        value: random.next() < 0.9 ? { capacity_weeks } : {},
      },
    ],
    options: { ...problem.options, effort: "quick" },
  };
}
