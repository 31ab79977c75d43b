// Every matching of a tiny problem, judged by the independent checker: the truth to compare with.

import { checkMatching, scoreMatching } from "../checker.ts";
import type { Allocation } from "../outcome.ts";
import type { AllocatorProblem } from "../problem.ts";

/** Ranks as the checker wants them reported: the mean place among the ranks that were given. */
function reported(problem: AllocatorProblem, worker: string, line: string): number | null {
  const ranks = problem.preferences.filter((p) => p.worker === worker).flatMap((p) => p.ranks);
  const own = ranks.find(([item]) => item === line);
  if (!own) return null;
  const better = ranks.filter(([, rank]) => rank < own[1]).length;
  const tied = ranks.filter(([, rank]) => rank === own[1]).length;
  return better + (tied + 1) / 2;
}

/** The least objective of any legal matching; null: there is none. */
export function bruteForce(problem: AllocatorProblem): number | null {
  let best: number | null = null;
  visitMatchings(problem, (allocations) => {
    const score = scoreMatching(problem, allocations);
    if (best === null || score < best) best = score;
  });
  return best;
}

/** Calls back for every legal matching. */
export function visitMatchings(
  problem: AllocatorProblem,
  visitor: (allocations: readonly Allocation[]) => void,
): void {
  const chosen: Allocation[] = [];
  // Two who share a job take one place: the checker counts it so.
  const shares = (problem.links ?? []).filter(({ fit }) => fit.kind === "share").length;
  const visit = (w: number): void => {
    if (w === problem.workers.length) {
      if (checkMatching(problem, chosen).length === 0) visitor(chosen);
      return;
    }
    const worker = problem.workers[w].id;
    for (const { id: line, capacity } of problem.lines) {
      if (chosen.filter((a) => a.line === line).length >= capacity + shares) continue;
      chosen.push({ worker, line, originalPreference: reported(problem, worker, line) });
      visit(w + 1);
      chosen.pop();
    }
  };
  visit(0);
}
