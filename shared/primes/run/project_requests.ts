// What users ask of campaigns: validated and planned here, decided by row level security.

import * as z from "zod";
import { dispatchAll } from "../../fleet/dispatch.ts";
import type { Database, Json } from "../../platform/database.types.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, invalid, parseBody, parseKey } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { PrimeSearchError } from "../errors.ts";
import { type ProjectDocument, readProject, readProjectFile } from "../projects/document.ts";
import { type CostCalibrations, type Forecast, planProject } from "../projects/plan.ts";
import { TEMPLATES } from "../projects/templates.ts";

type Tables = Database["public"]["Tables"];
type Project = Tables["projects"]["Row"];
type Phase = Tables["project_phases"]["Row"];
type ProjectEvent = Tables["project_events"]["Row"];

const SOLVER = "prime-solver";
/** Events that are answered with a project. */
const EVENTS = 100;

const requestShape = z.strictObject({
  org_id: z.uuid().optional(),
  template: z.string().max(100).optional(),
  toml: z.string().optional(),
  project: z.record(z.string(), z.unknown()).optional(),
  name: z.string().trim().min(1).max(200).optional(),
  activate: z.boolean().default(false),
  dry_run: z.boolean().default(false),
});

/** A phase with what it will cost and find, about. */
export interface PhasePreview extends Forecast {
  name: string;
  candidates: number;
  block_size: number;
  depends_on: string[];
  /** Searches that follow it where it finds nothing, at most. */
  extensions: number;
}

/** A project before it is begun. */
export interface ProjectPreview extends Forecast {
  slug: string;
  phases: PhasePreview[];
}

/** Answer to a request; without a project where it was a dry run. */
export type ProjectAnswer =
  | { dry_run: true; preview: ProjectPreview }
  | { project_id: number; status: string; preview: ProjectPreview; replayed: boolean };

/**
 * Makes a project of a template, a TOML file or its JSON, and activates it where that is asked for; a dry run says what it would be.
 * @param idempotencyKey the header's value; the same key and body give the same project
 * @throws ApiError 400 INVALID_REQUEST, INVALID_TOML, INVALID_PROJECT; 403; 404 UNKNOWN_TEMPLATE, ORG_NOT_FOUND; 409 PROJECT_EXISTS,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function requestProject(
  client: RestClient,
  body: unknown,
  idempotencyKey: string | null,
): Promise<ProjectAnswer> {
  const key = parseKey(idempotencyKey);
  const request = parseBody(requestShape, body);
  const { toml, document } = reading(() => written(request));
  const calibrations = await readCalibrations(client);
  const plan = reading(() => planProject(document, calibrations));
  const preview = previewOf(plan);
  if (request.dry_run) return { dry_run: true, preview };
  const { forecast: _, phases, ...project } = plan;
  const { data, error } = await client.rpc("request_project", {
    p_project: toJson({
      ...project,
      org_id: request.org_id,
      toml_source: toml,
      phases: phases.map(({ forecast: _, ...phase }) => phase),
    }),
    p_idempotency_key: key ?? undefined,
  });
  if (error) throw databaseError(error);
  const answer = data as unknown as { outcome: string; project: Project };
  if (answer.outcome === "no_org") {
    throw new ApiError(
      404,
      "ORG_NOT_FOUND",
      "Name an organisation in which you may make projects.",
      {
        errors: [{ path: "org_id", message: "names no organisation in which you may do this" }],
      },
    );
  }
  if (answer.outcome === "taken") {
    throw new ApiError(
      409,
      "PROJECT_EXISTS",
      `There is a project ${answer.project.slug} already; give this one another name.`,
      { members: { project_id: `${answer.project.id}` } },
    );
  }
  const { id, status } = answer.project;
  const made = { project_id: id, preview, replayed: answer.outcome === "replayed" };
  if (!request.activate || status !== "draft") return { ...made, status };
  const activated = await directProject(client, `${id}`, "activate", null);
  return { ...made, status: activated.status };
}

/** The one of template, file and document that was sent. */
function written({ template, toml, project, name }: z.infer<typeof requestShape>): {
  toml: string | undefined;
  document: ProjectDocument;
} {
  const given = [template, toml, project].filter((each) => each !== undefined).length;
  if (given !== 1) {
    throw invalid([{ path: "", message: "is to have one of template, toml and project" }]);
  }
  const source = template === undefined ? toml : templateNamed(template);
  const document = source === undefined ? readProject(project) : readProjectFile(source);
  if (name === undefined) return { toml: source, document };
  const { slug: _, ...own } = document.project;
  return { toml: source, document: { ...document, project: { ...own, name } } };
}

function templateNamed(name: string): string {
  const template = TEMPLATES.find((each) => each.name === name);
  if (template) return template.toml;
  const known = TEMPLATES.map((each) => each.name).join(", ");
  throw new ApiError(
    404,
    "UNKNOWN_TEMPLATE",
    `No template is named "${name}"; there are ${known}.`,
  );
}

function previewOf({ slug, phases, forecast }: ReturnType<typeof planProject>): ProjectPreview {
  return {
    slug,
    ...rounded(forecast),
    phases: phases.map(({ name, candidates, block_size, depends_on, extensions, forecast }) => ({
      name,
      candidates,
      block_size,
      depends_on,
      extensions: extensions.length,
      ...rounded(forecast),
    })),
  };
}

