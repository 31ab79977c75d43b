// What-if questions: the options that ask them, the pins they put on a problem, and how a conflict with
// pins is told. Pure; what would change is counted in difference.ts.

import * as z from "zod";
import { WorkloadError } from "../../fleet/workload.ts";
import { WorkerLookup } from "../input/eligibility.ts";
import { listed } from "../names.ts";
import type { AllocatorExplanation } from "../outcome.ts";
import type { AllocatorEligibility, AllocatorProblem } from "../problem.ts";

/** Most entries of each list of a what-if. */
const MOST_ENTRIES = 1_000;

const pinShape = z.strictObject({ worker_mapping: z.uuid(), job_line: z.uuid() });

/** A doctor and a line. */
export type Pin = z.infer<typeof pinShape>;

/** `options.what_if` of a run: what is asked besides other weights, which are options of their own. */
export const whatIfShape = z.strictObject({
  /** The completed run to compare with; the last one where it is left out. */
  base_run: z.uuid().optional(),
  /** These doctors get these lines. */
  pins: z.array(pinShape).max(MOST_ENTRIES).default([]),
  /** These doctors do not get these lines. */
  exclusions: z.array(pinShape).max(MOST_ENTRIES).default([]),
  /** In place of the allocation run's weightings; those stand where it is left out. */
  weightings: z.array(z.strictObject({
    job_line: z.uuid().nullable().default(null),
    worker_mappings: z.array(z.uuid()).max(MOST_ENTRIES).default([]),
    qualification_tags: z.array(z.uuid()).max(MOST_ENTRIES).default([]),
    weighting: z.number().min(-100_000).max(100_000),
  })).max(MOST_ENTRIES).optional(),
});

/** See {@link whatIfShape}. */
export type WhatIf = z.infer<typeof whatIfShape>;

/** A pin that cannot be, with its place in the request. */
export interface PinFault {
  path: string;
  message: string;
}

/** Pins that contradict each other: a doctor with two lines, or with a line that is excluded as well. */
export function contradictions({ pins, exclusions }: WhatIf): PinFault[] {
  const pinned = new Map<string, string>();
  const excluded = new Set(exclusions.map(key));
  return pins.flatMap((pin, i) => {
    const other = pinned.get(pin.worker_mapping) ?? pin.job_line;
    pinned.set(pin.worker_mapping, pin.job_line);
    const path = `options.what_if.pins.${i}`;
    if (other !== pin.job_line) {
      const message = `the doctor ${pin.worker_mapping} is pinned to ${other} as well`;
      return [{ path, message }];
    }
    if (!excluded.has(key(pin))) return [];
    const message = `the doctor ${pin.worker_mapping} is kept off ${pin.job_line} as well`;
    return [{ path, message }];
  });
}

function key({ worker_mapping, job_line }: Pin): string {
  return `${worker_mapping} ${job_line}`;
}

/**
 * The problem with the pins, exclusions and weightings of a what-if.
 * @throws WorkloadError CONTRADICTORY_PINS, PIN_OUTSIDE_BATCH, PIN_NOT_ELIGIBLE
 */
export function applyWhatIf(problem: AllocatorProblem, whatIf: WhatIf): AllocatorProblem {
  const faults = contradictions(whatIf);
  if (faults.length > 0) throw new WorkloadError("CONTRADICTORY_PINS", sentence(faults[0].message));
  const pins = [...new Map(whatIf.pins.map((pin) => [pin.worker_mapping, pin])).values()]
    .map(({ worker_mapping, job_line }) => ({ worker: worker_mapping, line: job_line }));
  refuseBadPins(problem, pins);
  return {
    ...problem,
    pins,
    eligibility: withExclusions(problem.eligibility, whatIf.exclusions),
    weightings: whatIf.weightings
      ?.filter(({ job_line }) => job_line === null || hasLine(problem, job_line))
      .map(({ job_line, worker_mappings, qualification_tags, weighting }) => ({
        line: job_line,
        workers: worker_mappings,
        tags: qualification_tags,
        weighting,
      })) ?? problem.weightings,
  };
}

