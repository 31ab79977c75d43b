/**
 * Witnesses for prime factors q of N-1 (bases) and of N+1 (Lucas sequences of one discriminant). One
 * long power is shared by all factors: with r = product of the q and b = a^((N-1)/r), a^((N-1)/q) is
 * b^(r/q), and a tree of products finds all of these with about log2 of their number more.
 */
import type { Procedure } from "../arithmetic/chain.ts";
import { gcd, jacobi, mod, modInverse, product } from "../arithmetic/integers.ts";
import { lucasV } from "../arithmetic/lucas.ts";
import type { Modulus } from "../arithmetic/modulus.ts";
import { power } from "../arithmetic/power.ts";
import { primesFrom } from "../sieve/primes.ts";
import { divisibleBy, type Evidence, residueOf } from "./verdict.ts";

/** Bases or sequences tried before a factor is given up. */
const MOST_TRIALS = 200;

/** What the search for witnesses came to. */
export type Witnesses<Witness> =
  | { outcome: "found"; witnesses: Map<bigint, Witness> }
  /** N is composite: a test that primes pass failed, or a factor came up. */
  | { outcome: "composite"; evidence: Evidence }
  /** Some factor has found no witness in many trials; not for a prime N. */
  | { outcome: "none" };

/** A base for every q | N-1 with a^(N-1) = 1 and gcd(a^((N-1)/q) - 1, N) = 1. */
export function* findBases(
  modulus: Modulus,
  qs: readonly bigint[],
): Procedure<Witnesses<bigint>> {
  const n = modulus.value;
  const witnesses = new Map<bigint, bigint>();
  let trials = 0;
  for (const prime of primesFrom(2)) {
    if (trials++ > MOST_TRIALS) break;
    const base = BigInt(prime);
    const symbol = jacobi(base, n);
    if (symbol === 0) return { outcome: "composite", evidence: divisibleBy(gcd(base, n)) };
    const open = qs.filter((q) => !witnesses.has(q));
    // Of a residue no power (N-1)/2 is -1: bases for q = 2 are non-residues.
    if (open.includes(2n) && symbol === 1) continue;
    const radical = product(open);
    const root = yield* power(modulus, base, (n - 1n) / radical);
    const powers = yield* leaves(root, open, (b, e) => power(modulus, b, e));
    const least = open.reduce((i, q, j) => q < open[i] ? j : i, 0);
    const whole = yield* power(modulus, powers[least], open[least]);
    if (whole !== 1n) {
      return { outcome: "composite", evidence: residueOf("fermat", base, whole) };
    }
    const factor = settle(n, open, powers.map((x) => x - 1n), (q) => witnesses.set(q, base));
    if (factor !== null) return { outcome: "composite", evidence: divisibleBy(factor) };
    if (witnesses.size === qs.length) return { outcome: "found", witnesses };
  }
  return { outcome: "none" };
}

/**
 * For one D with (D/N) = -1: a P for every q | N+1, so that with Q = (P^2 - D)/4 and P' = P^2/Q - 2
 * V_(N+1)(P', 1) = 2 and gcd(V_((N+1)/q)(P', 1) - 2, N) = 1. (P', 1) belongs to a/a' of the roots
 * of x^2 - Px + Q, whose order modulo a prime divisor p of N divides p - (D/p).
 */
export function* findSequences(
  modulus: Modulus,
  qs: readonly bigint[],
): Procedure<Witnesses<bigint> & { discriminant: bigint }> {
  const n = modulus.value;
  const witnesses = new Map<bigint, bigint>();
  const discriminant = findDiscriminant(n);
  let p = 1n;
  for (let trials = 0; trials < MOST_TRIALS; trials++, p += 2n) {
    const q = (p * p - discriminant) / 4n;
    const parameter = unitParameter(p, q, n);
    if (parameter === null) continue;
    const open = qs.filter((each) => !witnesses.has(each));
    if (open.includes(2n) && jacobi(q, n) !== -1) continue;
    const radical = product(open);
    const root = yield* lucasV(modulus, parameter, (n + 1n) / radical);
    const values = yield* leaves(root, open, (v, e) => lucasV(modulus, v, e));
    const least = open.reduce((i, each, j) => each < open[i] ? j : i, 0);
    const whole = yield* lucasV(modulus, values[least], open[least]);
    if (whole !== 2n) {
      const evidence = residueOf("lucas", parameter, whole);
      return { outcome: "composite", evidence, discriminant };
    }
    const found = p;
    const factor = settle(n, open, values.map((v) => v - 2n), (each) => witnesses.set(each, found));
    if (factor !== null) {
      return { outcome: "composite", evidence: divisibleBy(factor), discriminant };
    }
    if (witnesses.size === qs.length) return { outcome: "found", witnesses, discriminant };
  }
  return { outcome: "none", discriminant };
}

/** P' = P^2/Q - 2 mod N; null where Q is no unit. */
function unitParameter(p: bigint, q: bigint, n: bigint): bigint | null {
  if (q === 0n) return null;
  const inverse = modInverse(q < 0n ? -q : q, n);
  return inverse === null ? null : mod(p * p * (q < 0n ? -inverse : inverse) - 2n, n);
}

/** The first of 5, -7, -11, 13, 17, -19... (1 mod 4, so that P = 1 goes) with (D/N) = -1. */
function findDiscriminant(n: bigint): bigint {
  for (let size = 5n;; size += 2n) {
    const d = size % 4n === 1n ? size : -size;
    if (jacobi(d, n) === -1) return d;
  }
}

/** Takes a root of x_r to x_(r/q) for every q of r, by halves of the list. */
function* leaves(
  root: bigint,
  qs: readonly bigint[],
  raise: (x: bigint, exponent: bigint) => Procedure<bigint>,
): Procedure<bigint[]> {
  if (qs.length === 1) return [root];
  const half = qs.length >> 1;
  const [left, right] = [qs.slice(0, half), qs.slice(half)];
  const ofLeft = yield* leaves(yield* raise(root, product(right)), left, raise);
  const ofRight = yield* leaves(yield* raise(root, product(left)), right, raise);
  return [...ofLeft, ...ofRight];
}

/** Records the q whose difference is prime to N. @returns a factor of N, should one come up */
function settle(
  n: bigint,
  qs: readonly bigint[],
  differences: readonly bigint[],
  found: (q: bigint) => void,
): bigint | null {
  // One common divisor for all of them nearly always serves.
  const nonzero = differences.map((d) => mod(d, n)).filter((d) => d !== 0n);
  const all = nonzero.reduce((x, d) => x * d % n, 1n);
  const common = gcd(all, n);
  for (let i = 0; i < qs.length; i++) {
    if (mod(differences[i], n) === 0n) continue;
    const g = common === 1n ? 1n : gcd(differences[i], n);
    if (g !== 1n) return g;
    found(qs[i]);
  }
  return null;
}
