// What a search looks like, from a look at some of its candidates: how many survive a short sieve.

import type { Search } from "./forms/form.ts";
import { primesFrom } from "./sieve/primes.ts";

/** Candidates that are looked at: the first ones, where most of the small numbers are, and some from so many places after them. */
const PLACES = 16;
const CANDIDATES_EACH = 64;
/** Primes of the sample's sieve go up to here. */
export const SAMPLE_SIEVED_TO = 1_000;

/** Candidates in a row, and which of them a small prime divides. */
export interface Sample {
  start: number;
  /** Share of the search that it stands for. */
  weight: number;
  struck: Uint8Array;
}

/** Looks at candidates from all over a search. */
export function sampleOf(search: Search): Sample[] {
  const count = Math.min(CANDIDATES_EACH, search.size);
  const first = { start: 0, weight: count / search.size, struck: struckOut(search, 0, count) };
  if (search.size === count) return [first];
  const weight = (1 - first.weight) / PLACES;
  const others = Array.from({ length: PLACES }, (_, place) => {
    const middle = count + (search.size - count) * (place + 0.5) / PLACES;
    const start = Math.max(0, Math.min(search.size - count, Math.floor(middle - count / 2)));
    return { start, weight, struck: struckOut(search, start, count) };
  });
  return [first, ...others];
}

/** Share of candidates that no small prime divides. */
export function survivors(samples: readonly Sample[]): number {
  return samples.reduce((sum, { weight, struck }) => {
    const left = struck.reduce((count, one) => count + 1 - one, 0);
    return sum + weight * left / struck.length;
  }, 0);
}

function struckOut(search: Search, start: number, count: number): Uint8Array {
  const struck = new Uint8Array(count);
  const sieve = search.sieve(start, count);
  if (sieve.by === "candidate") {
    for (let at = 0; at < count; at++) {
      struck[at] = sieve.leastFactor(at, SAMPLE_SIEVED_TO) === 0 ? 0 : 1;
    }
    return struck;
  }
  for (const p of primesFrom(2)) {
    if (p > SAMPLE_SIEVED_TO) break;
    sieve.strike(p, (offset) => struck[offset] = 1);
  }
  return struck;
}
