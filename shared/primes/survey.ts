/**
 * Surveys count: primes, twin pairs, Sophie Germain primes and palindromic primes among the numbers from
 * `from` to `to`. Of each block there is the count, the first, the last and the sum modulo 2^64, which
 * add up over blocks whatever their borders are.
 */
import * as z from "zod";
import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { Engine, SearchProgress } from "../engine/contract.ts";
import type { SliceBudget } from "../engine/units.ts";
import { isPrimeBelowBound } from "./arithmetic/miller_rabin.ts";
import { paceBy } from "./arithmetic/pace.ts";
import { canonicalJson, sha256 } from "../engine/digest.ts";
import { PrimeSearchError } from "./errors.ts";
import { type FormDescription, readParams } from "./forms/mod.ts";
import { countBits, WHEEL, WheelSieve } from "./sieve/wheel.ts";

/** What can be counted. */
export const SURVEYS = ["primes", "twins", "sophie_germain", "palindromes"] as const;

/** Largest number of a survey: its sieve needs the primes up to the root. */
const MAX_NUMBER = 10 ** 13;

const schema = z.strictObject({
  what: z.enum(SURVEYS).describe("what is counted; of a twin pair the smaller prime counts"),
  from: z.int().min(0).max(MAX_NUMBER).describe("first number"),
  to: z.int().min(0).max(MAX_NUMBER).describe("last number"),
});

/** The name by which a survey is asked for, beside those of the forms. */
export const SURVEY = "survey";

/** Most numbers of a block. */
export const MAX_SURVEY_BLOCK = 10 ** 12;

/** A survey with its parameters, as forms are described. */
export function describeSurvey(): FormDescription {
  return {
    name: SURVEY,
    title: `counts of ${SURVEYS.join(", ").replaceAll("_", " ")} in a range`,
    schema: z.toJSONSchema(schema, { io: "input" }) as Record<string, unknown>,
    ranges: [["from", "to"]],
  };
}

/** A survey, or a block of one: the numbers `from` to `to`, both included. */
export type SurveyInput = z.infer<typeof schema>;

/** What was counted. */
export interface SurveyResult {
  from: number;
  to: number;
  count: number;
  /** null where nothing was counted. */
  first: number | null;
  last: number | null;
  /** Sum of all counted numbers modulo 2^64, in decimal. */
  sum: string;
  digest: string;
}

/** State of a survey, plain JSON. */
export interface SurveyState {
  /** Numbers below this one are done. */
  at: number;
  count: number;
  first: number | null;
  last: number | null;
  sum: string;
}

/** Reads a survey's parameters. @throws PrimeSearchError INVALID_PARAMS */
export function readSurvey(params: unknown): SurveyInput {
  const read = readParams(schema, params);
  if (read.from <= read.to) return read;
  throw PrimeSearchError.of("INVALID_PARAMS", "params.to", `is below "from", ${read.from}`);
}

/** A block of a survey as an engine. @throws PrimeSearchError INVALID_PARAMS */
export function prepareSurvey(
  input: SurveyInput,
): Engine<SurveyState, SearchProgress, SurveyResult> {
  return new Survey(readSurvey(input));
}

/** Seconds that a number takes, about: strokes of the sieve, its primes once a segment; of palindromes a test each. */
export function surveySeconds({ what, from, to }: SurveyInput): number {
  const numbers = to - from + 1;
  if (what === "palindromes") {
    const looked = [...palindromesOf(from, to)].reduce((sum, { count }) => sum + count, 0);
    return 2e-5 * looked / numbers + 1e-12;
  }
  const strokes = 4e-10 + 6e-8 * Math.sqrt(to) / Math.log(to + 3) / (30 * WheelSieve.most);
  return what === "sophie_germain" ? 3 * strokes : strokes;
}

