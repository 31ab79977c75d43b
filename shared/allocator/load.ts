// From the allocator run as the database tells it to the engine's problem: numbers become ids again.

import { z } from "zod";
import { WorkloadError } from "../fleet/workload.ts";
import { type AllocatorProblem, DEFAULT_OPTIONS } from "./problem.ts";

/** Options of a run as users send them and the database keeps them. */
export const runOptionsShape = z.strictObject({
  rank_notation: z.enum(["competition", "dense", "fractional"]).default("dense"),
  preferencer_weight: z.number().min(0).max(1).default(DEFAULT_OPTIONS.preferencerWeight),
  preference_power: z.number().min(0.1).max(4).default(DEFAULT_OPTIONS.preferencePower),
  stability: z.boolean().default(DEFAULT_OPTIONS.stability),
  allow_ties: z.boolean().default(DEFAULT_OPTIONS.allowTies),
  rng_seed: z.int().min(0).max(2 ** 31 - 1).default(DEFAULT_OPTIONS.seed),
});

const number = z.int().min(0);

/** What allocator.load_run() answers; doctors and lines are referred to by their place in the arrays. */
const documentShape = z.object({
  options: z.unknown(),
  unknown: z.array(z.object({ what: z.string(), id: z.string() })),
  workers: z.array(z.object({
    id: z.string(),
    name: z.string(),
    takes_part: z.boolean(),
    tags: z.array(z.string()),
  })),
  lines: z.array(z.object({
    id: z.string(),
    name: z.string(),
    takes_part: z.boolean(),
    capacity: z.int(),
    must_have: z.boolean(),
  })),
  eligibility: z.array(z.object({
    line: number,
    included_workers: z.array(z.string()),
    excluded_workers: z.array(z.string()),
    included_tags: z.array(z.string()),
    excluded_tags: z.array(z.string()),
  })),
  preferences: z.record(
    z.string(),
    z.object({ lines: z.array(number), ranks: z.array(z.number()) }),
  ),
  preferencers: z.array(z.object({
    id: z.string(),
    name: z.string(),
    max_lines: z.int().nullable(),
    max_workers: z.int().nullable(),
    lines: z.array(number),
    ranks: z.array(z.tuple([number, z.number()])),
  })),
  weightings: z.array(z.object({
    line: number.nullable(),
    workers: z.array(z.string()),
    tags: z.array(z.string()),
    weighting: z.number(),
  })),
});

/** The input of an allocator run, kept by the fleet from the first slice to the last. */
export type AllocatorDocument = z.infer<typeof documentShape>;

/**
 * Checks the answer of allocator.load_run().
 * @throws WorkloadError INVALID_INPUT, NOBODY_TO_PLACE with a sentence for the manager who asked
 */
export function checkDocument(document: unknown): AllocatorDocument {
  const parsed = documentShape.safeParse(document);
  if (!parsed.success) {
    throw invalid("The allocator run could not be read.", parsed.error.issues);
  }
  const { unknown, workers, lines } = parsed.data;
  if (unknown.length > 0) {
    throw new WorkloadError(
      "INVALID_INPUT",
      `The run includes a ${unknown[0].what} that is not in its allocation run: ${unknown[0].id}.`,
    );
  }
  if (!workers.some((worker) => worker.takes_part)) {
    throw new WorkloadError("NOBODY_TO_PLACE", "No doctor takes part in this run.");
  }
  if (!lines.some((line) => line.takes_part)) {
    throw new WorkloadError(
      "NOBODY_TO_PLACE",
      "No job line with a free place takes part in this run.",
    );
  }
  return parsed.data;
}

/**
 * The engine's problem.
 * @throws WorkloadError INVALID_INPUT for options that cannot be
 */
export function toAllocatorProblem(document: AllocatorDocument): AllocatorProblem {
  const options = runOptionsShape.safeParse(document.options);
  if (!options.success) {
    throw invalid("The options of the run are not valid.", options.error.issues);
  }
  const { workers, lines } = document;
  const lineId = (index: number) => lines[index].id;
  const takesPart = (index: number) => lines[index].takes_part;
  const named = ({ id, name }: { id: string; name: string }) => ({ id, name });
  return {
    version: 1,
    workers: workers.filter((worker) => worker.takes_part)
      .map(({ id, name, tags }) => ({ id, name, tags })),
    lines: lines.filter((line) => line.takes_part)
      .map(({ id, name, capacity, must_have }) => ({ id, name, capacity, mustHave: must_have })),
    outside: {
      workers: workers.filter((worker) => !worker.takes_part).map(named),
      lines: lines.filter((line) => !line.takes_part).map(named),
    },
    eligibility: document.eligibility.filter((entry) => takesPart(entry.line)).map((entry) => ({
      line: lineId(entry.line),
      includedWorkers: entry.included_workers,
      excludedWorkers: entry.excluded_workers,
      includedTags: entry.included_tags,
      excludedTags: entry.excluded_tags,
    })),
    preferences: workers.flatMap((worker, index) => {
      const given = document.preferences[index];
      if (!given || !worker.takes_part) return [];
      return [{
        worker: worker.id,
        ranks: given.lines.map((line, k): [string, number] => [lineId(line), given.ranks[k]]),
      }];
    }),
    rankNotation: options.data.rank_notation,
    preferencers: document.preferencers.map((preferencer) => ({
      id: preferencer.id,
      name: preferencer.name,
      lines: preferencer.lines.filter(takesPart).map(lineId),
      maxLines: preferencer.max_lines,
      maxWorkers: preferencer.max_workers,
      ranks: preferencer.ranks.map((
        [worker, rank],
      ): [string, number] => [workers[worker].id, rank]),
    })),
    weightings: document.weightings
      .filter((weighting) => weighting.line === null || takesPart(weighting.line))
      .map(({ line, workers, tags, weighting }) => ({
        line: line === null ? null : lineId(line),
        workers,
        tags,
        weighting,
      })),
    pins: [],
    options: {
      preferencerWeight: options.data.preferencer_weight,
      preferencePower: options.data.preference_power,
      stability: options.data.stability,
      allowTies: options.data.allow_ties,
      seed: options.data.rng_seed,
    },
  };
}

function invalid(
  message: string,
  issues: { path: PropertyKey[]; message: string }[],
): WorkloadError {
  return new WorkloadError("INVALID_INPUT", message, {
    issues: issues.slice(0, 20).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
  });
}
