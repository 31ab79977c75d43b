/**
 * What a form of numbers is. A *search* is a form with its parameters: a numbered list of candidates,
 * each one number or (twins, Sophie Germain) two that must be prime together.
 */
import * as z from "zod";
import { PrimeSearchError } from "../errors.ts";

/** Numbers longer than this are refused: a single test would take hours. */
const MAX_DIGITS = 50_000;

/** One number of a candidate. */
export interface Member {
  /** Its own expression; equals the candidate's where that is one number. */
  readonly expression: string;
  value(): bigint;
  /** Divisors of N-1 that the form knows, prime or not, best first; together they need not be all of it. */
  minus?(): bigint[];
  /** Divisors of N+1 that the form knows. */
  plus?(): bigint[];
}

/** What one number of a search's list stands for. */
export interface Candidate {
  /** Canonical: the same candidate is always printed in the same way. */
  readonly expression: string;
  readonly members: readonly Member[];
}

/** Tells that p divides one of the numbers at this place of the block. */
export type Mark = (offset: number) => void;

/** How candidates of a block are struck out: by every prime in turn, or candidate by candidate. */
export type FormSieve =
  | {
    by: "prime";
    /** Marks every candidate of the block of which p divides a member. @param p prime, below 2^26 */
    strike(p: number, mark: Mark): void;
  }
  | {
    by: "candidate";
    /** The least prime factor up to `limit` of the candidate at this place; 0 where there is none. */
    leastFactor(offset: number, limit: number): number;
  };

/** A form with its parameters. Candidates are numbered from 0. */
export interface Search {
  /** Number of candidates; at most 2^53 - 1. */
  readonly size: number;
  candidate(index: number): Candidate;
  /** Decimal digits of the candidate's largest number, about; without computing it. */
  digits(index: number): number;
  /** A sieve for `count` candidates from `start` on. */
  sieve(start: number, count: number): FormSieve;
}

/** A form: its parameters and what they mean. */
export interface Form<Params = unknown> {
  /** As in primes.form. */
  readonly name: string;
  /** The numbers in one line, e.g. "n! - 1 and n! + 1". */
  readonly title: string;
  /** Parameters with bounds, defaults and descriptions; unknown ones are refused. */
  readonly schema: z.ZodType<Params>;
  /** Names of the two parameters that bound the range. */
  range(params: Partial<Params>): [from: string, to: string];
  /** @throws PrimeSearchError INVALID_PARAMS where the range holds nothing or too large numbers */
  open(params: Params): Search;
}

/** A whole number within bounds. */
export function whole(least: number, most: number, description: string) {
  return z.int().min(least).max(most).describe(description);
}

/** Which of N = ... - 1 and ... + 1. */
export const signField = z.enum(["+", "-", "both"]).default("both")
  .describe("which of ... + 1 and ... - 1");

/** The signs in ascending order of the numbers. */
export function signsOf(sign: "+" | "-" | "both"): (1 | -1)[] {
  return sign === "both" ? [-1, 1] : [sign === "+" ? 1 : -1];
}

/** "+ 1" or "- 1". */
export function plusOne(sign: 1 | -1): string {
  return sign === 1 ? "+ 1" : "- 1";
}

/** Refuses an empty range. @throws PrimeSearchError */
export function requireOrder(from: number, to: number, path: string): void {
  if (from <= to) return;
  throw PrimeSearchError.of(
    "INVALID_PARAMS",
    path,
    `${to} is below the range's beginning, ${from}`,
  );
}

/** Refuses a range without candidates. @throws PrimeSearchError */
export function requireSome(size: number, path: string, what: string): void {
  if (size > 0) return;
  throw PrimeSearchError.of("INVALID_PARAMS", path, `there is no ${what} in this range`);
}

/** Refuses numbers beyond MAX_DIGITS. @throws PrimeSearchError */
export function requireDigits(digits: number, path: string): void {
  if (digits <= MAX_DIGITS) return;
  const about = Math.round(digits);
  const message = `its numbers would have about ${about} digits, more than ${MAX_DIGITS}`;
  throw PrimeSearchError.of("INVALID_PARAMS", path, message);
}

/** Index of the last entry of an ascending function of 0..size-1 that is at most `target`. */
export function lastAtMost(size: number, at: (i: number) => number, target: number): number {
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (at(middle) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}
