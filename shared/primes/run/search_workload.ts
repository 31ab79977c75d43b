// A search for primes, or a survey, as the fleet sees it: a run's blocks are worked side by side, each in slices.
//
// This folder owns what is not pure: requests, loading, writing. Functions import it; it reaches the engine through its door.

import * as z from "zod";
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import { type Workload, WorkloadError } from "../../fleet/workload.ts";
import { toJson } from "../../platform/json.ts";
import { PrimeSearchError } from "../errors.ts";
import { type BlockWorker, planWork, prepareWork, type WorkState } from "../work.ts";

/** Raise the version with every change of `SearchInput`. */
const INPUT_FORMAT: CheckpointFormat = { engine: "prime_search input", version: 2 };

const inputShape = z.object({
  form: z.string(),
  params: z.record(z.string(), z.unknown()),
  candidates: z.int(),
  block_size: z.int(),
  cuts: z.array(z.tuple([z.int(), z.int(), z.int()])),
  sieve_depth: z.int().nullable(),
});

/** A search as its run describes it. */
export type SearchInput = z.infer<typeof inputShape>;

/**
 * The candidates of a block, both included. Blocks that nobody had begun may have been cut anew as the search went on; the cut that was made
 * last says it.
 */
export function blockRange(
  { candidates, block_size, cuts }: Pick<SearchInput, "candidates" | "block_size" | "cuts">,
  blockNumber: number,
): { start: number; end: number } {
  const [number, first, size] = cuts.findLast(([from]) => from <= blockNumber) ??
    [1, 0, block_size];
  const start = first + (blockNumber - number) * size;
  return { start, end: Math.min(candidates, start + size) - 1 };
}

/** Works blocks of searches for primes. */
export const primeSearchWorkload: Workload<SearchInput, WorkState, BlockWorker> = {
  searchType: "prime_search",
  inputFormat: INPUT_FORMAT,
  sideBySide: true,
  inSmallUnits: true,

  async load(tx, runId) {
    const [row] = await tx`select prime_search.load_run(${runId}) as document`;
    const input = inputShape.parse(row.document);
    const planned = refusing(() => planWork(input, input.block_size));
    if (planned.candidates !== input.candidates) {
      const message = `The search has ${planned.candidates} candidates, not ${input.candidates}.`;
      throw new WorkloadError("INVALID_SEARCH", message);
    }
    return input;
  },

  prepare(input, blockNumber) {
    const { form, params, sieve_depth } = input;
    return refusing(() =>
      prepareWork({
        form,
        params,
        ...blockRange(input, blockNumber),
        ...(sieve_depth === null ? {} : { sieveDepth: sieve_depth }),
      })
    );
  },

  async report(tx, claim, _input, block, state) {
    const { fraction, sieved, tested, found, current } = block.progress(state);
    const progress = { fraction, sieved, tested, found, current };
    await tx`select prime_search.report_block(${claim.claimToken}, ${tx.json(toJson(progress))})`;
  },

  figures(block, state) {
    const { sieved, tested, found } = block.progress(state);
    return { sieved, tested, found };
  },

  async commit(tx, claim, input, block, state) {
    const result = { ...block.result(state), ...blockRange(input, claim.blockNumber) };
    await tx`select prime_search.commit_block(${claim.claimToken}, ${
      tx.json(JSON.parse(JSON.stringify(result)))
    })`;
  },
};

/** Bad input is not mended by another attempt: the block is given up with what is wrong. */
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    throw new WorkloadError(error.code, error.message, { errors: toJson(error.issues) });
  }
}
