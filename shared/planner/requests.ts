// What users ask of the planner: validated here, decided by row level security.

import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { dispatch } from "../fleet/dispatch.ts";
import type { Database, Json } from "../platform/database.types.ts";
import { ApiError, type FieldError } from "../platform/problem_details.ts";
import type { ConstraintEntry } from "./problem.ts";
import { parseConstraints } from "./rules/mod.ts";

type Client = SupabaseClient<Database>;
type PlannerRun = Database["public"]["Tables"]["allocation_planner_runs"]["Row"];

/** The function that works planner runs. */
const SOLVER = "planner-solver";

/** The body of a request; constraints are checked on their own, by the catalogue of rules. */
const requestShape = z.strictObject({
  allocation_run: z.uuid(),
  n_job_lines: z.int().min(1).max(1000),
  constraints: z.unknown().optional(),
  options: z.strictObject({
    allow_partial: z.boolean().default(false),
    seed: z.int().min(0).max(2 ** 31 - 1).default(1),
  }).default({ allow_partial: false, seed: 1 }),
  save_constraints: z.boolean().default(false),
});

const idShape = z.uuid();
const keyShape = z.string().min(1).max(200);

/** Answer to a request: the run, whether the solver was called, and whether the run was there before. */
export interface RequestAnswer {
  planner_run_id: string;
  status: PlannerRun["status"];
  /** "deferred": the solver could not be called; the sweeper will. "none": the run had ended already. */
  dispatch: "sent" | "deferred" | "none";
  replayed: boolean;
}

/**
 * Inserts a planner run with the caller's rights and calls the solver.
 * @param body as sent
 * @param idempotencyKey the header's value; the same key and body give the same run
 * @throws ApiError 400, 403, 404, 409
 */
export async function requestPlannerRun(
  client: Client,
  body: unknown,
  idempotencyKey: string | null,
): Promise<RequestAnswer> {
  const request = parseRequest(body);
  const key = parseKey(idempotencyKey);
  const constraints = await constraintsFor(client, request);
  const { data, error } = await client.rpc("request_planner_run", {
    p_run: {
      allocation_run: request.allocation_run,
      n_job_lines: request.n_job_lines,
      constraints: constraints as Json,
      options: request.options,
    },
    p_request: request as Json,
    p_idempotency_key: key ?? undefined,
    p_save_constraints: request.save_constraints,
  });
  if (error) throw databaseError(error);
  const { outcome, run } = data as unknown as { outcome: string; run: PlannerRun };
  refuseConflicts(outcome, run, request.allocation_run);
  return {
    planner_run_id: run.id,
    status: run.status,
    dispatch: await dispatchFor(run),
    replayed: outcome === "replayed",
  };
}

/** The caller's planner run. @throws ApiError 404 when they see none of this id */
export async function readPlannerRun(client: Client, id: string): Promise<PlannerRun> {
  requireId(id);
  const { data, error } = await client.from("allocation_planner_runs").select("*").eq("id", id)
    .maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noPlannerRun(id);
  return data;
}

/** Cancels the caller's planner run; one that has ended is answered as it is. @throws ApiError 403, 404 */
export async function cancelPlannerRun(client: Client, id: string): Promise<PlannerRun> {
  requireId(id);
  const { data, error } = await client.rpc("cancel_planner_run", { p_planner_run: id });
  if (error) throw databaseError(error);
  if (!data) throw noPlannerRun(id);
  return data as unknown as PlannerRun;
}

type ParsedRequest = z.infer<typeof requestShape>;

function parseRequest(body: unknown): ParsedRequest {
  const parsed = requestShape.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  throw new ApiError(400, "INVALID_REQUEST", "The request is not valid.", { errors });
}

function parseKey(key: string | null): string | null {
  if (key === null || keyShape.safeParse(key).success) return key;
  throw new ApiError(400, "INVALID_REQUEST", "The request is not valid.", {
    errors: [{ path: "Idempotency-Key", message: "1 to 200 characters" }],
  });
}

/** The request's own constraints, or else those of the allocation run; either way valid ones. */
async function constraintsFor(client: Client, request: ParsedRequest): Promise<ConstraintEntry[]> {
  if (request.constraints !== undefined) {
    return validConstraints(request.constraints, "constraints", "The constraints are not valid.");
  }
  const { data, error } = await client.from("allocation_runs").select("constraints")
    .eq("id", request.allocation_run).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noAllocationRun(request.allocation_run);
  return validConstraints(
    data.constraints,
    "allocation_run.constraints",
    "The constraints of the allocation run are not valid; correct them or send others.",
  );
}

function validConstraints(value: unknown, path: string, detail: string): ConstraintEntry[] {
  const parsed = parseConstraints(value);
  if (parsed.ok) return parsed.constraints;
  const errors: FieldError[] = parsed.errors.map((error) => ({
    path: `${path}${error.path}`,
    message: error.message,
  }));
  throw new ApiError(400, "INVALID_CONSTRAINTS", detail, {
    errors,
    members: { known_constraints: parsed.known },
  });
}

function refuseConflicts(outcome: string, run: PlannerRun | null, allocationRun: string): void {
  const members = { planner_run_id: run?.id };
  switch (outcome) {
    case "not_found":
      throw noAllocationRun(allocationRun);
    case "closed":
      throw new ApiError(
        409,
        "ALLOCATION_RUN_CLOSED",
        "The allocation run is closed; its job lines can no longer be replaced.",
      );
    case "unfinished":
      throw new ApiError(
        409,
        "UNFINISHED_RUN",
        "A planner run for this allocation run is not finished yet; wait for it or cancel it.",
        { members },
      );
    case "key_reused":
      throw new ApiError(
        409,
        "IDEMPOTENCY_KEY_REUSED",
        "This idempotency key was used for another request.",
        { members },
      );
  }
}

async function dispatchFor(run: PlannerRun): Promise<RequestAnswer["dispatch"]> {
  if (run.finished_at !== null) return "none";
  return await dispatch(SOLVER) ? "sent" : "deferred";
}

function requireId(id: string): void {
  if (!idShape.safeParse(id).success) {
    throw new ApiError(400, "INVALID_REQUEST", "Name the planner run by its id in the path.", {
      errors: [{ path: "planner_run_id", message: "not a UUID" }],
    });
  }
}

function noPlannerRun(id: string): ApiError {
  return new ApiError(404, "PLANNER_RUN_NOT_FOUND", `There is no planner run ${id}.`);
}

function noAllocationRun(id: string): ApiError {
  return new ApiError(404, "ALLOCATION_RUN_NOT_FOUND", `There is no allocation run ${id}.`);
}

/** Only what row level security says is told to the caller; the rest is ours to read in the log. */
function databaseError(error: PostgrestError): Error {
  return error.code === "42501"
    ? new ApiError(403, "FORBIDDEN", "You may not do this in this organisation.")
    : Object.assign(new Error(error.message), { code: error.code });
}
