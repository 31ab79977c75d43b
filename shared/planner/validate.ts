// Refuses problems the engine cannot read: shapes, ranges, duplicate ids, unknown constraints. What is
// merely impossible (no posts, too few terms) is not refused here but explained by the search.

import { MOST_LINES, MOST_TERMS } from "./limits.ts";
import { affinityKey, PlannerInputError, type PlannerProblem } from "./problem.ts";
import { parseConstraints, unknownReferences } from "./rules/mod.ts";
import { plural } from "../engine/words.ts";

type Fault = { path: string; message: string };

const MOST_POSITIONS = 2_000;

function isCount(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function matrixFaults(name: string, matrix: number[][], terms: number, positions: number): Fault[] {
  if (!Array.isArray(matrix) || matrix.length !== terms) {
    return [{ path: name, message: `must have one row for each of the ${plural(terms, "term")}` }];
  }
  return matrix.flatMap((row, t) => {
    if (!Array.isArray(row) || row.length !== positions) {
      return [{
        path: `${name}[${t}]`,
        message: `must have ${plural(positions, "entry", "entries")}`,
      }];
    }
    return row.flatMap((n, r) =>
      isCount(n, 100_000)
        ? []
        : [{ path: `${name}[${t}][${r}]`, message: "must be a whole number from 0" }]
    );
  });
}

function positionFaults(problem: PlannerProblem): Fault[] {
  const seen = new Set<string>();
  return problem.positions.flatMap((position, r) => {
    const faults: Fault[] = [];
    if (seen.has(position.id)) {
      faults.push({ path: `positions[${r}].id`, message: `duplicate id ${position.id}` });
    }
    seen.add(position.id);
    if (position.categories.length > 2 && !position.isAbsent) {
      faults.push({ path: `positions[${r}].categories`, message: "at most two categories" });
    }
    return faults;
  });
}

/** Six-month terms name positions of the problem, and no position is a component twice. */
function sixMonthFaults({ positions, sixMonthTerms = [] }: PlannerProblem): Fault[] {
  const known = new Set(positions.map(({ id }) => id)), seen = new Set<string>();
  return sixMonthTerms.flatMap(({ components }, i) =>
    components.flatMap((id, part): Fault[] => {
      if (id === null) return [];
      const path = `sixMonthTerms[${i}].components[${part}]`;
      if (!known.has(id)) return [{ path, message: `there is no position ${JSON.stringify(id)}` }];
      if (seen.has(id)) return [{ path, message: `position ${id} is a component twice` }];
      seen.add(id);
      return [];
    })
  );
}

function affinityFaults(problem: PlannerProblem): Fault[] {
  const known = new Map<string, number>();
  const used = new Set(problem.positions.map(affinityKey));
  return problem.affinity.weights.flatMap(([a, b, weight], i) => {
    const path = `affinity.weights[${i}]`;
    if (!Number.isInteger(weight) || Math.abs(weight) > 100) {
      return [{ path, message: "the weight must be a whole number from -100 to 100" }];
    }
    if (!used.has(a) || !used.has(b)) return [];
    const pair = a < b ? `${a}\n${b}` : `${b}\n${a}`;
    if (known.has(pair) && known.get(pair) !== weight) {
      return [{ path, message: `contradicts an earlier weight of ${a} and ${b}` }];
    }
    known.set(pair, weight);
    return [];
  });
}

function sizeFaults(problem: PlannerProblem): Fault[] {
  const faults: Fault[] = [];
  if (!isCount(problem.lines, MOST_LINES) || problem.lines === 0) {
    faults.push({ path: "lines", message: `must be a whole number from 1 to ${MOST_LINES}` });
  }
  const terms = problem.termWeeks.length;
  if (terms < 1 || terms > MOST_TERMS) {
    faults.push({ path: "termWeeks", message: `must have 1 to ${MOST_TERMS} terms` });
  }
  problem.termWeeks.forEach((weeks, t) => {
    if (!isCount(weeks, 60) || weeks === 0) {
      faults.push({ path: `termWeeks[${t}]`, message: "must be a whole number from 1 to 60" });
    }
  });
  if (problem.positions.length > MOST_POSITIONS) {
    faults.push({ path: "positions", message: `at most ${MOST_POSITIONS} positions` });
  }
  return faults;
}

function constraintFaults(problem: PlannerProblem): Fault[] {
  const parsed = parseConstraints(problem.constraints);
  const faults = parsed.ok ? unknownReferences(parsed.constraints, problem) : parsed.errors;
  return faults.map(({ path, message }) => ({ path: `constraints${path}`, message }));
}

/**
 * Checks a problem.
 * @throws PlannerInputError with a path for each fault; code `INVALID_CONSTRAINTS` where nothing but
 * the constraints is at fault, else `INVALID_PROBLEM`
 */
export function validateProblem(problem: PlannerProblem): void {
  const T = problem.termWeeks.length, R = problem.positions.length;
  const wrongConstraints = constraintFaults(problem);
  const faults = [
    ...sizeFaults(problem),
    ...positionFaults(problem),
    ...sixMonthFaults(problem),
    ...matrixFaults("posts", problem.posts, T, R),
    ...matrixFaults("minimumFill", problem.minimumFill, T, R),
    ...affinityFaults(problem),
    ...wrongConstraints,
  ];
  if (faults.length === 0) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new PlannerInputError(
    faults.length === wrongConstraints.length ? "INVALID_CONSTRAINTS" : "INVALID_PROBLEM",
    `The planner cannot read its input: ${faults[0].path}: ${faults[0].message}${more}.`,
    faults,
  );
}
