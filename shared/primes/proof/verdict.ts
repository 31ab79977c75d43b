// What a test says of a number, and how composites are evidenced.

import { res64 } from "../arithmetic/power.ts";
import type { Certificate } from "../certificate.ts";

/**
 * Why a number is no prime: a factor, or the low 64 bits of the residue that a test ended with, by
 * which a second computation is compared. All modulo N: "fermat" base^(N-1), "fermat_plus" base^(N+1),
 * "strong" base^d with N-1 = d*2^s and d odd, "proth" base^((N-1)/2), "llr" V_(k*2^(n-2))(base, 1) for
 * N = k*2^n - 1, "lucas" V_(N+1)(base, 1); "unit" N itself, where it is below 2.
 */
export type Evidence = { factor: string } | { test: string; base?: string; res64: string };

/** What a test says of a number. */
export type Verdict =
  | { kind: "prime"; certificate: Certificate }
  /** Passed probable prime tests, and why it is not proven. */
  | { kind: "probable"; reason: string }
  | { kind: "composite"; evidence: Evidence };

/** Evidence by a factor. */
export function divisibleBy(factor: bigint): Evidence {
  return { factor: factor.toString() };
}

/** Evidence by a residue that is not what a prime's would be. */
export function residueOf(test: string, base: bigint, residue: bigint): Evidence {
  return { test, base: base.toString(), res64: res64(residue) };
}
