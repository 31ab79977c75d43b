// The test of one number: prime with a certificate, composite with evidence, or probably prime and why not more.

import { collapsed, type Procedure } from "../arithmetic/chain.ts";
import { bitLength, gcd, isqrt, isSquare, jacobi, trailingZeros } from "../arithmetic/integers.ts";
import { lucasV } from "../arithmetic/lucas.ts";
import {
  isPrimeBelowBound,
  isStrongProbablePrime,
  MILLER_RABIN_BASES,
  MILLER_RABIN_BOUND,
} from "../arithmetic/miller_rabin.ts";
import {
  binaryModulus,
  type BinaryShape,
  binaryShape,
  plainModulus,
} from "../arithmetic/modulus.ts";
import { checkedPower, modPow, power, res64 } from "../arithmetic/power.ts";
import { type KnownDivisors, NOTHING_KNOWN, prove } from "./prove.ts";
import { divisibleBy, residueOf, type Verdict } from "./verdict.ts";

/** Base of the Fermat test; its residues are what double checks compare. */
const FERMAT_BASE = 3n;
/** Runs of squarings from here on are checked with Gerbicz's method before a chain that cannot be. */
const LONG_RUN = 1000;
/** Nested proofs of factors: each is much shorter than what it is for. */
const MAX_DEPTH = 12;

/**
 * Tests one number to the end.
 * @param name what its certificate calls it
 * @param known divisors of N-1 and N+1
 * @param depth of nested proofs
 */
export function* testNumber(
  n: bigint,
  name: string,
  known: KnownDivisors,
  depth = 0,
): Procedure<Verdict> {
  if (n < MILLER_RABIN_BOUND) return testSmall(n, name);
  for (const p of MILLER_RABIN_BASES) {
    if (n % BigInt(p) === 0n) return divisible(BigInt(p));
  }
  if (isSquare(n)) return divisible(isqrt(n));
  const below = binaryShape(n, 1);
  if (isDominant(below)) return yield* proth(below, name);
  const above = binaryShape(n, -1);
  if (isDominant(above)) return yield* llr(above, name);
  const modulus = plainModulus(n);
  const residue = yield* power(modulus, FERMAT_BASE, n - 1n);
  if (residue !== 1n) return differs("fermat", FERMAT_BASE, residue);
  const proveFactor = depth < MAX_DEPTH
    ? (q: bigint) => collapsed(testNumber(q, q.toString(), NOTHING_KNOWN, depth + 1))
    : null;
  return yield* prove(modulus, name, known, proveFactor);
}

/** Whether N = k*2^n +- 1 with k < 2^n: one chain decides it then (Proth, LLR). */
export function hasQuickTest(n: bigint): boolean {
  return isDominant(binaryShape(n, 1)) || isDominant(binaryShape(n, -1));
}

/** k < 2^n, as Proth and LLR need it. */
function isDominant({ k, n }: BinaryShape): boolean {
  return n >= 3 && bitLength(k) <= n;
}

function divisible(factor: bigint): Verdict {
  return { kind: "composite", evidence: divisibleBy(factor) };
}

function differs(test: string, base: bigint, residue: bigint): Verdict {
  return { kind: "composite", evidence: residueOf(test, base, residue) };
}

/** Below Miller-Rabin's bound. */
function testSmall(n: bigint, name: string): Verdict {
  // 1, 0 and below are not composite in words, but they are no primes.
  if (n < 2n) return { kind: "composite", evidence: { test: "unit", res64: res64(n) } };
  if (isPrimeBelowBound(n)) {
    return { kind: "prime", certificate: { type: "miller_rabin", n: name } };
  }
  for (const p of MILLER_RABIN_BASES) {
    if (n % BigInt(p) === 0n) return divisible(BigInt(p));
  }
  const base = BigInt(MILLER_RABIN_BASES.find((p) => !isStrongProbablePrime(n, BigInt(p)))!);
  const odd = (n - 1n) >> BigInt(trailingZeros(n - 1n));
  return differs("strong", base, modPow(base, odd, n));
}

/** N = k*2^n + 1, k < 2^n: prime if and only if a^((N-1)/2) = -1 for an a with (a/N) = -1 (Proth). */
function* proth(shape: BinaryShape, name: string): Procedure<Verdict> {
  const modulus = binaryModulus(shape);
  const n = modulus.value;
  let base = 3n;
  for (let symbol = jacobi(base, n); symbol !== -1; symbol = jacobi(base, n)) {
    if (symbol === 0) return divisible(gcd(base, n));
    base += 2n;
  }
  const residue = yield* checkedPower(modulus, base, shape.k, shape.n - 1);
  return residue === n - 1n
    ? { kind: "prime", certificate: { type: "proth", n: name, base: base.toString() } }
    : differs("proth", base, residue);
}

/**
 * N = k*2^n - 1, k < 2^n: with (P-2/N) = 1 and (P+2/N) = -1, prime if and only if V_(k*2^(n-2))(P, 1) = 0
 * (Lucas, Lehmer, Riesel). Long ones pass a Fermat test first, whose squarings can be checked as they run.
 */
function* llr(shape: BinaryShape, name: string): Procedure<Verdict> {
  const modulus = binaryModulus(shape);
  const n = modulus.value;
  if (shape.n >= LONG_RUN) {
    const residue = yield* checkedPower(modulus, FERMAT_BASE, shape.k, shape.n);
    if (residue !== FERMAT_BASE * FERMAT_BASE) return differs("fermat_plus", FERMAT_BASE, residue);
  }
  const found = lucasParameter(n);
  if ("factor" in found) return divisible(found.factor);
  const index = shape.k << BigInt(shape.n - 2);
  const last = yield* lucasV(modulus, found.p, index);
  return last === 0n
    ? { kind: "prime", certificate: { type: "llr", n: name, p: found.p.toString() } }
    : differs("llr", found.p, last);
}

/** P = 4 where it goes, which it does where 3 does not divide k; else the least that does. */
function lucasParameter(n: bigint): { p: bigint } | { factor: bigint } {
  for (let p = 4n;; p += 1n) {
    const [below, above] = [jacobi(p - 2n, n), jacobi(p + 2n, n)];
    if (below === 0) return { factor: gcd(p - 2n, n) };
    if (above === 0) return { factor: gcd(p + 2n, n) };
    if (below === 1 && above === -1) return { p };
  }
}
