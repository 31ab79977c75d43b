// Builds the tables of a problem under the bounds in force.

import {
  classify,
  coverBits,
  numberKeys,
  pairTables,
  plainKeys,
  varietyTables,
} from "./classes.ts";
import { slotOf } from "./flat.ts";
import { bindingLimits, gather, type Gathered } from "./gather.ts";
import { addGroups } from "./groups.ts";
import { addLeave, isLeaveSure, type LeaveOfDate } from "./leave_choice.ts";
import type { Parts } from "./parts.ts";
import { gainTables, limitsOfClasses, limitTables, slotTables } from "./slots.ts";
import type { ProblemTables } from "./tables.ts";
import { lineReward, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/**
 * Builds the tables of a problem.
 * @param problem a validated problem
 * @param bounds the rule bounds in force
 * @param options `ignoreAffinity`: as if no position had any affinity, so that classes are fewer;
 * `ignoreLeave`: without the choice of leave; `leaveLeft`: what a date leaves of it
 */
export function buildTables(
  problem: PlannerProblem,
  bounds: RuleBounds,
  { ignoreAffinity = false, ignoreLeave = false, leaveLeft = null }: {
    ignoreAffinity?: boolean;
    ignoreLeave?: boolean;
    leaveLeft?: LeaveOfDate | null;
  } = {},
): ProblemTables {
  const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const found = gather({ problem, bounds, totalWeeks, choosesLeave: leaveLeft !== null });
  const plain = plainParts(problem, found, ignoreAffinity);
  const isChosen = found.leave !== null && !ignoreLeave &&
    !isLeaveSure(found.leave, plain.limits, problem.lines, leaveLeft ?? undefined);
  const withLeave = !isChosen ? plain : addLeave(plain, found.leave!, problem.lines);
  const parts = found.reserves.length === 0
    ? withLeave
    : addGroups(withLeave, found.reserves, problem.lines);
  const { classOf, members, counted } = classify(
    parts.keyOf,
    parts.covers,
    parts.limits,
    found.pairs,
    parts.leave,
    found.varieties,
  );
  return {
    terms: parts.terms,
    year: parts.year,
    positions: parts.positions,
    leave: parts.leave,
    groups: parts.groups,
    lines: problem.lines,
    allowPartial: problem.options.allowPartial,
    line: lineReward(problem, found.wishes.map(({ weight }) => weight)),
    cap: parts.cap,
    minFill: parts.slots.minFill,
    short: parts.slots.short,
    wishLines: parts.slots.wishLines,
    wishWeight: parts.slots.wishWeight,
    forced: parts.slots.forced,
    ...gainTables(parts.cap, parts.slots),
    classOf,
    classes: members.length,
    members,
    keyOf: Int32Array.from(members, (rs) => parts.keyOf[rs[0]]),
    keys: Math.sqrt(parts.affinity.length),
    affinity: parts.affinity,
    cover: Int32Array.from(members, (rs) => parts.covers[rs[0]]),
    need: (1 << found.covers.length) - 1,
    ...limitTables(parts.limits, parts.terms),
    ...limitsOfClasses(members, counted),
    varieties: varietyTables(found.varieties, members),
    distinct: found.distinct,
    ...pairTables(found.pairs, classOf, members.length),
    needBesidePairs: ((1 << found.besidePairs.length) - 1) << found.covers.length,
    structureFault: found.structureFault,
  };
}

/** The parts without the term of groups. */
function plainParts(problem: PlannerProblem, found: Gathered, ignoreAffinity: boolean): Parts {
  const T = problem.termWeeks.length, R = problem.positions.length;
  // Limits first: they forbid slots that no line may use.
  const limits = bindingLimits(found, R);
  const cap = Int32Array.from(
    problem.posts.flat(),
    (n, s) => found.forbidden[s] ? 0 : Math.min(n, problem.lines),
  );
  levelPairs(cap, found, T, R);
  return {
    terms: T,
    year: T,
    positions: R,
    leave: null,
    groups: [],
    cap,
    slots: slotTables(problem, found),
    limits,
    covers: coverBits([...found.covers, ...found.besidePairs], R),
    ...ignoreAffinity ? plainKeys(problem, found) : numberKeys(problem),
  };
}

/** A pair has as many posts as the scarcer of its two slots. */
function levelPairs(cap: Int32Array, { pairs }: Gathered, T: number, R: number): void {
  for (const { first, second } of pairs) {
    cap[slotOf(T - 1, first, R)] = 0;
    cap[second] = 0;
    for (let t = 0; t + 1 < T; t++) {
      const one = slotOf(t, first, R), two = slotOf(t + 1, second, R);
      cap[one] = cap[two] = Math.min(cap[one], cap[two]);
    }
  }
}
