// Classes of positions: those that no rule and no affinity can tell apart count as one.

import type { Gathered } from "./gather.ts";
import type { PlannerTables, PositionPair, Variety } from "./tables.ts";
import { affinityKey, type PlannerProblem } from "../problem.ts";
import type { LineLimit } from "../rules/mod.ts";

/** Keys without affinity: one for all, but one of its own for each position with a forced cell. */
export function plainKeys(problem: PlannerProblem, { forces }: Gathered) {
  const own = [...new Set(forces.map((force) => force.position))];
  return {
    keyOf: problem.positions.map((_, r) => own.indexOf(r) + 1),
    affinity: new Int32Array((own.length + 1) ** 2),
  };
}

/** Keys of affinity: [position] its key's number, and [key * K + key] what two of them bring as neighbours. */
export function numberKeys(problem: PlannerProblem): { keyOf: number[]; affinity: Int32Array } {
  const index = new Map<string, number>();
  const keyOf = problem.positions.map((position) => {
    const key = affinityKey(position);
    if (!index.has(key)) index.set(key, index.size);
    return index.get(key)!;
  });
  const K = index.size;
  const affinity = new Int32Array(K * K);
  for (const [a, b, weight] of problem.affinity.weights) {
    const i = index.get(a), j = index.get(b);
    if (i === undefined || j === undefined) continue;
    affinity[i * K + j] = weight;
    affinity[j * K + i] = weight;
  }
  return { keyOf, affinity };
}

/** Groups positions by affinity key, features covered and limits counted in; those of pairs and options of leave stay alone. */
export function classify(
  keyOf: readonly number[],
  covers: Int32Array,
  limits: readonly LineLimit[],
  pairs: readonly PositionPair[],
  leave: PlannerTables["leave"],
  varieties: readonly { groupOf: ArrayLike<number> }[],
) {
  const alone = new Set([
    ...pairs.flatMap(({ first, second }) => [first, second]),
    ...leave?.options ?? [],
  ]);
  const counted = keyOf.map(() => [] as number[]);
  limits.forEach((limit, l) => limit.positions.forEach((r) => counted[r].push(l)));
  const index = new Map<string, number>();
  const classOf = Int32Array.from(keyOf, (key, r) => {
    const own = alone.has(r) ? r : "";
    const groups = varieties.map(({ groupOf }) => groupOf[r] ?? -1).join();
    const signature = `${key}|${covers[r]}|${counted[r].join(",")}|${own}|${groups}`;
    if (!index.has(signature)) index.set(signature, index.size);
    return index.get(signature)!;
  });
  return { classOf, members: membersOf(classOf, index.size), counted };
}

/** The positions of each class, in their order. */
export function membersOf(classOf: Int32Array, classes: number): Int32Array[] {
  const members = Array.from({ length: classes }, () => [] as number[]);
  classOf.forEach((c, r) => members[c].push(r));
  return members.map((rs) => Int32Array.from(rs));
}

/** [position] the features that it covers, a bit each. @param R positions */
export function coverBits(covers: Gathered["covers"], R: number): Int32Array {
  const bits = new Int32Array(R);
  covers.forEach((cover, f) => cover.positions.forEach((r) => bits[r] |= 1 << f));
  return bits;
}

/** The groups that a line's classes fall into. */
export function varietyTables(
  varieties: readonly { groupOf: ArrayLike<number>; most: number; least: number }[],
  members: readonly Int32Array[],
): Variety[] {
  return varieties.map(({ groupOf, most, least }) => {
    const byClass = Int32Array.from(members, ([r]) => groupOf[r] ?? -1);
    return { groupOf: byClass, groups: 1 + Math.max(-1, ...byClass), most, least };
  });
}

/** Classes that must follow and go before, for the classes of pairs. */
export function pairTables(
  pairs: readonly PositionPair[],
  classOf: ArrayLike<number>,
  classes: number,
): Pick<PlannerTables, "nextClass" | "previousClass" | "hasPairs"> {
  const nextClass = new Int32Array(classes).fill(-1);
  const previousClass = new Int32Array(classes).fill(-1);
  for (const { first, second } of pairs) {
    nextClass[classOf[first]] = classOf[second];
    previousClass[classOf[second]] = classOf[first];
  }
  return { nextClass, previousClass, hasPairs: pairs.length > 0 };
}
