// Exact integer primitives: the only thing that search and checker have in common.

/** Number of bits of |n|; 0 for 0. */
export function bitLength(n: bigint): number {
  if (n === 0n) return 0;
  const hex = (n < 0n ? -n : n).toString(16);
  return (hex.length - 1) * 4 + 32 - Math.clz32(parseInt(hex[0], 16));
}

/** Number of decimal digits of |n|; 1 for 0. */
export function digitCount(n: bigint): number {
  return (n < 0n ? -n : n).toString().length;
}

/** Least residue of a mod n, in 0..n-1, also for negative a. */
export function mod(a: bigint, n: bigint): bigint {
  const r = a % n;
  return r < 0n ? r + n : r;
}

/** Greatest common divisor, never negative. */
export function gcd(a: bigint, b: bigint): bigint {
  a = a < 0n ? -a : a;
  b = b < 0n ? -b : b;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Inverse of a mod n, or null where gcd(a, n) is not 1. */
export function modInverse(a: bigint, n: bigint): bigint | null {
  let [r0, r1] = [n, mod(a, n)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [t0, t1] = [t1, t0 - q * t1];
  }
  return r0 === 1n ? mod(t0, n) : null;
}

/** floor(sqrt(n)), exactly; every step doubles the digits of the approximation. @throws RangeError below 0 */
export function isqrt(n: bigint): bigint {
  if (n < 0n) throw new RangeError("isqrt of a negative number");
  if (n === 0n) return 0n;
  const c = (bitLength(n) - 1) >> 1;
  let a = 1n;
  let d = 0;
  for (let s = 32 - Math.clz32(c) - 1; s >= 0; s--) {
    const e = d;
    d = c >> s;
    a = (a << BigInt(d - e - 1)) + (n >> BigInt(2 * c - e - d + 1)) / a;
  }
  return a * a > n ? a - 1n : a;
}

/** Whether n is the square of an integer. */
export function isSquare(n: bigint): boolean {
  if (n < 0n) return false;
  // 44 of 256 residues are squares mod 256: most numbers end here.
  const low = Number(n & 15n);
  if (low !== 0 && low !== 1 && low !== 4 && low !== 9) return false;
  const root = isqrt(n);
  return root * root === n;
}

/** Jacobi symbol (a/n) for odd n > 0. @throws RangeError for other n */
export function jacobi(a: bigint, n: bigint): -1 | 0 | 1 {
  if (n <= 0n || (n & 1n) === 0n) throw new RangeError("Jacobi symbol needs an odd positive n");
  let sign = 1;
  if (a < 0n) {
    // (-1/n), so that a short a stays short.
    if ((n & 3n) === 3n) sign = -1;
    a = -a;
  }
  a %= n;
  while (a !== 0n) {
    const twos = trailingZeros(a);
    if (twos > 0) {
      a >>= BigInt(twos);
      const r = Number(n & 7n);
      if (twos % 2 === 1 && (r === 3 || r === 5)) sign = -sign;
    }
    if ((a & 3n) === 3n && (n & 3n) === 3n) sign = -sign;
    [a, n] = [n % a, a];
  }
  return n === 1n ? sign as -1 | 1 : 0;
}

/** Exponent of 2 in n. @throws RangeError for 0 */
export function trailingZeros(n: bigint): number {
  if (n === 0n) throw new RangeError("0 has no last set bit");
  // n & -n is the last set bit by itself.
  return bitLength(n & -n) - 1;
}

/** n = q^exponent * rest with q not dividing rest. @throws RangeError for n = 0 or q < 2 */
export function splitPower(n: bigint, q: bigint): { exponent: number; rest: bigint } {
  if (n === 0n || q < 2n) throw new RangeError("nothing to divide out");
  if (q === 2n) {
    const exponent = trailingZeros(n);
    return { exponent, rest: n >> BigInt(exponent) };
  }
  // Ever higher powers first, so that 3^5000 costs a dozen divisions and not 5000.
  const powers = [q];
  let rest = n;
  let exponent = 0;
  while (rest % powers[powers.length - 1] === 0n) {
    rest /= powers[powers.length - 1];
    exponent += 2 ** (powers.length - 1);
    powers.push(powers[powers.length - 1] ** 2n);
  }
  for (let i = powers.length - 2; i >= 0; i--) {
    if (rest % powers[i] === 0n) {
      rest /= powers[i];
      exponent += 2 ** i;
    }
  }
  return { exponent, rest };
}

/** Product of a list by halves, which lets BigInt multiply numbers of like size; 1 for an empty list. */
export function product(factors: readonly bigint[]): bigint {
  if (factors.length === 0) return 1n;
  let level = [...factors];
  while (level.length > 1) {
    const next: bigint[] = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? level[i] * level[i + 1] : level[i]);
    }
    level = next;
  }
  return level[0];
}

/** A residue as a checkpoint or certificate carries it. */
export function toHex(n: bigint): string {
  return n.toString(16);
}

/** Reads toHex(). @throws SyntaxError */
export function fromHex(text: string): bigint {
  return BigInt(`0x${text}`);
}
