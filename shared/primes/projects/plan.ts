/**
 * What a project will do, before it does anything: its phases in an order, each with its search planned and priced, and the
 * spans that follow where a phase finds nothing. Everything that the orchestration may ever begin is known here.
 */
import {
  calibratedSeconds,
  type CostCalibration,
  MAX_BLOCKS,
  type SearchPlan,
  type SearchRequest,
} from "../engine.ts";
import { type PrimeIssue, PrimeSearchError } from "../errors.ts";
import { SURVEY } from "../survey.ts";
import { describeSearches, expectedWork, planWork, rangeOf } from "../work.ts";
import type { PhaseDocument, ProjectDocument } from "./document.ts";

/** Dollars a core hour where a project does not say. */
const DEFAULT_RATE = 0.04;

/** Calibrations by form. */
export type CostCalibrations = Readonly<Record<string, CostCalibration>>;

/** A search that the orchestration may begin. */
export interface PlannedSpan {
  search_params: Record<string, unknown>;
  candidates: number;
  block_size: number;
}

/** What a search will cost and find, about. */
export interface Forecast {
  cpu_seconds: number;
  cost_usd: number;
  expected_finds: number;
}

/** A phase as the database takes it, and its forecast. */
export interface PlannedPhase extends PlannedSpan {
  name: string;
  description: string;
  form: string;
  depends_on: string[];
  activation_condition?: string;
  completion_condition: string;
  extensions: PlannedSpan[];
  forecast: Forecast;
}

/** A project as the database takes it, and its forecast. */
export interface PlannedProject {
  slug: string;
  name: string;
  description: string;
  objective: ProjectDocument["project"]["objective"];
  form: string;
  target: ProjectDocument["target"];
  competitive: Record<string, unknown>;
  strategy: Record<string, unknown>;
  infrastructure: ProjectDocument["infrastructure"];
  budget: ProjectDocument["budget"];
  workers: ProjectDocument["workers"];
  phases: PlannedPhase[];
  /** Of all phases, as if none was skipped or ended early. */
  forecast: Forecast;
}

/** Plans a project. @throws PrimeSearchError INVALID_PROJECT, with the path of every fault */
export function planProject(
  document: ProjectDocument,
  calibrations: CostCalibrations = {},
): PlannedProject {
  const { project, target, competitive, strategy, infrastructure, budget, workers } = document;
  const { name, description, objective, form, author, tags } = project;
  if (!describeSearches().some((each) => each.name === form)) {
    const known = describeSearches().map((each) => each.name).join(", ");
    refuse("project.form", `no form is named "${form}"; there are ${known}`);
  }
  if (
    target.range_start !== undefined && target.range_end !== undefined &&
    target.range_end < target.range_start
  ) refuse("target.range_end", "is below range_start");
  const { cost_alert_threshold_usd: alert, max_cost_usd: most } = budget;
  if (alert !== undefined && most !== undefined && alert > most) {
    refuse("budget.cost_alert_threshold_usd", "is above max_cost_usd");
  }
  const written = strategy.phases.length > 0 ? strategy.phases : ownPhases(document);
  const rate = budget.cloud_rate_usd_per_core_hour ?? DEFAULT_RATE;
  const issues: PrimeIssue[] = [];
  const planned = inOrder(written).map(({ phase, at }) => {
    try {
      return planPhase(phase, document, calibrations[searchTypeOf(phase, form)], rate);
    } catch (error) {
      if (!(error instanceof PrimeSearchError)) throw error;
      issues.push(...error.issues.map(({ path, message }) => ({
        path: `strategy.phases[${at}].${path.replace(/^params/, "search_params")}`,
        message,
      })));
      return null;
    }
  });
  if (issues.length > 0) throw new PrimeSearchError("INVALID_PROJECT", issues);
  const phases = planned as PlannedPhase[];
  return {
    slug: project.slug ?? slugOf(name),
    name,
    description,
    objective,
    form,
    target,
    competitive,
    strategy: {
      auto_strategy: strategy.auto_strategy,
      max_extensions: strategy.max_extensions,
      ...(author === undefined ? {} : { author }),
      ...(tags === undefined ? {} : { tags }),
    },
    infrastructure,
    budget,
    workers,
    phases,
    forecast: {
      cpu_seconds: total(phases, "cpu_seconds"),
      cost_usd: total(phases, "cost_usd"),
      expected_finds: total(phases, "expected_finds"),
    },
  };
}

function total(phases: readonly PlannedPhase[], figure: keyof Forecast): number {
  return phases.reduce((sum, { forecast }) => sum + forecast[figure], 0);
}

function refuse(path: string, message: string): never {
  throw PrimeSearchError.of("INVALID_PROJECT", path, message);
}

/** "Factorial primes, n < 500" -> "factorial-primes-n-500" */
function slugOf(name: string): string {
  const slug = name.normalize("NFKD").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "").slice(0, 100).replace(/-+$/, "");
  return slug ||
    refuse("project.slug", "is needed, for the name has no letters of which to make one");
}

