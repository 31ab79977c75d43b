/**
 * The face of the third engine: a search is planned, cut into blocks of candidates, and each block is
 * worked in slices that may end anywhere, inside a test as well. The list of finds and its digest are the
 * same whatever the blocks, slices, budgets, sieve depths, kills and resumes were.
 */
import { Buffer } from "node:buffer";
import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { Engine, SearchProgress } from "../engine/contract.ts";
import { type Books, type SliceBudget, stepUnits } from "../engine/units.ts";
import {
  type BlockWork,
  type Finding,
  type Residue,
  sieveBlock,
  testBlock,
  type TestUnderWay,
} from "./block.ts";
import type { CandidateCertificate } from "./certificate.ts";
import { seal, type Sealed, sha256, unseal } from "../engine/digest.ts";
import { PrimeSearchError } from "./errors.ts";
import type { Search } from "./forms/form.ts";
import { openSearch } from "./forms/mod.ts";
import { sampleOf, survivors } from "./sample.ts";
import { MAX_SIEVE_PRIME } from "./sieve/primes.ts";

/** Most candidates of a block: their factors and residues must fit a checkpoint. */
export const MAX_BLOCK_CANDIDATES = 20_000;

/** A search as it is asked for. */
export interface SearchRequest {
  form: string;
  params: Record<string, unknown>;
}

/** A block: candidates `start` to `end`, both included, of a search. */
export interface BlockInput extends SearchRequest {
  start: number;
  end: number;
  /** Largest prime of the sieve; by default it goes on while it pays. */
  sieveDepth?: number;
}

/** A candidate that is prime, or passed all tests that are no proof. */
export interface Find {
  /** Candidate's number in the search. */
  index: number;
  expression: string;
  /** Decimal digits of its largest number. */
  digits: number;
  proof: "deterministic" | "probabilistic";
  /** null where there is no proof. */
  certificate: CandidateCertificate | null;
  /** Why there is none. */
  reason?: string;
}

/** Evidence of a composite candidate. */
export type Composite =
  | { index: number; factor: string; member?: number }
  /** As in proof/verdict.ts; `member` is the number of a pair that failed. */
  | { index: number; member: number; test: string; base: string; res64: string };

/** What a block came to. */
export interface BlockResult {
  start: number;
  end: number;
  /** Candidates that the sieve struck out. */
  sieved: number;
  /** Candidates that were tested; sieved + tested is the block's size. */
  tested: number;
  /** By index. */
  finds: Find[];
  /** Of the finds: see digestOf(). */
  digest: string;
  /** Largest prime of the sieve. */
  sieveDepth: number;
}

/** State of a block, plain JSON. */
export interface BlockState {
  /** Everything but the test under way. */
  sealed: Sealed<SealedWork>;
  /** The test under way, and as it was one checkpoint before, should this one be torn. */
  test: Sealed<TestUnderWay> | null;
  previousTest: Sealed<TestUnderWay> | null;
  /** How often a torn checkpoint made a test or the block begin again. */
  torn: number;
  books: Books;
}

interface SealedWork {
  sieved: number;
  depth: number | null;
  sieveDone: boolean;
  /** 32-bit factors in base 64. */
  factors: string;
  at: number;
  residues: Residue[];
  findings: Finding[];
  within: number;
}

/** How far a block is. */
export interface BlockProgress extends SearchProgress {
  sieved: number;
  tested: number;
  found: number;
  /** What is tested now. */
  current: string | null;
}

const FORMAT: CheckpointFormat = { engine: "primes", version: 1 };

/** Share of a block's work that the sieve is taken for. */
const SIEVE_SHARE = 0.1;

/** A search as it will be worked. */
export interface SearchPlan {
  candidates: number;
  /** Candidates a block. */
  blockSize: number;
  blocks: number;
  /** Expressions of the first and last candidate. */
  first: string;
  last: string;
  /** Digits of the smallest and largest candidate, about. */
  digits: [least: number, most: number];
  /** CPU of the whole search in seconds, roughly; from a cost model, not from a measurement. */
  cpuSeconds: number;
}

/** CPU that a block is to take, in seconds: many slices, and many blocks for isolates to share; a long test takes more. */
const BLOCK_SECONDS = 4;
/** A short search is cut into so many blocks, for isolates to share, where each is worth a slice's beginning. */
const SPREAD_BLOCKS = 8;
const LEAST_BLOCK_SECONDS = 0.1;
/** Most blocks of a job: as the table has it. */
export const MAX_BLOCKS = 10_000;
/** Of candidates without small factors, the share that the whole sieve leaves, about: ln 1,000 to ln 50,000 (Mertens). */
const SIEVED_FURTHER = 0.64;

