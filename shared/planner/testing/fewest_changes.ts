// The fewest changes of a tiny replan by complete enumeration: the yardstick of replanning.

import { checkPlan } from "../check/checker.ts";
import { isAbsent, type PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "./brute_force.ts";

/** Position ids of a line, null where it has no rotation. */
export type Line = (string | null)[];

/** Rotations in which a line differs from another. */
export function distance(a: Line, b: Line): number {
  return b.filter((id, t) => id !== a[t]).length;
}

interface Block {
  startWeek: number;
  weeks: number;
}

/** The weeks of a term in which `weeks` of leave can begin, from a first week on. */
function startsFrom({ termWeeks }: PlannerProblem, first: number, weeks: number): number[] {
  let start = 0;
  return termWeeks.flatMap((length) => {
    const all = Array.from({ length: Math.max(0, length - weeks + 1) }, (_, i) => start + i);
    start += length;
    return all.filter((week) => week >= first);
  });
}

/**
 * Whether a line finds its leave from a term on, beside the blocks that it has taken before: every week is tried.
 * Capacities of terms are not looked at.
 */
function findsLeave(
  problem: PlannerProblem,
  line: readonly string[],
  taken: readonly Block[],
  from: number,
): boolean {
  if (line.some(isAbsent)) return true;
  const first = problem.termWeeks.slice(0, from).reduce((sum, weeks) => sum + weeks, 0);
  const takes = (week: number) => {
    let t = 0;
    for (let end = problem.termWeeks[0]; week >= end; end += problem.termWeeks[t]) t++;
    const { isService, allowsLeave } = problem.positions.find(({ id }) => id === line[t])!;
    return !isService && allowsLeave !== false;
  };
  const open = (weeks: number) => startsFrom(problem, first, weeks).filter(takes);
  const had = taken.map(({ weeks }) => weeks);
  if (had.length > 1 || had[0] === 5) return true;
  if (had.length === 1) {
    return open(5 - had[0]).some((week) => week - taken[0].startWeek - had[0] >= 13);
  }
  const isSplit = [[2, 3], [3, 2]].some(([a, b]) =>
    open(a).some((week) => open(b).some((later) => later - week - a >= 13))
  );
  return isSplit || open(5).length > 0;
}

/**
 * Fewest changes by trying every legal line (or none) in every place; null where no plan exists.
 * @param may whether a line may take the place of an existing one
 * @param taken [existing line] leave that it took in the frozen terms
 */
export function fewestChanges(
  problem: PlannerProblem,
  existing: Line[],
  frozen = 0,
  may: (place: number, line: readonly string[]) => boolean = () => true,
  taken: readonly (readonly Block[])[] = [],
): number | null {
  const lines = legalLines(problem), R = problem.positions.length;
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const slots = lines.map((line) => line.map((id, t) => t * R + indexOf.get(id)!));
  const hasDate = frozen > 0 && resolveRules(problem.constraints).annualLeave !== null;
  const left = problem.posts.flat();
  const places = Math.max(existing.length, problem.lines);
  const chosen: string[][] = [];
  let best = Infinity;
  const place = (at: number, built: number, changes: number) => {
    if (changes >= best || built + places - at < problem.lines) return;
    if (at === places) {
      // Posts are counted on the way; what binds the plan as a whole is the checker's to say.
      const faults = built === problem.lines ? checkPlan(problem, chosen) : [];
      // Which weeks leave takes is tried out line by line, and only where some are past; else that a line can have it is in
      // `legalLines`.
      const isLegal = faults.every(({ code }) => code === "ANNUAL_LEAVE");
      if (built === problem.lines && isLegal) best = changes;
      return;
    }
    if (built < problem.lines) {
      slots.forEach((own, j) => {
        if (own.some((s) => left[s] === 0)) return;
        const isKept = lines[j].every((id, t) =>
          t < frozen ? id === existing[at]?.[t] : isAbsent(id) === isAbsent(existing[at]?.[t] ?? "")
        );
        if (!isKept || !may(at, lines[j])) return;
        if (hasDate && !findsLeave(problem, lines[j], taken[at] ?? [], frozen)) return;
        for (const s of own) left[s]--;
        const d = at < existing.length ? distance(existing[at], lines[j]) : 0;
        chosen.push(lines[j]);
        place(at + 1, built + 1, changes + d);
        chosen.pop();
        for (const s of own) left[s]++;
      });
    }
    place(at + 1, built, changes);
  };
  place(0, 0, 0);
  return best === Infinity ? null : best;
}
