// What-if questions: the options that ask them, and what they change in a problem. Pure; what would change in the match is
// counted in report/difference.ts.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { AllocatorProblem } from "../problem.ts";
import { MOST_ENTRIES, pinShape } from "./pins.ts";

/** `options.what_if` of a run: what is asked besides other weights, which are options of their own. */
export const whatIfShape = once(() =>
  z.strictObject({
    /** The completed run to compare with; the last one where it is left out. */
    base_run: z.uuid().optional(),
    /** These doctors get these lines, whatever the base run pins them to. */
    pins: z.array(pinShape()).max(MOST_ENTRIES).default([]),
    /** These doctors do not get these lines. */
    exclusions: z.array(pinShape()).max(MOST_ENTRIES).default([]),
    /** In place of the allocation run's weightings; those stand where it is left out. */
    weightings: z.array(z.strictObject({
      job_line: z.uuid().nullable().default(null),
      worker_mappings: z.array(z.uuid()).max(MOST_ENTRIES).default([]),
      qualification_tags: z.array(z.uuid()).max(MOST_ENTRIES).default([]),
      weighting: z.number().min(-100_000).max(100_000),
    })).max(MOST_ENTRIES).optional(),
  })
);

/** See {@link whatIfShape}. */
export type WhatIf = z.infer<ReturnType<typeof whatIfShape>>;

/** The problem with the weightings of a what-if, where it brings any. */
export function withWeightings(
  problem: AllocatorProblem,
  { weightings }: WhatIf,
): AllocatorProblem {
  if (weightings === undefined) return problem;
  const lines = new Set(problem.lines.map(({ id }) => id));
  return {
    ...problem,
    weightings: weightings.filter(({ job_line }) => job_line === null || lines.has(job_line))
      .map(({ job_line, worker_mappings, qualification_tags, weighting }) => ({
        line: job_line,
        workers: worker_mappings,
        tags: qualification_tags,
        weighting,
      })),
  };
}
