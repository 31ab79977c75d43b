// The factored part of N-1 or N+1, and which theorem it is enough for.

import { bitLength, gcd, isqrt, isSquare, product, splitPower } from "../arithmetic/integers.ts";
import type { Certificate } from "../certificate.ts";

/** A prime factor of N-+1 with its whole power. */
export interface PrimePower {
  prime: bigint;
  power: bigint;
  /** Where the prime is too large for Miller-Rabin. */
  proof?: Certificate;
}

/** N-1 or N+1 as far as it is factored. */
export class Side {
  readonly total: bigint;
  readonly powers: PrimePower[] = [];
  /** What has no known prime factor. */
  rest: bigint;
  /** Bits of the known powers, summed: at most as many as their product has. */
  bits = 0;

  constructor(total: bigint) {
    this.total = this.rest = total;
  }

  /** Adds a prime; nothing where it does not divide or is there already. */
  add(prime: bigint, proof?: Certificate): void {
    if (this.rest % prime !== 0n) return;
    const { rest } = splitPower(this.rest, prime);
    const power = this.rest / rest;
    this.powers.push({ prime, power, ...(proof ? { proof } : {}) });
    this.bits += bitLength(power) - 1;
    this.rest = rest;
  }

  /** Product of all known prime powers. */
  get factored(): bigint {
    return this.total / this.rest;
  }

  /** The fewest powers whose product passes; null where all of them do not. */
  select(enough: (factored: bigint) => boolean): PrimePower[] | null {
    if (!enough(this.factored)) return null;
    const heaviest = [...this.powers].sort((a, b) => bitLength(b.power) - bitLength(a.power));
    let [low, high] = [1, heaviest.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (enough(product(heaviest.slice(0, middle).map(({ power }) => power)))) high = middle;
      else low = middle + 1;
    }
    return heaviest.slice(0, low);
  }
}

/** F = factored part with gcd(F, R) = 1: whether F is above N's root (Pocklington). */
export function enoughForPocklington(n: bigint, factored: bigint): boolean {
  return factored * factored > n;
}

/** (F - 1)^2 > N (Morrison). */
export function enoughForMorrison(n: bigint, factored: bigint): boolean {
  return (factored - 1n) ** 2n > n;
}

/**
 * The cube root theorems of Brillhart, Lehmer and Selfridge (1975, theorems 5 and 17): F even, R odd,
 * R = 2F*s + r; N-1: 1 <= r < 2F; N+1: |r| < F. A factor says that their square condition fails.
 * @param side 1 for N+1, -1 for N-1
 */
export function cubeRoot(
  n: bigint,
  side: 1 | -1,
  factored: bigint,
): { enough: false } | { enough: true; factor: bigint | null } {
  const rest = (n + BigInt(side)) / factored;
  if ((factored & 1n) === 1n || (rest & 1n) === 0n || gcd(factored, rest) !== 1n) {
    return { enough: false };
  }
  const twice = 2n * factored;
  let r = rest % twice;
  let s = rest / twice;
  if (side === 1 && r > factored) {
    r -= twice;
    s += 1n;
  }
  const size = r < 0n ? -r : r;
  const bound = side === -1
    ? (factored + 1n) * (2n * factored * factored + (r - 1n) * factored + 1n)
    : (factored - 1n) * (2n * factored * factored + factored - size * factored + 1n);
  if (n >= bound) return { enough: false };
  const square = side === -1 ? r * r - 8n * s : r * r + 8n * s;
  if (s === 0n || !isSquare(square)) return { enough: true, factor: null };
  // N = (aF + 1)(bF + 1) with a + b = r and 2ab = 4s..., or with minus signs: one of these divides.
  const root = isqrt(square);
  for (const a of [(r + root) / 2n, (r - root) / 2n, (root - r) / 2n]) {
    for (const one of [1n, -1n]) {
      const factor = a * factored + one;
      if (factor > 1n && factor < n && n % factor === 0n) return { enough: true, factor };
    }
  }
  return { enough: false };
}

/** lcm(F1, F2)^2 > N (combined theorem). */
export function enoughTogether(n: bigint, minus: bigint, plus: bigint): boolean {
  const lcm = minus / gcd(minus, plus) * plus;
  return lcm * lcm > n;
}
