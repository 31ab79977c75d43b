// What users ask of the planner: validated here, decided by row level security.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import {
  type DispatchAnswer,
  dispatchRun,
  refuseConflicts,
  type RunKind,
  theRun,
} from "../../fleet/run_requests.ts";
import type { Database, Json } from "../../platform/database.types.ts";
import type { RestClient } from "../../platform/rest.ts";
import { ApiError, type FieldError } from "../../platform/problem_details.ts";
import { databaseError, noAllocationRun, parseBody, parseKey } from "../../platform/requests.ts";
import { optionMembers } from "./options.ts";
import { MOST_LINES } from "../limits.ts";
import type { ConstraintEntry } from "../problem.ts";
import { parseConstraints } from "../rules/mod.ts";

type PlannerRun = Database["public"]["Tables"]["allocation_planner_runs"]["Row"];

const PLANNER_RUN: RunKind = {
  name: "planner run",
  idMember: "planner_run_id",
  notFound: "PLANNER_RUN_NOT_FOUND",
  solver: "planner-solver",
};

/** The body of a request; constraints are checked on their own, by the catalogue of rules. */
const requestShape = once(() =>
  z.strictObject({
    allocation_run: z.uuid(),
    n_job_lines: z.int().min(1).max(MOST_LINES),
    constraints: z.unknown().optional(),
    options: z.strictObject({
      ...optionMembers(),
      /** A dry run: what this run writes is what that one showed, or nothing. */
      as_previewed: z.uuid().optional(),
    }).refine(({ from, mode }) => from === undefined || mode === "replan", {
      path: ["from"],
      message: "only a replan plans from a day on",
    }).refine(({ from, changes }) => changes === undefined || from !== undefined, {
      path: ["changes"],
      message: "only a replan from a day on takes changes along",
    }).refine(({ recommend, mode, dry_run }) => !recommend || (mode === "replan" && dry_run), {
      path: ["recommend"],
      message: "only a dry run of a replan recommends",
    }).prefault({}),
    /** They become the allocation run's with the lines that they make, and not where none are written. */
    save_constraints: z.boolean().default(false),
    /** The allocation run's as whoever saves others had read them: nothing is begun where they are others by now. */
    seen_constraints: z.array(z.unknown()).max(1000).optional(),
    /** A yes to lines being replaced or changed that something hangs on. */
    accept_losses: z.boolean().default(false),
    /** Why; stands in the audit log. */
    reason: z.string().max(1000).optional(),
  })
);

/** Answer to a request: the run, whether the solver was called, and whether the run was there before. */
export interface RequestAnswer {
  planner_run_id: string;
  status: PlannerRun["status"];
  dispatch: DispatchAnswer;
  replayed: boolean;
}

/**
 * Inserts a planner run with the caller's rights and calls the solver.
 * @param body as sent
 * @param idempotencyKey the header's value; the same key and body give the same run
 * @throws ApiError 400, 403, 404, 409 (CHANGED_MEANWHILE where rules that are to be saved are not as they were seen)
 */
export async function requestPlannerRun(
  client: RestClient,
  body: unknown,
  idempotencyKey: string | null,
): Promise<RequestAnswer> {
  const request = parseBody(requestShape(), body);
  const key = parseKey(idempotencyKey);
  const constraints = await constraintsFor(client, request);
  const { data, error } = await client.rpc("request_planner_run", {
    p_run: {
      allocation_run: request.allocation_run,
      n_job_lines: request.n_job_lines,
      constraints: constraints as Json,
      options: request.options,
      accept_losses: request.accept_losses,
      ...request.reason !== undefined && { reason: request.reason },
    },
    p_request: request as Json,
    p_idempotency_key: key ?? undefined,
    p_save_constraints: request.save_constraints,
    ...request.seen_constraints && {
      p_seen: { constraints: request.seen_constraints } as Json,
    },
  });
  if (error) throw databaseError(error);
  const { outcome, run, losses } = data as unknown as RequestOutcome;
  if (outcome === "would_lose") throw wouldLose(losses);
  refuseConflicts(PLANNER_RUN, outcome, run?.id, request.allocation_run);
  return {
    planner_run_id: run.id,
    status: run.status,
    dispatch: await dispatchRun(client, PLANNER_RUN, run),
    replayed: outcome === "replayed",
  };
}

/** What request_planner_run() answers: the run where there is one, losses with the outcome would_lose. */
interface RequestOutcome {
  outcome: string;
  run: PlannerRun;
  losses: Losses;
}

/** What hangs on job lines, counted by kind: private.losses() in the database. */
export interface Losses {
  lines: number;
  ranks: number;
  doctors: number;
  eligibility: number;
  preferencers: number;
  weightings: number;
  places: number;
  must_have: number;
  allocations: number;
  at_most?: true;
}

function wouldLose(losses: Losses): ApiError {
  return new ApiError(
    409,
    "WOULD_LOSE",
    "Job lines that something hangs on would be replaced or changed; what goes is archived and can be brought back. " +
      "Ask again with accept_losses, fill instead, or pin the lines.",
    { members: { losses } },
  );
}

/** The caller's planner run. @throws ApiError 404 when they see none of this id */
export function readPlannerRun(client: RestClient, id: string): Promise<PlannerRun> {
  return theRun(
    PLANNER_RUN,
    id,
    () =>
      client.from("allocation_planner_runs").select("*").eq("id", id)
        .maybeSingle(),
  );
}

/** Cancels the caller's planner run; one that has ended is answered as it is. @throws ApiError 403, 404 */
export function cancelPlannerRun(client: RestClient, id: string): Promise<PlannerRun> {
  return theRun(PLANNER_RUN, id, () => client.rpc("cancel_planner_run", { p_planner_run: id }));
}

type ParsedRequest = z.infer<ReturnType<typeof requestShape>>;

/** The request's own constraints, or else those of the allocation run; either way valid ones. */
async function constraintsFor(
  client: RestClient,
  request: ParsedRequest,
): Promise<ConstraintEntry[]> {
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
