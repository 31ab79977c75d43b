/**
 * The work of a block of a search, as it is between two checkpoints: first a sieve, then the test of
 * every candidate that it left. What is found depends on the candidates alone; how deep the sieve went
 * only decides which composites have a factor on record and which a residue.
 */
import type { SliceBudget } from "../engine/units.ts";
import { type Journal, newJournal, type Pace, proceed } from "./arithmetic/chain.ts";
import { paceBy, RESERVE_MS } from "./arithmetic/pace.ts";
import type { FormSieve, Search } from "./forms/form.ts";
import { type CandidateVerdict, testCandidate } from "./proof/candidate.ts";
import { MAX_SIEVE_PRIME, primesFrom } from "./sieve/primes.ts";

/** What was found of one candidate, by its place in the block. */
export type Finding =
  | { at: number; kind: "prime"; certificate: unknown }
  | { at: number; kind: "probable"; reason: string };

/** Evidence of a tested composite: place, number of the pair, test ("factor": a factor), base, residue or factor. */
export type Residue = [at: number, member: number, test: string, base: string, value: string];

/** A test under way. */
export interface TestUnderWay {
  at: number;
  journal: Journal;
}

/** What a block's work has come to. */
export interface BlockWork {
  /** The sieve has gone through every prime up to here (by candidates: through so many of them). */
  sieved: number;
  /** Where the sieve ends; null as long as it goes on while it pays. */
  depth: number | null;
  sieveDone: boolean;
  /** Candidate's factor; 0 where it has none so far. */
  factors: Uint32Array;
  /** Candidates before this one are done. */
  at: number;
  residues: Residue[];
  findings: Finding[];
  test: TestUnderWay | null;
  /** Progress of the test under way, 0..1. */
  within: number;
}

/** Milliseconds of squarings from which the price of a test is told. */
const TRIAL_MS = 3;
/** Primes between two decisions whether the sieve still pays. */
const SIEVE_STRETCH = 512;
/** So many such stretches take longer than the tick of any clock: one that shows nothing of them stands still. */
const STILL_STRETCHES = 32;
/** A factor of the form 2kp + 1 is looked for at about this price. */
const MS_PER_TRIAL = 0.0004;
/** Numbers from here on are longer than any sieve prime. */
const LONG_DIGITS = 9;

/** Goes on with the sieve. @returns whether it is done */
export function sieveBlock(
  search: Search,
  first: number,
  work: BlockWork,
  budget: SliceBudget,
): boolean {
  const sieve = search.sieve(first, work.factors.length);
  work.sieveDone = sieve.by === "prime"
    ? sieveByPrimes(search, first, sieve, work, budget)
    : sieveByCandidates(search, first, sieve, work, budget);
  return work.sieveDone;
}

function sieveByPrimes(
  search: Search,
  first: number,
  sieve: FormSieve & { by: "prime" },
  work: BlockWork,
  budget: SliceBudget,
): boolean {
  const { factors } = work;
  const limit = Math.min(work.depth ?? MAX_SIEVE_PRIME, MAX_SIEVE_PRIME);
  const pays = work.depth === null ? new PayingSieve(search, first, work, budget) : null;
  const primes = primesFrom(work.sieved + 1);
  let p = 0;
  const mark = (offset: number) => {
    if (factors[offset] === 0 && !isItself(search, first + offset, p)) factors[offset] = p;
  };
  return paceBy(budget)((count) => {
    for (let i = 0; i < count; i++) {
      p = primes.next().value as number;
      if (p > limit) return true;
      sieve.strike(p, mark);
      work.sieved = p;
      if (pays?.isOver(p)) {
        work.depth = p;
        return true;
      }
    }
    return false;
  });
}

/** Whether p divides no member but itself: where it is the number, it is no factor of it. */
function isItself(search: Search, index: number, p: number): boolean {
  if (search.digits(index) > LONG_DIGITS) return false;
  const prime = BigInt(p);
  return search.candidate(index).members.every((member) => {
    const value = member.value();
    return value === prime || value % prime !== 0n;
  });
}

/**
 * Says when striking out by further primes costs more than the tests that it saves; by a clock that stands still, as that of a
 * slice without an end does, after {@link STILL_STRETCHES}.
 */
class PayingSieve {
  readonly #work: BlockWork;
  readonly #budget: SliceBudget;
  readonly #testMs: number;
  #left = SIEVE_STRETCH;
  #still = 0;
  #since: { ms: number; p: number };

