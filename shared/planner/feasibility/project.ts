// The tables that lines are counted on: classes as positions, or single positions.

import { buildTables } from "../model/build.ts";
import { positionOfSlot, slotOf, termOfSlot } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/**
 * The problem with all affinity forgotten and each class treated as one position: a valid relaxation
 * for the number of lines, with few classes.
 */
function projectTables(problem: PlannerProblem, bounds: RuleBounds): PlannerTables {
  const flat = buildTables(problem, bounds, { ignoreAffinity: true });
  const { terms: T, positions: R, classes: C } = flat;
  const perClass = (values: Int32Array) => {
    const sums = new Int32Array(T * C);
    values.forEach((n, s) =>
      sums[slotOf(termOfSlot(s, R), flat.classOf[positionOfSlot(s, R)], C)] += n
    );
    return sums;
  };
  return {
    ...limitRepeats(flat),
    positions: C,
    groups: flat.groups.map((r) => flat.classOf[r]),
    leave: flat.leave && {
      ...flat.leave,
      options: flat.leave.options.map((r) => flat.classOf[r]),
      none: flat.classOf[flat.leave.none],
      blocked: Uint8Array.from(flat.members, ([r]) => flat.leave!.blocked[r]),
    },
    cap: perClass(flat.cap).map((n) => Math.min(n, flat.lines)),
    gains: new Int32Array(0),
    gainStart: new Int32Array(T * C + 1),
    emptyCost: 0,
    forced: perClass(flat.forced),
    classOf: Int32Array.from({ length: C }, (_, c) => c),
    members: Array.from({ length: C }, (_, c) => Int32Array.of(c)),
    distinct: false,
  };
}

/** "No position twice" on classes: a class of m positions with posts sits in m terms of a line. */
function limitRepeats(flat: PlannerTables): PlannerTables {
  const { terms: T, positions: R, classes: C, distinct, cap } = flat;
  const terms = Array.from({ length: T }, (_, t) => t);
  const members = flat.members.map((rs) =>
    rs.filter((r) => terms.some((t) => cap[slotOf(t, r, R)] > 0))
  );
  const few = Array.from({ length: C }, (_, c) => distinct && members[c].length < T);
  const perClass = few.map((limited, c) => {
    const own = Array.from(flat.limitOf.subarray(flat.limitStart[c], flat.limitStart[c + 1]));
    return limited ? [...own, flat.limits + few.slice(0, c).filter(Boolean).length] : own;
  });
  const added = few.flatMap((limited, c) => limited ? [members[c].length] : []);
  const limitStart = new Int32Array(C + 1);
  perClass.forEach((own, c) => limitStart[c + 1] = limitStart[c] + own.length);
  return {
    ...flat,
    limits: flat.limits + added.length,
    limitMax: Int32Array.from([...flat.limitMax, ...added]),
    limitWeight: Int32Array.from([...flat.limitWeight, ...added.flatMap(() => Array(T).fill(1))]),
    limitUse: Int32Array.from([...flat.limitUse, ...added.map((_, i) => flat.limits + i)]),
    limitUnit: Int32Array.from([...flat.limitUnit, ...added.map(() => 1)]),
    limitStart,
    limitOf: Int32Array.from(perClass.flat()),
  };
}

/** The tables that a count search runs on. */
export function countTables(
  problem: PlannerProblem,
  bounds: RuleBounds,
  exact: boolean,
): PlannerTables {
  return exact
    ? buildTables(problem, bounds, { ignoreAffinity: true })
    : projectTables(problem, bounds);
}
