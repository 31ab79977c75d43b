// The quality report of a plan: what was built, how good it is, and what is proven about it.

import type { PlannerProblem } from "./problem.ts";
import type { RuleBounds } from "./rules/mod.ts";
import { LineScorer, slotCounts } from "./line_values.ts";
import type { PlannerTables } from "./tables.ts";
import type { WorkCounters } from "./state.ts";

/** What a completed run reports about its plan; stored with the run as it is. */
export interface PlanQuality {
  /** `bound`: no plan has more lines; `reason` says why where that is below what was wanted. */
  lines: { wanted: number; built: number; bound: number; reason: string | null };
  objective: number;
  /** Proven upper bound on the objective. */
  bound: number;
  /** (bound - objective) / max(1, |bound|). */
  gap: number;
  ruleset: string;
  ruleset_version: number;
  /** Weighted affinity of a line. */
  affinity: { min: number; mean: number; max: number };
  /** `mean_distance`: terms in which two lines differ, mean over all pairs. */
  diversity: { mean_distance: number; largest_identical_group: number };
  minimum_fill: {
    wanted: number;
    missed: number;
    slots: { term: number; position: string; missing: number }[];
  };
  /** Posts left empty: in all, and by term. */
  unfilled_posts: { total: number; by_term: number[] };
  work: WorkCounters;
}

/** Mean pairwise Hamming distance: T minus the shared (term, position) pairs per pair of lines. */
function meanDistance(tables: PlannerTables, counts: Int32Array, lines: number): number {
  if (lines < 2) return 0;
  const shared = counts.reduce((sum, n) => sum + n * (n - 1) / 2, 0);
  return tables.terms - shared / (lines * (lines - 1) / 2);
}

function largestIdenticalGroup(cells: Int32Array, lines: number, T: number): number {
  const groups = new Map<string, number>();
  for (let i = 0; i < lines; i++) {
    const name = cells.subarray(i * T, (i + 1) * T).join();
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...groups.values());
}

function missedFill(problem: PlannerProblem, counts: Int32Array): PlanQuality["minimum_fill"] {
  const R = problem.positions.length;
  const slots: PlanQuality["minimum_fill"]["slots"] = [];
  let wanted = 0, missed = 0;
  problem.minimumFill.flat().forEach((fill, s) => {
    wanted += fill;
    const missing = fill - counts[s];
    if (missing <= 0) return;
    missed += missing;
    slots.push({ term: Math.floor(s / R) + 1, position: problem.positions[s % R].id, missing });
  });
  return { wanted, missed, slots };
}

/** Everything of the report that the plan itself tells. */
export function measurePlan(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: PlannerTables,
  cells: Int32Array,
): Omit<PlanQuality, "lines" | "objective" | "bound" | "gap" | "work"> {
  const T = tables.terms, lines = cells.length / T;
  const scorer = new LineScorer(tables);
  const affinities = Array.from({ length: lines }, (_, i) => scorer.value(cells, i * T));
  const counts = slotCounts(tables, cells, lines);
  const byTerm = problem.posts.map((posts) => posts.reduce((sum, n) => sum + n, 0) - lines);
  return {
    ruleset: bounds.ruleset,
    ruleset_version: bounds.rulesetVersion,
    affinity: {
      min: Math.min(...affinities),
      mean: affinities.reduce((sum, a) => sum + a, 0) / Math.max(1, lines),
      max: Math.max(...affinities),
    },
    diversity: {
      mean_distance: meanDistance(tables, counts, lines),
      largest_identical_group: largestIdenticalGroup(cells, lines, T),
    },
    minimum_fill: missedFill(problem, counts),
    unfilled_posts: { total: byTerm.reduce((sum, n) => sum + n, 0), by_term: byTerm },
  };
}
