// The fewest changes of a tiny replan by complete enumeration: the yardstick of replanning.

import { checkPlan } from "../check/checker.ts";
import { isAbsent, type PlannerProblem } from "../problem.ts";
import { legalLines } from "./brute_force.ts";

/** Position ids of a line, null where it has no rotation. */
export type Line = (string | null)[];

/** Rotations in which a line differs from another. */
export function distance(a: Line, b: Line): number {
  return b.filter((id, t) => id !== a[t]).length;
}

/**
 * Fewest changes by trying every legal line (or none) in every place; null where no plan exists.
 * @param may whether a line may take the place of an existing one
 */
export function fewestChanges(
  problem: PlannerProblem,
  existing: Line[],
  frozen = 0,
  may: (place: number, line: readonly string[]) => boolean = () => true,
): number | null {
  const lines = legalLines(problem), R = problem.positions.length;
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const slots = lines.map((line) => line.map((id, t) => t * R + indexOf.get(id)!));
  const left = problem.posts.flat();
  const places = Math.max(existing.length, problem.lines);
  const chosen: string[][] = [];
  let best = Infinity;
  const place = (at: number, built: number, changes: number) => {
    if (changes >= best || built + places - at < problem.lines) return;
    if (at === places) {
      // Posts are counted on the way; what binds the plan as a whole is the checker's to say.
      const faults = built === problem.lines ? checkPlan(problem, chosen) : [];
      // Which weeks leave takes is not tried out; that a line can have it is in `legalLines`.
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
