// From the allocator run as the database tells it to the engine's problem: numbers become ids again.

import * as z from "zod";
import { faultTexts, readShape, type ShapeFault } from "../../engine/shapes.ts";
import { withPartTimeLines } from "./part_time.ts";
import { once } from "../../engine/once.ts";
import { MOST_SEED } from "../../engine/limits.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import type { BaseRun } from "../report/difference.ts";
import { LEAST_POWER, MOST_POWER } from "../limits.ts";
import { type AllocatorProblem, DEFAULT_OPTIONS } from "../problem.ts";
import { doctorToken } from "../names.ts";
import {
  applyByHand,
  decidedOtherwise,
  MOST_ENTRIES,
  type Pin,
  reasonedPinShape,
  withExclusions,
} from "./pins.ts";
import { strayPlaces } from "./places.ts";
import { couplesShape, groupsShape, withTogether } from "./together.ts";
import { type WhatIf, whatIfShape, withWeightings } from "./what_if.ts";

const optionShapes = once(() => ({
  rank_notation: z.enum(["competition", "dense", "fractional"]),
  preferencer_weight: z.number().min(0).max(1),
  preference_power: z.number().min(LEAST_POWER).max(MOST_POWER),
  stability: z.boolean(),
  allow_ties: z.boolean(),
  rng_seed: z.int().min(0).max(MOST_SEED),
  pins: z.array(reasonedPinShape()).max(MOST_ENTRIES),
  exclusions: z.array(reasonedPinShape()).max(MOST_ENTRIES),
  priority_groups: groupsShape(),
  linked_doctors: couplesShape(),
}));

/** Options of a run as users send them and the database keeps them. */
export const runOptionsShape = once(() =>
  z.strictObject({
    rank_notation: optionShapes().rank_notation.default("dense"),
    preferencer_weight: optionShapes().preferencer_weight.default(
      DEFAULT_OPTIONS.preferencerWeight,
    ),
    preference_power: optionShapes().preference_power.default(DEFAULT_OPTIONS.preferencePower),
    stability: optionShapes().stability.default(DEFAULT_OPTIONS.stability),
    allow_ties: optionShapes().allow_ties.default(DEFAULT_OPTIONS.allowTies),
    rng_seed: optionShapes().rng_seed.default(DEFAULT_OPTIONS.seed),
    pins: optionShapes().pins.default([]),
    exclusions: optionShapes().exclusions.default([]),
    priority_groups: optionShapes().priority_groups.default([]),
    linked_doctors: optionShapes().linked_doctors.default([]),
  })
);

/** Options of a what-if: those that are left out are its base run's. */
export const whatIfOptionsShape = once(() =>
  z.strictObject(optionShapes()).partial()
    .extend({ what_if: whatIfShape() })
);

/** Why is the managers' business: the engine does not keep it. */
const unreasonedPinShape = once(() => reasonedPinShape().partial({ reason: true }));

/** Options as a run keeps them: all of them, and the question of a what-if. */
const keptOptionsShape = once(() =>
  runOptionsShape().extend({
    what_if: whatIfShape().optional(),
    pins: z.array(unreasonedPinShape()).default([]),
    exclusions: z.array(unreasonedPinShape()).default([]),
  })
);

const number = z.int().min(0);

/** Long lists are looked at, not copied: that took more memory than the search. */
const numberList = once(() =>
  z.custom<number[]>(isNumbers, "must be a list of whole numbers from 0")
);
/** Whatever stands there: one list that is odd stops nobody's match, see input/ranks.ts. */
const rankList = once(() => z.custom<unknown[]>(Array.isArray, "must be a list of ranks"));
const rankedPlaces = once(() =>
  z.custom<[number, unknown][]>(
    (value) => isPairs(value) && value.every(([place]) => isNumber(place)),
    "must be a list of places with ranks",
  )
);
const numberPairs = once(() =>
  z.custom<[number, number][]>(
    (value) => isPairs(value) && value.every(isNumbers),
    "must be a list of pairs of whole numbers from 0",
  )
);

function isNumber(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every(isNumber);
}

function isPairs(value: unknown): value is unknown[][] {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}

