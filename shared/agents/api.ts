// The function agent-api: the door for agents with keys of their own. POST claim; POST tasks/<id>/heartbeat, event, spend, act, complete, fail,
// release; GET approvals/<id>. What an agent may do and spend is decided in the database.

import * as z from "zod";
import { keptPool, type Sql, sqlState } from "../platform/database.ts";
import { createHandler, readOptionalJson } from "../platform/http.ts";
import { ApiError } from "../platform/problem_details.ts";
import { invalid, parseBody } from "../platform/requests.ts";
import { asService } from "../platform/service.ts";

/** Header that carries an agent's key. */
const AGENT_KEY_HEADER = "x-agent-key";

const lease_secs = z.int().min(10).max(3600).default(300);
const claim_token = z.uuid();
const whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** An agent's own words: events that it may write. */
const EVENTS = ["message", "tool_call", "tool_result", "error", "progress", "diagnosis"] as const;

/** Bodies of calls about a task, by the last part of their path. */
const calls = {
  heartbeat: z.strictObject({ claim_token, lease_secs }),
  event: z.strictObject({
    claim_token,
    event_type: z.enum(EVENTS).default("message"),
    summary: z.string().trim().min(1).max(2000),
    detail: z.record(z.string(), z.unknown()).default({}),
    tool_name: z.string().max(200).optional(),
    input_tokens: whole.optional(),
    output_tokens: whole.optional(),
    duration_ms: whole.optional(),
  }),
  spend: z.strictObject({
    claim_token,
    cost_usd: z.number().min(0).max(100_000),
    // What there are of is added up for as long as the task lives.
    tokens: z.int().min(0).max(1_000_000_000_000).default(0),
  }),
  act: z.strictObject({
    claim_token,
    action: z.enum([
      ...["remember", "verify_prime", "create_task", "pause_search"] as const,
      ...["resume_search", "direct_project", "change_calibration"] as const,
    ]),
    params: z.record(z.string(), z.unknown()),
    summary: z.string().trim().min(1).max(2000).optional(),
  }),
  complete: z.strictObject({
    claim_token,
    result: z.record(z.string(), z.unknown()).refine(
      (result) => JSON.stringify(result).length <= 100_000,
      "larger than 100000 characters",
    ),
  }),
  fail: z.strictObject({ claim_token, error: z.string().trim().min(1).max(5000) }),
  release: z.strictObject({ claim_token }),
};
type Call = keyof typeof calls;

const claimShape = z.strictObject({ lease_secs });
const TASK_PATH = new RegExp(`^tasks/(\\d{1,15})/(${Object.keys(calls).join("|")})$`);

interface Answer {
  outcome: string;
  period?: string;
}

/** The fetch handler of agent-api. */
export function createAgentApi(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  return createHandler(functionName, {
    POST: async (request, path) => {
      const key = keyOf(request);
      if (path === "claim") {
        const answer = await call(
          pool(),
          key,
          "claim",
          parseBody(claimShape, await readOptionalJson(request)),
        );
        return answer.outcome === "none"
          ? new Response(null, { status: 204 })
          : Response.json(withoutOutcome(answer));
      }
      const [, task, name] = TASK_PATH.exec(path) ?? [];
      if (!task) throw noSuchPath();
      const asked = parseBody(calls[name as Call], await readOptionalJson(request));
      return Response.json(await call(pool(), key, name, { ...asked, task_id: Number(task) }));
    },
    GET: async (request, path) => {
      const key = keyOf(request);
      const [, approval] = /^approvals\/(\d{1,15})$/.exec(path) ?? [];
      if (!approval) throw noSuchPath();
      const answer = await call(pool(), key, "approval", { approval_id: Number(approval) });
      return Response.json(withoutOutcome(answer));
    },
  });
}

function keyOf(request: Request): string {
  const key = request.headers.get(AGENT_KEY_HEADER) ?? "";
  if (!/^agent_[0-9a-f]{64}$/.test(key)) throw noAgent();
  return key;
}

function noAgent(): ApiError {
  return new ApiError(
    401,
    "UNAUTHENTICATED",
    `Send an agent's key in the header ${AGENT_KEY_HEADER}; this one is none, or is void.`,
  );
}

function noSuchPath(): ApiError {
  return new ApiError(404, "NOT_FOUND", "agent-api answers no such path.");
}

function withoutOutcome({ outcome: _, ...answer }: Answer): Record<string, unknown> {
  return answer;
}

/** Asks the database. @throws ApiError 401, 404, 409 CLAIM_LOST, BUDGET_EXCEEDED, TOO_MANY_…, 400 for params of an action */
async function call(sql: Sql, key: string, name: string, asked: object): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await asService(sql, async (tx) => {
      const [row] = await tx<{ answer: Answer }[]>`
        select agents.call(${key}, ${name}, ${
        tx.json(JSON.parse(JSON.stringify(asked)))
      }) as answer`;
      return row.answer;
    });
  } catch (error) {
    if (sqlState(error) === "RC400") throw invalid(faultsOf(error, name));
    // Of what an agent makes there are as many as there may be: the hint is a code.
    if (sqlState(error) === "RC409") {
      const { hint, message } = error as { hint: string; message: string };
      throw new ApiError(409, hint, message);
    }
    throw error;
  }
  switch (answer.outcome) {
    case "no_agent":
      throw noAgent();
    case "not_found":
      if (name === "act") return answer;
      throw new ApiError(404, "APPROVAL_NOT_FOUND", "There is no such approval of yours.");
    case "claim_lost":
      throw new ApiError(
        409,
        "CLAIM_LOST",
        "The task is not yours under this token: it ended, was cancelled, or its lease ran out.",
      );
    case "over_budget":
      if (name === "act") return answer;
      throw new ApiError(
        409,
        "BUDGET_EXCEEDED",
        answer.period === "task"
          ? "The task may not cost so much; it has failed."
          : `The ${answer.period} budget has no room for this.`,
        { members: { period: `${answer.period}` } },
      );
    default:
      return answer;
  }
}

/** Faults as the database tells them: of an action, those of its params. */
function faultsOf(error: unknown, call: string): { path: string; message: string }[] {
  const { detail } = error as { detail?: string };
  const faults: { path: string; message: string }[] = JSON.parse(detail ?? "[]");
  if (call !== "act") return faults;
  return faults.map(({ path, message }) => ({
    path: path ? `params.${path}` : "params",
    message,
  }));
}
