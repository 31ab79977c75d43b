// What all rules with one number have in common: how it is set, read, switched off and loosened.

import type { PlannerProblem } from "../problem.ts";
import type { LineRule } from "./rule.ts";
import { percent, shareWeeks } from "./shares.ts";

/** A bound that is one number; null: off. */
export type NumberBound<Key extends string> = Record<Key, number | null>;

/** Every number of weeks that some of the terms add up to, ascending. */
function termSums(termWeeks: readonly number[]): number[] {
  let sums = new Set([0]);
  for (const weeks of termWeeks) sums = new Set([...sums, ...[...sums].map((sum) => sum + weeks)]);
  return [...sums].sort((a, b) => a - b);
}

/** The whole percentages above a share that let in another set of terms. */
function looserShares(share: number, termWeeks: readonly number[]): number[] {
  const sums = termSums(termWeeks);
  const most = (limit: number) => sums.findLast((sum) => sum <= limit)!;
  const found: number[] = [];
  let before = most(shareWeeks(share, termWeeks));
  for (let per = Math.floor(100 * share + 1e-9) + 1; per <= 100; per++) {
    const now = most(shareWeeks(per / 100, termWeeks));
    if (now > before) found.push(per / 100);
    before = now;
  }
  return found;
}

function range(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}

/** How a bound is loosened: values that change something, the least loose first. */
const LOOSER = {
  "share at most": looserShares,
  "share at least": (share: number, termWeeks: readonly number[]) => {
    const total = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
    return termSums(termWeeks).reverse()
      .map((sum) => Math.floor(100 * sum / total) / 100).filter((looser) => looser < share);
  },
  "terms at most": (count: number, termWeeks: readonly number[]) =>
    count < termWeeks.length ? range(count + 1, termWeeks.length) : [],
  "terms at least": (count: number) => count > 0 ? range(count - 1, 0) : [],
  "weeks at least": (count: number, termWeeks: readonly number[]) =>
    termSums(termWeeks).reverse().filter((sum) => sum < count),
  "terms exactly": (count: number, termWeeks: readonly number[]) =>
    count === termWeeks.length ? [] : [termWeeks.length],
};

/**
 * The parts of a rule that live in one nullable number of the bounds.
 * @param kind what the number bounds, which says how it is loosened
 */
export function boundBy<Key extends string>(
  key: Key,
  value: LineRule["value"],
  kind: keyof typeof LOOSER,
): Pick<LineRule<NumberBound<Key>>, "value" | "set" | "valueOf" | "off" | "active"> & {
  loosen: (this: { name: string }, bounds: NumberBound<Key>, problem: PlannerProblem) => {
    value: unknown;
    words: string;
  }[];
} {
  const show = (n: number) => kind.startsWith("share") ? percent(n) : `${n}`;
  return {
    loosen(bounds, { termWeeks }) {
      const now = bounds[key]!;
      return LOOSER[kind](now, termWeeks).map((looser) => ({
        value: looser,
        words: `${this.name} ${show(looser)} instead of ${show(now)}`,
      }));
    },
    value,
    set: (bounds, v) => ({ ...bounds, [key]: v as number | null }),
    valueOf: (bounds) => bounds[key],
    off: (bounds) => ({ ...bounds, [key]: null }),
    active: (bounds) => bounds[key] !== null,
  };
}
