// Doctors placed by hand: pins (a doctor gets a line) and exclusions (a doctor does not get a line), of runs with a reason each,
// and of what-ifs; what they change in a problem, and how a conflict with them is told. Pure.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import { WorkerLookup } from "../input/eligibility.ts";
import { listed } from "../names.ts";
import type { AllocatorExplanation } from "../outcome.ts";
import type { AllocatorEligibility, AllocatorProblem } from "../problem.ts";

/** Most entries of each list. */
export const MOST_ENTRIES = 1_000;
/** Most characters of a reason. */
const LONGEST_REASON = 500;

/** A doctor and a line. */
export const pinShape = once(() =>
  z.strictObject({ worker_mapping: z.uuid(), job_line: z.uuid() })
);

/** See {@link pinShape}. */
export type Pin = z.infer<ReturnType<typeof pinShape>>;

/** A doctor and a line, and why. */
export const reasonedPinShape = once(() =>
  pinShape().extend({
    reason: z.string().trim().min(1).max(LONGEST_REASON),
  })
);

/** What is decided by hand before a match. */
export interface ByHand {
  /** These doctors get these lines. */
  pins: Pin[];
  /** These doctors do not get these lines. */
  exclusions: Pin[];
}

/** A pin that cannot be, with its place in the request. */
export interface PinFault {
  path: string;
  message: string;
}

/**
 * Pins that contradict each other: a doctor with two lines, or with a line that is excluded as well.
 * @param at the place of both lists in the request
 */
export function contradictions({ pins, exclusions }: ByHand, at: string): PinFault[] {
  const pinned = new Map<string, string>();
  const excluded = new Set(exclusions.map(key));
  return pins.flatMap((pin, i) => {
    const other = pinned.get(pin.worker_mapping) ?? pin.job_line;
    pinned.set(pin.worker_mapping, pin.job_line);
    const path = `${at}.pins[${i}]`;
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

/** What a run decides by hand, and what a what-if of it decides otherwise: of a doctor it pins, and of a pair it excludes. */
export function decidedOtherwise(run: ByHand, whatIf: ByHand): ByHand {
  const pinned = new Set(whatIf.pins.map(({ worker_mapping }) => worker_mapping));
  const excluded = new Set(whatIf.exclusions.map(key));
  const now = new Set(whatIf.pins.map(key));
  return {
    pins: [
      ...run.pins.filter((pin) => !pinned.has(pin.worker_mapping) && !excluded.has(key(pin))),
      ...whatIf.pins,
    ],
    exclusions: [...run.exclusions.filter((off) => !now.has(key(off))), ...whatIf.exclusions],
  };
}

/**
 * The problem with what is decided by hand.
 * @throws WorkloadError CONTRADICTORY_PINS, PIN_OUTSIDE_BATCH, PIN_NOT_ELIGIBLE
 */
export function applyByHand(problem: AllocatorProblem, byHand: ByHand): AllocatorProblem {
  const faults = contradictions(byHand, "options");
  if (faults.length > 0) throw new WorkloadError("CONTRADICTORY_PINS", sentence(faults[0].message));
  const pins = pairs(byHand.pins), exclusions = pairs(byHand.exclusions);
  refuseBadPins(problem, pins);
  return {
    ...problem,
    pins,
    exclusions,
    eligibility: withExclusions(problem.eligibility, exclusions),
  };
}

/** Each doctor and line once. */
function pairs(pins: readonly Pin[]): AllocatorProblem["pins"] {
  return [...new Map(pins.map((pin) => [key(pin), pin])).values()]
    .map(({ worker_mapping, job_line }) => ({ worker: worker_mapping, line: job_line }));
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
      `Not both part of what this run matches, so not to be pinned: ${
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
export function withExclusions(
  eligibility: AllocatorEligibility[],
  exclusions: readonly { worker: string; line: string }[],
): AllocatorEligibility[] {
  const entries = new Map(eligibility.map((entry) => [entry.line, entry]));
  for (const { worker, line } of exclusions) {
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

/**
 * The conflict, in a sentence more, with the pins and exclusions that are part of it.
 * @param what how the sentence calls the run
 */
export function explainByHand(
  explanation: AllocatorExplanation,
  { workers, lines, pins, exclusions = [] }: AllocatorProblem,
  what: "run" | "what-if",
): AllocatorExplanation {
  const names = new Map([...workers, ...lines].map(({ id, name }) => [id, name]));
  const inside = new Set(explanation.workers), concerned = new Set(explanation.lines);
  const involved = pins.filter(({ worker, line }) => inside.has(worker) || concerned.has(line))
    .map(({ worker, line }) => `${names.get(worker)} to ${names.get(line)}`);
  const offs = exclusions.filter(({ worker, line }) => inside.has(worker) && names.has(line))
    .map(({ worker, line }) => `${names.get(worker)} off ${names.get(line)}`);
  if (involved.length + offs.length === 0) return explanation;
  const parts = [
    ...involved.length > 0 ? [`this ${what} pins ${listed(involved)}`] : [],
    ...offs.length > 0
      ? [`${involved.length > 0 ? "" : `this ${what} `}keeps ${listed(offs)}`]
      : [],
  ];
  return { ...explanation, message: `${explanation.message} ${sentence(parts.join(" and "))}` };
}