/** The database tells ranks that no JSON number can say (NaN, Infinity) as texts; they are no ranks. */
function rankOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/** What allocator.load_run() answers, without the doctors' names; doctors, lines and tags are referred to by their place in the arrays. */
// deno-lint-ignore house/long-function -- one document, read from top to bottom as the database writes it
const documentShape = once(() =>
  z.object({
    options: z.unknown(),
    /** What the lines were at load; a commit refuses a match for others. */
    lines_fingerprint: z.string(),
    unknown: z.array(z.object({ what: z.string(), id: z.string() })),
    /** Ids of the tags that doctors hold and lines ask for. */
    tags: z.array(z.string()),
    workers: z.array(z.object({
      id: z.string(),
      /** The doctor's place by name, namesakes alike: all that the engine needs of names, and so all that is kept. */
      order: number,
      takes_part: z.boolean(),
      tags: numberList(),
      /** How much of full time they work. */
      fte: z.number().default(1),
    })),
    lines: z.array(z.object({
      id: z.string(),
      name: z.string(),
      takes_part: z.boolean(),
      capacity: z.int(),
      must_have: z.boolean(),
      /** How much of full time it is. */
      fte: z.number().default(1),
      /** The hospitals that it is at, term by term; null: it has no rotations, or no couple asks for them. */
      hospitals: z.string().nullable().default(null),
    })),
    /** Whether a line that a doctor never wants is none that they can get; else it is the last that they want. */
    allows_never: z.boolean().default(false),
    /** By a doctor's number: the lines that they never want. */
    never: z.record(z.string(), numberList()).default({}),
    eligibility: z.array(z.object({
      line: number,
      included_workers: numberList(),
      excluded_workers: numberList(),
      included_tags: numberList(),
      excluded_tags: numberList(),
    })),
    preferences: z.record(
      z.string(),
      z.object({ lines: numberList(), ranks: rankList() }),
    ),
    preferencers: z.array(z.object({
      id: z.string(),
      name: z.string(),
      max_lines: z.int().nullable(),
      max_workers: z.int().nullable(),
      lines: numberList(),
      ranks: rankedPlaces(),
    })),
    /** Here doctors and tags are ids. */
    weightings: z.array(z.object({
      line: number.nullable(),
      workers: z.array(z.string()),
      tags: z.array(z.string()),
      weighting: z.number(),
    })),
    /** The run that a what-if is compared with. */
    base: z.object({
      run: z.string(),
      report: z.object({ choices: z.array(z.number()), unranked: z.number() }),
      allocations: numberPairs(),
    }).nullable().default(null),
  })
);

/** The input of an allocator run, kept by the fleet from the first slice to the last. */
export type AllocatorDocument = z.infer<ReturnType<typeof documentShape>>;

/**
 * Checks the answer of allocator.load_run().
 * @throws WorkloadError INVALID_INPUT, NOBODY_TO_PLACE with a sentence for the manager who asked
 */
export function checkDocument(document: unknown): AllocatorDocument {
  const read = readShape(documentShape(), withoutNames(document));
  if (read.faults) throw invalid("The allocator run could not be read.", read.faults);
  const { unknown, workers, lines } = read.value;
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
  const strays = strayPlaces(read.value);
  if (strays.length > 0) throw invalid("The allocator run could not be read.", strays);
  return read.value;
}

const pinsShape = once(() => z.array(z.looseObject({})).optional());
const namedShape = once(() =>
  z.looseObject({
    workers: z.array(z.looseObject({ name: z.string() })),
    options: z.looseObject({ pins: pinsShape(), exclusions: pinsShape() }),
  })
);

/**
 * The document with numbers in the order of the doctors' names for the names, and without the reasons of what was decided
 * by hand; as it is where it is none.
 */
function withoutNames(document: unknown): unknown {
  const parsed = namedShape().safeParse(document);
  if (!parsed.success) return document;
  const { workers, options } = parsed.data;
  const without = (pins: Record<string, unknown>[]) => pins.map(({ reason: _, ...pin }) => pin);
  const names = [...new Set(workers.map(({ name }) => name))].sort();
  const orders = new Map(names.map((name, order) => [name, order]));
  return {
    ...parsed.data,
    options: {
      ...options,
      ...options.pins && { pins: without(options.pins) },
      ...options.exclusions && { exclusions: without(options.exclusions) },
    },
    workers: workers.map(({ name, ...worker }) => ({ ...worker, order: orders.get(name) })),
  };
}

/**
 * The engine's problem. Sentences call doctors by their ids, see `doctorToken()`.
 * @throws WorkloadError INVALID_INPUT for options that cannot be
 */
export function toAllocatorProblem(document: AllocatorDocument): AllocatorProblem {
  const options = readShape(keptOptionsShape(), document.options);
  if (options.faults) throw invalid("The options of the run are not valid.", options.faults);
  const read: AllocatorProblem = {
    version: 1,
    ...takingPart(document),
    eligibility: eligibilityOf(document),
    preferences: preferencesOf(document),
    rankNotation: options.value.rank_notation,
    preferencers: preferencersOf(document),
    weightings: weightingsOf(document),
    pins: [],
    near: baseRunOf(document)?.allocations,
    reasons: options.value.what_if === undefined,
    options: {
      preferencerWeight: options.value.preferencer_weight,
      preferencePower: options.value.preference_power,
      stability: options.value.stability,
      allowTies: options.value.allow_ties,
      seed: options.value.rng_seed,
    },
  };
  const whatIf = options.value.what_if, own = options.value;
  const hospitals = new Map(document.lines.map((line) => [line.id, line.hospitals]));
  const problem = withPartTimeLines(read, own.linked_doctors, document.lines);
  if (!whatIf) return withTogether(applyByHand(problem, own), own, hospitals);
  const asked = withWeightings(problem, whatIf), still = stillThere(asked, own);
  return withTogether(applyByHand(asked, decidedOtherwise(still, whatIf)), still, hospitals);
}

