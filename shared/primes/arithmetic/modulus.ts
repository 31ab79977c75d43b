// Reduction modulo N, faster where N = k*2^n +- 1: there the quotient needs only a division by k.

import { bitLength, trailingZeros } from "./integers.ts";

/** N = k * 2^n + c. */
export interface BinaryShape {
  k: bigint;
  n: number;
  c: 1 | -1;
}

/** A modulus and how to reduce by it. */
export interface Modulus {
  readonly value: bigint;
  /** Least residue of x, for 0 <= x < N^2 * 2^32. */
  reduce(x: bigint): bigint;
}

/** Division by k pays while k is this much shorter than the power of two beside it. */
const SPECIAL_RATIO = 3;

/** Modulus of a number without special shape. */
export function plainModulus(value: bigint): Modulus {
  return { value, reduce: (x) => x % value };
}

/** Modulus of k*2^n + c: special reduction where k is short enough for it, else the plain one. */
export function binaryModulus({ k, n, c }: BinaryShape): Modulus {
  const shift = BigInt(n);
  const value = (k << shift) + BigInt(c);
  if (n < 64 || bitLength(k) * SPECIAL_RATIO > n) return plainModulus(value);
  // x = q*k*2^n + r*2^n + low = q*N + r*2^n + low - c*q
  const fold = (x: bigint): bigint => {
    const high = x >> shift;
    const low = BigInt.asUintN(n, x);
    if (k === 1n) return c === 1 ? low - high : low + high;
    const q = high / k;
    const rest = ((high - q * k) << shift) + low;
    return c === 1 ? rest - q : rest + q;
  };
  return {
    value,
    reduce(x) {
      let y = fold(x);
      // The quotient of a square is as long as N itself, that of the second folding a word or two.
      while (y < 0n) y += y < -(value << 8n) ? value * (-y / value) : value;
      while (y >= value) y = y >= value << 2n ? fold(y) : y - value;
      return y;
    },
  };
}

/** n as k*2^e + c with odd k, for c = 1 or -1: always possible for odd n > 1. */
export function binaryShape(value: bigint, c: 1 | -1): BinaryShape {
  const even = value - BigInt(c);
  const n = trailingZeros(even);
  return { k: even >> BigInt(n), n, c };
}
