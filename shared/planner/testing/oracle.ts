// Exact answers for problems that are too large to enumerate plans of and small enough to enumerate lines of: every
// legal line by the independent checker, and an integer program over all of them. What a search says is held against it.

import { LpBuilder, type LpModel, solveLp } from "../../lp/mod.ts";
import { followsPathway } from "../check/checker.ts";
import { scoreLine } from "../check/score.ts";
import { OBJECTIVE, type PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "./brute_force.ts";

/** What is possible. */
export interface ExactAnswer {
  /** Most lines, at most those asked for, with every forced cell held; 0 where there is no plan. */
  lines: number;
  /** Best objective of a plan of so many lines, without what lines themselves are worth; null where not asked for, or too much work. */
  value: number | null;
}

/** Most lines times groups that an integer program is asked about. */
const MOST_COLUMNS = 4_000;
/** And all its columns, leaves of ways among them. */
const MOST_INTEGERS = 10_000;
const WORK = 200_000;

/**
 * Solves a problem exactly.
 * @returns null where it is too large for that
 */
export function exactAnswer(problem: PlannerProblem, withValue: boolean): ExactAnswer | null {
  const columns = columnsOf(problem);
  if (columns === null) return null;
  const lines = solve(problem, columns, null);
  if (lines === null) return null;
  const value = withValue && lines > 0 ? solve(problem, columns, lines) : null;
  return { lines: Math.round(lines), value: value === null ? null : Math.round(value) };
}

/** The integer program of the most lines, or (`lines` given) of the best value of so many, for another solver. */
export function exactModel(
  problem: PlannerProblem,
  lines: number | null,
): { model: LpModel; constant: number } | null {
  const columns = columnsOf(problem);
  return columns && programOf(problem, columns, lines);
}

/** Null where they are too many. */
function columnsOf(problem: PlannerProblem): Columns | null {
  const columns = allColumns(problem);
  const integers = columns.ways.reduce((sum, leaves) => sum + leaves.length, columns.lines.length);
  return columns.lines.length > MOST_COLUMNS || integers > MOST_INTEGERS ? null : columns;
}

interface LineColumn {
  value: number;
  /** Slots t * R + r. */
  slots: number[];
  /** Pathway, or the number of pathways for the lines outside. */
  group: number;
  /** The way in which it may take leave, as a number of `Columns.ways`; -1 where none is planned. */
  way: number;
}

/** Everything that a plan can be made of. */
interface Columns {
  lines: LineColumn[];
  /** [way][leave][term] weeks of leave: lines whose terms allow the same leave are alike in it. */
  ways: number[][][];
}

/** Every way to take leave in a line, as weeks by term: five in one, or two and three with thirteen weeks between. */
function leavesOf({ termWeeks, positions }: PlannerProblem, ids: readonly string[]): number[][] {
  const room = ids.map((id, t) => {
    const { isService, allowsLeave = true } = positions.find((p) => p.id === id)!;
    return isService || !allowsLeave ? 0 : termWeeks[t];
  });
  const found: number[][] = [];
  const note = (parts: Record<number, number>) =>
    found.push(termWeeks.map((_, t) => parts[t] ?? 0));
  room.forEach((weeks, a) => {
    if (weeks >= 5) note({ [a]: 5 });
    for (let b = a + 1; b < room.length; b++) {
      const span = termWeeks.slice(a, b + 1).reduce((sum, n) => sum + n, 0);
      if (span < 18) continue;
      if (weeks >= 2 && room[b] >= 3) note({ [a]: 2, [b]: 3 });
      if (weeks >= 3 && room[b] >= 2) note({ [a]: 3, [b]: 2 });
    }
  });
  return found;
}

function allColumns(problem: PlannerProblem): Columns {
  const R = problem.positions.length;
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const { pathways, annualLeave } = resolveRules(problem.constraints);
  const ways = new Map<string, number>();
  const wayOf = (ids: string[]) => {
    const name = JSON.stringify(leavesOf(problem, ids));
    if (!ways.has(name)) ways.set(name, ways.size);
    return ways.get(name)!;
  };
  const lines = legalLines(problem).flatMap((ids) => {
    const value = scoreLine(problem, ids), slots = ids.map((id, t) => t * R + indexOf.get(id)!);
    const groups = pathways.keys().filter((p) => followsPathway(pathways[p], ids));
    const way = annualLeave === null ? -1 : wayOf(ids);
    return [...groups, pathways.length].map((group) => ({ value, slots, group, way }));
  });
  return { lines, ways: [...ways.keys()].map((name) => JSON.parse(name)) };
}

/** Most lines, or (`lines` given) the best value of so many. Null where there is no plan, or no answer. */
function solve(
  problem: PlannerProblem,
  columns: Columns,
  lines: number | null,
): number | null {
  const { model, constant } = programOf(problem, columns, lines);
  const found = solveLp(model, { workLimit: WORK });
  if (found.status === "infeasible") return lines === null ? 0 : null;
  if (found.status !== "optimal") return null;
  return lines === null ? Math.round(found.objective) : found.objective - constant;
}

function programOf(
  problem: PlannerProblem,
  columns: Columns,
  lines: number | null,
): { model: LpModel; constant: number } {
  const { pathways, forcedCells, preferredCells, annualLeave } = resolveRules(problem.constraints);
  const R = problem.positions.length, builder = new LpBuilder("max");
  const all = builder.addRow(lines ?? -Infinity, lines ?? problem.lines);
  const others = problem.lines - pathways.reduce((sum, p) => sum + p.lines, 0);
  const groupRow = [...pathways.map((p) => p.lines), others].map((n) =>
    builder.addRow(-Infinity, n)
  );
  const slotRow = problem.posts.flat().map(() => builder.addRow(0, 0));
  const leaveRow = (annualLeave?.capacity_weeks ?? []).map((n) => builder.addRow(-Infinity, n));
  // As many lines of a way as leaves of it.
  const wayRow = columns.ways.map(() => builder.addRow(0, 0));
  for (const { value, slots, group, way } of columns.lines) {
    builder.addColumn(lines === null ? 1 : value, 0, problem.lines, true);
    for (const row of [all, groupRow[group], ...slots.map((s) => slotRow[s])]) builder.add(row, 1);
    if (way >= 0) builder.add(wayRow[way], 1);
  }
  columns.ways.forEach((leaves, way) =>
    leaves.forEach((leave) => {
      builder.addColumn(0, 0, problem.lines, true);
      builder.add(wayRow[way], -1);
      if (leaveRow.length === 0) return;
      leave.forEach((weeks, t) => weeks > 0 && builder.add(leaveRow[t], weeks));
    })
  );
  let constant = 0;
  problem.posts.flat().forEach((posts, s) => {
    const t = Math.floor(s / R), position = problem.positions[s % R];
    const at = (cell: { position: string; term: number }) =>
      cell.position === position.id && cell.term === t + 1;
    const forced = forcedCells.find(at)?.lines ?? 0, wish = preferredCells.find(at);
    const short = position.isExcludable ? OBJECTIVE.shortExcludable : OBJECTIVE.short;
    const wanted = problem.minimumFill[t][s % R];
    constant += short * wanted + (wish ? wish.weight * wish.lines : 0);
    const most = Math.min(posts, problem.lines);
    for (let n = 1; n <= most; n++) {
      let gain = -OBJECTIVE.coll * (n - 1);
      if (n <= wanted) gain += short;
      if (wish && n <= wish.lines) gain += wish.weight;
      builder.addColumn(lines === null ? 0 : gain, n <= forced ? 1 : 0, 1);
      builder.add(slotRow[s], -1);
    }
    // More lines are forced than there are posts.
    if (forced > most) builder.addRow(1, 1);
  });
  return { model: builder.build(), constant };
}
