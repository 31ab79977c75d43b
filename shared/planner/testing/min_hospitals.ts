// A rule that there is not: MIN_HOSPITALS, as somebody would write it who needs it. `scripts/rules_registry_test.ts` puts this
// file among the rules of a copy of the planner, and plans with it; nothing else there is written by hand.

import type { PlannerProblem } from "../problem.ts";
import { boundBy, type NumberBound } from "../rules/bound_by.ts";
import type { LineRule } from "../rules/rule.ts";
import { countValue } from "../rules/shares.ts";
import { numbered } from "../rules/varieties.ts";
import { plural } from "../../engine/words.ts";

function hospitalsOf({ positions }: PlannerProblem, line: readonly number[]): number {
  return new Set(line.flatMap((r) => positions[r].hospital ?? [])).size;
}

/** At least k hospitals in a line. */
export const minHospitals: LineRule<NumberBound<"minHospitals">> = {
  name: "MIN_HOSPITALS",
  description: "Smallest number of different hospitals that a line is at.",
  place: 2150,
  ...boundBy("minHospitals", countValue, "terms at least"),
  check({ problem, bounds }, line) {
    const found = hospitalsOf(problem, line);
    return found >= bounds.minHospitals!
      ? null
      : `${plural(found, "hospital")}, at least ${bounds.minHospitals} required`;
  },
  finding({ problem }, line) {
    return { text: plural(hospitalsOf(problem, line), "hospital"), terms: line.map((_, t) => t) };
  },
  contribute: ({ problem, bounds }) => ({
    varieties: [{
      groupOf: numbered(problem.positions.map(({ hospital }) => hospital ?? null)),
      most: problem.termWeeks.length,
      least: bounds.minHospitals!,
    }],
  }),
  explain: ({ minHospitals: least }) => `at least ${plural(least!, "hospital")} in the year`,
};
