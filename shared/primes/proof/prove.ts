// Proves a probable prime by the factors of N-1 and N+1, with the cheapest theorem that they are enough for.

import type { Procedure } from "../arithmetic/chain.ts";
import { bitLength, digitCount, gcd } from "../arithmetic/integers.ts";
import { MILLER_RABIN_BOUND } from "../arithmetic/miller_rabin.ts";
import type { Modulus } from "../arithmetic/modulus.ts";
import type { MinusFactor, PlusFactor } from "../certificate.ts";
import { splitNumber, trialFactors } from "./factoring.ts";
import {
  cubeRoot,
  enoughForMorrison,
  enoughForPocklington,
  enoughTogether,
  type PrimePower,
  Side,
} from "./sides.ts";
import { divisibleBy, type Evidence, type Verdict } from "./verdict.ts";
import { findBases, findSequences } from "./witnesses.ts";

/** What is known of N-1 and N+1 before anything is factored. */
export interface KnownDivisors {
  minus: readonly bigint[];
  plus: readonly bigint[];
}

/** Of a number that no form speaks for. */
export const NOTHING_KNOWN: KnownDivisors = { minus: [], plus: [] };

/** Divisors below this are factored on the spot. */
const SHORT = 1n << 20n;

/** Proves a large prime factor; null where proofs are nested deeply enough. */
type ProveFactor = ((q: bigint) => Procedure<Verdict>) | null;

/** A divisor of N-1 or N+1 that is not factored yet. */
interface Part {
  side: Side;
  value: bigint;
}

/**
 * Proves N, which has passed a probable prime test.
 * @param name what the certificate calls N
 */
export function* prove(
  modulus: Modulus,
  name: string,
  known: KnownDivisors,
  proveFactor: ProveFactor,
): Procedure<Verdict> {
  const n = modulus.value;
  const sides = [
    { side: new Side(n - 1n), divisors: known.minus },
    { side: new Side(n + 1n), divisors: known.plus },
  ];
  const [minus, plus] = sides.map(({ side }) => side);
  // What costs nothing comes first, and after every step it is asked whether it is enough.
  for (const { side, divisors } of sides) {
    // Of n! some primes are enough of hundreds.
    for (const divisor of divisors) {
      if (2 * side.bits > bitLength(n) + 2) break;
      if (divisor < SHORT) addShort(side, divisor);
    }
  }
  let plan = choose(n, minus, plus);
  if (plan) return yield* plan(modulus, name);
  for (const { side } of sides) {
    for (const prime of yield* trialFactors(side.total)) side.add(prime);
  }
  const parts = sides.flatMap(({ side, divisors }) => partsOf(side, divisors));
  parts.sort((a, b) => bitLength(a.value) - bitLength(b.value));
  for (let at = 0;; at++) {
    plan = choose(n, minus, plus);
    if (plan) return yield* plan(modulus, name);
    if (at === parts.length) break;
    yield* split(parts[at].side, parts[at].value, proveFactor);
  }
  // Evidence of another kind than Fermat's test: Euler's with a non-residue, and a Lucas sequence.
  for (const find of [findBases, findSequences]) {
    const found = yield* find(modulus, [2n]);
    if (found.outcome === "composite") return composite(found.evidence);
  }
  const reason = `of the ${digitCount(n)} digits of N-1 and of N+1 only ` +
    `${digitCount(minus.factored)} and ${digitCount(plus.factored)} could be factored`;
  return { kind: "probable", reason };
}

/** Adds the prime factors of a divisor below 2^20. */
function addShort(side: Side, divisor: bigint): void {
  let rest = Number(divisor);
  for (let p = 2; p * p <= rest; p++) {
    if (rest % p !== 0) continue;
    side.add(BigInt(p));
    while (rest % p === 0) rest /= p;
  }
  if (rest > 1) side.add(BigInt(rest));
}

/** The divisors that the form knows, without the primes found; what else there is, as the last part. */
function partsOf(side: Side, divisors: readonly bigint[]): Part[] {
  const parts: Part[] = [];
  let rest = side.rest;
  for (const divisor of divisors) {
    const value = gcd(divisor, rest);
    if (value === 1n) continue;
    parts.push({ side, value });
    rest /= value;
  }
  return rest > 1n ? [...parts, { side, value: rest }] : parts;
}

