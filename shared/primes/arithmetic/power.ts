// Powers modulo N as chains: sliding windows for any exponent, and runs of squarings with a Gerbicz check.

import type { Chain, Procedure, Saved } from "./chain.ts";
import { fromHex, toHex } from "./integers.ts";
import type { Modulus } from "./modulus.ts";

/** Below this a base multiplies so cheaply that no table of its powers pays. */
const SMALL_BASE = 1n << 30n;

/** base^exponent mod N, left to right; a step is a squaring and what belongs to it. */
export class PowerChain implements Chain {
  readonly #modulus: Modulus;
  readonly #base: bigint;
  readonly #bits: string;
  readonly #window: number;
  #table: bigint[] | null = null;
  #value = 1n;
  #at = 0;

  constructor(modulus: Modulus, base: bigint, exponent: bigint) {
    this.#modulus = modulus;
    this.#base = base % modulus.value;
    this.#bits = exponent === 0n ? "" : exponent.toString(2);
    this.#window = this.#base < SMALL_BASE ? 1 : windowFor(this.#bits.length);
  }

  advance(count: number): boolean {
    const { value: n } = this.#modulus;
    if (n === 1n) this.#value = 0n;
    const end = Math.min(this.#bits.length, this.#at + count);
    while (this.#at < end) {
      if (this.#bits[this.#at] === "0") {
        this.#value = this.#modulus.reduce(this.#value * this.#value);
        this.#at++;
        continue;
      }
      // The longest window of at most #window bits that ends in a 1.
      let length = Math.min(this.#window, this.#bits.length - this.#at);
      while (this.#bits[this.#at + length - 1] === "0") length--;
      const odd = parseInt(this.#bits.slice(this.#at, this.#at + length), 2);
      for (let i = 0; i < length; i++) {
        this.#value = this.#modulus.reduce(this.#value * this.#value);
      }
      this.#value = this.#modulus.reduce(this.#value * this.#power(odd));
      this.#at += length;
    }
    return this.#at >= this.#bits.length;
  }

  #power(odd: number): bigint {
    if (odd === 1) return this.#base;
    if (!this.#table) {
      const square = this.#modulus.reduce(this.#base * this.#base);
      this.#table = [this.#base];
      for (let i = 1; i < 1 << (this.#window - 1); i++) {
        this.#table.push(this.#modulus.reduce(this.#table[i - 1] * square));
      }
    }
    return this.#table[odd >> 1];
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
    return toHex(this.#modulus.value === 1n ? 0n : this.#value);
  }

  progress() {
    return { done: this.#at, total: this.#bits.length };
  }
}

function windowFor(bits: number): number {
  return bits > 1500 ? 6 : bits > 300 ? 5 : bits > 80 ? 4 : bits > 24 ? 3 : 1;
}

/** State of a run of squarings at one place. */
interface Place {
  at: number;
  value: bigint;
  /** Product of the values at 0, L, 2L... up to `at`. */
  check: bigint;
}

/** A comparison under way: `value` is squared `left` times more, and then must become `expected`. */
interface Comparison {
  value: bigint;
  left: number;
  /** What it is multiplied by at the end. */
  factor: bigint;
  expected: bigint;
}

/**
 * x0^(2^count) mod N with Gerbicz's check: D = product of every L-th value; D(t) = x0 * D(t-1)^(2^L)
 * holds unless a step went wrong, and is looked at every L^2 steps and at the last multiple of L; the
 * few steps behind that are done twice. What fails is done again from the last place that passed.
 * Costs about 2/L more (Gerbicz; in use in GIMPS and PRST).
 */
export class SquaringChain implements Chain {
  readonly #modulus: Modulus;
  readonly #start: bigint;
  readonly #count: number;
  readonly #length: number;
  #now: Place;
  #passed: Place;
  #comparison: Comparison | null = null;
  #mended = 0;

  constructor(modulus: Modulus, start: bigint, count: number) {
    this.#modulus = modulus;
    this.#start = start % modulus.value;
    this.#count = count;
    this.#length = Math.max(8, Math.floor(Math.sqrt(count)));
    this.#now = this.#passed = { at: 0, value: this.#start, check: this.#start };
  }

  advance(count: number): boolean {
    const { reduce } = this.#modulus;
    for (let i = 0; i < count; i++) {
      const comparison = this.#comparison;
      if (comparison) {
        comparison.value = reduce(comparison.value * comparison.value);
        if (--comparison.left === 0) this.#decide(comparison);
        continue;
      }
      if (this.#passed.at === this.#count) return true;
      let { at, value, check } = this.#now;
      value = reduce(value * value);
      at++;
      const before = check;
      if (at % this.#length === 0) check = reduce(check * value);
      this.#now = { at, value, check };
      this.#comparison = this.#compare(before);
    }
    return this.#comparison === null && this.#passed.at === this.#count;
  }

  /** What is to be compared here, if anything. @param before the product without the newest value */
  #compare(before: bigint): Comparison | null {
    const { at, value, check } = this.#now;
    const length = this.#length;
    if (at % length === 0) {
      const due = at + length > this.#count || (at / length) % length === 0;
      return due ? { value: before, left: length, factor: this.#start, expected: check } : null;
    }
    if (at < this.#count) return null;
    return { value: this.#passed.value, left: at - this.#passed.at, factor: 1n, expected: value };
  }

  #decide({ value, factor, expected }: Comparison): void {
    this.#comparison = null;
    if (this.#modulus.reduce(value * factor) === expected) {
      this.#passed = this.#now;
    } else {
      this.#mended++;
      this.#now = this.#passed;
    }
  }

  save(): Saved {
    const comparison = this.#comparison;
    return {
      now: savePlace(this.#now),
      passed: this.#passed === this.#now ? null : savePlace(this.#passed),
      mended: this.#mended,
      comparison: comparison && {
        value: toHex(comparison.value),
        left: comparison.left,
        factor: toHex(comparison.factor),
        expected: toHex(comparison.expected),
      },
    };
  }

  restore(saved: Saved): void {
    const { now, passed, mended, comparison } = saved as {
      now: SavedPlace;
      passed: SavedPlace | null;
      mended: number;
      comparison: { value: string; left: number; factor: string; expected: string } | null;
    };
    this.#now = readPlace(now);
    this.#passed = passed ? readPlace(passed) : this.#now;
    this.#mended = mended;
    this.#comparison = comparison && {
      value: fromHex(comparison.value),
      left: comparison.left,
      factor: fromHex(comparison.factor),
      expected: fromHex(comparison.expected),
    };
  }

  result(): Saved {
    return toHex(this.#now.value);
  }

  progress() {
    return { done: this.#now.at, total: this.#count };
  }

  /** How many mistakes were found and mended. */
  get mended(): number {
    return this.#mended;
  }
}

type SavedPlace = [at: number, value: string, check: string];

function savePlace({ at, value, check }: Place): SavedPlace {
  return [at, toHex(value), toHex(check)];
}

function readPlace([at, value, check]: SavedPlace): Place {
  return { at, value: fromHex(value), check: fromHex(check) };
}

/** base^exponent mod N. */
export function* power(modulus: Modulus, base: bigint, exponent: bigint): Procedure<bigint> {
  return fromHex((yield new PowerChain(modulus, base, exponent)) as string);
}

/** base^(k * 2^count) mod N; the squarings, which are nearly all of it, are checked as they run. */
export function* checkedPower(
  modulus: Modulus,
  base: bigint,
  k: bigint,
  count: number,
): Procedure<bigint> {
  // Short runs: the check would cost more than doing it again.
  if (count < 1000) return yield* power(modulus, base, k << BigInt(count));
  const start = yield* power(modulus, base, k);
  return fromHex((yield new SquaringChain(modulus, start, count)) as string);
}

/** base^exponent mod N at once, for numbers whose powers take a millisecond. */
export function modPow(base: bigint, exponent: bigint, n: bigint): bigint {
  if (n === 1n) return 0n;
  let result = 1n;
  let square = base % n;
  if (square < 0n) square += n;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = result * square % n;
    if (e > 1n) square = square * square % n;
  }
  return result;
}

/** Low 64 bits of a residue, as 16 hexadecimal digits: what double checks of a composite compare. */
export function res64(residue: bigint): string {
  return BigInt.asUintN(64, residue).toString(16).padStart(16, "0");
}
