/**
 * The theorems, each as a procedure that returns or refuses. Every criterion is an exact inequality of
 * integers. Nothing is taken from a certificate but numbers: what divides what, and to which power, is
 * computed here. Sources: Brillhart, Lehmer, Selfridge, "New primality criteria and factorizations of
 * 2^m +- 1" (1975), theorem numbers are theirs; Riesel (1969) for LLR; Goldwasser, Kilian (1986) for curves.
 */
import { collapsed, type Procedure } from "../arithmetic/chain.ts";
import {
  fromHex,
  gcd,
  isSquare,
  jacobi,
  mod,
  product,
  splitPower,
  toHex,
} from "../arithmetic/integers.ts";
import { isPrimeBelowBound, MILLER_RABIN_BOUND } from "../arithmetic/miller_rabin.ts";
import type {
  Certificate,
  CombinedCertificate,
  EcppCertificate,
  EcppStep,
  LlrCertificate,
  MinusCertificate,
  MinusFactor,
  PlusCertificate,
  PlusFactor,
  ProthCertificate,
  SafePrimeCertificate,
} from "../certificate.ts";
import {
  curveMultiple,
  integerPower,
  lehmerSteps,
  type Quadratic,
  quadraticPower,
} from "./chains.ts";
import { evaluate } from "./expression.ts";

/** Why a certificate proves nothing. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Refusal";
  }
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Refusal(reason);
}

const MAX_DEPTH = 60;

/** Returns if the certificate proves that n is prime. @throws Refusal with the reason */
export function* prove(n: bigint, certificate: Certificate, depth = 0): Procedure<void> {
  require(depth <= MAX_DEPTH, "proofs are nested too deeply");
  require(n > 1n, `a number below 2 is no prime`);
  require(evaluate(certificate.n) === n, "the certificate is for another number");
  switch (certificate.type) {
    case "small":
      require(n < 1n << 64n, "the number is not small");
      return looked(n);
    case "miller_rabin":
      return looked(n);
  }
  require((n & 1n) === 1n, "the number is even");
  require(n > 3n, "too small a number for this theorem");
  require(!isSquare(n), "the number is a square");
  switch (certificate.type) {
    case "proth":
      return yield* proth(n, certificate);
    case "llr":
      return yield* llr(n, certificate);
    case "pocklington":
    case "bls_n1":
      return yield* byMinus(n, certificate, depth);
    case "morrison":
    case "bls_np1":
      return yield* byPlus(n, certificate, depth);
    case "combined":
      return yield* combined(n, certificate, depth);
    case "safe_prime":
      return yield* safePrime(n, certificate, depth);
    case "ecpp":
      return yield* ecpp(n, certificate, depth);
  }
}

function looked(n: bigint): void {
  require(n < MILLER_RABIN_BOUND, "too large a number for Miller-Rabin");
  require(isPrimeBelowBound(n), "the number is composite");
}

/** A base other than 0, 1 and -1 modulo n. */
function readBase(n: bigint, text: string): bigint {
  const base = BigInt(text) % n;
  require(base > 1n && base < n - 1n, "a base is 0, 1 or -1");
  return base;
}

function* proth(n: bigint, { base: text }: ProthCertificate): Procedure<void> {
  const { exponent, rest: k } = splitPower(n - 1n, 2n);
  require(k < 1n << BigInt(exponent), "k is not below the power of two");
  const base = readBase(n, text);
  const residue = yield* integerPower(n, base, (n - 1n) / 2n);
  require(residue === n - 1n, "the base's power is not -1");
}

/**
 * V_(k*2^(e-2)) = 0 says that a root of x^2 - Px + 1 to the k-th has order 2^e modulo every prime divisor
 * of n, so that each is 1 or -1 modulo 2^e; with k < 2^e there is no room for two.
 */
function* llr(n: bigint, { p: text }: LlrCertificate): Procedure<void> {
  const { exponent, rest: k } = splitPower(n + 1n, 2n);
  require(exponent >= 3, "the power of two is below 8");
  require(k < 1n << BigInt(exponent), "k is not below the power of two");
  const p = BigInt(text);
  require(p > 2n && p < n - 2n, "P is out of bounds");
  const root = yield* quadraticPower(n, p, 1n, { a: 0n, b: 1n }, k);
  const start = mod(2n * root.a + p * root.b, n);
  const last = yield* lehmerSteps(n, start, exponent - 2);
  require(last === 0n, "the sequence does not end with 0");
}

/** prove() with a result that a journal can keep. */
function* proven(n: bigint, certificate: Certificate, depth: number): Procedure<true> {
  yield* prove(n, certificate, depth);
  return true;
}

