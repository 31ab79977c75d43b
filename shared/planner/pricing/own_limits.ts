// The limits that may bind among the elements of a set of keys, and what a beginning of its lines holds of them (`key_labels.ts`).

import { bitCount } from "../model/bits.ts";
import type { CountedLimit } from "./limit_counters.ts";

/** A limit of a set's elements. */
export interface OwnLimit extends CountedLimit {
  /** Those of them that are remembered, as their bits. */
  mask: number;
  /** The key, as its place among those of the set, whose elements it is for; -1: of others. */
  key: number;
}

/**
 * Limits that may bind among some elements: each once, of a key no more than it has of them.
 * @param limits of all elements
 * @param placeOf [element of the set] its key, as its place among so many of the set
 */
export function ownLimits(
  limits: readonly CountedLimit[],
  elements: readonly number[],
  placeOf: Int32Array,
  keys: number,
): OwnLimit[] {
  const own = Array.from({ length: keys }, (_, key): OwnLimit => {
    const has = Uint8Array.from(placeOf, (k) => k === key ? 1 : 0);
    return { has, mask: 0, most: countOf(has), key };
  });
  for (const limit of limits) {
    const has = Uint8Array.from(elements, (e) => limit.has[e]), { most } = limit;
    if (countOf(has) <= most) continue;
    const same = own.find((one) => one.has.every((n, i) => n === has[i]));
    if (same === undefined) own.push({ has, mask: 0, most, key: -1 });
    else same.most = Math.min(same.most, most);
  }
  return own;
}

/** Whether a line of other elements may break it, and not only one that holds some of them twice. */
export function isBinding({ has, most }: CountedLimit): boolean {
  return countOf(has) > most;
}

function countOf(has: Uint8Array): number {
  return has.reduce((sum, n) => sum + n, 0);
}

/** Whether these hold more than one of the limits allows. @param held as bits of what is remembered */
export function isTooMuch(limits: readonly OwnLimit[], held: number): boolean {
  for (let l = 0; l < limits.length; l++) {
    if (bitCount(held & limits[l].mask) > limits[l].most) return true;
  }
  return false;
}
