/**
 * Witnesses for prime factors q of N-1 (bases) and of N+1 (Lucas sequences of one discriminant). One
 * long power is shared by all factors: with r = product of the q and b = a^((N-1)/r), a^((N-1)/q) is
 * b^(r/q), and a tree of products finds all of these with about log2 of their number more.
 */
import { collapsed, type Procedure } from "../arithmetic/chain.ts";
import { fromHex, gcd, jacobi, mod, modInverse, product, toHex } from "../arithmetic/integers.ts";
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
    const open = ascending(qs.filter((q) => !witnesses.has(q)));
    // Of a residue no power (N-1)/2 is -1: bases for q = 2 are non-residues.
    if (open.includes(2n) && symbol === 1) continue;
    const radical = product(open);
    const root = yield* power(modulus, base, (n - 1n) / radical);
    const differences = yield* differencesAt(n, root, 1n, open, (b, e) => power(modulus, b, e));
    const whole = yield* power(modulus, fromHex(differences.first), open[0]);
    if (whole !== 1n) {
      return { outcome: "composite", evidence: residueOf("fermat", base, whole) };
    }
    const factor = gcd(fromHex(differences.product), n);
    if (factor !== 1n) return fromFactor(factor, n);
    for (const q of open) if (!differences.zeros.includes(`${q}`)) witnesses.set(q, base);
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
    const open = ascending(qs.filter((each) => !witnesses.has(each)));
    if (open.includes(2n) && jacobi(q, n) !== -1) continue;
    const radical = product(open);
    const root = yield* lucasV(modulus, parameter, (n + 1n) / radical);
    const differences = yield* differencesAt(n, root, 2n, open, (v, e) => lucasV(modulus, v, e));
    const whole = yield* lucasV(modulus, fromHex(differences.first), open[0]);
    if (whole !== 2n) {
      const evidence = residueOf("lucas", parameter, whole);
      return { outcome: "composite", evidence, discriminant };
    }
    const factor = gcd(fromHex(differences.product), n);
    if (factor !== 1n) return { ...fromFactor(factor, n), discriminant };
    for (const each of open) if (!differences.zeros.includes(`${each}`)) witnesses.set(each, p);
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

/** Of a root x_r: what is to be known of x_(r/q) - one for every q of r, ascending. */
type Differences = {
  /** Product of those that are not 0 modulo N, in hexadecimal. */
  product: string;
  /** The q whose difference is 0: they have no witness yet. */
  zeros: string[];
  /** x_(r/q) of the first q, in hexadecimal. */
  first: string;
};

/** Raises a root by halves of the list: log2 of its length times as far as r is long. */
function* differencesAt(
  n: bigint,
  x: bigint,
  one: bigint,
  qs: readonly bigint[],
  raise: (x: bigint, exponent: bigint) => Procedure<bigint>,
): Procedure<Differences> {
  if (qs.length === 1) {
    const difference = mod(x - one, n);
    return difference === 0n
      ? { product: "1", zeros: [`${qs[0]}`], first: toHex(x) }
      : { product: toHex(difference), zeros: [], first: toHex(x) };
  }
  const half = qs.length >> 1;
  function* part(some: readonly bigint[], others: readonly bigint[]): Procedure<Differences> {
    return yield* differencesAt(n, yield* raise(x, product(others)), one, some, raise);
  }
  const left = yield* collapsed(part(qs.slice(0, half), qs.slice(half)));
  const right = yield* collapsed(part(qs.slice(half), qs.slice(0, half)));
  return {
    product: toHex(fromHex(left.product) * fromHex(right.product) % n),
    zeros: [...left.zeros, ...right.zeros],
    first: left.first,
  };
}

function ascending(qs: readonly bigint[]): bigint[] {
  return [...qs].sort((a, b) => a < b ? -1 : 1);
}

/** A difference has something in common with N: no prime does that. */
function fromFactor(factor: bigint, n: bigint): Witnesses<never> {
  return factor < n ? { outcome: "composite", evidence: divisibleBy(factor) } : { outcome: "none" };
}
