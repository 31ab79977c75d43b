// The primes themselves, by a segmented sieve of odd numbers in a typed array.

/** Odd numbers of a segment; its bytes fit the second-level cache. */
const SEGMENT = 1 << 18;

/** Largest prime of any sieve: products of two residues stay exact in doubles. */
export const MAX_SIEVE_PRIME = 2 ** 26;

/** The odd primes up to a limit, by one plain sieve; for limits of some thousands. */
function oddPrimesTo(limit: number): number[] {
  const composite = new Uint8Array((limit >> 1) + 1);
  const primes: number[] = [];
  for (let n = 3; n <= limit; n += 2) {
    if (composite[n >> 1] === 1) continue;
    primes.push(n);
    for (let m = n * n; m <= limit; m += 2 * n) composite[m >> 1] = 1;
  }
  return primes;
}

/** Odd primes whose multiples are copied instead of struck out: they would be more than a third of all strokes. */
const COPIED = [3, 5, 7, 11, 13];
/** Odd numbers after which their multiples repeat. */
const PERIOD = COPIED.reduce((product, p) => product * p, 1);
let pattern: Uint8Array | null = null;

/** Their multiples among the odd numbers 1, 3, 5..., as many as any segment wants from any place on. */
function copiedMultiples(): Uint8Array {
  if (pattern) return pattern;
  pattern = new Uint8Array(SEGMENT + PERIOD);
  for (const p of COPIED) for (let i = (p - 1) / 2; i < pattern.length; i += p) pattern[i] = 1;
  return pattern;
}

/** A segment of the odd numbers: byte i is 1 where low + 2i is composite. */
export interface Segment {
  /** Odd. */
  low: number;
  /** Odd numbers in it. */
  length: number;
  composite: Uint8Array;
}

/** Sieves the odd numbers of an interval, segment by segment. */
export class OddSieve {
  #limit = 0;
  #primes: number[] = [];
  readonly #composite = new Uint8Array(SEGMENT);

  /** Numbers that one segment spans. */
  static readonly span = 2 * SEGMENT;

  /**
   * Sieves the odd numbers from low to high, both included.
   * @param low odd, above 0
   * @param high below low + OddSieve.span and below 2^52
   * @returns a segment whose bytes are overwritten by the next call
   */
  segment(low: number, high: number): Segment {
    this.#extend(Math.floor(Math.sqrt(high)) + 1);
    const length = Math.floor((high - low) / 2) + 1;
    const composite = this.#composite.subarray(0, Math.max(0, length));
    const from = (low - 1) / 2 % PERIOD;
    composite.set(copiedMultiples().subarray(from, from + composite.length));
    for (const p of COPIED) if (low <= p && p <= high) composite[(p - low) / 2] = 0;
    if (low === 1 && length > 0) composite[0] = 1;
    for (let at = COPIED.length; at < this.#primes.length; at++) {
      const p = this.#primes[at];
      const square = p * p;
      if (square > high) break;
      let first = square;
      if (first < low) {
        first = Math.ceil(low / p) * p;
        if (first % 2 === 0) first += p;
      }
      for (let i = (first - low) / 2; i < length; i += p) composite[i] = 1;
    }
    return { low, length, composite };
  }

  #extend(limit: number): void {
    if (limit <= this.#limit) return;
    this.#limit = Math.max(limit, 2 * this.#limit, 1000);
    this.#primes = oddPrimesTo(this.#limit);
  }
}

/** The primes in ascending order from `from` on, without end. */
export function* primesFrom(from: number): Generator<number, void, void> {
  if (from <= 2) yield 2;
  const sieve = new OddSieve();
  let low = Math.max(3, from + (from % 2 === 0 ? 1 : 0));
  // Short segments first: most callers want a few primes.
  for (let span = 1 << 12;; span = Math.min(2 * span, OddSieve.span)) {
    const { composite, length } = sieve.segment(low, low + span - 2);
    // The bytes are overwritten when somebody else's segment is sieved, not by this generator's caller.
    for (let i = 0; i < length; i++) if (composite[i] === 0) yield low + 2 * i;
    low += span;
  }
}

/** The primes from `from` to `to`, both included. */
export function primesBetween(from: number, to: number): number[] {
  const primes: number[] = [];
  for (const p of primesFrom(Math.max(2, from))) {
    if (p > to) break;
    primes.push(p);
  }
  return primes;
}
