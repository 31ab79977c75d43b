// From the allocation run as the database tells it to the engine's problem: locked lines leave their posts.

import { z } from "zod";
import { WorkloadError } from "../fleet/workload.ts";
import type { PlannerProblem } from "./problem.ts";
import { parseConstraints } from "./rules/mod.ts";

const category = z.enum(["A", "B", "C", "D"]);

/** What planner.load_run() answers. */
const documentShape = z.object({
  n_job_lines: z.int(),
  constraints: z.unknown(),
  options: z.object({
    allow_partial: z.boolean().default(false),
    seed: z.int().default(1),
  }),
  term_weeks: z.array(z.int()),
  positions: z.array(z.object({
    id: z.string(),
    name: z.string(),
    specialty: z.string(),
    subspecialty: z.string().nullable(),
    categories: z.array(category),
    is_service: z.boolean(),
    is_rural: z.boolean(),
    is_nights_relief: z.boolean(),
    is_clinical_team: z.boolean(),
    is_non_clinical: z.boolean(),
    is_excludable: z.boolean(),
    min_weeks: z.int(),
  })),
  posts: z.array(z.object({
    position: z.string(),
    term: z.int(),
    posts: z.int(),
    minimum_fill: z.int(),
  })),
  locked_rotations: z.array(z.object({ position: z.string(), term: z.int() })),
  locked_lines: z.array(z.object({ id: z.string(), name: z.string() })),
  affinity: z.object({
    profile: z.string(),
    version: z.int(),
    weights: z.array(z.tuple([z.string(), z.string(), z.int()])),
  }).nullable(),
});

type RunDocument = z.infer<typeof documentShape>;

/** The input of a planner run, kept by the fleet from the first slice to the last. */
export interface PlannerInput {
  problem: PlannerProblem;
  /** Lines wanted in all, locked ones included. */
  linesWanted: number;
  /** Ids of the locked lines, sorted; the commit refuses when they changed meanwhile. */
  lockedIds: string[];
  /** Names that new lines may not take. */
  lockedNames: string[];
}

/**
 * Translates the answer of planner.load_run() into the engine's input.
 * @throws WorkloadError INVALID_INPUT with a sentence for the planner who asked
 */
export function toPlannerInput(document: unknown): PlannerInput {
  const parsed = documentShape.safeParse(document);
  if (!parsed.success) {
    throw new WorkloadError("INVALID_INPUT", "The planner run could not be read.", {
      issues: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    });
  }
  const run = parsed.data;
  const locked = run.locked_lines.length;
  if (run.n_job_lines <= locked) {
    throw new WorkloadError(
      "NOTHING_TO_BUILD",
      `${locked} job lines are locked already; ask for more than ${locked}, or unlock some.`,
    );
  }
  return {
    problem: toProblem(run),
    linesWanted: run.n_job_lines,
    lockedIds: run.locked_lines.map((line) => line.id).sort(),
    lockedNames: run.locked_lines.map((line) => line.name),
  };
}

function toProblem(run: RunDocument): PlannerProblem {
  const constraints = parseConstraints(run.constraints);
  if (!constraints.ok) {
    throw new WorkloadError(
      "INVALID_CONSTRAINTS",
      `The constraints are not valid: ${
        constraints.errors.map((error) => `${error.path} ${error.message}`.trim()).join("; ")
      }.`,
    );
  }
  const { posts, minimumFill } = freePosts(run);
  return {
    version: 1,
    lines: run.n_job_lines - run.locked_lines.length,
    termWeeks: run.term_weeks,
    positions: run.positions.map((position) => ({
      id: position.id,
      name: position.name,
      specialty: position.specialty,
      subspecialty: position.subspecialty,
      categories: position.categories,
      isService: position.is_service,
      isRural: position.is_rural,
      isNightsRelief: position.is_nights_relief,
      isClinicalTeam: position.is_clinical_team,
      isNonClinical: position.is_non_clinical,
      isExcludable: position.is_excludable,
      minWeeks: position.min_weeks,
    })),
    posts,
    minimumFill,
    constraints: constraints.constraints,
    affinity: run.affinity ?? { profile: "none", version: 0, weights: [] },
    options: { allowPartial: run.options.allow_partial, seed: run.options.seed },
  };
}

/** `[term][position]` posts and minimum fill that are left beside the locked lines. */
function freePosts(run: RunDocument): { posts: number[][]; minimumFill: number[][] } {
  const column = new Map(run.positions.map((position, index) => [position.id, index]));
  const table = () => run.term_weeks.map(() => run.positions.map(() => 0));
  const posts = table();
  const minimumFill = table();
  for (const row of run.posts) {
    posts[row.term - 1][column.get(row.position)!] = row.posts;
    minimumFill[row.term - 1][column.get(row.position)!] = row.minimum_fill;
  }
  for (const { position, term } of run.locked_rotations) {
    const index = column.get(position);
    if (index === undefined || term > run.term_weeks.length) continue;
    posts[term - 1][index] = Math.max(0, posts[term - 1][index] - 1);
    minimumFill[term - 1][index] = Math.max(0, minimumFill[term - 1][index] - 1);
  }
  return { posts, minimumFill };
}