/** Palindromes of a range that are looked at, about: of odd length, with one of four first digits; by the logarithm of their size. */
function* palindromesOf(from: number, to: number): Generator<{ count: number; ln: number }> {
  for (let digits = 1; 10 ** (digits - 1) <= to; digits += 2) {
    const low = Math.max(from, 10 ** (digits - 1));
    const high = Math.min(to, 10 ** digits - 1);
    if (low > high) continue;
    const count = Math.ceil((high - low + 1) / 10 ** ((digits - 1) / 2) * 4 / 9);
    yield { count, ln: Math.log((low + high) / 2 + 1) };
  }
}

/** Twin prime constant. */
const C2 = 0.6601618158468696;

/** How many will be counted, about, by the density of primes (Hardy and Littlewood for pairs). */
export function surveyFinds(survey: SurveyInput): number {
  const { what } = survey;
  if (what === "palindromes") {
    // None that is looked at is even or ends in 5.
    return [...palindromesOf(survey.from, survey.to)]
      .reduce((sum, { count, ln }) => sum + count * Math.min(1, 2.5 / ln), 0);
  }
  const from = Math.max(3, survey.from);
  if (from >= survey.to) return 0;
  const density = (x: number) => {
    const ln = Math.log(x);
    if (what === "twins") return 2 * C2 / ln ** 2;
    if (what === "sophie_germain") return 2 * C2 / (ln * Math.log(2 * x));
    return 1 / ln;
  };
  // Simpson's rule over ln x, along which densities change evenly.
  const [a, b] = [Math.log(from), Math.log(survey.to)];
  const steps = 200, h = (b - a) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = Math.exp(a + i * h);
    sum += density(x) * x * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return sum * h / 3;
}

function resultOf(from: number, to: number, counts: Omit<SurveyState, "at">): SurveyResult {
  const result = { from, to, ...counts };
  return { ...result, digest: sha256(canonicalJson(result)) };
}

function add64(a: bigint, b: bigint): string {
  return BigInt.asUintN(64, a + b).toString();
}

class Survey implements Engine<SurveyState, SearchProgress, SurveyResult> {
  readonly format: CheckpointFormat = { engine: "prime_survey", version: 1 };
  readonly #input: SurveyInput;

  constructor(input: SurveyInput) {
    this.#input = input;
  }