  constructor(search: Search, first: number, work: BlockWork, budget: SliceBudget) {
    this.#work = work;
    this.#budget = budget;
    this.#testMs = testMs(search, first + (work.factors.length >> 1), budget);
    this.#since = { ms: budget.remainingMs(), p: Math.max(2, work.sieved) };
  }

  isOver(p: number): boolean {
    if (--this.#left > 0) return false;
    this.#left = SIEVE_STRETCH;
    const cost = passed(this.#since.ms, this.#budget);
    if (cost === 0) return ++this.#still >= STILL_STRETCHES;
    this.#still = 0;
    // A number without factor up to q has one up to p with probability 1 - ln q/ln p (Mertens).
    const alive = this.#work.factors.reduce((sum, factor) => sum + (factor === 0 ? 1 : 0), 0);
    const struck = alive * (1 - Math.log(this.#since.p) / Math.log(p));
    this.#since = { ms: this.#budget.remainingMs(), p };
    return struck * this.#testMs < cost;
  }
}

/** Milliseconds since a slice had so many left; 0 for one without an end, whose clock stands still. */
function passed(leftBefore: number, budget: SliceBudget): number {
  const ms = leftBefore - budget.remainingMs();
  return Number.isFinite(ms) ? ms : 0;
}

/** Milliseconds that the test of a candidate takes, by the time of some squarings. */
function testMs(search: Search, index: number, budget: SliceBudget): number {
  const value = search.candidate(index).members[0].value();
  if (value < 4n) return 0.01;
  let x = value - 2n;
  let count = 0;
  const before = budget.remainingMs();
  let took = 0;
  for (let batch = 1; took < TRIAL_MS && budget.remainingMs() > RESERVE_MS; batch *= 2) {
    for (let i = 0; i < batch; i++) x = x * x % value;
    count += batch;
    took = passed(before, budget);
    // A clock that does not move says nothing.
    if (count > 1e5) break;
  }
  const bits = search.digits(index) * Math.log2(10);
  return Math.max(0.005, Math.max(took, 0.001) / Math.max(1, count) * bits);
}

function sieveByCandidates(
  search: Search,
  first: number,
  sieve: FormSieve & { by: "candidate" },
  work: BlockWork,
  budget: SliceBudget,
): boolean {
  const { factors } = work;
  if (work.depth === null) {
    const price = testMs(search, first + (factors.length >> 1), budget);
    const bits = search.digits(first) * Math.log2(10);
    // A tenth of the test's price, in factors 2kp + 1.
    work.depth = Math.min(MAX_SIEVE_PRIME, Math.ceil(2 * bits * price / 10 / MS_PER_TRIAL));
  }
  const limit = work.depth;
  if (limit < 3 || factors.length === 0) return true;
  return paceBy(budget)((count) => {
    for (let i = 0; i < count && work.sieved < factors.length; i++, work.sieved++) {
      factors[work.sieved] = sieve.leastFactor(work.sieved, limit);
    }
    return work.sieved >= factors.length;
  });
}

/** Goes on with the tests. @returns whether all are done */
export function testBlock(
  search: Search,
  first: number,
  work: BlockWork,
  budget: SliceBudget,
): boolean {
  const pace = paceBy(budget);
  let before = budget.remainingMs();
  for (let begun = false; work.at < work.factors.length; work.at++) {
    if (work.factors[work.at] !== 0) continue;
    const left = budget.remainingMs();
    // At least one step of one test: a slice always gets on.
    if (begun && left < RESERVE_MS + (before - left)) return false;
    before = left;
    begun = true;
    if (!testAt(search, first, work, pace)) return false;
  }
  return true;
}

function testAt(search: Search, first: number, work: BlockWork, pace: Pace): boolean {
  const { at } = work;
  const journal = work.test?.at === at ? work.test.journal : newJournal();
  const outcome = proceed(testCandidate(search.candidate(first + at)), journal, pace);
  if (!outcome.done) {
    work.test = { at, journal: outcome.journal };
    work.within = outcome.progress.done / Math.max(1, outcome.progress.total);
    return false;
  }
  work.test = null;
  work.within = 0;
  record(work, at, outcome.result);
  return true;
}

function record(work: BlockWork, at: number, verdict: CandidateVerdict): void {
  switch (verdict.kind) {
    case "prime":
      work.findings.push({ at, kind: "prime", certificate: verdict.certificate });
      break;
    case "probable":
      work.findings.push({ at, kind: "probable", reason: verdict.reason });
      break;
    case "composite": {
      const { member, evidence } = verdict;
      work.residues.push(
        "factor" in evidence
          ? [at, member, "factor", "", evidence.factor]
          : [at, member, evidence.test, evidence.base ?? "", evidence.res64],
      );
    }
  }
}
