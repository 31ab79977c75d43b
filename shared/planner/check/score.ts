// The objective of a plan, recomputed straight from its definition, so that what the engine reports is
// verified by code of its own: it shares the weights (OBJECTIVE) and what constraints resolve to, and no more.
// Slow and plain on purpose.

import {
  affinityKey,
  lineReward,
  OBJECTIVE,
  type PlannerPosition,
  type PlannerProblem,
} from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";

/** The objective and its parts; every part is weighted already. */
export interface PlanScore {
  /** affinity - collisions - shortfall - wishes + lines. */
  objective: number;
  /** Over all lines: adj x consecutive terms + all x unordered pairs of different affinity keys. */
  affinity: number;
  /** coll x n(n-1)/2 over (term, position), n = lines that use it. */
  collisions: number;
  /** Per post missing to the minimum fill: short, or shortExcludable. */
  shortfall: number;
  /** Weights of the preferred cells that are not held by as many lines as wished. */
  wishes: number;
  /** `lineReward` x lines built, only where a partial plan is allowed. */
  lines: number;
}

/**
 * Scores a plan.
 * @param lines position ids, one per term, of each line
 * @throws Error when a line names a position that the problem does not have
 */
export function scorePlan(
  problem: PlannerProblem,
  lines: readonly (readonly string[])[],
): PlanScore {
  const affinity = lines.reduce((sum, line) => sum + scoreLine(problem, line), 0);
  let collisions = 0, shortfall = 0;
  for (let term = 0; term < problem.termWeeks.length; term++) {
    const held = Map.groupBy(lines, (line) => line[term]);
    problem.positions.forEach(({ id, isExcludable }, r) => {
      const n = held.get(id)?.length ?? 0;
      collisions += OBJECTIVE.coll * n * (n - 1) / 2;
      const each = isExcludable ? OBJECTIVE.shortExcludable : OBJECTIVE.short;
      shortfall += each * Math.max(0, problem.minimumFill[term][r] - n);
    });
  }
  const { preferredCells } = resolveRules(problem.constraints);
  const reward = lineReward(problem, preferredCells.map(({ weight }) => weight));
  const built = problem.options.allowPartial ? reward * lines.length : 0;
  const wishes = preferredCells.reduce((sum, wish) => {
    const n = lines.filter((line) => line[wish.term - 1] === wish.position).length;
    return sum + wish.weight * Math.max(0, wish.lines - n);
  }, 0);
  const objective = affinity - collisions - shortfall - wishes + built;
  return { objective, affinity, collisions, shortfall, wishes, lines: built };
}

/**
 * Affinity of one line, weighted.
 * @throws Error for an unknown position
 */
export function scoreLine(problem: PlannerProblem, line: readonly string[]): number {
  const keys = line.map((id) => affinityKey(positionOf(problem, id)));
  let score = 0;
  for (let term = 1; term < keys.length; term++) {
    score += OBJECTIVE.adj * weightOf(problem, keys[term - 1], keys[term]);
  }
  const different = [...new Set(keys)];
  different.forEach((a, i) => {
    for (const b of different.slice(i + 1)) score += OBJECTIVE.all * weightOf(problem, a, b);
  });
  return score;
}

function positionOf({ positions }: PlannerProblem, id: string): PlannerPosition {
  const position = positions.find((p) => p.id === id);
  if (!position) throw new Error(`no position ${JSON.stringify(id)}`);
  return position;
}

/** Weight of a pair in the profile, in either order; a pair that is not listed weighs 0. */
function weightOf({ affinity }: PlannerProblem, a: string, b: string): number {
  const entry = affinity.weights.find(([x, y]) => (x === a && y === b) || (x === b && y === a));
  return entry ? entry[2] : 0;
}
