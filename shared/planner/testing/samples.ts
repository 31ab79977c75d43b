// The sample problems of testdata/ (generated, no real hospital), and variations of them that ask for
// what cannot be.

import type { PlannerPosition, PlannerProblem } from "../problem.ts";
import p020 from "../testdata/p020.json" with { type: "json" };
import p060 from "../testdata/p060.json" with { type: "json" };

/** 20 lines of five terms over 30 positions, two posts a term to spare. */
export function sample20(): PlannerProblem {
  return structuredClone(p020) as PlannerProblem;
}

/** 60 lines of five terms over 50 positions, three posts a term to spare. */
export function sample60(): PlannerProblem {
  return structuredClone(p060) as PlannerProblem;
}

/** The problem with every position changed. */
export function withPositions(
  problem: PlannerProblem,
  change: (position: PlannerPosition) => Partial<PlannerPosition>,
): PlannerProblem {
  return { ...problem, positions: problem.positions.map((p) => ({ ...p, ...change(p) })) };
}

/** The problem with at most `most` posts in a term, cut from the first positions on. */
export function withPostsInTerm(
  problem: PlannerProblem,
  term: number,
  most: number,
): PlannerProblem {
  const posts = structuredClone(problem.posts);
  let excess = posts[term].reduce((sum, n) => sum + n, 0) - most;
  posts[term] = posts[term].map((n) => {
    const cut = Math.min(n, Math.max(0, excess));
    excess -= cut;
    return n - cut;
  });
  return { ...problem, posts };
}
