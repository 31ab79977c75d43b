// Positions that are interchangeable in every line, as one position with all their posts: neither rules
// nor affinity tell them apart, and no line can hold two of them. The gains of their slots merge into
// one falling list, so nothing is lost: a plan over merged positions splits into one of equal value.

import { membersOf } from "./classes.ts";
import { positionOfSlot, slotOf, termOfCell, termOfSlot, weightAt } from "./flat.ts";
import type { PlannerTables } from "./tables.ts";

/** Tables over merged positions, and the way back. */
export interface MergedTables {
  tables: PlannerTables;
  /** Beside each of `tables.gains`: the position that the line with this gain gets. */
  takers: Int32Array;
}

/** Whether a line may hold two positions of class c (or, where no position repeats, two of one). */
function mayRepeat(tables: PlannerTables, c: number): boolean {
  const { terms: T, positions: R, members, cap } = tables;
  const open = Array.from({ length: T }, (_, t) => t)
    .filter((t) => members[c].some((r) => cap[slotOf(t, r, R)] > 0));
  if (open.length < 2) return false;
  for (let e = tables.limitStart[c]; e < tables.limitStart[c + 1]; e++) {
    const l = tables.limitOf[e];
    const [a, b] = open.map((t) => tables.limitWeight[weightAt(l, t, T)]).sort((x, y) => x - y);
    if (a + b > tables.limitMax[l]) return false;
  }
  return true;
}

/** Positions of class c as groups that are one each. */
function groupsOf(tables: PlannerTables, c: number): number[][] {
  const { terms: T, positions: R, members, groups, forced, distinct, leave } = tables;
  const own = Array.from(members[c]);
  const isSpecial = own.some((r) =>
    groups.includes(r) || r === leave?.none ||
    Array.from({ length: T }, (_, t) => forced[slotOf(t, r, R)]).some((n) => n > 0)
  );
  const merges = !isSpecial && (!distinct || !mayRepeat(tables, c));
  return merges ? [own] : own.map((r) => [r]);
}

/** Merges what is interchangeable. The classes stay the same. */
export function mergeTables(full: PlannerTables): MergedTables {
  const { terms: T, positions: R, lines } = full;
  const merged = full.members.flatMap((_, c) => groupsOf(full, c)).sort((a, b) => a[0] - b[0]);
  const M = merged.length;
  const cap = new Int32Array(T * M), forced = new Int32Array(T * M);
  const gainStart = new Int32Array(T * M + 1);
  const gains: number[] = [], takers: number[] = [];
  for (let s = 0; s < T * M; s++) {
    const t = termOfSlot(s, M);
    const units = merged[positionOfSlot(s, M)].flatMap((r) => {
      const from = full.gainStart[slotOf(t, r, R)], n = full.cap[slotOf(t, r, R)];
      forced[s] += full.forced[slotOf(t, r, R)];
      return Array.from(full.gains.subarray(from, from + n), (gain) => ({ gain, r }));
    }).sort((a, b) => b.gain - a.gain).slice(0, lines);
    gains.push(...units.map(({ gain }) => gain));
    takers.push(...units.map(({ r }) => r));
    cap[s] = units.length;
    gainStart[s + 1] = gains.length;
  }
  const placeOf = (r: number) => merged.findIndex(([first]) => first === r);
  const classOf = Int32Array.from(merged, ([r]) => full.classOf[r]);
  const tables = {
    ...full,
    positions: M,
    groups: full.groups.map(placeOf),
    leave: full.leave && {
      ...full.leave,
      options: full.leave.options.map(placeOf),
      none: placeOf(full.leave.none),
      blocked: Uint8Array.from(merged, ([r]) => full.leave!.blocked[r]),
    },
    cap,
    forced,
    gains: Int32Array.from(gains),
    gainStart,
    classOf,
    members: membersOf(classOf, full.members.length),
  };
  return { tables, takers: Int32Array.from(takers) };
}

/** The plan with single positions: on each slot, the lines get the positions in the order of gains. */
export function splitPlan({ tables, takers }: MergedTables, cells: Int32Array): Int32Array {
  const { terms: T, positions: M, gainStart } = tables;
  const used = new Int32Array(T * M);
  return cells.map((m, i) => {
    const s = slotOf(termOfCell(i, T), m, M);
    return takers[gainStart[s] + used[s]++];
  });
}
