/**
 * What a block is worked by, whatever is searched for: primes of a form, which are listed with their proofs, or a survey,
 * which counts. The fleet, requests and pages know no other door.
 */
import type { CheckpointFormat } from "../engine/checkpoint.ts";
import type { SliceBudget } from "../engine/units.ts";
import {
  type BlockInput,
  type BlockProgress,
  type BlockState,
  calibratedSeconds,
  type CostCalibration,
  type Find,
  planSearch,
  prepareBlock,
  type SearchPlan,
  type SearchRequest,
  suggestedBlock,
} from "./engine.ts";
import { PrimeSearchError } from "./errors.ts";
import { type Evidence, packEvidence } from "./evidence.ts";
import { expectedFinds } from "./expect.ts";
import { describeForms, type FormDescription, formNamed, openSearch } from "./forms/mod.ts";
import {
  describeSurvey,
  MAX_SURVEY_BLOCK,
  prepareSurvey,
  readSurvey,
  SURVEY,
  surveyFinds,
  type SurveyInput,
  type SurveyResult,
  surveySeconds,
  type SurveyState,
} from "./survey.ts";

/** Everything that can be asked for, with its parameters. */
export function describeSearches(): FormDescription[] {
  return [...describeForms(), describeSurvey()];
}

/** The two parameters that bound the range of a search; of k*b^n+-1 that depends on which of k and n is given. */
export function rangeOf(form: string, params: Record<string, unknown>): [string, string] {
  return form === SURVEY ? ["from", "to"] : formNamed(form).range(params as never);
}

/**
 * Says what a search or a survey is, and how it is cut into blocks.
 * @param blockSize candidates (numbers) a block; chosen by what they cost where left out
 * @param calibration what blocks of the form have cost here; by default a model says
 * @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS, INVALID_BLOCK
 */
export function planWork(
  request: SearchRequest,
  blockSize?: number,
  calibration?: CostCalibration,
): SearchPlan {
  if (request.form === SURVEY) return planSurvey(readSurvey(request.params), blockSize);
  const plan = planSearch(request, blockSize);
  if (!calibration) return plan;
  const cpuSeconds = calibratedSeconds(plan, calibration);
  const size = blockSize ?? suggestedBlock(plan.candidates, cpuSeconds / plan.candidates);
  return {
    ...plan,
    cpuSeconds,
    blockSize: size,
    blocks: Math.ceil(plan.candidates / size),
  };
}

/** How much will be found, about. @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS */
export function expectedWork(request: SearchRequest): number {
  return request.form === SURVEY ? surveyFinds(readSurvey(request.params)) : expectedFinds(request);
}

function planSurvey(survey: SurveyInput, blockSize?: number): SearchPlan {
  const { from, to } = survey;
  const candidates = to - from + 1;
  const seconds = surveySeconds(survey);
  const size = blockSize ?? suggestedBlock(candidates, seconds, MAX_SURVEY_BLOCK);
  if (!Number.isInteger(size) || size < 1 || size > MAX_SURVEY_BLOCK) {
    const message = `is to be 1 to ${MAX_SURVEY_BLOCK} numbers`;
    throw PrimeSearchError.of("INVALID_BLOCK", "block_size", message);
  }
  return {
    candidates,
    blockSize: size,
    blocks: Math.ceil(candidates / size),
    first: `${from}`,
    last: `${to}`,
    digits: [`${from}`.length, `${to}`.length],
    cpuSeconds: candidates * seconds,
  };
}

/** What a block came to, as the database keeps it. */
export interface WorkResult {
  sieved: number;
  tested: number;
  digest: string;
  sieve_depth: number | null;
  finds: Find[];
  /** Of a candidate in the block's middle, about. */
  digits?: number;
  /** Of the composites of a search. */
  evidence?: Evidence;
  /** Of a survey. */
  counted?: Pick<SurveyResult, "count" | "first" | "last" | "sum">;
}

/** State of a block, plain JSON. */
export type WorkState = BlockState | SurveyState;

/** A block that is worked in slices. */
export interface BlockWorker {
  readonly format: CheckpointFormat;
  start(): WorkState;
  step(state: WorkState, budget: SliceBudget): WorkState;
  done(state: WorkState): boolean;
  phase(state: WorkState): string;
  progress(state: WorkState): BlockProgress;
  /** @throws Error while the block is not done */
  result(state: WorkState): WorkResult;
}

/** A block of a search or a survey. @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS, INVALID_BLOCK */
export function prepareWork(input: BlockInput): BlockWorker {
  return input.form === SURVEY ? surveyWorker(input) : searchWorker(input);
}

function searchWorker(input: BlockInput): BlockWorker {
  const block = prepareBlock(input);
  const own = (state: WorkState) => state as BlockState;
  const middle = Math.floor((input.start + input.end) / 2);
  const digits = Math.max(1, Math.round(openSearch(input.form, input.params).digits(middle)));
  return {
    format: block.format,
    start: () => block.start(),
    step: (state, budget) => block.step(own(state), budget),
    done: (state) => block.done(own(state)),
    phase: (state) => block.phase(own(state)),
    progress: (state) => block.progress(own(state)),
    result(state) {
      const { sieved, tested, digest, sieveDepth, finds } = block.outcome(own(state));
      const evidence = packEvidence(input.start, input.end, block.composites(own(state)));
      return { sieved, tested, digest, sieve_depth: sieveDepth, finds, digits, evidence };
    },
  };
}

function surveyWorker({ params, start, end }: BlockInput): BlockWorker {
  const { what, from, to } = readSurvey(params);
  if (start < 0 || end < start || from + end > to || end - start >= MAX_SURVEY_BLOCK) {
    throw PrimeSearchError.of("INVALID_BLOCK", "end", "is not within the survey");
  }
  const survey = prepareSurvey({ what, from: from + start, to: from + end });
  const own = (state: WorkState) => state as SurveyState;
  return {
    format: survey.format,
    start: () => survey.start(),
    step: (state, budget) => survey.step(own(state), budget),
    done: (state) => survey.done(own(state)),
    phase: (state) => survey.phase(own(state)),
    progress(state) {
      const { at, count } = own(state);
      const looked = at - from - start;
      return {
        ...survey.progress(own(state)),
        sieved: looked - count,
        tested: count,
        found: count,
        current: survey.done(state as SurveyState) ? null : `${at}`,
      };
    },
    result(state) {
      const { count, first, last, sum, digest } = survey.outcome(own(state));
      return {
        // The sieve decides: what it leaves is counted, and needs no other test.
        sieved: end - start + 1 - count,
        tested: count,
        digest,
        sieve_depth: null,
        finds: [],
        counted: { count, first, last, sum },
      };
    },
  };
}
