// The checker's rules of annual leave, written a second time like all of them.

import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { type LineDetails, sum, type Violation, type Year } from "./violation.ts";
import { plural } from "../../engine/words.ts";

/** Leave of every line: five weeks, whole or 2 and 3 far apart, inside terms that are no service. */
export function checkLeave(
  problem: PlannerProblem,
  { annualLeave }: RuleBounds,
  lines: readonly (readonly string[])[],
  details: readonly LineDetails[],
): Violation[] {
  const violations: Violation[] = [];
  const refuse = (message: string, line?: number) =>
    violations.push({ code: "ANNUAL_LEAVE", message, ...line === undefined ? {} : { line } });
  const ends = problem.termWeeks.map((_, term) => sum(problem.termWeeks.slice(0, term + 1)));
  const taken = problem.termWeeks.map(() => 0);
  const notWorked = new Set(problem.positions.filter((p) => p.isAbsent).map(({ id }) => id));
  lines.forEach((line, index) => {
    const leave = details[index]?.leave ?? [];
    if (line.some((id) => notWorked.has(id))) {
      // Leave of a part of the year is nobody's to plan; what there is counts.
      for (const { startWeek, weeks } of leave) {
        const term = ends.findIndex((end) => startWeek < end);
        if (term >= 0) taken[term] += weeks;
        if (term < 0 || notWorked.has(line[term])) {
          refuse(`Line ${index + 1}: leave in a term in which it is not worked.`, index);
        }
      }
      return;
    }
    const lengths = leave.map(({ weeks }) => weeks).toSorted().join("+");
    if (lengths !== "5" && lengths !== "2+3") {
      refuse(`Line ${index + 1} has ${lengths || "no"} weeks of leave.`, index);
      return;
    }
    const [first, last] = leave.toSorted((a, b) => a.startWeek - b.startWeek);
    if (last && last.startWeek - (first.startWeek + first.weeks) < 13) {
      refuse(`Line ${index + 1}: its parts of leave are less than 13 weeks apart.`, index);
    }
    for (const { startWeek, weeks } of leave) {
      const term = ends.findIndex((end) => startWeek < end);
      const position = problem.positions.find(({ id }) => id === line[term]);
      if (startWeek < 0 || !position || startWeek + weeks > ends[term]) {
        refuse(`Line ${index + 1}: leave from week ${startWeek + 1} is not within a term.`, index);
      } else if (position.isService) {
        refuse(`Line ${index + 1}: leave in ${position.name}, a service term.`, index);
      } else if (position.allowsLeave === false) {
        refuse(`Line ${index + 1}: leave in ${position.name}, which allows none.`, index);
      } else taken[term] += weeks;
    }
  });
  taken.forEach((weeks, term) => {
    const capacity = annualLeave?.capacity_weeks?.[term] ?? Infinity;
    if (weeks > capacity) {
      refuse(`Term ${term + 1}: ${plural(weeks, "week")} of leave, ${capacity} fit.`);
    }
  });
  return violations;
}

/** Whether a line can have leave at all: five weeks in one term, or two and three in two terms far enough apart. */
export function checkLeaveTerm(
  termWeeks: readonly number[],
  bounds: RuleBounds,
  year: Year,
): Violation[] {
  if (!bounds.annualLeave) return [];
  const capacity = bounds.annualLeave.capacity_weeks;
  const room = year.positions.map((position, term) =>
    position.isService || position.allowsLeave === false
      ? 0
      : Math.min(termWeeks[term], capacity?.[term] ?? termWeeks[term])
  );
  const fits = room.some((weeks) => weeks >= 5) || room.some((one, a) =>
    room.some((two, b) => {
      const short = Math.min(one, two), long = Math.max(one, two);
      if (b <= a || short < 2 || long < 3) return false;
      // The first part at the start of its term, the second at the end of its own.
      const between = sum(termWeeks.slice(a, b + 1)) - 5;
      return between >= 13;
    })
  );
  if (fits) return [];
  const message = `Line ${year.index + 1}: no term can take five weeks of leave.`;
  return [{ code: "ANNUAL_LEAVE", message, line: year.index }];
}
