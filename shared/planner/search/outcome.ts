// How a search ended, by ids and in words: the plan with its quality, an explanation, or a failure.

import { relativeGap } from "../../engine/contract.ts";
import { unpackCells } from "../../engine/packing.ts";
import type { Explanation } from "../feasibility/explain.ts";
import { firstCellOf, linesIn } from "../model/flat.ts";
import type { LeaveBlock } from "../rules/calendar.ts";
import { withLeave } from "../leave/leave.ts";
import { chosenLeave } from "../model/leave_choice.ts";
import { LineScorer } from "../model/line_values.ts";
import { splitPlan } from "../model/merge.ts";
import { lineAt } from "../model/lines.ts";
import { measurePlan, type PlanQuality } from "./quality.ts";
import type { SearchInput } from "./search.ts";
import type { PlannerState } from "./state.ts";

/** One job line of the plan. */
export interface PlannedLine {
  /** Position id per term. */
  positions: string[];
  /** Weighted affinity of the line. */
  affinity: number;
  /** Name of the pathway that the line is reserved for; absent where it is not. */
  pathway?: string;
  /** Annual leave where it is planned; weeks of the year count from 0. */
  leave?: LeaveBlock[];
}

/** How a search ended. */
export type PlannerOutcome =
  | { status: "COMPLETED"; lines: PlannedLine[]; quality: PlanQuality }
  | { status: "INFEASIBLE"; explanation: Explanation }
  | { status: "FAILED"; code: string; message: string };

/** What a search came to. @throws Error while it is not done */
export function outcome(input: SearchInput, state: PlannerState): PlannerOutcome {
  if (state.phase !== "done") throw new Error(`the search is in phase ${state.phase}`);
  if (state.explanation) return { status: "INFEASIBLE", explanation: state.explanation };
  if (state.failure) return { status: "FAILED", ...state.failure };
  const cells = sortLines(input, splitPlan(input.merged, unpackBest(input, state)));
  return withLeave(input.problem, input.bounds, {
    status: "COMPLETED",
    lines: namedLines(input, cells),
    quality: qualityOf(input, state, cells),
  }, chosenLeave(input.tables, cells));
}

/** The best plan, over merged positions. */
export function unpackBest({ merged: { tables } }: SearchInput, state: PlannerState): Int32Array {
  return unpackCells(state.best, tables.positions, tables.terms);
}

/**
 * Distance between objective and bound, relative to the largest size (`planSize`) of the plans that were the best one so far:
 * as objectives rise and bounds fall it never grows. Null where one of them is not known.
 */
export function gapOf(
  objective: number | null,
  bound: number | null,
  scale: number,
): number | null {
  if (objective === null || bound === null) return null;
  return relativeGap(bound - objective, scale);
}

/** Lines in the order of their positions' names, term by term: the same plan reads the same. */
function sortLines({ problem, tables }: SearchInput, cells: Int32Array): Int32Array {
  const T = tables.terms;
  const rank = Int32Array.from({ length: tables.positions }, (_, r) => r);
  problem.positions.map((p, r) => ({ name: `${p.name}\n${p.id}`, r }))
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    .forEach(({ r }, i) => rank[r] = i);
  const lines = Array.from(
    { length: linesIn(cells, T) },
    (_, i) => lineAt(cells, i, T),
  );
  lines.sort((a, b) => {
    for (let t = 0; t < T; t++) if (a[t] !== b[t]) return rank[a[t]] - rank[b[t]];
    return 0;
  });
  return Int32Array.from(lines.flatMap((line) => [...line]));
}

function namedLines({ problem, bounds, tables }: SearchInput, cells: Int32Array): PlannedLine[] {
  const T = tables.terms, scorer = new LineScorer(tables);
  return Array.from({ length: linesIn(cells, T) }, (_, i) => {
    const line = lineAt(cells, i, T);
    const pathway = bounds.pathways[tables.groups.indexOf(line[T - 1])];
    return {
      positions: problem.termWeeks.map((_, t) => problem.positions[line[t]].id),
      affinity: scorer.value(cells, firstCellOf(i, T)),
      ...pathway ? { pathway: pathway.name } : {},
    };
  });
}

function qualityOf(input: SearchInput, state: PlannerState, cells: Int32Array): PlanQuality {
  const { problem, bounds, tables } = input;
  const objective = state.bestValue!;
  const plan = measurePlan(problem, bounds, tables, cells);
  const measured = { ...plan, scale: Math.max(plan.scale, state.scale) };
  const bound = Math.max(objective, state.bound ?? Infinity);
  return {
    lines: {
      wanted: problem.lines,
      built: linesIn(cells, tables.terms),
      bound: state.linesBound,
      reason: state.linesReason,
    },
    objective,
    bound,
    gap: gapOf(objective, bound, measured.scale)!,
    ...measured,
    work: state.work,
  };
}