/** Factors a divisor of a side, proves its large primes, and adds them. */
function* split(side: Side, divisor: bigint, proveFactor: ProveFactor): Procedure<void> {
  const { primes } = yield* splitNumber(divisor);
  for (const prime of primes) {
    if (prime < MILLER_RABIN_BOUND) {
      side.add(prime);
      continue;
    }
    const verdict = proveFactor && (yield* proveFactor(prime));
    if (verdict?.kind === "prime") side.add(prime, verdict.certificate);
  }
}

/** Meets the other conditions of a theorem whose condition on sizes holds. */
type Plan = (modulus: Modulus, name: string) => Procedure<Verdict>;

function choose(n: bigint, minus: Side, plus: Side): Plan | null {
  const pocklington = minus.select((f) => enoughForPocklington(n, f));
  if (pocklington) return (m, name) => byMinus(m, name, "pocklington", pocklington);
  const morrison = plus.select((f) => enoughForMorrison(n, f));
  if (morrison) return (m, name) => byPlus(m, name, "morrison", morrison);
  const ofMinus = cubeRoot(n, -1, minus.factored);
  if (ofMinus.enough) {
    return (m, name) => byMinus(m, name, "bls_n1", minus.powers, ofMinus.factor);
  }
  const ofPlus = cubeRoot(n, 1, plus.factored);
  if (ofPlus.enough) return (m, name) => byPlus(m, name, "bls_np1", plus.powers, ofPlus.factor);
  if (!enoughTogether(n, minus.factored, plus.factored)) return null;
  return (m, name) => together(m, name, minus, plus);
}

function composite(evidence: Evidence): Verdict {
  return { kind: "composite", evidence };
}

const NO_WITNESS: Verdict = { kind: "probable", reason: "a factor has found no witness" };

function* byMinus(
  modulus: Modulus,
  name: string,
  type: "pocklington" | "bls_n1",
  powers: readonly PrimePower[],
  factor: bigint | null = null,
): Procedure<Verdict> {
  const found = yield* findBases(modulus, powers.map(({ prime }) => prime));
  if (found.outcome === "composite") return composite(found.evidence);
  if (found.outcome === "none") return NO_WITNESS;
  if (factor !== null) return composite(divisibleBy(factor));
  const factors = minusFactors(powers, found.witnesses);
  return { kind: "prime", certificate: { type, n: name, factors } };
}

function* byPlus(
  modulus: Modulus,
  name: string,
  type: "morrison" | "bls_np1",
  powers: readonly PrimePower[],
  factor: bigint | null = null,
): Procedure<Verdict> {
  const found = yield* findSequences(modulus, powers.map(({ prime }) => prime));
  if (found.outcome === "composite") return composite(found.evidence);
  if (found.outcome === "none") return NO_WITNESS;
  if (factor !== null) return composite(divisibleBy(factor));
  const factors = plusFactors(powers, found.witnesses);
  const discriminant = found.discriminant.toString();
  return { kind: "prime", certificate: { type, n: name, discriminant, factors } };
}

function* together(modulus: Modulus, name: string, minus: Side, plus: Side): Procedure<Verdict> {
  const n = modulus.value;
  const bases = yield* findBases(modulus, minus.powers.map(({ prime }) => prime));
  if (bases.outcome === "composite") return composite(bases.evidence);
  if (bases.outcome === "none") return NO_WITNESS;
  const sequences = yield* findSequences(modulus, plus.powers.map(({ prime }) => prime));
  if (sequences.outcome === "composite") return composite(sequences.evidence);
  if (sequences.outcome === "none") return NO_WITNESS;
  const lcm = minus.factored / gcd(minus.factored, plus.factored) * plus.factored;
  const r = n % lcm;
  if (r > 1n && r < n && n % r === 0n) return composite(divisibleBy(r));
  return {
    kind: "prime",
    certificate: {
      type: "combined",
      n: name,
      minus: minusFactors(minus.powers, bases.witnesses),
      discriminant: sequences.discriminant.toString(),
      plus: plusFactors(plus.powers, sequences.witnesses),
    },
  };
}

function minusFactors(
  powers: readonly PrimePower[],
  bases: ReadonlyMap<bigint, bigint>,
): MinusFactor[] {
  return powers.map(({ prime, proof }) => ({
    factor: prime.toString(),
    base: bases.get(prime)!.toString(),
    ...(proof ? { proof } : {}),
  }));
}

function plusFactors(
  powers: readonly PrimePower[],
  ps: ReadonlyMap<bigint, bigint>,
): PlusFactor[] {
  return powers.map(({ prime, proof }) => ({
    factor: prime.toString(),
    p: ps.get(prime)!.toString(),
    ...(proof ? { proof } : {}),
  }));
}
