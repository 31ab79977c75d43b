// What users ask of the allocator: validated here, decided by row level security.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { dispatch } from "../../fleet/dispatch.ts";
import {
  type DispatchAnswer,
  dispatchRun,
  refuseConflicts,
  type RunKind,
  theRun,
} from "../../fleet/run_requests.ts";
import type { Database, Json } from "../../platform/database.types.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, parseBody, parseKey } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { runOptionsShape, whatIfOptionsShape } from "./load.ts";
import { faultsOfCouples } from "./together.ts";
import { type ByHand, contradictions, type PinFault } from "./pins.ts";

type AllocatorRun = Database["public"]["Tables"]["allocator_py_runs"]["Row"];

const ALLOCATOR_RUN: RunKind = {
  name: "allocator run",
  idMember: "allocator_run_id",
  notFound: "ALLOCATOR_RUN_NOT_FOUND",
  solver: "allocator-solver",
};

const requestShape = once(() =>
  z.strictObject({
    allocation_run: z.uuid(),
    is_exclusive: z.boolean().default(false),
    included_job_lines: z.array(z.uuid()).max(5000).nullable().default(null),
    included_worker_mappings: z.array(z.uuid()).max(5000).nullable().default(null),
    options: runOptionsShape().default(runOptionsShape().parse({})),
  })
);

/** A what-if: the batch is its base run's. */
const whatIfRequestShape = once(() =>
  z.strictObject({
    allocation_run: z.uuid(),
    options: whatIfOptionsShape(),
  })
);

/** Answer to a request: the run, whether the solver was called, and whether the run was there before. */
export interface AllocatorRequestAnswer {
  allocator_run_id: string;
  status: AllocatorRun["status"];
  dispatch: DispatchAnswer;
  replayed: boolean;
}

/**
 * Inserts an allocator run, or a what-if (`options.what_if`), with the caller's rights and calls the solver.
 * @param body as sent
 * @param idempotencyKey the header's value; the same key and body give the same run
 * @throws ApiError 400, 403, 404, 409
 */
export async function requestAllocatorRun(
  client: RestClient,
  body: unknown,
  idempotencyKey: string | null,
): Promise<AllocatorRequestAnswer> {
  const request = parseRequest(body);
  const key = parseKey(idempotencyKey);
  const { data, error } = await client.rpc("request_allocator_run", {
    p_run: request as Json,
    p_request: request as Json,
    p_idempotency_key: key ?? undefined,
  });
  if (error) throw databaseError(error);
  const { outcome, run, id } = data as unknown as {
    outcome: string;
    run: AllocatorRun;
    id?: string;
  };
  refuseUnknown(outcome, id);
  if (outcome === "no_base_run") {
    throw noBaseRun(baseRunIn(request.options));
  }
  refuseConflicts(ALLOCATOR_RUN, outcome, run?.id, request.allocation_run);
  return {
    allocator_run_id: run.id,
    status: run.status,
    dispatch: await dispatchRun(client, ALLOCATOR_RUN, run),
    replayed: outcome === "replayed",
  };
}

/** The validated request. @throws ApiError 400 INVALID_REQUEST, CONTRADICTORY_PINS, CONTRADICTORY_LINKS */
function parseRequest(body: unknown) {
  const whatIf = asksWhatIf(body);
  const request = whatIf ? parseBody(whatIfRequestShape(), body) : parseBody(requestShape(), body);
  const { pins = [], exclusions = [] } = request.options;
  const errors = [
    ...contradictions({ pins, exclusions }, "options"),
    ...contradictionsOfWhatIf(request.options),
  ];
  const links = faultsOfCouples(request.options);
  if (links.length > 0) {
    const detail = "The linked doctors contradict each other.";
    throw new ApiError(400, "CONTRADICTORY_LINKS", detail, { errors: links });
  }
  if (errors.length === 0) return request;
  const detail = `The pins of the ${whatIf ? "what-if" : "run"} contradict each other.`;
  throw new ApiError(400, "CONTRADICTORY_PINS", detail, { errors });
}

function contradictionsOfWhatIf(options: object): PinFault[] {
  return "what_if" in options ? contradictions(options.what_if as ByHand, "options.what_if") : [];
}

function asksWhatIf(body: unknown): boolean {
  const { options } = (body ?? {}) as { options?: unknown };
  return typeof options === "object" && options !== null && "what_if" in options;
}

function baseRunIn(options: object): string | undefined {
  return "what_if" in options ? (options.what_if as { base_run?: string }).base_run : undefined;
}

/** There is nothing that a what-if could be compared with. */
function noBaseRun(base: string | undefined): ApiError {
  if (base === undefined) {
    return new ApiError(
      409,
      "NO_BASE_RUN",
      "No match of this allocation run is completed, so there is nothing to compare with; run the match first.",
    );
  }
  return new ApiError(
    404,
    ALLOCATOR_RUN.notFound,
    `There is no completed allocator run ${base} in the allocation run.`,
  );
}

/** A batch may only name what is in its allocation run. @throws ApiError 404 */
function refuseUnknown(outcome: string, id: string | undefined): void {
  if (outcome === "unknown_job_line") {
    throw new ApiError(
      404,
      "JOB_LINE_NOT_FOUND",
      `There is no job line ${id} in the allocation run.`,
    );
  }
  if (outcome === "unknown_worker_mapping") {
    throw new ApiError(
      404,
      "WORKER_MAPPING_NOT_FOUND",
      `No doctor with the mapping ${id} takes part in the allocation run.`,
    );
  }
}

/** The caller's allocator run. @throws ApiError 404 when they see none of this id */
export function readAllocatorRun(client: RestClient, id: string): Promise<AllocatorRun> {
  return theRun(ALLOCATOR_RUN, id, () =>
    client.from("allocator_py_runs").select("*").eq("id", id)
      .maybeSingle());
}

/** Cancels the caller's allocator run; one that has ended is answered as it is. @throws ApiError 403, 404 */
export function cancelAllocatorRun(client: RestClient, id: string): Promise<AllocatorRun> {
  return theRun(ALLOCATOR_RUN, id, () => client.rpc("cancel_allocator_run", { p_run: id }));
}

/**
 * Queues every run that waits with completed_at null, and calls the solver.
 * @param service a client with the project's secret key
 */
export async function processPending(
  service: RestClient,
): Promise<{ queued: number; dispatch: DispatchAnswer }> {
  const { data: queued, error } = await service.rpc("queue_pending_allocator_runs");
  if (error) throw databaseError(error);
  if (queued === 0) return { queued, dispatch: "none" };
  return { queued, dispatch: await dispatch(ALLOCATOR_RUN.solver) ? "sent" : "deferred" };
}
