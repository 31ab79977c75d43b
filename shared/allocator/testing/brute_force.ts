// Every matching of a tiny problem, judged by the independent checker: the truth to compare with.

import { checkMatching, isEligible, scoreMatching } from "../checker.ts";
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

/**
 * What each worker may be given for itself, as the checker has it: with a line that they may not have, or pinned to another, no
 * matching is legal, so none of those is made.
 */
function choicesOf(problem: AllocatorProblem): Allocation[][] {
  const entry = new Map(problem.eligibility.map((each) => [each.line, each]));
  const pinned = new Map(problem.pins.map(({ worker, line }) => [worker, line]));
  return problem.workers.map((worker) =>
    problem.lines
      .filter(({ id }) => isEligible(worker, entry.get(id)) && (pinned.get(worker.id) ?? id) === id)
      .map(({ id: line }) => ({
        worker: worker.id,
        line,
        originalPreference: reported(problem, worker.id, line),
      }))
  );
}

/** Calls back for every legal matching. */
export function visitMatchings(
  problem: AllocatorProblem,
  visitor: (allocations: readonly Allocation[]) => void,
): void {
  const choices = choicesOf(problem), chosen: Allocation[] = [];
  // Two who share a job take one place: the checker counts it so.
  const shares = (problem.links ?? []).filter(({ fit }) => fit.kind === "share").length;
  const places = new Map(problem.lines.map(({ id, capacity }) => [id, capacity + shares]));
  const visit = (w: number): void => {
    if (w === choices.length) {
      if (checkMatching(problem, chosen).length === 0) visitor(chosen);
      return;
    }
    for (const choice of choices[w]) {
      if (chosen.filter(({ line }) => line === choice.line).length >= places.get(choice.line)!) {
        continue;
      }
      chosen.push(choice);
      visit(w + 1);
      chosen.pop();
    }
  };
  visit(0);
}
