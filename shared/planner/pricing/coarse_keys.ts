// Fewer keys than a problem has, where there are too many for the proof by sets of keys (`key_proof.ts`): two that are not liked
// beside each other count as one, which brings what either brings, or both together. No line is worth less so.

import type { PlannerTables } from "../model/tables.ts";

/** Keys as a proof sees them. */
export interface CoarseKeys {
  keys: number;
  /** [class] its key. */
  keyOf: Int32Array;
  /** [key * keys + key'] what two bring at most in one line, and what they bring as neighbours; as affinity weights. */
  pairs: Int32Array;
  near: Int32Array;
}

/**
 * At most so many keys, of those that some of these positions have.
 * @param at positions that lines may hold
 * @returns the keys as they are where they are few enough; null where too many are liked beside each other
 */
export function coarseKeys(tables: PlannerTables, at: Int32Array, most: number): CoarseKeys | null {
  const { keys: K, keyOf, classOf, affinity } = tables;
  if (K <= most) return { keys: K, keyOf, pairs: affinity, near: affinity };
  const used = [...new Set(Array.from(at, (r) => keyOf[classOf[r]]))].sort((a, b) => a - b);
  const groups = merged(tables, used, most);
  if (groups === null) return null;
  const N = groups.length, groupOf = new Int32Array(K);
  groups.forEach((own, g) => own.forEach((k) => groupOf[k] = g));
  const weights = (weigh: (one: readonly number[], other: readonly number[]) => number) =>
    Int32Array.from(
      { length: N * N },
      (_, i) => weigh(groups[Math.floor(i / N)], groups[i % N]),
    );
  return {
    keys: N,
    // Classes of other keys are no part of any line here.
    keyOf: keyOf.map((k) => groupOf[k]),
    pairs: weights((one, other) => mostTogether(tables, one, other)),
    near: weights((one, other) =>
      Math.max(...one.flatMap((a) => other.map((b) => affinity[a * K + b])))
    ),
  };
}

/** Keys in ones and twos, at most so many: those become twos that lose least by it; null where they cannot be so few. */
function merged(tables: PlannerTables, used: readonly number[], most: number): number[][] | null {
  const losses = used.flatMap((a, i) =>
    used.slice(i + 1).filter((b) => tables.affinity[a * tables.keys + b] <= 0)
      .map((b) => ({ two: [a, b], loss: lossOf(tables, used, [a, b]) }))
  ).sort((one, other) => one.loss - other.loss);
  const taken = new Set<number>(), groups: number[][] = [];
  for (const { two } of losses) {
    if (used.length - groups.length <= most) break;
    if (two.some((k) => taken.has(k))) continue;
    two.forEach((k) => taken.add(k));
    groups.push(two);
  }
  const all = [...groups, ...used.filter((k) => !taken.has(k)).map((k) => [k])];
  return all.length <= most ? all : null;
}

/** By how much two keys as one are worth more than each of them is, beside every other key. */
function lossOf(tables: PlannerTables, used: readonly number[], two: readonly number[]): number {
  const { keys: K, affinity } = tables;
  return used.reduce((sum, k) => {
    if (two.includes(k)) return sum;
    const together = mostTogether(tables, two, [k]);
    return two.reduce((all, a) => all + together - affinity[a * K + k], sum);
  }, 0);
}

/** What some of these keys and some of those bring in one line at most; of a key beside itself what it is as a neighbour. */
function mostTogether(
  { keys: K, affinity }: PlannerTables,
  one: readonly number[],
  other: readonly number[],
): number {
  let most = -Infinity;
  for (const some of choices(one)) {
    for (const others of choices(other)) {
      let sum = 0;
      for (const a of some) for (const b of others) sum += affinity[a * K + b];
      most = Math.max(most, sum);
    }
  }
  return most;
}

/** Choices of one or two of these. */
function choices(keys: readonly number[]): number[][] {
  return keys.length === 1 ? [[keys[0]]] : [[keys[0]], [keys[1]], [keys[0], keys[1]]];
}
