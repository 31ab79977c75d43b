// Algebraic factors: b^n - 1 is the product of the cyclotomic values Phi_d(b) over the divisors d of n.

import { gcd } from "../arithmetic/integers.ts";

/** The divisors of n in ascending order. */
export function divisorsOf(n: number): number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let d = 1; d * d <= n; d++) {
    if (n % d !== 0) continue;
    small.push(d);
    if (d * d < n) large.unshift(n / d);
  }
  return [...small, ...large];
}

/** Phi_d(b) = product of (b^(d/e) - 1)^mu(e) over the divisors e of d. */
function cyclotomicValue(d: number, b: bigint): bigint {
  let above = 1n;
  let below = 1n;
  for (const e of divisorsOf(d)) {
    const mu = moebius(e);
    if (mu === 0) continue;
    const value = b ** BigInt(d / e) - 1n;
    if (mu === 1) above *= value;
    else below *= value;
  }
  return above / below;
}

/**
 * Phi_d(b) in parts that algebra knows: Aurifeuille's split of Phi_4h(2) for odd h,
 * 2^2h + 1 = (2^h - 2^((h+1)/2) + 1)(2^h + 2^((h+1)/2) + 1).
 */
export function cyclotomicParts(d: number, b: bigint): bigint[] {
  const value = cyclotomicValue(d, b);
  if (b !== 2n || d % 8 !== 4) return [value].filter((part) => part > 1n);
  const h = BigInt(d / 4);
  const half = gcd(value, (1n << h) - (1n << ((h + 1n) / 2n)) + 1n);
  return [half, value / half].filter((part) => part > 1n);
}

function moebius(n: number): number {
  let sign = 1;
  for (let p = 2; p * p <= n; p++) {
    if (n % p !== 0) continue;
    n /= p;
    if (n % p === 0) return 0;
    sign = -sign;
  }
  return n > 1 ? -sign : sign;
}
