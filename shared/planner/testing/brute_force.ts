// The best plan of a tiny problem by complete enumeration: the yardstick of the engine's tests. Uses
// the independent checker and score only.

import { checkPlan, followsPathway, lineChecker } from "../check/checker.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { scoreLine, scorePlan } from "../check/score.ts";

/** What enumeration finds. */
export interface BruteForceResult {
  /** Largest number of lines (at most the number asked for) that fits rules and posts. */
  mostLines: number;
  /** The best plan of that many lines; null where fewer than asked fit and partial plans are refused. */
  best: { objective: number; lines: string[][] } | null;
}

/** Combinations that enumeration may visit: about a second. */
const MOST_NODES = 3_000_000;

/**
 * Every legal line on its own, as position ids.
 * @throws Error when there are too many to look at
 */
export function legalLines(problem: PlannerProblem): string[][] {
  // Nine lines of ten hold a position twice: where none may, they are not made at all.
  const { uniquePositions } = resolveRules(problem.constraints);
  let lines: string[][] = [[]];
  for (let term = 0; term < problem.termWeeks.length; term++) {
    const usable = problem.positions.flatMap(({ id }, r) => problem.posts[term][r] > 0 ? [id] : []);
    lines = lines.flatMap((line) =>
      (uniquePositions ? usable.filter((id) => !line.includes(id)) : usable)
        .map((id) => [...line, id])
    );
    if (lines.length > MOST_NODES) throw new Error("too large for brute force");
  }
  const check = lineChecker(problem);
  return lines.filter((line) => check(line).next().done);
}

/**
 * Enumerates all plans (multisets of legal lines within the posts).
 * @throws Error when the problem is too large for that
 */
export function bruteForce(problem: PlannerProblem): BruteForceResult {
  const search = new PlanSearch(problem);
  search.extend(0, 0);
  const { best } = search;
  const mostLines = Math.max(0, search.mostLines);
  return {
    mostLines,
    best: mostLines < problem.lines && !problem.options.allowPartial ? null : best,
  };
}

class PlanSearch {
  mostLines = -1;
  best: { objective: number; lines: string[][] } | null = null;
  readonly #problem: PlannerProblem;
  readonly #lines: { ids: string[]; cells: number[] }[];
  readonly #left: number[];
  readonly #chosen: string[][] = [];
  readonly #hasForced: boolean;
  #nodes = 0;

  constructor(problem: PlannerProblem) {
    this.#problem = problem;
    this.#hasForced = JSON.stringify(problem.constraints).includes("FORCED_CELLS");
    const R = problem.positions.length;
    const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
    // Beside the posts, as many places as each pathway reserves and the other lines have.
    const { pathways } = resolveRules(problem.constraints);
    const reserved = pathways.map((pathway) => pathway.lines);
    const others = problem.lines - reserved.reduce((sum, n) => sum + n, 0);
    const first = problem.termWeeks.length * R;
    this.#left = [...problem.posts.flat(), ...reserved, others];
    const groupsOf = (ids: string[]) => [
      ...pathways.keys().filter((p) => followsPathway(pathways[p], ids)),
      pathways.length,
    ];
    this.#lines = legalLines(problem)
      .flatMap((ids) => {
        const score = scoreLine(problem, ids);
        const cells = ids.map((id, term) => term * R + indexOf.get(id)!);
        return groupsOf(ids).map((group) => ({ ids, score, cells: [...cells, first + group] }));
      })
      .sort((a, b) => b.score - a.score);
  }

  /** Adds lines from `from` on (never going back, so each multiset is seen once). */
  extend(from: number, count: number): void {
    if (++this.#nodes > MOST_NODES) throw new Error("too large for brute force");
    this.#offer(count);
    if (count === this.#problem.lines) return;
    for (let i = from; i < this.#lines.length; i++) {
      const { ids, cells } = this.#lines[i];
      if (cells.some((cell) => this.#left[cell] === 0)) continue;
      for (const cell of cells) this.#left[cell]--;
      this.#chosen.push(ids);
      this.extend(i, count + 1);
      this.#chosen.pop();
      for (const cell of cells) this.#left[cell]++;
    }
  }

  /** Whether nothing is missing that a plan must have, but lines. */
  #isWhole(): boolean {
    return !this.#hasForced ||
      !checkPlan(this.#problem, this.#chosen).some(({ code }) => code === "FORCED_CELLS");
  }

  /** More lines always win; among equally many, the objective decides. */
  #offer(count: number): void {
    if (count < this.mostLines || !this.#isWhole()) return;
    const { objective } = scorePlan(this.#problem, this.#chosen);
    if (count > this.mostLines || objective > this.best!.objective) {
      this.best = { objective, lines: this.#chosen.map((line) => [...line]) };
    }
    this.mostLines = count;
  }
}
