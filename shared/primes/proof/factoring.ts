// Factors of N-1 and N+1: trial division, Pollard's rho and p-1, elliptic curves; each a chain of its own.

import type { Chain, Procedure, Saved } from "../arithmetic/chain.ts";
import {
  digitCount,
  fromHex,
  gcd,
  mod,
  modInverse,
  splitPower,
  toHex,
} from "../arithmetic/integers.ts";
import { isPrimeBelowBound, MILLER_RABIN_BOUND } from "../arithmetic/miller_rabin.ts";
import { plainModulus } from "../arithmetic/modulus.ts";
import { power } from "../arithmetic/power.ts";
import { primesBetween } from "../sieve/primes.ts";

/** Primes by which everything is divided. */
const TRIAL_LIMIT = 1_000_000;
/** Primes that one step of trial division takes together. */
const TRIAL_BATCH = 64;

/** The primes up to a limit that divide n. A step divides by some dozen primes at once. */
class TrialChain implements Chain {
  readonly #n: bigint;
  readonly #primes: readonly number[];
  #at = 0;
  #found: number[] = [];

  constructor(n: bigint, limit: number) {
    this.#n = n;
    this.#primes = smallPrimes(limit);
  }

  advance(count: number): boolean {
    for (let i = 0; i < count && this.#at < this.#primes.length; i++) {
      const batch = this.#primes.slice(this.#at, this.#at + TRIAL_BATCH);
      const rest = this.#n % batch.reduce((product, p) => product * BigInt(p), 1n);
      for (const p of batch) if (rest % BigInt(p) === 0n) this.#found.push(p);
      this.#at += batch.length;
    }
    return this.#at >= this.#primes.length;
  }

