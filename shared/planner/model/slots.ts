// What a line on a slot gains, and the limits on lines, as flat tables.

import { firstWeightOf, positionOfSlot, slotOf } from "./flat.ts";
import type { Gathered, NamedLimit } from "./gather.ts";
import { lineReward, OBJECTIVE, type PlannerProblem, wishSwing } from "../problem.ts";

/** Limits as arrays: [limit] what each allows, [limit, term] what a term counts. @param T terms */
export function limitTables(limits: readonly NamedLimit[], T: number) {
  const limitWeight = new Int32Array(limits.length * T);
  limits.forEach((limit, l) => limitWeight.set(limit.termWeight, firstWeightOf(l, T)));
  return {
    limits: limits.length,
    limitMax: Int32Array.from(limits, (limit) => limit.max),
    limitWeight,
    limitUnit: Int32Array.from(limits, (limit) => limit.unit ?? Math.max(1, ...limit.termWeight)),
    limitUse: Int32Array.from(
      limits,
      ({ use }, l) => use === undefined ? l : limits.findIndex((limit) => limit.use === use),
    ),
    limitInfo: limits.map(({ rule, kind, positions }) => ({ rule, kind, positions })),
  };
}

/** Limits by class, flat: those of class c at limitStart[c] .. limitStart[c + 1] - 1 of limitOf. */
export function limitsOfClasses(members: readonly Int32Array[], counted: readonly number[][]) {
  const limitStart = new Int32Array(members.length + 1);
  members.forEach((rs, c) => limitStart[c + 1] = limitStart[c] + counted[rs[0]].length);
  return { limitStart, limitOf: Int32Array.from(members.flatMap((rs) => counted[rs[0]])) };
}

/** What a forced cell is worth to the search, at least: above all wishes on a line, below a broken rule. */
const FORCE = 1_500;

/** Everything that the gain of a line on a slot is made of. */
export function slotTables(problem: PlannerProblem, found: Gathered) {
  const R = problem.positions.length, slots = problem.termWeeks.length * R;
  const wishLines = new Int32Array(slots), wishWeight = new Int32Array(slots);
  const forced = new Int32Array(slots);
  for (const { term, position, lines, weight } of found.wishes) {
    wishLines[slotOf(term, position, R)] = lines;
    wishWeight[slotOf(term, position, R)] = weight;
  }
  const weights = found.wishes.map(({ weight }) => weight);
  for (const { term, position, lines } of found.forces) forced[slotOf(term, position, R)] = lines;
  const short = problem.positions.map((p) =>
    p.isExcludable ? OBJECTIVE.shortExcludable : OBJECTIVE.short
  );
  return {
    minFill: Int32Array.from(problem.minimumFill.flat()),
    short: Int32Array.from({ length: slots }, (_, s) => short[positionOfSlot(s, R)]),
    wishLines,
    wishWeight,
    forced,
    // Where fewer lines may do, a forced cell must be worth more than a line.
    forceWeight: Math.max(FORCE, wishSwing(problem, weights)) +
      (problem.options.allowPartial ? lineReward(problem, weights) : 0),
    coll: new Int32Array(slots).fill(OBJECTIVE.coll),
  };
}

/** Gain of the n-th line on slot s: what it saves of minimum fill, wishes and forced lines, less
 * coll (n - 1). */
export function gainTables(cap: Int32Array, slots: ReturnType<typeof slotTables>) {
  const { minFill, short, wishLines, wishWeight, forced, forceWeight, coll } = slots;
  const gains: number[] = [], gainStart = new Int32Array(cap.length + 1);
  let emptyCost = 0;
  cap.forEach((posts, s) => {
    for (let n = 1; n <= posts; n++) {
      let gain = -coll[s] * (n - 1);
      if (n <= minFill[s]) gain += short[s];
      if (n <= wishLines[s]) gain += wishWeight[s];
      if (n <= forced[s]) gain += forceWeight;
      gains.push(gain);
    }
    gainStart[s + 1] = gains.length;
    emptyCost += short[s] * minFill[s] + wishWeight[s] * wishLines[s] + forceWeight * forced[s];
  });
  return { gains: Int32Array.from(gains), gainStart, emptyCost };
}
