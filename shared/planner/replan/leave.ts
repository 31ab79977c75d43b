// Leave of a replan: lines that stay as they are keep theirs, the others are planned around it.

import { checkPlan } from "../check/checker.ts";
import { type LeaveQuality, measureLeave, withLeave } from "../leave/leave.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { takesLeave } from "../rules/annual_leave.ts";
import {
  capacityBeside,
  earlyWeeks,
  type LeaveBlock,
  termOfWeek,
  weeksOf,
} from "../rules/calendar.ts";
import { LEAVE_WEEKS } from "../rules/leave_options.ts";
import type { ExistingLine } from "./model.ts";

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
 * @param frozen terms that lie before: leave in them was taken, and none is planned there
 * @param known [line][term] weeks of leave that fit within the terms' capacities, where the lines chose them
 */
export function replanLeave<L extends Line, Quality extends { leave: LeaveQuality | null }>(
  problem: PlannerProblem,
  bounds: RuleBounds,
  existing: readonly ExistingLine[],
  plan: Plan<L, Quality>,
  frozen: number,
  known: readonly (readonly number[] | null)[],
) {
  if (bounds.annualLeave === null) return plan;
  const lines = plan.lines.map((line): L => {
    if (line.existing === null) return line;
    const leave = existing[line.existing].leave ?? [];
    const stays = line.changes === 0 || isTaken(problem, line.positions, leave, frozen);
    return stays && leave.length > 0 ? { ...line, leave: [...leave] } : line;
  });
  const others = lines.filter((line) => !line.leave);
  const beside = boundsBeside(problem, bounds, lines);
  const planned = withLeave(
    { ...problem, leaveBeside: [...problem.leaveBeside ?? [], ...kept(problem, lines)] },
    beside,
    { ...plan, lines: others },
    [],
    frozen,
  );
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
  return withLeave(problem, bounds, plan, known, frozen);
}

/**
 * Whether the leave of a line whose later terms change stays as it is: some of it was taken, and what is left lies in
 * terms that still take it.
 */
function isTaken(
  { termWeeks, positions }: PlannerProblem,
  line: readonly string[],
  leave: readonly LeaveBlock[],
  frozen: number,
): boolean {
  const byId = new Map(positions.map((position) => [position.id, position]));
  const terms = leave.map(({ startWeek }) => termOfWeek(termWeeks, startWeek));
  return terms.some((t) => t < frozen) &&
    terms.every((t) => t < frozen || takesLeave(byId.get(line[t])!));
}

/** Lines that keep their leave, as the others see them. */
function kept({ positions }: PlannerProblem, lines: readonly Line[]) {
  const teams = new Map(positions.map(({ id, team }) => [id, team ?? id]));
  return lines.flatMap((line) =>
    line.leave
      ? [{ teams: line.positions.map((id) => teams.get(id) ?? null), leave: line.leave }]
      : []
  );
}

/** Capacities and share that are left for the lines without leave. */
function boundsBeside(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): RuleBounds {
  const leave = bounds.annualLeave!;
  const { first_half_share: share, capacity_weeks: capacity } = leave;
  const { termWeeks } = problem;
  const blocks = lines.flatMap((line) => line.leave ?? []);
  const open = LEAVE_WEEKS * lines.filter((line) => !line.leave).length;
  const wanted = share * (weeksOf(blocks) + open) - earlyWeeks(termWeeks, blocks);
  return {
    ...bounds,
    annualLeave: {
      ...leave,
      first_half_share: Math.min(1, Math.max(0, open === 0 ? share : wanted / open)),
      ...capacity && { capacity_weeks: capacityBeside(capacity, termWeeks, blocks) },
    },
  };
}

function measure(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: readonly Line[],
): LeaveQuality {
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  return measureLeave(
    problem,
    bounds,
    lines.map((line) => line.positions.map((id) => index.get(id)!)),
    lines.map((line) => line.leave ?? []),
  );
}