/** What a what-if takes over from its base run, without doctors who left and lines that went since. */
function stillThere(
  { workers, lines }: AllocatorProblem,
  options: z.infer<ReturnType<typeof keptOptionsShape>>,
): z.infer<ReturnType<typeof keptOptionsShape>> {
  const inside = new Set([...workers, ...lines].map(({ id }) => id));
  const here = ({ worker_mapping, job_line }: Pin) =>
    inside.has(worker_mapping) && inside.has(job_line);
  return {
    ...options,
    pins: options.pins.filter(here),
    exclusions: options.exclusions.filter(here),
    linked_doctors: options.linked_doctors.filter(({ first, second }) =>
      inside.has(first) && inside.has(second)
    ),
  };
}

/** Doctors and lines of the batch, and those outside it. */
function takingPart(
  { workers, lines, tags }: AllocatorDocument,
): Pick<AllocatorProblem, "workers" | "lines" | "outside"> {
  const named = ({ id, order }: { id: string; order: number }) => ({
    id,
    name: doctorToken(id),
    order,
  });
  return {
    workers: workers.filter((worker) => worker.takes_part)
      .map((worker) => ({
        ...named(worker),
        tags: worker.tags.map((tag) => tags[tag]),
        ...worker.fte < 1 && { fte: worker.fte },
      })),
    lines: lines.filter((line) => line.takes_part)
      .map(({ id, name, capacity, must_have }) => ({ id, name, capacity, mustHave: must_have })),
    outside: {
      workers: workers.filter((worker) => !worker.takes_part).map(named),
      lines: lines.filter((line) => !line.takes_part)
        .map(({ id, name, capacity }) => ({ id, name, full: capacity <= 0 })),
    },
  };
}

function eligibilityOf(
  { eligibility, workers, lines, tags, allows_never, never }: AllocatorDocument,
): AllocatorProblem["eligibility"] {
  const workerIds = (places: number[]) => places.map((place) => workers[place].id);
  const tagIds = (places: number[]) => places.map((place) => tags[place]);
  const rules = eligibility.filter(({ line }) => lines[line].takes_part).map((entry) => ({
    line: lines[entry.line].id,
    includedWorkers: workerIds(entry.included_workers),
    excludedWorkers: workerIds(entry.excluded_workers),
    includedTags: tagIds(entry.included_tags),
    excludedTags: tagIds(entry.excluded_tags),
  }));
  if (!allows_never) return rules;
  const unwanted = Object.entries(never).flatMap(([worker, of]) =>
    of.filter((line) => lines[line].takes_part)
      .map((line) => ({ worker: workers[Number(worker)].id, line: lines[line].id }))
  );
  return withExclusions(rules, unwanted);
}

function preferencesOf(
  { preferences, workers, lines, allows_never, never }: AllocatorDocument,
): AllocatorProblem["preferences"] {
  return workers.flatMap(({ id, takes_part }, place) => {
    const given = preferences[place] ?? { lines: [], ranks: [] };
    const last = allows_never ? [] : (never[place] ?? []).map((line) => lines[line].id);
    if (!takes_part || given.lines.length + last.length === 0) return [];
    const ranks = given.lines.map((line, k): [string, number] => [
      lines[line].id,
      rankOf(given.ranks[k]),
    ]);
    return [{ worker: id, ranks, ...last.length > 0 && { last } }];
  });
}

function preferencersOf(
  { preferencers, workers, lines }: AllocatorDocument,
): AllocatorProblem["preferencers"] {
  return preferencers.map((preferencer) => ({
    id: preferencer.id,
    name: preferencer.name,
    lines: preferencer.lines.filter((line) => lines[line].takes_part).map((line) => lines[line].id),
    maxLines: preferencer.max_lines,
    maxWorkers: preferencer.max_workers,
    ranks: preferencer.ranks.map(([worker, rank]): [string, number] => [
      workers[worker].id,
      rankOf(rank),
    ]),
  }));
}

function weightingsOf(
  { weightings, lines }: AllocatorDocument,
): AllocatorProblem["weightings"] {
  return weightings
    .filter(({ line }) => line === null || lines[line].takes_part)
    .map(({ line, ...weighting }) => ({
      ...weighting,
      line: line === null ? null : lines[line].id,
    }));
}

/** What a what-if asks besides other weights; null for other runs. */
export function whatIfOf({ options }: AllocatorDocument): WhatIf | null {
  return keptOptionsShape().parse(options).what_if ?? null;
}

/** The run that a what-if is compared with; null for other runs. */
export function baseRunOf({ base, workers, lines }: AllocatorDocument): BaseRun | null {
  if (base === null) return null;
  return {
    run: base.run,
    choices: base.report.choices,
    unranked: base.report.unranked,
    allocations: base.allocations.map(([worker, line]) => ({
      worker: workers[worker].id,
      line: lines[line].id,
    })),
  };
}

function invalid(message: string, faults: readonly ShapeFault[]): WorkloadError {
  return new WorkloadError("INVALID_INPUT", message, { issues: faultTexts(faults, 20) });
}
