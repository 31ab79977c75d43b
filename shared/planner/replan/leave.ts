// Leave of a replan: lines that stay as they are keep theirs, the others are planned around it.

import { checkPlan } from "../check/checker.ts";
import { capacityBeside, earlyWeeks, type LeaveBlock, weeksOf } from "../rules/calendar.ts";
import { type LeaveQuality, withLeave } from "../leave/leave.ts";
import { LEAVE_WEEKS } from "../rules/annual_leave.ts";
import type { PlannerProblem } from "../problem.ts";
import type { ExistingLine } from "./model.ts";
import type { RuleBounds } from "../rules/bounds.ts";

interface Line {
  positions: string[];
  existing: number | null;
  changes: number;
  leave?: LeaveBlock[];
}

interface Plan<L, Quality> {
  status: "COMPLETED";
  lines: L[];
  quality: Quality;
}

/**
 * A replanned plan with its leave, where leave is planned. Where the leave of lines that stay is no
 * longer good, all of it is planned anew.
 */
export function replanLeave<L extends Line, Quality extends { leave: LeaveQuality | null }>(
  problem: PlannerProblem,
  bounds: RuleBounds,
  existing: readonly ExistingLine[],
  plan: Plan<L, Quality>,
) {
  if (bounds.annualLeave === null) return plan;
  const lines = plan.lines.map((line): L => {
    const leave = line.existing !== null && line.changes === 0 && existing[line.existing].leave;
    return leave && leave.length > 0 ? { ...line, leave: [...leave] } : line;
  });
  const others = lines.filter((line) => !line.leave);
  const beside = boundsBeside(problem, bounds, lines);
  const planned = withLeave(problem, beside, { ...plan, lines: others });
  if (planned.status === "COMPLETED") {
    let next = 0;
    const all = lines.map((line) => line.leave ? line : planned.lines[next++]);
    const positions = all.map((line) => line.positions);
    const faults = checkPlan(problem, positions, all);
    if (!faults.some(({ code }) => code === "ANNUAL_LEAVE")) {
      return {
        ...plan,
        lines: all,
        quality: { ...plan.quality, leave: measure(problem, bounds, all) },
      };
    }
  }
  return withLeave(problem, bounds, plan);
}

/** Capacities and share that are left for the lines without leave. */
function boundsBeside(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): RuleBounds {
  const { first_half_share: share, capacity_weeks: capacity } = bounds.annualLeave!;
  const { termWeeks } = problem;
  const blocks = lines.flatMap((line) => line.leave ?? []);
  const open = LEAVE_WEEKS * lines.filter((line) => !line.leave).length;
  const wanted = share * (weeksOf(blocks) + open) - earlyWeeks(termWeeks, blocks);
  const left = capacity && capacityBeside(capacity, termWeeks, blocks);
  return {
    ...bounds,
    annualLeave: {
      first_half_share: Math.min(1, Math.max(0, open === 0 ? share : wanted / open)),
      ...left ? { capacity_weeks: left } : {},
    },
  };
}

function measure(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): LeaveQuality {
  const blocks = lines.flatMap((line) => line.leave ?? []);
  const weeks = weeksOf(blocks);
  return {
    first_half_share: weeks === 0 ? 0 : earlyWeeks(problem.termWeeks, blocks) / weeks,
    wanted_share: bounds.annualLeave!.first_half_share,
    split_lines: lines.filter((line) => (line.leave ?? []).length > 1).length,
  };
}