/**
 * Says what a search is, and how it is cut into blocks.
 * @param blockSize candidates a block; chosen by the price of a test where left out
 * @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS, INVALID_BLOCK
 */
export function planSearch(request: SearchRequest, blockSize?: number): SearchPlan {
  const search = openSearch(request.form, request.params);
  const last = search.size - 1;
  const digits = [search.digits(0), search.digits(last)];
  const tested = SIEVED_FURTHER * survivors(sampleOf(search));
  const seconds = tested * averageSeconds(digits) + 2e-6;
  const size = blockSize ??
    suggestedBlock(search.size, tested * secondsPerTest(Math.max(...digits)) + 1e-5);
  if (!Number.isInteger(size) || size < 1 || size > MAX_BLOCK_CANDIDATES) {
    const message = `is to be 1 to ${MAX_BLOCK_CANDIDATES} candidates`;
    throw PrimeSearchError.of("INVALID_BLOCK", "block_size", message);
  }
  return {
    candidates: search.size,
    blockSize: size,
    blocks: Math.ceil(search.size / size),
    first: search.candidate(0).expression,
    last: search.candidate(last).expression,
    digits: [Math.min(...digits), Math.max(...digits)],
    cpuSeconds: search.size * seconds,
  };
}

/**
 * What blocks of a search cost by the model, in seconds of CPU: what credit goes by. It depends on the candidates alone, not on who works
 * them or how long that takes.
 * @returns the price of candidates `start` to `end`, both included
 */
export function blockPrices(request: SearchRequest): (start: number, end: number) => number {
  const search = openSearch(request.form, request.params);
  const tested = SIEVED_FURTHER * survivors(sampleOf(search));
  return (start, end) => {
    const digits = [search.digits(start), search.digits(end)];
    return (end - start + 1) * (tested * averageSeconds(digits) + 2e-6);
  };
}

/** Seconds a candidate = a * (digits/1000)^b, fitted to blocks of a form that were worked. */
export interface CostCalibration {
  coeff_a: number;
  coeff_b: number;
}

/** CPU of a search by a calibration, in seconds, over sizes that grow evenly from one end to the other (Simpson's rule). */
export function calibratedSeconds(
  { candidates, digits: [a, b] }: Pick<SearchPlan, "candidates" | "digits">,
  { coeff_a, coeff_b }: CostCalibration,
): number {
  const each = (digits: number) => coeff_a * (Math.max(1, digits) / 1000) ** coeff_b;
  return candidates * (each(a) + 4 * each((a + b) / 2) + each(b)) / 6;
}

/** Seconds of a test, averaged over sizes that grow evenly from one end to the other (Simpson's rule). */
function averageSeconds([a, b]: number[]): number {
  return (secondsPerTest(a) + 4 * secondsPerTest((a + b) / 2) + secondsPerTest(b)) / 6;
}

/** a (digits/1000)^b, fitted to 1,000 and 10,000 digits of general numbers. */
function secondsPerTest(digits: number): number {
  return 0.04 * (Math.max(20, digits) / 1000) ** 2.5;
}

/** Candidates a block, by what one costs: enough work for many slices, blocks for several isolates, never too many. */
export function suggestedBlock(
  candidates: number,
  secondsEach: number,
  most = MAX_BLOCK_CANDIDATES,
): number {
  const seconds = Math.min(
    BLOCK_SECONDS,
    Math.max(LEAST_BLOCK_SECONDS, candidates * secondsEach / SPREAD_BLOCKS),
  );
  const least = Math.ceil(candidates / MAX_BLOCKS);
  const size = Math.max(Math.round(seconds / secondsEach), least);
  return Math.max(1, Math.min(most, candidates, size));
}

/** The blocks of a search: start and end of each, both included. */
export function* blocksOf(candidates: number, blockSize: number): Generator<[number, number]> {
  for (let start = 0; start < candidates; start += blockSize) {
    yield [start, Math.min(candidates, start + blockSize) - 1];
  }
}

/**
 * What two searches are compared by: SHA-256 of the finds' lines "index, expression, proof", each line
 * ended. Of a search it is that of its blocks' finds put together in order.
 */