/** Proves the factors, each listed once; answers them with their whole powers. */
function* readFactors(
  total: bigint,
  factors: readonly (MinusFactor | PlusFactor)[],
  depth: number,
): Procedure<{ primes: bigint[]; factored: bigint }> {
  const primes = factors.map(({ factor }) => BigInt(factor));
  require(new Set(primes).size === primes.length, "a factor is listed twice");
  const powers: bigint[] = [];
  for (let i = 0; i < primes.length; i++) {
    const prime = primes[i];
    require(prime > 1n, "a factor is below 2");
    require(total % prime === 0n, "a factor does not divide");
    const { proof } = factors[i];
    if (proof) yield* collapsed(proven(prime, proof, depth + 1));
    else {
      require(prime < MILLER_RABIN_BOUND, "a large factor has no proof");
      require(isPrimeBelowBound(prime), "a factor is composite");
    }
    powers.push(total / splitPower(total, prime).rest);
  }
  return { primes, factored: product(powers) };
}

/** Entries with the same key together. */
function grouped<Key, Entry>(entries: readonly (readonly [Key, Entry])[]): Map<Key, Entry[]> {
  const groups = new Map<Key, Entry[]>();
  for (const [key, entry] of entries) groups.set(key, [...groups.get(key) ?? [], entry]);
  return groups;
}

/** For every q a^(n-1) = 1 and gcd(a^((n-1)/q) - 1, n) = 1: q's whole power divides p - 1 for every prime p | n. */
function* checkBases(
  n: bigint,
  primes: readonly bigint[],
  factors: readonly MinusFactor[],
): Procedure<void> {
  const groups = grouped(factors.map(({ base }, i) => [base, primes[i]] as const));
  for (const [text, qs] of groups) {
    const base = readBase(n, text);
    const root = yield* integerPower(n, base, (n - 1n) / product(qs));
    const { units, first } = yield* cofactors(
      n,
      { a: root, b: 0n },
      qs,
      function* (x, e) {
        return { a: yield* integerPower(n, x.a, e), b: 0n };
      },
      (x) => x.a - 1n,
    );
    require(gcd(fromHex(units), n) === 1n, "a base is no witness for its factor");
    const whole = yield* integerPower(n, fromHex(first[0]), qs[0]);
    require(whole === 1n, "a base's power n-1 is not 1");
  }
}

/** For every q N | U_(n+1) and gcd(U_((n+1)/q), n) = 1, all of one discriminant D with (D/n) = -1. */
function* checkSequences(
  n: bigint,
  primes: readonly bigint[],
  factors: readonly PlusFactor[],
  text: string,
): Procedure<void> {
  const discriminant = BigInt(text);
  require(jacobi(discriminant, n) === -1, "the discriminant's Jacobi symbol is not -1");
  const groups = grouped(factors.map(({ p }, i) => [p, primes[i]] as const));
  for (const [pText, qs] of groups) {
    const p = BigInt(pText);
    const square = p * p - discriminant;
    require(square % 4n === 0n, "P does not fit the discriminant");
    const q = square / 4n;
    require(gcd(2n * q * discriminant, n) === 1n, "2QD is not prime to the number");
    const raise = (x: Quadratic, e: bigint) => quadraticPower(n, p, q, x, e);
    const root = yield* raise({ a: 0n, b: 1n }, (n + 1n) / product(qs));
    const { units, first } = yield* cofactors(n, root, qs, raise, (x) => x.b);
    require(gcd(fromHex(units), n) === 1n, "a sequence is no witness for its factor");
    const whole = yield* raise({ a: fromHex(first[0]), b: fromHex(first[1]) }, qs[0]);
    require(whole.b === 0n, "U_(n+1) is not 0");
  }
}

/** Of x: what must be prime to n of x^(product of the others) for every q, all multiplied, and the first power. */
function* cofactors(
  n: bigint,
  x: Quadratic,
  qs: readonly bigint[],
  raise: (x: Quadratic, e: bigint) => Procedure<Quadratic>,
  unit: (x: Quadratic) => bigint,
): Procedure<{ units: string; first: [string, string] }> {
  if (qs.length === 1) {
    return { units: toHex(mod(unit(x), n)), first: [toHex(x.a), toHex(x.b)] };
  }
  const half = qs.length >> 1;
  function* part(some: readonly bigint[], others: readonly bigint[]) {
    return yield* cofactors(n, yield* raise(x, product(others)), some, raise, unit);
  }
  const left = yield* collapsed(part(qs.slice(0, half), qs.slice(half)));
  const right = yield* collapsed(part(qs.slice(half), qs.slice(0, half)));
  return { units: toHex(fromHex(left.units) * fromHex(right.units) % n), first: left.first };
}

