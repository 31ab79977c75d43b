// What requests for runs have in common, whichever engine they are for: refusals, idempotency, dispatch.

import type { RestClient } from "../platform/rest.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError, noAllocationRun, requireId } from "../platform/requests.ts";
import { dispatchAll } from "./dispatch.ts";

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

/** Checks the id of a run in a path. @throws ApiError 400 INVALID_REQUEST */
export function requireRunId({ name, idMember }: RunKind, id: string): void {
  requireId(name, idMember, id);
}

/** The caller sees no run of this id. */
function noRun(kind: RunKind, id: string): ApiError {
  return new ApiError(404, kind.notFound, `There is no ${kind.name} ${id}.`);
}

/** What REST answers of one run. */
type RunAnswer = PromiseLike<
  { data: unknown; error: null } | { data: null; error: Parameters<typeof databaseError>[0] }
>;

/**
 * The run of this id that a statement gives back: read, cancelled, paused.
 * @param ask sends the statement, once the id is one
 * @throws ApiError 400 INVALID_REQUEST, 403, and 404 where the caller sees no such run
 */
export async function theRun<Run>(kind: RunKind, id: string, ask: () => RunAnswer): Promise<Run> {
  requireRunId(kind, id);
  const { data, error } = await ask();
  if (error) throw databaseError(error);
  if (!data) throw noRun(kind, id);
  return data as Run;
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
    case "finalised":
      throw new ApiError(
        409,
        "MATCH_FINALISED",
        "The match of the allocation run is finalised; its job lines are not replaced until it is unfinalised.",
      );
    case "window_open":
      throw new ApiError(
        409,
        "WINDOW_OPEN",
        "Doctors are still saying what they want, and nobody else reads it: close the window first, then match.",
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
  client: RestClient,
  kind: RunKind,
  run: { finished_at: string | null },
): Promise<DispatchAnswer> {
  if (run.finished_at !== null) return "none";
  const { data: needed } = await client.rpc("solver_calls_needed", { p_function: kind.solver });
  if (needed === 0) return "queued"; // no answer is no reason to let the run wait
  return await dispatchAll(kind.solver, typeof needed === "number" ? needed : 1)
    ? "sent"
    : "deferred";
}
