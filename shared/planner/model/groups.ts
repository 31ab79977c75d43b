// Lines reserved for pathways as one more term, whose positions are the groups of lines; and the tables of
// one group alone.

import { classify, pairTables } from "./classes.ts";
import type { NamedLimit } from "./gather.ts";
import { limitsOfClasses, limitTables, slotTables } from "./slots.ts";
import { pairsOf, type PlannerTables } from "./tables.ts";
import type { PathwayReserve } from "../rules/mod.ts";

/** What the tables are made of, before positions are grouped into classes. */
export interface Parts {
  terms: number;
  positions: number;
  groups: number[];
  cap: Int32Array;
  slots: ReturnType<typeof slotTables>;
  limits: NamedLimit[];
  covers: Int32Array;
  keyOf: number[];
  affinity: Int32Array;
}

/** Adds the term of groups: a position with posts for each pathway, and one for the other lines. */
export function addGroups(plain: Parts, reserves: readonly PathwayReserve[], lines: number): Parts {
  const T = plain.terms, R = plain.positions, wide = R + reserves.length + 1;
  const spread = (values: Int32Array) => {
    const cells = new Int32Array((T + 1) * wide);
    values.forEach((n, s) => cells[Math.floor(s / R) * wide + s % R] = n);
    return cells;
  };
  const cap = spread(plain.cap);
  reserves.forEach((reserve, p) => cap[T * wide + R + p] = reserve.lines);
  cap[T * wide + wide - 1] = lines - reserves.reduce((sum, reserve) => sum + reserve.lines, 0);
  const K = Math.sqrt(plain.affinity.length), groups = reserves.map((_, p) => R + p);
  const affinity = new Int32Array((K + 1) ** 2);
  plain.affinity.forEach((w, i) => affinity[Math.floor(i / K) * (K + 1) + i % K] = w);
  const { forceWeight, ...slots } = plain.slots;
  return {
    terms: T + 1,
    positions: wide,
    groups: [...groups, wide - 1],
    cap,
    slots: {
      ...Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, spread(values)])),
      forceWeight,
    } as Parts["slots"],
    limits: [
      ...plain.limits.map((limit) => ({ ...limit, termWeight: [...limit.termWeight, 0] })),
      ...reserves.flatMap((reserve, p) => reserveLimits(reserve, R + p, T, R)),
    ],
    covers: Int32Array.from({ length: wide }, (_, r) => plain.covers[r] ?? 0),
    keyOf: Array.from({ length: wide }, (_, r) => plain.keyOf[r] ?? K),
    affinity,
  };
}

/** What a reserved line must hold, as limits that bind only beside the group's own position. */
function reserveLimits(
  reserve: PathwayReserve,
  group: number,
  T: number,
  R: number,
): NamedLimit[] {
  const outside = (inside: readonly number[]) => [
    ...Array.from({ length: R }, (_, r) => r).filter((r) => !inside.includes(r)),
    group,
  ];
  const named = { rule: "PATHWAYS", kind: `outside ${reserve.name}`, unit: 1 };
  if ("need" in reserve) {
    const termWeight = [...Array(T).fill(1), T];
    const positions = outside(reserve.positions);
    return [{ ...named, max: T + T - reserve.need, positions, termWeight }];
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
 * The lines of one group alone, without the term of groups: what its lines must hold becomes a
 * tighter limit or a closed slot, and limits that cannot bind are dropped, so that classes are few.
 * @param group position of the group in the last term
 */
export function groupTables(tables: PlannerTables, group: number): PlannerTables {
  const wide = tables.terms, T = wide - 1, R = tables.positions;
  const max = tables.limitMax.slice(), cap = tables.cap.slice(0, T * R);
  const limitsOf = (r: number) => {
    const c = tables.classOf[r];
    return Array.from(tables.limitOf.subarray(tables.limitStart[c], tables.limitStart[c + 1]));
  };
  const weight = (l: number, t: number) => tables.limitWeight[l * wide + t];
  for (const l of limitsOf(group)) max[l] -= weight(l, T);
  const terms = Array.from({ length: T }, (_, t) => t);
  const binds = Array.from(
    max,
    (most, l) =>
      terms.reduce((sum, t) => sum + (weight(l, t) <= most ? weight(l, t) : 0), 0) > most,
  );
  const kept = Array.from(max.keys()).filter((l) => binds[l]);
  const number = new Map(kept.map((l, i) => [l, i]));
  const limits = kept.map((l) => ({
    ...tables.limitInfo[l],
    max: max[l],
    unit: tables.limitUnit[l],
    positions: [] as number[],
    termWeight: terms.map((t) => weight(l, t)),
  }));
  for (let r = 0; r < R; r++) {
    for (const l of limitsOf(r)) {
      for (const t of terms) if (weight(l, t) > max[l]) cap[t * R + r] = 0;
      if (number.has(l)) limits[number.get(l)!].positions.push(r);
    }
  }
  const keyOf = Array.from(tables.classOf, (c) => tables.keyOf[c]);
  const covers = Int32Array.from(tables.classOf, (c) => tables.cover[c]);
  const { classOf, members, counted } = classify(keyOf, covers, limits, pairsOf(tables));
  return {
    ...tables,
    terms: T,
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
  };
}
