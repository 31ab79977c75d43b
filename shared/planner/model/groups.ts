// Lines reserved for pathways as one more term, whose positions are the groups of lines; and the tables of
// one group alone.

import { classify, pairTables, varietyTables } from "./classes.ts";
import { firstSlotOf, firstWeightOf, slotOf, weightAt } from "./flat.ts";
import type { NamedLimit } from "./gather.ts";
import { addTerm, type Parts } from "./parts.ts";
import { limitsOfClasses, limitTables } from "./slots.ts";
import { pairsOf, type PlannerTables } from "./tables.ts";
import type { PathwayReserve } from "../rules/mod.ts";

/** Adds the term of groups: a position with posts for each pathway, and one for the other lines. */
export function addGroups(plain: Parts, reserves: readonly PathwayReserve[], lines: number): Parts {
  const R = plain.positions;
  const others = lines - reserves.reduce((sum, reserve) => sum + reserve.lines, 0);
  const possible = (reserve: PathwayReserve) => isTooLong(reserve, plain.year) ? 0 : reserve.lines;
  const posts = [...reserves.map(possible), others];
  const limits = reserves.flatMap((reserve, p) =>
    reserveLimits(reserve, R + p, plain.terms, plain.year, R)
  );
  return { ...addTerm(plain, posts, limits), groups: posts.map((_, p) => R + p) };
}

/** Whether lines of a pathway would need more terms than the year has: then there are none, and the others are as ever. */
function isTooLong(reserve: PathwayReserve, year: number): boolean {
  return "need" in reserve && reserve.need > year;
}

/** What a reserved line must hold, as limits that bind only beside the group's own position. */
function reserveLimits(
  reserve: PathwayReserve,
  group: number,
  T: number,
  year: number,
  R: number,
): NamedLimit[] {
  if (isTooLong(reserve, year)) return [];
  const outside = (inside: readonly number[]) => [
    ...Array.from({ length: R }, (_, r) => r).filter((r) => !inside.includes(r)),
    group,
  ];
  const named = { rule: "PATHWAYS", kind: `outside ${reserve.name}`, unit: 1 };
  if ("need" in reserve) {
    const termWeight = Array.from({ length: T + 1 }, (_, t) => t < year ? 1 : t < T ? 0 : year);
    const positions = outside(reserve.positions);
    return [{ ...named, max: year + year - reserve.need, positions, termWeight }];
  }
  return reserve.sequence.flatMap((r, t) =>
    r === null ? [] : [{
      ...named,
      max: 1,
      positions: outside([r]),
      termWeight: Array.from({ length: T + 1 }, (_, i) => i === t || i === T ? 1 : 0),
    }]
  );
}

/**
 * The lines of one choice alone, without the last term: of a group where there are groups, else of an option of leave.
 * What its lines must hold becomes a tighter limit or a closed slot, and limits that cannot bind are dropped, so that
 * classes are few.
 * @param group position in the last term
 */
export function groupTables(tables: PlannerTables, group: number): PlannerTables {
  const leave = tables.groups.length > 0 ? tables.leave : null;
  return narrowed(tables, limitsOfGroup(tables, group), leave, []);
}

/**
 * The lines of a year whose leave is their last choice, without it: what they may hold beside leave is left to who asks
 * (`LeaveChoice.blocked`), and no class holds positions with leave and without.
 */
export function yearTables(tables: PlannerTables): PlannerTables {
  const leave = tables.leave!, wide = tables.terms, T = wide - 1, R = tables.positions;
  const isOfLeave = (l: number) => tables.limitWeight[l * wide + leave.term] > 0;
  const kept = Array.from({ length: tables.limits }, (_, l) => l).filter((l) => !isOfLeave(l));
  const limits = kept.map((l) => ({
    ...tables.limitInfo[l],
    max: tables.limitMax[l],
    unit: tables.limitUnit[l],
    use: tables.limitUse[l],
    positions: Array.from({ length: R }, (_, r) => r).filter((r) =>
      limitsOf(tables, r).includes(l)
    ),
    termWeight: Array.from(
      tables.limitWeight.subarray(firstWeightOf(l, wide), weightAt(l, T, wide)),
    ),
  }));
  return narrowed(tables, { cap: tables.cap.slice(0, firstSlotOf(T, R)), limits }, null, [{
    groupOf: leave.blocked,
  }]);
}

/** Limits that a position counts in. */
function limitsOf({ classOf, limitStart, limitOf }: PlannerTables, r: number): Int32Array {
  return limitOf.subarray(limitStart[classOf[r]], limitStart[classOf[r] + 1]);
}

/** The tables without their last term. @param apart positions that stay in classes of their own, as groups of varieties do */
function narrowed(
  tables: PlannerTables,
  { cap, limits }: { cap: Int32Array; limits: NamedLimit[] },
  leave: PlannerTables["leave"],
  apart: readonly { groupOf: ArrayLike<number> }[],
): PlannerTables {
  const T = tables.terms - 1;
  const keyOf = Array.from(tables.classOf, (c) => tables.keyOf[c]);
  const covers = Int32Array.from(tables.classOf, (c) => tables.cover[c]);
  const varieties = tables.varieties.map((variety) => ({
    ...variety,
    groupOf: Int32Array.from(tables.classOf, (c) => variety.groupOf[c]),
  }));
  const { classOf, members, counted } = classify(
    keyOf,
    covers,
    limits,
    pairsOf(tables),
    leave,
    [...varieties, ...apart],
  );
  return {
    ...tables,
    terms: T,
    leave,
    groups: [],
    cap,
    classOf,
    classes: members.length,
    members,
    keyOf: Int32Array.from(members, (rs) => keyOf[rs[0]]),
    cover: Int32Array.from(members, (rs) => covers[rs[0]]),
    ...limitTables(limits, T),
    ...limitsOfClasses(members, counted),
    ...pairTables(pairsOf(tables), classOf, members.length),
    varieties: varietyTables(varieties, members),
  };
}

/** Posts and limits of the lines of one choice alone. @param group position in the last term */
function limitsOfGroup(tables: PlannerTables, group: number) {
  const wide = tables.terms, T = wide - 1, R = tables.positions;
  const max = tables.limitMax.slice(), cap = tables.cap.slice(0, firstSlotOf(T, R));
  const weight = (l: number, t: number) => tables.limitWeight[weightAt(l, t, wide)];
  for (const l of limitsOf(tables, group)) max[l] -= weight(l, T);
  const terms = Array.from({ length: T }, (_, t) => t);
  const inSum = (l: number) =>
    Array.from(tables.limitUse.keys()).filter((i) => tables.limitUse[i] === tables.limitUse[l]);
  const most = (l: number, t: number) =>
    Math.max(0, ...inSum(l).map((i) => weight(i, t)).filter((w) => w <= max[l]));
  const binds = Array.from(
    max,
    (room, l) => terms.reduce((sum, t) => sum + most(l, t), 0) > room,
  );
  const kept = Array.from(max.keys()).filter((l) => binds[l]);
  const number = new Map(kept.map((l, i) => [l, i]));
  const limits = kept.map((l) => ({
    ...tables.limitInfo[l],
    max: max[l],
    unit: tables.limitUnit[l],
    use: tables.limitUse[l],
    positions: [] as number[],
    termWeight: terms.map((t) => weight(l, t)),
  }));
  for (let r = 0; r < R; r++) {
    for (const l of limitsOf(tables, r)) {
      for (const t of terms) if (weight(l, t) > max[l]) cap[slotOf(t, r, R)] = 0;
      if (number.has(l)) limits[number.get(l)!].positions.push(r);
    }
  }
  return { cap, limits };
}