/** Where a project writes no phases: its range as one, or with auto_strategy a tenth of it first. */
function ownPhases({ project, target, strategy }: ProjectDocument): PhaseDocument[] {
  const { range_start: start, range_end: end } = target;
  if (start === undefined || end === undefined) {
    return refuse(
      "strategy.phases",
      "are missing; without them target.range_start and range_end are needed",
    );
  }
  const [from, to] = rangeOf(project.form, {});
  const phase = (name: string, first: number, last: number, after: string[]): PhaseDocument => ({
    name,
    description: `${from} ${first} to ${last}`,
    search_params: { [from]: first, [to]: last },
    depends_on: after,
  });
  const scouted = start + Math.floor((end - start) / 10);
  return strategy.auto_strategy && scouted < end
    ? [phase("scout", start, scouted, []), phase("main", scouted + 1, end, ["scout"])]
    : [phase("all", start, end, [])];
}

/** Phases in an order in which each comes behind those that it depends on; otherwise as they are written. */
function inOrder(phases: readonly PhaseDocument[]): { phase: PhaseDocument; at: number }[] {
  const issues: PrimeIssue[] = [];
  phases.forEach(({ name, depends_on }, at) => {
    const path = `strategy.phases[${at}]`;
    if (phases.findIndex((other) => other.name === name) !== at) {
      issues.push({ path: `${path}.name`, message: `there is a phase "${name}" already` });
    }
    for (const needed of depends_on) {
      if (phases.some((other) => other.name === needed)) continue;
      issues.push({ path: `${path}.depends_on`, message: `there is no phase "${needed}"` });
    }
  });
  if (issues.length > 0) throw new PrimeSearchError("INVALID_PROJECT", issues);
  const left = phases.map((phase, at) => ({ phase, at }));
  const ordered: typeof left = [];
  while (left.length > 0) {
    const next = left.findIndex(({ phase }) =>
      phase.depends_on.every((needed) => ordered.some((done) => done.phase.name === needed))
    );
    if (next < 0) refuse(`strategy.phases[${left[0].at}].depends_on`, "leads in a circle");
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

/** What a phase searches for: its own search_type, or the project's form. */
function searchTypeOf({ search_params }: PhaseDocument, form: string): string {
  return typeof search_params.search_type === "string" ? search_params.search_type : form;
}

function planPhase(
  phase: PhaseDocument,
  document: ProjectDocument,
  calibration: CostCalibration | undefined,
  rate: number,
): PlannedPhase {
  const form = searchTypeOf(phase, document.project.form);
  const { search_type: _, ...params } = phase.search_params;
  const request = { form, params };
  const plan = planSpan(request, phase.block_size);
  if (phase.completion !== undefined && phase.completion_condition !== undefined) {
    throw PrimeSearchError.of(
      "INVALID_PROJECT",
      "completion",
      "and completion_condition are the same; give one of them",
    );
  }
  const seconds = calibration && form !== SURVEY
    ? calibratedSeconds(plan, calibration)
    : plan.cpuSeconds;
  return {
    name: phase.name,
    description: phase.description ?? "",
    form,
    search_params: params,
    candidates: plan.candidates,
    block_size: plan.blockSize,
    depends_on: phase.depends_on,
    ...(phase.activation_condition === undefined
      ? {}
      : { activation_condition: phase.activation_condition }),
    completion_condition: phase.completion ?? phase.completion_condition ?? "all_blocks_done",
    extensions: extensionsOf(request, phase.block_size, document),
    forecast: {
      cpu_seconds: seconds,
      cost_usd: seconds / 3600 * rate,
      expected_finds: expectedWork(request),
    },
  };
}

function planSpan(request: SearchRequest, blockSize: number | undefined): SearchPlan {
  const plan = planWork(request, blockSize);
  if (plan.blocks <= MAX_BLOCKS) return plan;
  throw PrimeSearchError.of(
    "INVALID_BLOCK",
    "block_size",
    `makes ${plan.blocks} blocks of ${plan.candidates} candidates, more than ${MAX_BLOCKS}`,
  );
}

/** The spans behind a phase's own, as long as they may be searched and lie within the target's range. */
function extensionsOf(
  { form, params }: SearchRequest,
  blockSize: number | undefined,
  { target, strategy }: ProjectDocument,
): PlannedSpan[] {
  const [from, to] = rangeOf(form, params);
  const [first, last] = [Number(params[from]), Number(params[to])];
  const spans: PlannedSpan[] = [];
  for (let i = 1; i <= strategy.max_extensions; i++) {
    const shift = i * (last - first + 1);
    const search_params = { ...params, [from]: first + shift, [to]: last + shift };
    if (last + shift > (target.range_end ?? Infinity)) break;
    try {
      const { candidates, blockSize: block_size } = planSpan(
        { form, params: search_params },
        blockSize,
      );
      spans.push({ search_params, candidates, block_size });
    } catch (error) {
      // Numbers there would be too large, or there are none: it ends before.
      if (error instanceof PrimeSearchError) break;
      throw error;
    }
  }
  return spans;
}
