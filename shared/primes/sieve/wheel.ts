// Counting sieve: the numbers that 2, 3 and 5 do not divide, eight of every thirty, one bit each. For surveys, which count; whoever wants the
// primes themselves has primes.ts.

import { primesBetween } from "./primes.ts";

/** What a number of the wheel leaves when divided by 30; bit i of byte b stands for 30b + WHEEL[i]. */
export const WHEEL = [1, 7, 11, 13, 17, 19, 23, 29] as const;
/** Bit of a remainder; others are none of the wheel's. */
const BIT = new Uint8Array(30);
WHEEL.forEach((rest, bit) => BIT[rest] = 1 << bit);

/** Bytes of a segment: they fit the second-level cache with the offsets of the primes below 30,000. */
const SEGMENT = 1 << 17;
/** Primes whose multiples are copied: they would be more than half of all strokes. */
const COPIED = [7, 11, 13, 17];
const PERIOD = COPIED.reduce((product, p) => product * p, 1);
const FIRST_STRUCK = 19;

let pattern: Uint8Array | null = null;

/** Their multiples, as many bytes as any segment wants from any place on. */
function copiedMultiples(): Uint8Array {
  if (pattern) return pattern;
  pattern = new Uint8Array(SEGMENT + PERIOD);
  for (let byte = 0; byte < PERIOD; byte++) {
    for (const rest of WHEEL) {
      if (COPIED.some((p) => (30 * byte + rest) % p === 0)) pattern[byte] |= BIT[rest];
    }
  }
  for (let at = PERIOD; at < pattern.length; at += PERIOD) {
    pattern.set(pattern.subarray(0, Math.min(PERIOD, pattern.length - at)), at);
  }
  return pattern;
}

/** Sieves bytes of the wheel, one segment after the other; segments that follow each other are the cheapest. */
export class WheelSieve {
  readonly #bytes = new Uint8Array(SEGMENT);
  #limit = 0;
  #primes: Int32Array = new Int32Array(0);
  #masks: Uint8Array = new Uint8Array(0);
  /** Of each prime eight places, relative to the segment that would be next. */
  #places: Float64Array = new Float64Array(0);
  /** First byte of that segment. */
  #next = -1;

  /** Most bytes of one segment. */
  static readonly most = SEGMENT;

  /**
   * Sieves the numbers from 30 * first to 30 * (first + count) - 1.
   * @param first byte, with all its numbers below 2^52
   * @param count 1 to WheelSieve.most
   * @returns bits that are 1 where the number is composite or 1; overwritten by the next call
   */
  segment(first: number, count: number): Uint8Array {
    const bytes = this.#bytes.subarray(0, count);
    const from = first % PERIOD;
    bytes.set(copiedMultiples().subarray(from, from + count));
    if (first === 0) {
      bytes[0] |= BIT[1];
      for (const p of COPIED) bytes[0] &= ~BIT[p];
    }
    this.#prepare(first, Math.floor(Math.sqrt(30 * (first + count))) + 1);
    this.#strike(bytes);
    this.#next = first + count;
    return bytes;
  }

  /** Places of all primes up to a limit, for a segment that begins with a byte. */
  #prepare(first: number, limit: number): void {
    const known = first === this.#next ? this.#primes.length : 0;
    if (limit > this.#limit) {
      // Ahead, so that segments that follow seldom want more.
      this.#limit = Math.max(1000, limit + (limit >> 3));
      const primes = Int32Array.from(primesBetween(FIRST_STRUCK, this.#limit));
      const places = new Float64Array(8 * primes.length);
      places.set(this.#places);
      this.#primes = primes;
      this.#places = places;
      this.#masks = masksOf(primes);
    }
    for (let at = known; at < this.#primes.length; at++) {
      const p = this.#primes[at];
      const least = Math.max(p, Math.ceil(30 * first / p));
      for (let i = 0; i < 8; i++) {
        const multiple = p * (least + (WHEEL[i] + 30 - least % 30) % 30);
        this.#places[8 * at + i] = Math.floor(multiple / 30) - first;
      }
    }
  }

  #strike(bytes: Uint8Array): void {
    const [primes, masks, places] = [this.#primes, this.#masks, this.#places];
    const count = bytes.length;
    for (let at = 0; at < primes.length; at++) {
      const p = primes[at];
      for (let i = 8 * at; i < 8 * at + 8; i++) {
        let place = places[i];
        if (place < count) {
          const mask = masks[i];
          let index = place | 0;
          for (; index < count; index += p) bytes[index] |= mask;
          place = index;
        }
        places[i] = place - count;
      }
    }
  }
}

/** The bits of each prime's multiples by numbers of each remainder. */
function masksOf(primes: Int32Array): Uint8Array {
  const masks = new Uint8Array(8 * primes.length);
  primes.forEach((p, at) =>
    WHEEL.forEach((rest, i) => masks[8 * at + i] = BIT[(p % 30) * rest % 30])
  );
  return masks;
}

/** How many bits a byte has, and the sum of the remainders that they stand for. */
const BITS = new Uint8Array(256);
const RESTS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  WHEEL.forEach((rest, bit) => {
    if ((byte >> bit & 1) === 0) return;
    BITS[byte]++;
    RESTS[byte] += rest;
  });
}

/** Numbers of the wheel whose bits are set. */
export interface WheelCount {
  count: number;
  first: number;
  last: number;
  sum: bigint;
}

/** Bytes that are added up in whole numbers of 31 bits. */
const STRETCH = 1 << 12;

/** Counts the set bits of bytes that begin with byte `first`, and adds up the numbers. */
export function countBits(bytes: Uint8Array, first: number): WheelCount {
  let count = 0, places = 0, rests = 0;
  for (let from = 0; from < bytes.length; from += STRETCH) {
    const end = Math.min(bytes.length, from + STRETCH);
    let some = 0, sum = 0, rest = 0;
    for (let i = from; i < end; i++) {
      const byte = bytes[i];
      const bits = BITS[byte];
      some += bits;
      sum = (sum + Math.imul(bits, i - from)) | 0;
      rest += RESTS[byte];
    }
    count += some;
    places += from * some + sum;
    rests += rest;
  }
  if (count === 0) return { count, first: 0, last: 0, sum: 0n };
  const low = bytes.findIndex((byte) => byte !== 0);
  const high = bytes.findLastIndex((byte) => byte !== 0);
  return {
    count,
    first: 30 * (first + low) + WHEEL[31 - Math.clz32(bytes[low] & -bytes[low])],
    last: 30 * (first + high) + WHEEL[31 - Math.clz32(bytes[high])],
    sum: 30n * (BigInt(first) * BigInt(count) + BigInt(places)) + BigInt(rests),
  };
}
