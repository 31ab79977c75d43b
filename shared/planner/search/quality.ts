// The quality report of a plan: what was built, how good it is, and what is proven about it.

import type { LeaveQuality } from "../leave/leave.ts";
import {
  cellOf,
  firstCellOf,
  firstSlotOf,
  lineOfCell,
  linesIn,
  positionOfSlot,
  slotOf,
  termOfCell,
  termOfSlot,
} from "../model/flat.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { LineScorer, planSize, slotCounts } from "../model/line_values.ts";
import { lineName } from "../model/lines.ts";
import type { ProblemTables } from "../model/tables.ts";
import type { WorkCounters } from "../effort.ts";

/** What a completed run reports about its plan; stored with the run as it is. */
export interface PlanQuality {
  /** `bound`: no plan has more lines; `reason` says why where that is below what was wanted. */
  lines: { wanted: number; built: number; bound: number; reason: string | null };
  objective: number;
  /** Proven upper bound on the objective. */
  bound: number;
  /** (bound - objective) / max(1, scale). */
  gap: number;
  /**
   * What the objective is made of, each part at its size, so that parts cannot cancel (`planSize`): of the plan, or of one
   * that was the best before it where that is more, so that a better plan never has a larger gap.
   */
  scale: number;
  ruleset: string;
  ruleset_version: number;
  /** Weighted affinity of a line. */
  affinity: { min: number; mean: number; max: number };
  /** `mean_distance`: terms in which two lines differ, mean over all pairs. */
  diversity: { mean_distance: number; largest_identical_group: number };
  /**
   * Minimum fill of positions that must be filled. `waived`: what excludable positions miss, which
   * may stay empty.
   */
  minimum_fill: {
    wanted: number;
    missed: number;
    waived: number;
    slots: { term: number; position: string; missing: number }[];
  };
  /**
   * Posts left empty: in all, by term, and by term and position. Posts of excludable positions are no
   * capacity that must be filled: they count in `excludable` alone.
   */
  unfilled_posts: {
    total: number;
    by_term: number[];
    excludable: number;
    slots: { term: number; position: string; posts: number }[];
  };
  /** What the soft wishes cost in the objective: those that were not met in full. */
  soft_wishes: {
    cost: number;
    wishes: {
      rule: string;
      term: number;
      position: string;
      wanted: number;
      held: number;
      cost: number;
    }[];
  };
  /** Share of all leave weeks in the first half of the year, and lines with leave in two parts. */
  leave: LeaveQuality | null;
  work: WorkCounters;
}

/** Mean pairwise Hamming distance: T minus the shared (term, position) pairs per pair of lines. */
function meanDistance(T: number, counts: Int32Array, lines: number): number {
  if (lines < 2) return 0;
  const shared = counts.reduce((sum, n) => sum + n * (n - 1) / 2, 0);
  return T - shared / (lines * (lines - 1) / 2);
}

function largestIdenticalGroup(cells: Int32Array, lines: number, T: number): number {
  const groups = new Map<string, number>();
  for (let i = 0; i < lines; i++) {
    const name = lineName(cells, firstCellOf(i, T), T);
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...groups.values());
}

/** The term (from 1) and position of a slot. */
function slotName(problem: PlannerProblem, s: number): { term: number; position: string } {
  const R = problem.positions.length;
  return { term: termOfSlot(s, R) + 1, position: problem.positions[positionOfSlot(s, R)].id };
}

function missedFill(problem: PlannerProblem, counts: Int32Array): PlanQuality["minimum_fill"] {
  const R = problem.positions.length;
  const slots: PlanQuality["minimum_fill"]["slots"] = [];
  let wanted = 0, missed = 0, waived = 0;
  problem.minimumFill.flat().forEach((fill, s) => {
    const missing = Math.max(0, fill - counts[s]);
    if (problem.positions[positionOfSlot(s, R)].isExcludable) {
      waived += missing;
      return;
    }
    wanted += fill;
    missed += missing;
    if (missing > 0) slots.push({ ...slotName(problem, s), missing });
  });
  return { wanted, missed, waived, slots };
}

function unfilledPosts(problem: PlannerProblem, counts: Int32Array): PlanQuality["unfilled_posts"] {
  const R = problem.positions.length;
  const slots: PlanQuality["unfilled_posts"]["slots"] = [];
  const by_term = problem.termWeeks.map(() => 0);
  let excludable = 0;
  problem.posts.flat().forEach((n, s) => {
    const posts = n - counts[s];
    if (posts <= 0) return;
    if (problem.positions[positionOfSlot(s, R)].isExcludable) {
      excludable += posts;
      return;
    }
    by_term[termOfSlot(s, R)] += posts;
    slots.push({ ...slotName(problem, s), posts });
  });
  return { total: by_term.reduce((sum, n) => sum + n, 0), by_term, excludable, slots };
}

/** What each soft wish costs: minimum fill and preferred cells. */
function wishCosts(
  problem: PlannerProblem,
  tables: ProblemTables,
  counts: Int32Array,
): PlanQuality["soft_wishes"] {
  const wishes: PlanQuality["soft_wishes"]["wishes"] = [];
  const note = (rule: string, s: number, wanted: number, each: number) => {
    const cost = each * Math.max(0, wanted - counts[s]);
    if (cost > 0) wishes.push({ rule, ...slotName(problem, s), wanted, held: counts[s], cost });
  };
  const R = problem.positions.length;
  for (let s = 0; s < firstSlotOf(problem.termWeeks.length, R); s++) {
    const at = slotOf(termOfSlot(s, R), positionOfSlot(s, R), tables.positions);
    note("MINIMUM_FILL", s, tables.minFill[at], tables.short[at]);
    note("PREFERRED_CELLS", s, tables.wishLines[at], tables.wishWeight[at]);
  }
  return { cost: wishes.reduce((sum, wish) => sum + wish.cost, 0), wishes };
}

/** Everything of the report that the plan itself tells. */
export function measurePlan(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: ProblemTables,
  cells: Int32Array,
): Omit<PlanQuality, "lines" | "objective" | "bound" | "gap" | "work"> {
  const T = problem.termWeeks.length, lines = linesIn(cells, tables.terms);
  const wide = tables.terms, positions = problem.positions.length;
  const scorer = new LineScorer(tables);
  const affinities = Array.from(
    { length: lines },
    (_, i) => scorer.value(cells, firstCellOf(i, wide)),
  );
  // Without the term of groups: rows of posts as the problem has them.
  const plain = Int32Array.from(
    { length: lines * T },
    (_, i) => cells[cellOf(lineOfCell(i, T), termOfCell(i, T), wide)],
  );
  const counts = slotCounts({ terms: T, positions }, plain, lines);
  return {
    leave: null,
    scale: planSize(tables, cells, lines),
    ruleset: bounds.ruleset,
    ruleset_version: bounds.rulesetVersion,
    affinity: {
      min: Math.min(...affinities),
      mean: affinities.reduce((sum, a) => sum + a, 0) / Math.max(1, lines),
      max: Math.max(...affinities),
    },
    diversity: {
      mean_distance: meanDistance(T, counts, lines),
      largest_identical_group: largestIdenticalGroup(plain, lines, T),
    },
    minimum_fill: missedFill(problem, counts),
    unfilled_posts: unfilledPosts(problem, counts),
    soft_wishes: wishCosts(problem, tables, counts),
  };
}