  save(): Saved {
    return [this.#at, this.#found];
  }

  restore(saved: Saved): void {
    const [at, found] = saved as [number, number[]];
    this.#at = at;
    this.#found = [...found];
  }

  result(): Saved {
    return this.#found;
  }

  progress() {
    return { done: this.#at, total: this.#primes.length };
  }
}

/** Steps of rho between two greatest common divisors. */
const RHO_BATCH = 64;

/** Pollard's rho in Brent's form with x^2 + c: a factor in hex, or null after so many batches. */
class RhoChain implements Chain {
  readonly #n: bigint;
  readonly #c: bigint;
  readonly #batches: number;
  #x = 2n;
  #y = 2n;
  #at = 0;
  #left = 1;
  #length = 1;
  #factor: bigint | null = null;

  constructor(n: bigint, c: bigint, batches: number) {
    this.#n = n;
    this.#c = c;
    this.#batches = batches;
  }

  advance(count: number): boolean {
    const n = this.#n;
    for (let i = 0; i < count && this.#factor === null && this.#at < this.#batches; i++) {
      const y0 = this.#y;
      let product = 1n;
      for (let j = 0; j < RHO_BATCH; j++) {
        this.#y = (this.#y * this.#y + this.#c) % n;
        product = product * (this.#x - this.#y) % n;
      }
      let g = gcd(product, n);
      if (g === n) g = this.#slowly(y0);
      if (g > 1n && g < n) this.#factor = g;
      this.#at++;
      if (--this.#left === 0) {
        this.#x = this.#y;
        this.#length *= 2;
        this.#left = this.#length;
      }
    }
    return this.#factor !== null || this.#at >= this.#batches;
  }

  /** All factors came together: step by step they come one after the other. */
  #slowly(from: bigint): bigint {
    let y = from;
    for (let j = 0; j < RHO_BATCH; j++) {
      y = (y * y + this.#c) % this.#n;
      const g = gcd(this.#x - y, this.#n);
      if (g > 1n) return g;
    }
    return 1n;
  }

  save(): Saved {
    return [toHex(this.#x), toHex(this.#y), this.#at, this.#left, this.#length];
  }

  restore(saved: Saved): void {
    const [x, y, at, left, length] = saved as [string, string, number, number, number];
    this.#x = fromHex(x);
    this.#y = fromHex(y);
    this.#at = at;
    this.#left = left;
    this.#length = length;
  }

  result(): Saved {
    return this.#factor === null ? null : toHex(this.#factor);
  }

  progress() {
    return { done: this.#at, total: this.#batches };
  }
}

/** Pollard's p-1: finds p where p - 1 has no prime power above the bound. */
class PMinus1Chain implements Chain {
  readonly #n: bigint;
  readonly #bound: number;
  readonly #primes: readonly number[];
  #value = 3n;
  #at = 0;

  constructor(n: bigint, bound: number) {
    this.#n = n;
    this.#bound = bound;
    this.#primes = smallPrimes(bound);
  }

  advance(count: number): boolean {
    const end = Math.min(this.#primes.length, this.#at + count);
    for (; this.#at < end; this.#at++) {
      const p = this.#primes[this.#at];
      for (let power = p; power <= this.#bound; power *= p) {
        this.#value = smallPower(this.#value, p, this.#n);
      }
    }
    return this.#at >= this.#primes.length;
  }

  save(): Saved {
    return [this.#at, toHex(this.#value)];
  }

  restore(saved: Saved): void {
    const [at, value] = saved as [number, string];
    this.#at = at;
    this.#value = fromHex(value);
  }

  result(): Saved {
    return properFactor(gcd(this.#value - 1n, this.#n), this.#n);
  }

  progress() {
    return { done: this.#at, total: this.#primes.length };
  }
}

/** A point of a Montgomery curve, without y. */
interface Point {
  x: bigint;
  z: bigint;
}

/** Numbers that one giant step of the second stage spans. */
const GIANT = 210;
/** How much further than the first stage the second one looks. */
const SECOND_STAGE = 50;

/**
 * One elliptic curve (Lenstra; Montgomery's form, Suyama's parameter): finds p where the curve's order
 * over p has no prime power above the bound but for one prime below SECOND_STAGE times the bound.
 */
class CurveChain implements Chain {
  readonly #n: bigint;
  readonly #bound: number;
  readonly #primes: readonly number[];
  readonly #a24: bigint;
  #point: Point;
  #at = 0;
  /** Giant step of the second stage, and the product of the differences met. */
  #giant = 0;
  #product = 1n;
  #second: { babies: Map<number, Point>; step: Point; before: Point; here: Point } | null = null;
  #factor: bigint | null = null;

  constructor(n: bigint, sigma: number, bound: number) {
    this.#n = n;
    this.#bound = bound;
    this.#primes = smallPrimes(bound);
    const s = BigInt(sigma);
    const u = mod(s * s - 5n, n);
    const v = mod(4n * s, n);
    const u3 = u * u % n * u % n;
    const below = 4n * u3 % n * v % n;
    const inverse = modInverse(4n * below, n);
    this.#point = { x: u3, z: v * v % n * v % n };
    if (inverse === null) {
      this.#factor = gcd(4n * below, n);
      this.#a24 = 0n;
    } else {
      // a24 = (A + 2)/4 with A + 2 = (v - u)^3 (3u + v) / (4 u^3 v)
      this.#a24 = mod((v - u) ** 3n * (3n * u + v), n) * inverse % n;
    }
  }

  advance(count: number): boolean {
    for (let i = 0; i < count; i++) {
      if (this.#factor !== null || this.#giant * GIANT > SECOND_STAGE * this.#bound) return true;
      if (this.#at < this.#primes.length) this.#firstStage();
      else this.#secondStage();
    }
    return this.#factor !== null || this.#giant * GIANT > SECOND_STAGE * this.#bound;
  }

  #firstStage(): void {
    const p = this.#primes[this.#at++];
    for (let power = p; power <= this.#bound; power *= p) {
      this.#point = this.#multiply(p, this.#point);
    }
    if (this.#at < this.#primes.length) return;
    const g = gcd(this.#point.z, this.#n);
    if (g > 1n) this.#factor = g;
    this.#giant = Math.floor(this.#bound / GIANT);
  }

  /** Every prime is a giant step plus or minus a baby step: their points have the same x then. */
  #secondStage(): void {
    const n = this.#n;
    const second = this.#second ??= this.#beginSecond();
    const { x, z } = second.here;
    for (const baby of second.babies.values()) {
      this.#product = this.#product * (x * baby.z - z * baby.x) % n;
    }
    const next = this.#add(second.here, second.step, second.before);
    second.before = second.here;
    second.here = next;
    this.#giant++;
    if (this.#giant * GIANT <= SECOND_STAGE * this.#bound) return;
    const g = gcd(this.#product, n);
    if (g > 1n) this.#factor = g;
  }

  #beginSecond() {
    const babies = new Map<number, Point>();
    for (let j = 1; j < GIANT / 2; j += 2) {
      if (j % 3 !== 0 && j % 5 !== 0 && j % 7 !== 0) babies.set(j, this.#multiply(j, this.#point));
    }
    const step = this.#multiply(GIANT, this.#point);
    return {
      babies,
      step,
      before: this.#multiply((this.#giant - 1) * GIANT, this.#point),
      here: this.#multiply(this.#giant * GIANT, this.#point),
    };
  }

  #double({ x, z }: Point): Point {
    const n = this.#n;
    const sum = (x + z) * (x + z) % n;
    const difference = (x - z) * (x - z) % n;
    const t = sum - difference;
    return { x: sum * difference % n, z: t * (difference + this.#a24 * t % n) % n };
  }

  #add(p: Point, q: Point, difference: Point): Point {
    const n = this.#n;
    const u = (p.x - p.z) * (q.x + q.z) % n;
    const v = (p.x + p.z) * (q.x - q.z) % n;
    const sum = u + v;
    const minus = u - v;
    return { x: sum * sum % n * difference.z % n, z: minus * minus % n * difference.x % n };
  }

  #multiply(k: number, point: Point): Point {
    if (k === 0) return { x: 1n, z: 0n };
    if (k === 1) return point;
    let low = point;
    let high = this.#double(point);
    for (let bit = 30 - Math.clz32(k); bit >= 0; bit--) {
      const middle = this.#add(high, low, point);
      if ((k >> bit) & 1) {
        high = this.#double(high);
        low = middle;
      } else {
        low = this.#double(low);
        high = middle;
      }
    }
    return low;
  }

  save(): Saved {
    const point = [mod(this.#point.x, this.#n), mod(this.#point.z, this.#n)].map(toHex);
    return [this.#at, point[0], point[1], this.#giant, toHex(mod(this.#product, this.#n))];
  }

  restore(saved: Saved): void {
    const [at, x, z, giant, product] = saved as [number, string, string, number, string];
    this.#at = at;
    this.#point = { x: fromHex(x), z: fromHex(z) };
    this.#giant = giant;
    this.#product = fromHex(product);
  }

  result(): Saved {
    return this.#factor === null ? null : properFactor(this.#factor, this.#n);
  }

  progress() {
    const total = this.#primes.length + SECOND_STAGE * this.#bound / GIANT;
    return { done: this.#at + this.#giant, total };
  }
}

/** x^e mod n for an exponent of a machine word. */
function smallPower(x: bigint, e: number, n: bigint): bigint {
  let result = x;
  for (let bit = 30 - Math.clz32(e); bit >= 0; bit--) {
    result = result * result % n;
    if ((e >> bit) & 1) result = result * x % n;
  }
  return result;
}

function properFactor(g: bigint, n: bigint): Saved {
  return g > 1n && g < n ? toHex(g) : null;
}

const primeLists = new Map<number, readonly number[]>();

function smallPrimes(limit: number): readonly number[] {
  let primes = primeLists.get(limit);
  if (!primes) primeLists.set(limit, primes = primesBetween(2, limit));
  return primes;
}

/** Prime factors below a million of n, as a list. */
export function* trialFactors(n: bigint, limit: number = TRIAL_LIMIT): Procedure<bigint[]> {
  return ((yield new TrialChain(n, limit)) as number[]).map(BigInt);
}

/** One attempt to split a composite number. */
type Attempt = (n: bigint) => Chain;

/** Attempts in the order of their price, fixed by the number's length: results must not depend on time. */
function attempts(digits: number): Attempt[] {
  const curves = (count: number, bound: number, sigma: number): Attempt[] =>
    Array.from({ length: count }, (_, i) => (n) => new CurveChain(n, sigma + i, bound));
  const rho = (batches: number): Attempt[] => [(n) => new RhoChain(n, 1n, batches)];
  if (digits <= 26) return [...rho(1 << 12), (n) => new RhoChain(n, 3n, 1 << 16)];
  const minus = (bound: number): Attempt[] => [(n) => new PMinus1Chain(n, bound)];
  if (digits <= 120) {
    return [...rho(256), ...minus(50_000), ...curves(30, 2000, 6), ...curves(60, 11_000, 60)];
  }
  if (digits <= 250) return [...rho(128), ...minus(20_000), ...curves(15, 2000, 6)];
  return digits <= 600 ? [...rho(32), ...minus(5000)] : [];
}

/**
 * Splits a number without prime factors below TRIAL_LIMIT as far as it goes.
 * @returns prime factors, which above Miller-Rabin's bound are probable (each once), in the order found, and what stayed composite
 */
export function* splitNumber(n: bigint): Procedure<{ primes: bigint[]; composites: bigint[] }> {
  const primes: bigint[] = [];
  const composites: bigint[] = [];
  const open = [n];
  for (let m = open.pop(); m !== undefined; m = open.pop()) {
    if (m === 1n) continue;
    if (yield* isProbablyPrime(m)) {
      if (!primes.includes(m)) primes.push(m);
      continue;
    }
    let factor: bigint | null = null;
    for (const attempt of attempts(digitCount(m))) {
      const found = yield attempt(m);
      if (found === null) continue;
      factor = fromHex(found as string);
      break;
    }
    if (factor === null) composites.push(m);
    else open.push(factor, splitPower(m, factor).rest);
  }
  return { primes, composites };
}

/** Bases of the test by which a factor is taken for prime until it has a proof of its own. */
const FERMAT_BASES = [2n, 3n];

/** Proven below Miller-Rabin's bound; above it Fermat's test, for what is used of it gets a proof. */
function* isProbablyPrime(n: bigint): Procedure<boolean> {
  if (n < MILLER_RABIN_BOUND) return isPrimeBelowBound(n);
  const modulus = plainModulus(n);
  for (const base of FERMAT_BASES) {
    if ((yield* power(modulus, base, n - 1n)) !== 1n) return false;
  }
  return true;
}