export function digestOf(finds: readonly Find[]): string {
  return sha256(finds.map((find) => `${find.index}\t${find.expression}\t${find.proof}\n`).join(""));
}

/** Puts the results of all blocks of a search together. @throws PrimeSearchError INVALID_BLOCK where they do not partition it */
export function mergeBlocks(candidates: number, results: readonly BlockResult[]): BlockResult {
  const sorted = [...results].sort((a, b) => a.start - b.start);
  let next = 0;
  for (const { start, end } of sorted) {
    if (start !== next) {
      const message = `candidates ${Math.min(start, next)} to ${Math.max(start, next) - 1} are ` +
        (start > next ? "missing" : "there twice");
      throw PrimeSearchError.of("INVALID_BLOCK", "blocks", message);
    }
    next = end + 1;
  }
  if (next !== candidates) {
    const message = `candidates ${next} to ${candidates - 1} are missing`;
    throw PrimeSearchError.of("INVALID_BLOCK", "blocks", message);
  }
  const finds = sorted.flatMap((result) => result.finds);
  return {
    start: 0,
    end: candidates - 1,
    sieved: sorted.reduce((sum, { sieved }) => sum + sieved, 0),
    tested: sorted.reduce((sum, { tested }) => sum + tested, 0),
    finds,
    digest: digestOf(finds),
    sieveDepth: Math.min(...sorted.map(({ sieveDepth }) => sieveDepth)),
  };
}

/** A block of a search as an engine. @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS, INVALID_BLOCK */
export function prepareBlock(input: BlockInput): PrimeBlock {
  return new PrimeBlock(input);
}

/** Works a block in slices; see prepareBlock(). */
class PrimeBlock implements Engine<BlockState, BlockProgress, BlockResult> {
  readonly format = FORMAT;
  readonly #search: Search;
  readonly #first: number;
  readonly #size: number;
  readonly #depth: number | null;

