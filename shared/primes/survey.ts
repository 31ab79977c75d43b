/**
 * Surveys count: primes, twin pairs, Sophie Germain primes and palindromic primes among the numbers from
 * `from` to `to`. Of each block there is the count, the first, the last and the sum modulo 2^64, which
 * add up over blocks whatever their borders are.
 */
import { z } from "zod";
import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { Engine, SearchProgress } from "../engine/contract.ts";
import type { SliceBudget } from "../engine/units.ts";
import { isPrimeBelowBound } from "./arithmetic/miller_rabin.ts";
import { paceBy } from "./arithmetic/pace.ts";
import { canonicalJson, sha256 } from "./digest.ts";
import { PrimeSearchError } from "./errors.ts";
import { type FormDescription, readParams } from "./forms/mod.ts";
import { OddSieve, type Segment } from "./sieve/primes.ts";

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
  const strokes = 2e-9 + 1.5e-8 * Math.sqrt(to) / Math.log(to + 3) / OddSieve.span;
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

/** Puts neighbouring blocks together, in any order. @throws PrimeSearchError INVALID_BLOCK for holes and overlaps */
export function mergeSurveys(results: readonly SurveyResult[]): SurveyResult {
  const sorted = [...results].sort((a, b) => a.from - b.from);
  for (let i = 0; i + 1 < sorted.length; i++) {
    if (sorted[i].to + 1 === sorted[i + 1].from) continue;
    const message = `${sorted[i + 1].from} does not follow ${sorted[i].to}`;
    throw PrimeSearchError.of("INVALID_BLOCK", "blocks", message);
  }
  if (sorted.length === 0) throw PrimeSearchError.of("INVALID_BLOCK", "blocks", "there are none");
  const counted = sorted.filter(({ count }) => count > 0);
  return resultOf(sorted[0].from, sorted[sorted.length - 1].to, {
    count: sorted.reduce((sum, { count }) => sum + count, 0),
    first: counted[0]?.first ?? null,
    last: counted[counted.length - 1]?.last ?? null,
    sum: add64(...sorted.map(({ sum }) => BigInt(sum))),
  });
}

function resultOf(from: number, to: number, counts: Omit<SurveyState, "at">): SurveyResult {
  const result = { from, to, ...counts };
  return { ...result, digest: sha256(canonicalJson(result)) };
}

function add64(...terms: bigint[]): string {
  return BigInt.asUintN(64, terms.reduce((sum, term) => sum + term, 0n)).toString();
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

/** Counts from a number on through one segment of the sieve; answers where the next one begins. */
function sieveStretch(
  what: "primes" | "twins" | "sophie_germain",
  to: number,
  tally: (counted: Counted) => void,
): (at: number) => number {
  const sieve = new OddSieve();
  const doubles = new OddSieve();
  return (at) => {
    // 2 is the one even prime: it counts as prime and as Sophie Germain prime.
    if (at <= 2 && to >= 2 && what !== "twins") tally({ count: 1, first: 2, last: 2, sum: 2n });
    const low = Math.max(1, at + (at % 2 === 0 ? 1 : 0));
    // Room for the neighbour of a twin, and for twice the numbers.
    const span = OddSieve.span / (what === "sophie_germain" ? 2 : 1) - 4;
    const high = Math.min(to, low + span);
    if (low > high) return high + 1;
    const odd = Math.floor((high - low) / 2) + 1;
    const segment = sieve.segment(low, high + (what === "twins" ? 2 : 0));
    tally(
      what === "primes"
        ? countPrimes(segment, odd)
        : what === "twins"
        ? countTwins(segment, odd)
        : countGermain(segment, odd, doubles.segment(2 * low + 1, 2 * high + 1)),
    );
    return high + 1;
  };
}

/** Turns counts and sums of places into those of numbers. */
function counted(low: number, count: number, first: number, last: number, places: number): Counted {
  const sum = BigInt(low) * BigInt(count) + 2n * BigInt(places);
  return { count, first: low + 2 * first, last: low + 2 * last, sum };
}

/** Places that are added up in whole numbers of 31 bits: sums of places below this one stay within. */
const STRETCH = 1 << 14;

/** Counts the places that are 0, and adds them up, without a branch: one in seven is, and no processor guesses which. */
function countZeros(low: number, odd: number, bytes: Uint8Array): Counted {
  let count = 0, places = 0;
  for (let from = 0; from < odd; from += STRETCH) {
    const end = Math.min(odd, from + STRETCH);
    let some = 0, sum = 0;
    for (let i = from; i < end; i++) {
      const one = 1 - bytes[i];
      some += one;
      sum = (sum + Math.imul(one, i - from)) | 0;
    }
    count += some;
    places += from * some + sum;
  }
  const zeros = bytes.subarray(0, odd);
  return counted(low, count, zeros.indexOf(0), zeros.lastIndexOf(0), places);
}

function countPrimes({ low, composite }: Segment, odd: number): Counted {
  return countZeros(low, odd, composite);
}

function countTwins({ low, composite }: Segment, odd: number): Counted {
  for (let i = 0; i < odd; i++) composite[i] |= composite[i + 1];
  return countZeros(low, odd, composite);
}

function countGermain({ low, composite }: Segment, odd: number, doubled: Segment): Counted {
  // 2(low + 2i) + 1 is at place 2i of the doubled segment.
  for (let i = 0; i < odd; i++) composite[i] |= doubled.composite[2 * i];
  return countZeros(low, odd, composite);
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
