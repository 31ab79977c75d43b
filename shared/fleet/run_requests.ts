// What requests for runs have in common, whichever engine they are for: refusals, idempotency, dispatch.

import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../platform/database.types.ts";
import { ApiError } from "../platform/problem_details.ts";
import { dispatch } from "./dispatch.ts";

/** A kind of run, as requests speak of it. */
export interface RunKind {
  /** In sentences, e.g. "planner run". */
  name: string;
  /** Member of answers and problems that names a run, e.g. "planner_run_id". */
  idMember: string;
  /** Code of a run that is not there, e.g. "PLANNER_RUN_NOT_FOUND". */
  notFound: string;
  /** The function that works such runs. */
  solver: string;
}

/**
 * Whether the solver was called; "queued": other runs come first and hand over to this one; "deferred": it could not be
 * called, the sweeper will; "none": the run had ended already.
 */
export type DispatchAnswer = "sent" | "queued" | "deferred" | "none";

const idShape = z.uuid();
const keyShape = z.string().min(1).max(200);

/** The validated body. @throws ApiError 400 INVALID_REQUEST with a path for each fault */
export function parseBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  })));
}

/** The value of the header Idempotency-Key. @throws ApiError 400 */
export function parseKey(key: string | null): string | null {
  if (key === null || keyShape.safeParse(key).success) return key;
  throw invalid([{ path: "Idempotency-Key", message: "1 to 200 characters" }]);
}

/** Checks the id in a path. @throws ApiError 400 */
export function requireRunId(kind: RunKind, id: string): void {
  if (idShape.safeParse(id).success) return;
  throw invalid(
    [{ path: kind.idMember, message: "not a UUID" }],
    `Name the ${kind.name} by its id in the path.`,
  );
}

function invalid(
  errors: { path: string; message: string }[],
  detail = "The request is not valid.",
): ApiError {
  return new ApiError(400, "INVALID_REQUEST", detail, { errors });
}

/** The caller sees no run of this id. */
export function noRun(kind: RunKind, id: string): ApiError {
  return new ApiError(404, kind.notFound, `There is no ${kind.name} ${id}.`);
}

/** The caller sees no allocation run of this id. */
export function noAllocationRun(id: string): ApiError {
  return new ApiError(404, "ALLOCATION_RUN_NOT_FOUND", `There is no allocation run ${id}.`);
}

/**
 * Refuses by the outcome of a request RPC (`request_planner_run`, `request_allocator_run`).
 * @param runId the run that stands in the way, where there is one
 * @throws ApiError 404, 409
 */
export function refuseConflicts(
  kind: RunKind,
  outcome: string,
  runId: string | undefined,
  allocationRun: string,
): void {
  const members = { [kind.idMember]: runId };
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
        `The ${kind.name} of this allocation run is not finished yet; wait for it or cancel it.`,
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

/** Calls the solver for a run that has not ended, where a place is free. */
export async function dispatchRun(
  client: SupabaseClient<Database>,
  kind: RunKind,
  run: { finished_at: string | null },
): Promise<DispatchAnswer> {
  if (run.finished_at !== null) return "none";
  const { data: needed } = await client.rpc("solver_is_needed", { p_function: kind.solver });
  if (needed === false) return "queued"; // no answer is no reason to let the run wait
  return await dispatch(kind.solver) ? "sent" : "deferred";
}

/**
 * Only what row level security and the limits say is told to the caller; the rest is ours to read in the log.
 */
export function databaseError(error: PostgrestError): Error {
  switch (error.code) {
    case "42501":
      return new ApiError(403, "FORBIDDEN", "You may not do this in this organisation.");
    case "RC4ID": // an id inside the request that is not the org's: the detail is a code
      return new ApiError(404, error.details, error.message);
    case "RC429": // fleet.check_request_limits(): the detail is a code, the hint seconds
      return new ApiError(429, error.details, error.message, {
        headers: { "retry-after": error.hint },
      });
    default:
      return Object.assign(new Error(error.message), { code: error.code });
  }
}