  constructor({ form, params, start, end, sieveDepth }: BlockInput) {
    this.#search = openSearch(form, params);
    this.#first = start;
    this.#size = end - start + 1;
    this.#depth = sieveDepth ?? null;
    requireWhole("start", start, 0, this.#search.size - 1);
    requireWhole("end", end, start, Math.min(this.#search.size, start + MAX_BLOCK_CANDIDATES) - 1);
    if (sieveDepth !== undefined) requireWhole("sieve_depth", sieveDepth, 0, MAX_SIEVE_PRIME);
  }

  start(): BlockState {
    return {
      sealed: seal(pack(this.#begin())),
      test: null,
      previousTest: null,
      torn: 0,
      // Both kinds of work take what room there is.
      books: {
        unitMs: { sieve: 1, test: 1 },
        spentMs: 0,
        fraction: 0,
        work: { units: 0 },
      },
    };
  }

  #begin(): BlockWork {
    return {
      sieved: 0,
      depth: this.#depth,
      sieveDone: this.#depth === 0,
      factors: new Uint32Array(this.#size),
      at: 0,
      residues: [],
      findings: [],
      test: null,
      within: 0,
    };
  }

  step(state: BlockState, budget: SliceBudget): BlockState {
    const { work, torn } = this.#resume(state);
    const books: Books = structuredClone(state.books);
    stepUnits({
      books,
      next: () => this.#next(work, books, budget),
      fraction: () => this.#fraction(work),
    }, budget);
    const test = work.test ? seal(work.test) : null;
    return {
      sealed: seal(pack(work)),
      test,
      // Of the same candidate only: the other's journal would be of no use.
      previousTest: test && state.test?.value.at === test.value.at ? state.test : null,
      torn,
      books,
    };
  }

  #next(work: BlockWork, books: Books, budget: SliceBudget) {
    if (this.#isDone(work)) return null;
    const [kind, phase, run] = work.sieveDone
      ? ["test", "Testing", testBlock] as const
      : ["sieve", "Sieving", sieveBlock] as const;
    return {
      kind,
      step: (left: SliceBudget) => {
        budget.enter?.(phase);
        const before = left.remainingMs();
        const done = run(this.#search, this.#first, work, left);
        books.spentMs += Math.max(0, before - left.remainingMs());
        books.work.units++;
        return done;
      },
    };
  }

  /** Takes up a state; what is torn begins again, from the checkpoint before where that is whole. */
  #resume(state: BlockState): { work: BlockWork; torn: number } {
    const packed = unseal(state.sealed);
    if (packed === null) return { work: this.#begin(), torn: state.torn + 1 };
    const work = unpack(packed);
    if (state.test === null) return { work, torn: state.torn };
    const test = unseal(state.test);
    work.test = test ?? unseal(state.previousTest);
    return { work, torn: state.torn + (test === null ? 1 : 0) };
  }

  #isDone(work: BlockWork): boolean {
    return work.sieveDone && work.at >= this.#size;
  }

  #fraction(work: BlockWork): number {
    if (work.sieveDone) {
      const tested = (work.at + Math.min(1, work.within)) / this.#size;
      return Math.min(1, SIEVE_SHARE + (1 - SIEVE_SHARE) * tested);
    }
    // The logarithm of the depth says how much of what can be struck out is.
    const depth = Math.log(Math.max(2, work.depth ?? MAX_SIEVE_PRIME));
    return SIEVE_SHARE * Math.min(1, Math.log(Math.max(1, work.sieved)) / depth);
  }

  done({ sealed: { value } }: BlockState): boolean {
    return value.sieveDone && value.at >= this.#size;
  }

  phase({ sealed: { value } }: BlockState): string {
    return value.sieveDone ? "Testing" : "Sieving";
  }

  progress(state: BlockState): BlockProgress {
    const work = unpack(state.sealed.value);
    const done = work.factors.subarray(0, work.at);
    const sieved = done.reduce((sum, factor) => sum + (factor === 0 ? 0 : 1), 0);
    return {
      phase: this.phase(state),
      fraction: state.books.fraction,
      objective: work.findings.length,
      bound: null,
      gap: null,
      sieved,
      tested: done.length - sieved,
      found: work.findings.length,
      current: work.sieveDone && work.at < this.#size
        ? this.#search.candidate(this.#first + work.at).expression
        : null,
    };
  }

  outcome(state: BlockState): BlockResult {
    const work = this.#finished(state);
    const finds = work.findings.map((finding) => this.#find(finding));
    const sieved = work.factors.reduce((sum, factor) => sum + (factor === 0 ? 0 : 1), 0);
    return {
      start: this.#first,
      end: this.#first + this.#size - 1,
      sieved,
      tested: this.#size - sieved,
      finds,
      digest: digestOf(finds),
      sieveDepth: work.depth ?? MAX_SIEVE_PRIME,
    };
  }

  /** Evidence of every composite candidate, by index. @throws Error while the block is not done */
  composites(state: BlockState): Composite[] {
    const work = this.#finished(state);
    const composites: Composite[] = [];
    work.factors.forEach((factor, at) => {
      if (factor > 0) composites.push({ index: this.#first + at, factor: `${factor}` });
    });
    for (const [at, member, test, base, value] of work.residues) {
      const index = this.#first + at;
      composites.push(
        test === "factor"
          ? { index, member, factor: value }
          : { index, member, test, base, res64: value },
      );
    }
    return composites.sort((a, b) => a.index - b.index);
  }

  #finished(state: BlockState): BlockWork {
    const packed = unseal(state.sealed);
    if (packed === null || !this.done(state)) throw new Error("the block is not done");
    return unpack(packed);
  }

  #find(finding: Finding): Find {
    const index = this.#first + finding.at;
    const { expression, members } = this.#search.candidate(index);
    const values = members.map((member) => member.value());
    const largest = values[values.length - 1];
    const common = { index, expression, digits: largest.toString().length };
    return finding.kind === "probable"
      ? { ...common, proof: "probabilistic", certificate: null, reason: finding.reason }
      : {
        ...common,
        proof: "deterministic",
        certificate: finding.certificate as CandidateCertificate,
      };
  }
}

function requireWhole(path: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw PrimeSearchError.of("INVALID_BLOCK", path, `${value} is not from ${least} to ${most}`);
}

function pack({ factors, test: _, ...work }: BlockWork): SealedWork {
  const bytes = new Uint8Array(factors.buffer, factors.byteOffset, factors.byteLength);
  return { ...work, factors: Buffer.from(bytes).toString("base64") };
}

function unpack({ factors, ...work }: SealedWork): BlockWork {
  // A copy: a view's bytes need not lie on a multiple of four.
  const bytes = Uint8Array.from(Buffer.from(factors, "base64"));
  return {
    ...work,
    factors: new Uint32Array(bytes.buffer),
    residues: [...work.residues],
    findings: [...work.findings],
    test: null,
  };
}
