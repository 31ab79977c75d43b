/**
 * The checker's own reading of an expression: whole numbers, + - * / ^, n!, p#, R(b, n), P(b, half).
 * Sizes are bounded before anything is computed.
 */
import { bitLength, product } from "../arithmetic/integers.ts";
import { PrimeSearchError } from "../errors.ts";

/** Longest number that an expression may stand for: some 50,000 digits. */
const MAX_BITS = 170_000;
const MAX_TEXT = 60_000;
const MAX_NESTING = 20;

const TOKEN = /\s*(?:(\d+)|([-+*/^!#(),RP]))/y;

/** The value of an expression. @throws PrimeSearchError INVALID_EXPRESSION */
export function evaluate(text: string): bigint {
  if (text.length > MAX_TEXT) refuse("is too long");
  const reader = new Reader(tokens(text));
  const value = reader.sum(0);
  if (!reader.atEnd()) refuse("goes on behind its end");
  return value;
}

function refuse(message: string): never {
  throw PrimeSearchError.of("INVALID_EXPRESSION", "expression", message);
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) refuse("holds a character that is not understood");
    const token = match[1] ?? match[2];
    if (/^0\d/.test(token)) refuse("has a number with a leading zero");
    found.push(token);
  }
  return found;
}

/** Recursive descent: sum, product, power, postfix, atom. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  #take(...wanted: string[]): string | null {
    const token = this.#tokens[this.#at];
    if (!wanted.includes(token)) return null;
    this.#at++;
    return token;
  }

  #expect(token: string): void {
    if (this.#take(token) === null) refuse(`lacks a "${token}"`);
  }

  sum(depth: number): bigint {
    if (depth > MAX_NESTING) refuse("is nested too deeply");
    const sign = this.#take("-");
    let value = this.#product(depth);
    if (sign) value = -value;
    for (let op = this.#take("+", "-"); op; op = this.#take("+", "-")) {
      const next = this.#product(depth);
      value = op === "+" ? value + next : value - next;
    }
    return value;
  }

  #product(depth: number): bigint {
    let value = this.#power(depth);
    for (let op = this.#take("*", "/"); op; op = this.#take("*", "/")) {
      const next = this.#power(depth);
      if (op === "*") {
        requireBits(bitLength(value) + bitLength(next));
        value *= next;
      } else {
        if (next === 0n || value % next !== 0n) refuse("has a division that leaves a rest");
        value /= next;
      }
    }
    return value;
  }

  #power(depth: number): bigint {
    const base = this.#postfix(depth);
    if (!this.#take("^")) return base;
    return raise(base, this.#power(depth + 1));
  }

  #postfix(depth: number): bigint {
    const value = this.#atom(depth);
    if (this.#take("!")) return factorialOf(value);
    if (this.#take("#")) return primorialOf(value);
    return value;
  }

  #atom(depth: number): bigint {
    if (depth > MAX_NESTING) refuse("is nested too deeply");
    if (this.#take("(")) {
      const value = this.sum(depth + 1);
      this.#expect(")");
      return value;
    }
    const name = this.#take("R", "P");
    if (name) return this.#call(name, depth);
    const token = this.#tokens[this.#at++];
    if (token === undefined || !/^\d/.test(token)) refuse("lacks a number");
    const value = BigInt(token);
    requireBits(bitLength(value));
    return value;
  }

  #call(name: string, depth: number): bigint {
    this.#expect("(");
    const base = this.sum(depth + 1);
    this.#expect(",");
    const argument = this.sum(depth + 1);
    this.#expect(")");
    if (base < 2n || argument < 1n) refuse(`has ${name}() of a number out of bounds`);
    return name === "R" ? (raise(base, argument) - 1n) / (base - 1n) : palindromeOf(base, argument);
  }
}

function requireBits(bits: number): void {
  if (bits > MAX_BITS) refuse("stands for too large a number");
}

function raise(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) refuse("has a negative exponent");
  if (exponent > BigInt(MAX_BITS)) refuse("stands for too large a number");
  if (base !== 0n) requireBits((bitLength(base) - 1) * Number(exponent));
  return base ** exponent;
}

function factorialOf(n: bigint): bigint {
  if (n < 0n || n > 20_000n) refuse("has a factorial out of bounds");
  const factors = Array.from({ length: Number(n) }, (_, i) => BigInt(i + 1));
  const value = product(factors);
  requireBits(bitLength(value));
  return value;
}

function primorialOf(p: bigint): bigint {
  if (p < 2n || p > 150_000n) refuse("has a primorial out of bounds");
  const limit = Number(p);
  const composite = new Uint8Array(limit + 1);
  const primes: bigint[] = [];
  for (let n = 2; n <= limit; n++) {
    if (composite[n]) continue;
    primes.push(BigInt(n));
    for (let m = n * n; m <= limit; m += n) composite[m] = 1;
  }
  if (primes[primes.length - 1] !== p) refuse("has a primorial of a number that is no prime");
  return product(primes);
}

/** The digits of `half`, and all but the last of them again from behind. */
function palindromeOf(base: bigint, half: bigint): bigint {
  requireBits(2 * bitLength(half));
  let value = half;
  for (let left = half / base; left > 0n; left /= base) value = value * base + left % base;
  return value;
}
