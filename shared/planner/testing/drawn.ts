// Small problems over all rules and options that are held against exact answers.

import type { Random } from "../../engine/random.ts";
import type { PlannerProblem } from "../problem.ts";
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
