/**
 * The checker's own powers: in the integers modulo N, in Z_N[x]/(x^2 - Px + Q), and on elliptic curves.
 * Plain binary methods with plain division, so that no trick of the search can be wrong in both.
 */
import type { Chain, Procedure, Saved } from "../arithmetic/chain.ts";
import { fromHex, mod, toHex } from "../arithmetic/integers.ts";

/** Something that can be doubled and added to, bit by bit from the left. */
abstract class BinaryChain implements Chain {
  readonly #bits: string;
  #at = 0;

  /** @param exponent at least 1 */
  constructor(exponent: bigint) {
    this.#bits = exponent.toString(2);
  }

  /** Takes the start, whose first bit is done. */
  protected abstract double(): void;
  protected abstract add(): void;
  protected abstract state(): string[];
  protected abstract setState(state: string[]): void;

  advance(count: number): boolean {
    const end = Math.min(this.#bits.length - 1, this.#at + count);
    for (; this.#at < end; this.#at++) {
      this.double();
      if (this.#bits[this.#at + 1] === "1") this.add();
    }
    return this.#at >= this.#bits.length - 1;
  }

  save(): Saved {
    return [this.#at, ...this.state()];
  }

  restore(saved: Saved): void {
    const [at, ...state] = saved as [number, ...string[]];
    this.#at = at;
    this.setState(state);
  }

  result(): Saved {
    return this.state();
  }

  progress() {
    return { done: this.#at, total: this.#bits.length };
  }
}

class IntegerPower extends BinaryChain {
  readonly #n: bigint;
  readonly #base: bigint;
  #value: bigint;

  constructor(n: bigint, base: bigint, exponent: bigint) {
    super(exponent);
    this.#n = n;
    this.#base = this.#value = mod(base, n);
  }

  protected override double(): void {
    this.#value = this.#value * this.#value % this.#n;
  }

  protected override add(): void {
    this.#value = this.#value * this.#base % this.#n;
  }

  protected override state(): string[] {
    return [toHex(this.#value)];
  }

  protected override setState([value]: string[]): void {
    this.#value = fromHex(value);
  }
}

/** base^exponent mod n, exponent >= 1. */
export function* integerPower(n: bigint, base: bigint, exponent: bigint): Procedure<bigint> {
  const [value] = (yield new IntegerPower(n, base, exponent)) as string[];
  return fromHex(value);
}

/** a + b*x modulo N and x^2 - Px + Q. */
export interface Quadratic {
  a: bigint;
  b: bigint;
}

class QuadraticPower extends BinaryChain {
  readonly #n: bigint;
  readonly #p: bigint;
  readonly #q: bigint;
  readonly #base: Quadratic;
  #value: Quadratic;

  constructor(n: bigint, p: bigint, q: bigint, base: Quadratic, exponent: bigint) {
    super(exponent);
    this.#n = n;
    this.#p = mod(p, n);
    // A small -Q stays small.
    this.#q = q;
    this.#base = this.#value = base;
  }

  protected override double(): void {
    this.#times(this.#value);
  }

  protected override add(): void {
    this.#times(this.#base);
  }

  /** x^2 = Px - Q. */
  #times({ a: c, b: d }: Quadratic): void {
    const { a, b } = this.#value;
    const top = b * d;
    this.#value = {
      a: mod(a * c - this.#q * top, this.#n),
      b: mod(a * d + b * c + this.#p * top, this.#n),
    };
  }

  protected override state(): string[] {
    return [toHex(this.#value.a), toHex(this.#value.b)];
  }

  protected override setState([a, b]: string[]): void {
    this.#value = { a: fromHex(a), b: fromHex(b) };
  }
}

/** base^exponent modulo n and x^2 - Px + Q, exponent >= 1; of x^m, b is U_m(P, Q) and 2a + Pb is V_m. */
export function* quadraticPower(
  n: bigint,
  p: bigint,
  q: bigint,
  base: Quadratic,
  exponent: bigint,
): Procedure<Quadratic> {
  const [a, b] = (yield new QuadraticPower(n, p, q, base, exponent)) as string[];
  return { a: fromHex(a), b: fromHex(b) };
}

/** V -> V^2 - 2, so many times. */
class LehmerChain implements Chain {
  readonly #n: bigint;
  readonly #count: number;
  #value: bigint;
  #at = 0;

  constructor(n: bigint, start: bigint, count: number) {
    this.#n = n;
    this.#value = start;
    this.#count = count;
  }

  advance(count: number): boolean {
    const end = Math.min(this.#count, this.#at + count);
    for (; this.#at < end; this.#at++) this.#value = mod(this.#value * this.#value - 2n, this.#n);
    return this.#at >= this.#count;
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
    return toHex(this.#value);
  }

  progress() {
    return { done: this.#at, total: this.#count };
  }
}

/** V_(m*2^count) of V_m, for Q = 1. */
export function* lehmerSteps(n: bigint, start: bigint, count: number): Procedure<bigint> {
  return fromHex((yield new LehmerChain(n, start, count)) as string);
}

/** A point X/Z^2, Y/Z^3 of y^2 = x^3 + ax + b; Z = 0 is the neutral one. */
export interface CurvePoint {
  x: bigint;
  y: bigint;
  z: bigint;
}

/**
 * A multiple of a point modulo N, which may be composite: `unit` is the product of everything that had to
 * be other than 0 modulo every prime factor of N for the formulas to hold; the caller looks whether it
 * is prime to N.
 */
class CurveMultiple extends BinaryChain {
  readonly #n: bigint;
  readonly #a: bigint;
  readonly #base: CurvePoint;
  #point: CurvePoint;
  #unit = 1n;

  constructor(n: bigint, a: bigint, base: CurvePoint, factor: bigint) {
    super(factor);
    this.#n = n;
    this.#a = mod(a, n);
    this.#base = this.#point = base;
  }

  /** Notes that a value must be a unit, where it is not 0 as a whole. */
  #note(value: bigint): void {
    if (value !== 0n) this.#unit = this.#unit * value % this.#n;
  }

  protected override double(): void {
    const n = this.#n;
    const { x, y, z } = this.#point;
    if (z === 0n) return;
    if (y === 0n) {
      this.#point = { x: 1n, y: 1n, z: 0n };
      return;
    }
    this.#note(z);
    this.#note(y);
    const yy = y * y % n;
    const s = 4n * x * yy % n;
    const zz = z * z % n;
    const m = (3n * x * x + this.#a * (zz * zz % n)) % n;
    const x3 = mod(m * m - 2n * s, n);
    this.#point = { x: x3, y: mod(m * (s - x3) - 8n * yy * yy, n), z: 2n * y * z % n };
  }

  protected override add(): void {
    const n = this.#n;
    const [p, q] = [this.#point, this.#base];
    if (q.z === 0n) return;
    if (p.z === 0n) {
      this.#point = q;
      return;
    }
    this.#note(p.z);
    this.#note(q.z);
    const pzz = p.z * p.z % n;
    const qzz = q.z * q.z % n;
    const u1 = p.x * qzz % n;
    const s1 = p.y * (qzz * q.z % n) % n;
    const h = mod(q.x * pzz - u1, n);
    const r = mod(q.y * (pzz * p.z % n) - s1, n);
    if (h === 0n) {
      if (r === 0n) this.double();
      else {
        // Opposite points: but only where it holds modulo every prime factor.
        this.#note(r);
        this.#point = { x: 1n, y: 1n, z: 0n };
      }
      return;
    }
    this.#note(h);
    const hh = h * h % n;
    const hhh = hh * h % n;
    const v = u1 * hh % n;
    const x3 = mod(r * r - hhh - 2n * v, n);
    this.#point = {
      x: x3,
      y: mod(r * (v - x3) - s1 * hhh, n),
      z: p.z * q.z % n * h % n,
    };
  }

  protected override state(): string[] {
    const { x, y, z } = this.#point;
    return [x, y, z, this.#unit].map(toHex);
  }

  protected override setState(state: string[]): void {
    const [x, y, z, unit] = state.map(fromHex);
    this.#point = { x, y, z };
    this.#unit = unit;
  }
}

/** factor * point modulo n, and what must be prime to n for it to be true; factor >= 1. */
export function* curveMultiple(
  n: bigint,
  a: bigint,
  point: CurvePoint,
  factor: bigint,
): Procedure<{ point: CurvePoint; unit: bigint }> {
  const state = (yield new CurveMultiple(n, a, point, factor)) as string[];
  const [x, y, z, unit] = state.map(fromHex);
  return { point: { x, y, z }, unit };
}