function* byMinus(
  n: bigint,
  { type, factors }: MinusCertificate,
  depth: number,
): Procedure<void> {
  const { primes, factored } = yield* readFactors(n - 1n, factors, depth);
  if (type === "pocklington") {
    require(factored * factored > n, "the factored part is not above the root");
  } else {
    // Theorem 5: R = 2F*s + r with 1 <= r < 2F.
    const rest = evenOdd(n - 1n, factored);
    const s = rest / (2n * factored);
    const r = rest % (2n * factored);
    const bound = (factored + 1n) * (2n * factored * factored + (r - 1n) * factored + 1n);
    require(n < bound, "the factored part is too small for the cube root theorem");
    require(s === 0n || !isSquare(r * r - 8n * s), "the square condition fails");
  }
  yield* checkBases(n, primes, factors);
}

function* byPlus(
  n: bigint,
  { type, factors, discriminant }: PlusCertificate,
  depth: number,
): Procedure<void> {
  const { primes, factored } = yield* readFactors(n + 1n, factors, depth);
  if (type === "morrison") {
    require((factored - 1n) ** 2n > n, "the factored part is not above the root");
  } else {
    // Theorem 17: R = 2F*s + r with |r| < F.
    const rest = evenOdd(n + 1n, factored);
    let s = rest / (2n * factored);
    let r = rest % (2n * factored);
    if (r > factored) [s, r] = [s + 1n, r - 2n * factored];
    const size = r < 0n ? -r : r;
    const bound = (factored - 1n) * (2n * factored * factored + factored - size * factored + 1n);
    require(n < bound, "the factored part is too small for the cube root theorem");
    require(s === 0n || !isSquare(r * r + 8n * s), "the square condition fails");
  }
  yield* checkSequences(n, primes, factors, discriminant);
}

/** total = F*R with F even, R odd and prime to F; answers R. */
function evenOdd(total: bigint, factored: bigint): bigint {
  const rest = total / factored;
  require((factored & 1n) === 0n, "2 is not among the factors");
  require((rest & 1n) === 1n && gcd(factored, rest) === 1n, "a factor divides the rest, too");
  return rest;
}

/** Every prime divisor of n is 1 or n modulo F = lcm(F1, F2), and F is above the root. */
function* combined(n: bigint, certificate: CombinedCertificate, depth: number): Procedure<void> {
  const minus = yield* readFactors(n - 1n, certificate.minus, depth);
  const plus = yield* readFactors(n + 1n, certificate.plus, depth);
  const lcm = minus.factored / gcd(minus.factored, plus.factored) * plus.factored;
  require(lcm * lcm > n, "the factored parts together are not above the root");
  const r = n % lcm;
  require(!(r > 1n && r < n && n % r === 0n), "the number has a factor");
  yield* checkBases(n, minus.primes, certificate.minus);
  yield* checkSequences(n, plus.primes, certificate.plus, certificate.discriminant);
}

function* safePrime(n: bigint, { half }: SafePrimeCertificate, depth: number): Procedure<void> {
  const p = (n - 1n) / 2n;
  require(n % 3n !== 0n, "3 divides the number");
  yield* prove(p, half, depth + 1);
  const residue = yield* integerPower(n, 2n, n - 1n);
  require(residue === 1n, "2's power n-1 is not 1");
}

function* ecpp(n: bigint, { steps, last }: EcppCertificate, depth: number): Procedure<void> {
  let current = n;
  for (const step of steps) {
    require(
      BigInt(step.n) === current,
      "a step is for another number than the one before leads to",
    );
    current = yield* curveStep(current, step);
  }
  yield* prove(current, last, depth + 1);
}

/** Modulo a prime p <= sqrt(n), a point whose order is a multiple of q would need a curve with q > (p^(1/2) + 1)^2 points. */
function* curveStep(n: bigint, step: EcppStep): Procedure<bigint> {
  const [a, b, m, q, x, y] = [step.a, step.b, step.m, step.q, step.x, step.y].map(BigInt);
  require(n > 3n && gcd(n, 6n) === 1n, "2 or 3 divides a step's number");
  require(gcd(4n * a ** 3n + 27n * b * b, n) === 1n, "a curve is singular");
  require(mod(y * y - x * x * x - a * x - b, n) === 0n, "a point is not on its curve");
  require(q > 1n && m > 0n && m % q === 0n, "q does not divide a curve's order");
  // q < n, so that the chain ends.
  require(q < n && aboveFourthRoot(q, n), "q is out of bounds");
  const start = { x: mod(x, n), y: mod(y, n), z: 1n };
  const first = yield* curveMultiple(n, a, start, m / q);
  require(gcd(first.unit, n) === 1n && gcd(first.point.z, n) === 1n, "a point is no witness for q");
  const second = yield* curveMultiple(n, a, first.point, q);
  require(gcd(second.unit, n) === 1n && second.point.z === 0n, "a point's order does not divide m");
  return q;
}

/** q > (n^(1/4) + 1)^2, that is (sqrt(q) - 1)^4 > n, without roots. */
function aboveFourthRoot(q: bigint, n: bigint): boolean {
  const left = q * q + 6n * q + 1n - n;
  return left > 0n && left * left > 16n * q * (q + 1n) ** 2n;
}
