// What the tables are made of, and how they get one more term: a choice that every line makes beside its positions.

import { positionOfSlot, slotOf, termOfSlot } from "./flat.ts";
import type { NamedLimit } from "./gather.ts";
import type { slotTables } from "./slots.ts";
import type { LeaveChoice } from "./tables.ts";

/** What the tables are made of, before positions are grouped into classes. */
export interface Parts {
  terms: number;
  positions: number;
  /** Terms of the year; those after them are choices beside the positions. */
  year: number;
  leave: LeaveChoice | null;
  groups: number[];
  cap: Int32Array;
  slots: ReturnType<typeof slotTables>;
  limits: NamedLimit[];
  covers: Int32Array;
  keyOf: number[];
  affinity: Int32Array;
}

/** Adds a term with positions of its own, after those there are, with so many posts each. */
export function addTerm(
  plain: Parts,
  posts: readonly number[],
  limits: readonly NamedLimit[],
): Parts {
  const T = plain.terms, R = plain.positions, wide = R + posts.length;
  const spread = (values: Int32Array) => {
    const cells = new Int32Array((T + 1) * wide);
    values.forEach((n, s) => cells[slotOf(termOfSlot(s, R), positionOfSlot(s, R), wide)] = n);
    return cells;
  };
  const cap = spread(plain.cap);
  posts.forEach((n, i) => cap[slotOf(T, R + i, wide)] = n);
  const K = Math.sqrt(plain.affinity.length);
  const affinity = new Int32Array((K + 1) ** 2);
  plain.affinity.forEach((w, i) => affinity[Math.floor(i / K) * (K + 1) + i % K] = w);
  const { forceWeight, ...slots } = plain.slots;
  return {
    ...plain,
    terms: T + 1,
    positions: wide,
    cap,
    slots: {
      ...Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, spread(values)])),
      forceWeight,
    } as Parts["slots"],
    limits: [
      ...plain.limits.map((limit) => ({ ...limit, termWeight: [...limit.termWeight, 0] })),
      ...limits,
    ],
    covers: Int32Array.from({ length: wide }, (_, r) => plain.covers[r] ?? 0),
    keyOf: Array.from({ length: wide }, (_, r) => plain.keyOf[r] ?? K),
    affinity,
  };
}