function rounded({ cpu_seconds, cost_usd, expected_finds }: Forecast): Forecast {
  const short = (value: number) => Number(value.toPrecision(3));
  return {
    cpu_seconds: short(cpu_seconds),
    cost_usd: short(cost_usd),
    expected_finds: short(expected_finds),
  };
}

async function readCalibrations(client: RestClient): Promise<CostCalibrations> {
  const { data, error } = await client.from("cost_calibrations").select("form,coeff_a,coeff_b");
  if (error) throw databaseError(error);
  return Object.fromEntries(data.map(({ form, ...calibration }) => [form, calibration]));
}

/** What the engine cannot read, as a problem with its paths. */
function reading<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    throw new ApiError(400, error.code, error.message, { errors: error.issues });
  }
}

/** The number of a project in a path; what is no number is that of no project. @throws ApiError 404 */
function projectNumber(id: string): number {
  if (/^[1-9]\d{0,15}$/.test(id)) return Number(id);
  throw noProject(id);
}

function noProject(id: string): ApiError {
  return new ApiError(404, "PROJECT_NOT_FOUND", `There is no project ${id}.`);
}

/** A project with its phases and its last events, newest first. @throws ApiError 404 */
export async function readProjectState(
  client: RestClient,
  id: string,
): Promise<{ project: Project; phases: Phase[]; events: ProjectEvent[] }> {
  const number = projectNumber(id);
  const [project, phases, events] = await Promise.all([
    client.from("projects").select("*").eq("id", number).maybeSingle(),
    client.from("project_phases").select("*").eq("project_id", number).order("phase_order"),
    client.from("project_events").select("*").eq("project_id", number)
      .order("id", { ascending: false }).limit(EVENTS),
  ]);
  for (const { error } of [project, phases, events]) if (error) throw databaseError(error);
  if (!project.data) throw noProject(id);
  return { project: project.data, phases: phases.data!, events: events.data! };
}

/** Actions on a project. */
export const PROJECT_ACTIONS = ["activate", "pause", "resume", "cancel"] as const;
/** Actions on one of its phases. */
export const PHASE_ACTIONS = ["skip", "force", "retry"] as const;

/** What {@link directProject} does. */
export type ProjectAction = (typeof PROJECT_ACTIONS)[number] | (typeof PHASE_ACTIONS)[number];

const DONE: Record<ProjectAction, string> = {
  activate: "activated",
  pause: "paused",
  resume: "resumed",
  cancel: "cancelled",
  skip: "skipped",
  force: "completed",
  retry: "tried again",
};

/**
 * Activates, pauses, resumes or cancels a project; skips, completes or tries one of its phases again.
 * @throws ApiError 400, 403; 404 PROJECT_NOT_FOUND, PHASE_NOT_FOUND; 409 WRONG_PROJECT_STATE, BUDGET_SPENT
 */
export async function directProject(
  client: RestClient,
  id: string,
  action: ProjectAction,
  phase: string | null,
): Promise<Project> {
  const { data, error } = await client.rpc("direct_project", {
    p_project: projectNumber(id),
    p_action: action,
    ...(phase === null ? {} : { p_phase: phase }),
  });
  if (error) throw databaseError(error);
  if (!data) throw noProject(id);
  const { outcome, project } = data as unknown as { outcome: string; project: Project };
  if (outcome === "no_phase") {
    throw new ApiError(404, "PHASE_NOT_FOUND", `Project ${id} has no phase "${phase}".`);
  }
  if (outcome === "over_budget") {
    throw new ApiError(
      409,
      "BUDGET_SPENT",
      "The budget of this project is spent. It goes on when it has more.",
    );
  }
  if (outcome === "wrong_state") {
    const what = phase === null
      ? `It is ${project.status}`
      : `Phase ${phase} is not in a state for that`;
    throw new ApiError(409, "WRONG_PROJECT_STATE", `${what}: it cannot be ${DONE[action]} now.`);
  }
  if (project.status === "active") await dispatchAll(SOLVER, 1);
  return project;
}

const amount = z.number().min(0).max(1_000_000).nullable().optional();
const budgetShape = z.strictObject({
  max_cost_usd: amount,
  cost_alert_threshold_usd: amount,
  cloud_rate_usd_per_core_hour: amount,
});
/** `seen`: the budget as whoever changes it had read it. */
const newBudgetShape = budgetShape.extend({ seen: budgetShape.optional() });

/** Changes the whole budget of a project. @throws ApiError 400, 403, 404, 409 CHANGED_MEANWHILE where it is not as it was `seen` */
export async function setProjectBudget(
  client: RestClient,
  id: string,
  body: unknown,
): Promise<Project> {
  const { seen, ...budget } = parseBody(newBudgetShape, body);
  const { data, error } = await client.rpc("set_project_budget", {
    p_project: projectNumber(id),
    p_budget: budget as Json,
    ...seen && { p_seen: { budget: seen } as Json },
  });
  if (error) throw databaseError(error);
  if (!data) throw noProject(id);
  return data as unknown as Project;
}
