// Palindromes in a base: the digits read the same from both ends.

import * as z from "zod";
import { gcd } from "../arithmetic/integers.ts";
import { PrimeSearchError } from "../errors.ts";
import { powMod } from "../sieve/residues.ts";
import {
  type Candidate,
  type Form,
  type FormSieve,
  type Mark,
  requireOrder,
  type Search,
  whole,
} from "./form.ts";

/** Longer ones are printed by their first half. */
const MAX_PRINTED = 200;
const MAX_LENGTH = 2001;
/** Entries of the sieve's table of the middle digits, at most. */
const TABLE = 1024;

const schema = z.strictObject({
  base: whole(2, 36, "base of the digits").default(10),
  min_digits: whole(1, MAX_LENGTH, "least number of digits"),
  max_digits: whole(1, MAX_LENGTH, "largest number of digits"),
  offset: z.string().regex(/^(0|[1-9]\d{0,1000})$/, "is to be a whole number, as text").default("0")
    .describe("palindromes of these lengths to pass over; as text, for it may be long"),
  count: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional()
    .describe("how many palindromes to look at; all by default"),
});

type Params = z.infer<typeof schema>;

/** The palindromes of one length that can be prime, in ascending order. */
interface Length {
  digits: number;
  /** Number of the first one. */
  from: bigint;
  count: bigint;
}

/** Palindromes with an odd number of digits; those of even length are multiples of b + 1. */
export const palindromic: Form<Params> = {
  name: "palindromic",
  title: "palindromes in base b",
  schema,
  range: () => ["min_digits", "max_digits"],
  open(params): Search {
    const { base, min_digits, max_digits } = params;
    requireOrder(min_digits, max_digits, "max_digits");
    const palindromes = new Palindromes(base, min_digits, max_digits);
    const offset = BigInt(params.offset);
    const left = palindromes.count - offset;
    if (left <= 0n) {
      const message = `there are only ${palindromes.count} palindromes of these lengths`;
      throw PrimeSearchError.of("INVALID_PARAMS", "offset", message);
    }
    const count = BigInt(params.count ?? left);
    if (count > left || count > BigInt(Number.MAX_SAFE_INTEGER)) {
      const message = count > left
        ? `only ${left} palindromes are left behind the offset`
        : `there are ${count} palindromes: give offset and count of a part of them`;
      throw PrimeSearchError.of("INVALID_PARAMS", "count", message);
    }
    const numberOf = (index: number) => offset + BigInt(index);
    return {
      size: Number(count),
      digits: (index) => Math.ceil(palindromes.lengthOf(numberOf(index)).digits * Math.log10(base)),
      candidate: (index) => palindromes.candidate(numberOf(index)),
      sieve: (start, size) => palindromes.sieve(numberOf(start), size),
    };
  },
};

class Palindromes {
  readonly count: bigint;
  readonly #base: number;
  readonly #lengths: Length[] = [];
  /** First digits that do not make the number a multiple of a factor of the base. */
  readonly #leading: number[];