function hasLine({ lines }: AllocatorProblem, id: string): boolean {
  return lines.some((line) => line.id === id);
}

function sentence(message: string): string {
  return `${message[0].toUpperCase()}${message.slice(1)}.`;
}

function refuseBadPins(problem: AllocatorProblem, pins: AllocatorProblem["pins"]): void {
  const workers = new Map(problem.workers.map((worker, w) => [worker.id, { ...worker, w }]));
  const lines = new Map(problem.lines.map((line) => [line.id, line]));
  const names = new Map(
    [...problem.workers, ...problem.lines, ...problem.outside.workers, ...problem.outside.lines]
      .map(({ id, name }) => [id, name]),
  );
  const named = ({ worker, line }: { worker: string; line: string }) =>
    `${names.get(worker) ?? worker} to ${names.get(line) ?? line}`;
  const outside = pins.filter(({ worker, line }) => !workers.has(worker) || !lines.has(line));
  if (outside.length > 0) {
    throw new WorkloadError(
      "PIN_OUTSIDE_BATCH",
      `Not both part of the run that this what-if changes, so not to be pinned: ${
        outside.map(named).join(", ")
      }.`,
    );
  }
  const lookup = new WorkerLookup(problem.workers);
  const entries = new Map(problem.eligibility.map((entry) => [entry.line, entry]));
  const barred = pins.filter(({ worker, line }) => {
    const entry = entries.get(line);
    return entry !== undefined && lookup.of(entry)[workers.get(worker)!.w] === 0;
  });
  if (barred.length === 0) return;
  throw new WorkloadError(
    "PIN_NOT_ELIGIBLE",
    `Pinned without being eligible: ${barred.map(named).join(", ")}.`,
  );
}

/** Takes the doctors off the lines; a line's rules for everybody else stay as they are. */
function withExclusions(
  eligibility: AllocatorEligibility[],
  exclusions: Pin[],
): AllocatorEligibility[] {
  const entries = new Map(eligibility.map((entry) => [entry.line, entry]));
  for (const { worker_mapping: worker, job_line: line } of exclusions) {
    const entry = entries.get(line) ?? {
      line,
      includedWorkers: [],
      excludedWorkers: [],
      includedTags: [],
      excludedTags: [],
    };
    entries.set(line, {
      ...entry,
      includedWorkers: entry.includedWorkers.filter((id) => id !== worker),
      excludedWorkers: [...entry.excludedWorkers, worker],
    });
  }
  return [...entries.values()];
}

/** The conflict, in a sentence more, with the pins and exclusions that are part of it. */
export function explainPins(
  explanation: AllocatorExplanation,
  problem: AllocatorProblem,
  exclusions: readonly Pin[],
): AllocatorExplanation {
  const names = new Map([...problem.workers, ...problem.lines].map(({ id, name }) => [id, name]));
  const involved = new Set(explanation.workers), lines = new Set(explanation.lines);
  const pins = problem.pins.filter(({ worker, line }) => involved.has(worker) || lines.has(line))
    .map(({ worker, line }) => `${names.get(worker)} to ${names.get(line)}`);
  const offs = exclusions.filter(({ worker_mapping }) => involved.has(worker_mapping))
    .map(({ worker_mapping, job_line }) =>
      `${names.get(worker_mapping)} off ${names.get(job_line)}`
    );
  if (pins.length + offs.length === 0) return explanation;
  const parts = [
    ...pins.length > 0 ? [`this what-if pins ${listed(pins)}`] : [],
    ...offs.length > 0 ? [`${pins.length > 0 ? "" : "this what-if "}keeps ${listed(offs)}`] : [],
  ];
  return { ...explanation, message: `${explanation.message} ${sentence(parts.join(" and "))}` };
}