  start(): SurveyState {
    return { at: this.#input.from, count: 0, first: null, last: null, sum: "0" };
  }

  step(state: SurveyState, budget: SliceBudget): SurveyState {
    budget.enter?.("Counting");
    const { what, to } = this.#input;
    const next: SurveyState = { ...state };
    const tally = (counted: Counted) => add(next, counted);
    const stretch = what === "palindromes"
      ? palindromeStretch(to, tally)
      : sieveStretch(what, to, tally);
    paceBy(budget)((count) => {
      for (let i = 0; i < count && next.at <= to; i++) next.at = stretch(next.at);
      return next.at > to;
    });
    return next;
  }

  done({ at }: SurveyState): boolean {
    return at > this.#input.to;
  }

  phase(): string {
    return "Counting";
  }

  progress({ at, count }: SurveyState): SearchProgress {
    const { from, to } = this.#input;
    return {
      phase: "Counting",
      fraction: Math.min(1, (at - from) / (to - from + 1)),
      objective: count,
      bound: null,
      gap: null,
    };
  }

  outcome(state: SurveyState): SurveyResult {
    if (!this.done(state)) throw new Error("the survey is not done");
    const { count, first, last, sum } = state;
    return resultOf(this.#input.from, this.#input.to, { count, first, last, sum });
  }
}

/** What a stretch of numbers adds. */
interface Counted {
  count: number;
  first: number;
  last: number;
  sum: bigint;
}

function add(state: SurveyState, { count, first, last, sum }: Counted): void {
  if (count === 0) return;
  state.count += count;
  state.first ??= first;
  state.last = last;
  state.sum = add64(BigInt(state.sum), sum);
}

/** Primes that the wheel leaves out, and those of them that count in each survey: 3 and 5 begin twins, 2, 3 and 5 are of Sophie Germain. */
const LEFT_OUT = { primes: [2, 3, 5], twins: [3, 5], sophie_germain: [2, 3, 5] };

/** Counts from a number on through one segment of the sieve; answers where the next one begins. */
function sieveStretch(
  what: "primes" | "twins" | "sophie_germain",
  to: number,
  tally: (counted: Counted) => void,
): (at: number) => number {
  const sieve = new WheelSieve();
  const doubles = new WheelSieve();
  // Room for the neighbour of the last number's, and for twice the numbers.
  const most = what === "sophie_germain" ? WheelSieve.most / 2 : WheelSieve.most - 1;
  return (at) => {
    const first = Math.floor(at / 30);
    const high = Math.min(to, 30 * (first + most) - 1);
    const count = Math.floor(high / 30) - first + 1;
    for (const p of LEFT_OUT[what]) {
      if (at <= p && p <= high) tally({ count: 1, first: p, last: p, sum: BigInt(p) });
    }
    const bytes = sieve.segment(first, count + (what === "twins" ? 1 : 0));
    if (what === "primes") keepPrimes(bytes);
    else if (what === "twins") keepTwins(bytes);
    else keepGermain(bytes, doubles.segment(2 * first, 2 * count));
    const counted = bytes.subarray(0, count);
    counted[0] &= bitsFrom(at - 30 * first);
    counted[count - 1] &= ~bitsFrom(high - 30 * (first + count - 1) + 1);
    tally(countBits(counted, first));
    return high + 1;
  };
}

/** Bits of a byte whose numbers are so much above its first one, or more. */
function bitsFrom(rest: number): number {
  return WHEEL.reduce((bits, each, bit) => each >= rest ? bits | 1 << bit : bits, 0);
}

/** Of composites, the primes. */
function keepPrimes(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] ^= 255;
}

/** Of composites, the primes with a prime two above: 11 and 13, 17 and 19, 29 and the next byte's 1. */
function keepTwins(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ^ 255;
    bytes[i] = byte & byte >> 1 & 0b10100 | byte & 0b10000000 & (bytes[i + 1] ^ 255) << 7;
  }
}

/** Of composites, the primes p with 2p + 1 prime: of 11 that is the double byte's 23, of 23 and 29 the next one's 17 and 29. */
function keepGermain(bytes: Uint8Array, doubled: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ^ 255;
    const low = doubled[2 * i] ^ 255, high = doubled[2 * i + 1] ^ 255;
    bytes[i] = byte & (low >> 4 & 0b100 | high << 2 & 0b1000000 | high & 0b10000000);
  }
}

/** Looks at the palindrome at or behind a number; answers the number behind it. */
function palindromeStretch(to: number, tally: (counted: Counted) => void): (at: number) => number {
  return (at) => {
    const next = nextPalindrome(at);
    if (next <= to && isPrimeBelowBound(BigInt(next))) {
      tally({ count: 1, first: next, last: next, sum: BigInt(next) });
    }
    return Math.min(next, to) + 1;
  };
}

/** The least decimal palindrome from n on that can be prime: of odd length, or 11, first digit odd or 2, 5 alone. */
function nextPalindrome(n: number): number {
  if (n <= 11) return n <= 9 ? n : 11;
  let digits = `${n}`;
  if (digits.length % 2 === 0) digits = `1${"0".repeat(digits.length)}`;
  const half = (digits.length + 1) / 2;
  let start = Number(digits.slice(0, half));
  if (mirror(start) < Number(digits)) start++;
  // One more may be a digit more: 99 -> 100 stands for 10001, which is the next one of odd length.
  for (let first = leading(start); first % 2 === 0 || first === 5; first = leading(start)) {
    start = (first + 1) * 10 ** (`${start}`.length - 1);
  }
  return mirror(start);
}

function leading(n: number): number {
  return Number(`${n}`[0]);
}

function mirror(half: number): number {
  const text = `${half}`;
  return Number(text + [...text].reverse().slice(1).join(""));
}