  constructor(base: number, least: number, most: number) {
    this.#base = base;
    this.#leading = Array.from({ length: base - 1 }, (_, i) => i + 1)
      .filter((digit) => gcd(BigInt(digit), BigInt(base)) === 1n);
    let from = 0n;
    for (let digits = least; digits <= most; digits++) {
      if (digits > 2 && digits % 2 === 0) continue;
      const free = BigInt(base) ** BigInt((digits - 1) >> 1);
      const count = digits === 1
        ? BigInt(base - 1)
        // Of two equal digits only "11" can be prime.
        : digits === 2
        ? 1n
        : BigInt(this.#leading.length) * free;
      this.#lengths.push({ digits, from, count });
      from += count;
    }
    if (this.#lengths.length === 0) {
      const message = "palindromes of even length are multiples of base + 1";
      throw PrimeSearchError.of("INVALID_PARAMS", "max_digits", message);
    }
    this.count = from;
  }

  lengthOf(number: bigint): Length {
    return this.#lengths.findLast(({ from }) => from <= number)!;
  }

  /** The first half of the digits, the middle one included, as a number in the base. */
  #half(number: bigint): bigint {
    const { digits, from } = this.lengthOf(number);
    const at = number - from;
    if (digits === 1) return at + 1n;
    if (digits === 2) return 1n;
    const free = BigInt(this.#base) ** BigInt((digits - 1) >> 1);
    return BigInt(this.#leading[Number(at / free)]) * free + at % free;
  }

  candidate(number: bigint): Candidate {
    const { digits } = this.lengthOf(number);
    const half = this.#half(number);
    const value = () => palindromeOf(half, this.#base, digits);
    const printed = this.#base === 10 && digits <= MAX_PRINTED;
    const expression = printed
      ? value().toString()
      : digits === 2
      ? `R(${this.#base}, 2)`
      : `P(${this.#base}, ${half})`;
    return { expression, members: [{ expression, value }] };
  }

  sieve(start: bigint, size: number): FormSieve {
    const parts: ((p: number, mark: Mark) => void)[] = [];
    for (const { digits, from, count } of this.#lengths) {
      const first = from > start ? from : start;
      const end = from + count < start + BigInt(size) ? from + count : start + BigInt(size);
      if (first >= end) continue;
      const offset = Number(first - start);
      const here = Number(end - first);
      parts.push(
        digits < 3
          ? this.#strikeSingly(first, here, offset)
          : this.#strikeByTable(first - from, here, offset, digits),
      );
    }
    return { by: "prime", strike: (p, mark) => parts.forEach((part) => part(p, mark)) };
  }

  #strikeSingly(first: bigint, count: number, offset: number) {
    const values = Array.from(
      { length: count },
      (_, i) => Number(this.candidate(first + BigInt(i)).members[0].value()),
    );
    return (p: number, mark: Mark) =>
      values.forEach((value, i) => {
        if (value % p === 0) mark(offset + i);
      });
  }

  /**
   * N = A + B, where B comes of the digits in the middle: for each p, the few middles with B = -A mod p
   * are found in a table, so that a prime costs the table and one look for each A.
   */
  #strikeByTable(at: bigint, count: number, offset: number, digits: number) {
    const base = this.#base;
    const half = (digits + 1) / 2;
    let inner = 1;
    while (inner < half - 1 && base ** (inner + 1) <= TABLE) inner++;
    const size = base ** inner;
    const group = BigInt(size);
    const free = BigInt(base) ** BigInt(half - 1);
    const firstGroup = at / group;
    const groups = Number((at + BigInt(count) - 1n) / group - firstGroup) + 1;
    const outer = Array.from({ length: groups }, (_, g) => {
      const low = (firstGroup + BigInt(g)) * group;
      const leading = BigInt(this.#leading[Number(low / free)]);
      return palindromeOf(leading * free + low % free, base, digits);
    });
    const skip = Number(at % group);
    const sums = new Int32Array(size);
    const heads = new Int32Array(TABLE);
    const next = new Int32Array(size);
    return (p: number, mark: Mark) => {
      this.#fillMiddles(sums, p, half, inner);
      heads.fill(-1);
      for (let j = 0; j < size; j++) {
        const bucket = sums[j] & (TABLE - 1);
        next[j] = heads[bucket];
        heads[bucket] = j;
      }
      for (let g = 0; g < groups; g++) {
        const wanted = (p - Number(outer[g] % BigInt(p))) % p;
        for (let j = heads[wanted & (TABLE - 1)]; j >= 0; j = next[j]) {
          if (sums[j] !== wanted) continue;
          const place = g * size + j - skip;
          if (place >= 0 && place < count) mark(offset + place);
        }
      }
    };
  }

  /** What the `inner` digits up to the middle one add, modulo p, for each value of theirs. */
  #fillMiddles(sums: Int32Array, p: number, half: number, inner: number): void {
    const base = this.#base;
    sums[0] = 0;
    let filled = 1;
    for (let t = inner - 1; t >= 0; t--) {
      const weight = t === 0
        ? powMod(base, half - 1, p)
        : (powMod(base, half - 1 + t, p) + powMod(base, half - 1 - t, p)) % p;
      // From behind, so that what is read has not been overwritten.
      for (let j = filled - 1; j >= 0; j--) {
        let sum = sums[j];
        for (let digit = 0; digit < base; digit++) {
          sums[j * base + digit] = sum;
          sum += weight;
          if (sum >= p) sum -= p;
        }
      }
      filled *= base;
    }
  }
}

/** The palindrome whose first digits, the middle one included, are those of `half`. */
function palindromeOf(half: bigint, base: number, digits: number): bigint {
  const first = half.toString(base).padStart((digits + 1) >> 1, "0");
  const last = [...first].reverse().join("").slice(digits % 2);
  return digits % 2 === 1 || digits === 2 ? parseDigits(first + last, base) : half;
}

function parseDigits(text: string, base: number): bigint {
  if (base === 10) return BigInt(text);
  if (text.length <= 8) return BigInt(parseInt(text, base));
  const cut = text.length >> 1;
  const low = text.length - cut;
  return parseDigits(text.slice(0, cut), base) * BigInt(base) ** BigInt(low) +
    parseDigits(text.slice(cut), base);
}
