// Miller-Rabin: a proof below 3.3e24, evidence above.

import { trailingZeros } from "./integers.ts";
import { modPow } from "./power.ts";

/** The first thirteen primes, the bases of the deterministic test. */
export const MILLER_RABIN_BASES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41] as const;

/** How many of the first primes are enough below which bound (Jaeschke; Jiang and Deng; Sorenson and Webster). */
const BOUNDS: readonly [bound: bigint, bases: number][] = [
  [2047n, 1],
  [1373653n, 2],
  [25326001n, 3],
  [3215031751n, 4],
  [2152302898747n, 5],
  [3474749660383n, 6],
  [341550071728321n, 7],
  [3825123056546413051n, 9],
  [318665857834031151167461n, 12],
  [3317044064679887385961981n, 13],
];

/** Below this bound the thirteen bases decide. */
export const MILLER_RABIN_BOUND = 3317044064679887385961981n;

/** Whether odd n > 2 is a strong probable prime to the base; bases that n divides say nothing. */
export function isStrongProbablePrime(n: bigint, base: bigint): boolean {
  const a = base % n;
  if (a === 0n) return true;
  const s = trailingZeros(n - 1n);
  let x = modPow(a, (n - 1n) >> BigInt(s), n);
  if (x === 1n || x === n - 1n) return true;
  for (let i = 1; i < s; i++) {
    x = x * x % n;
    if (x === n - 1n) return true;
  }
  return false;
}

/** Whether n is prime, proven. @throws RangeError from MILLER_RABIN_BOUND on */
export function isPrimeBelowBound(n: bigint): boolean {
  if (n >= MILLER_RABIN_BOUND) throw new RangeError("Miller-Rabin proves nothing of this size");
  if (n < 2n) return false;
  for (const p of MILLER_RABIN_BASES) if (n % BigInt(p) === 0n) return n === BigInt(p);
  const [, bases] = BOUNDS.find(([bound]) => n < bound)!;
  return MILLER_RABIN_BASES.slice(0, bases).every((base) => isStrongProbablePrime(n, BigInt(base)));
}
