// One error for whatever can go wrong between a UI and Receptor: a stable code to branch on, a
// sentence to show, and a path for each fault of the input.

import { below } from "../engine/paths.ts";
import { busy, isBusy } from "../platform/busy.ts";
import { toCamel } from "../platform/spelling.ts";
import type { UnclearColumns } from "./exchange_types.ts";
import type { Losses } from "./lines_types.ts";

/** A fault of the input. */
export interface FieldError {
  /** Where, e.g. `constraints[1].value`. */
  path: string;
  message: string;
  /** Of a cell: the stable code of what is wrong, and where: sheet (null: CSV), row from 1, letter and header of the column. */
  code?: string;
  sheet?: string | null;
  row?: number;
  column?: string | null;
  header?: string | null;
}

/** What is known about a failure. */
export interface ErrorDetails {
  code: string;
  /** HTTP status; 0 where no answer came. */
  status: number;
  message: string;
  errors?: FieldError[];
  plannerRunId?: string;
  allocatorRunId?: string;
  losses?: Losses;
  columns?: UnclearColumns;
  now?: Record<string, unknown> | null;
  lost?: boolean;
  cause?: unknown;
}

/** A failure that a UI can show (`message`) and branch on (`code`). */
export class ReceptorError extends Error {
  /** Stable: the code of the problem document, or NETWORK, NOT_RECEPTOR, NOT_FOUND, STOPPED... */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The faults of the input, where it was refused. */
  readonly errors?: FieldError[];
  /** The planner run that stands in the way (UNFINISHED_RUN, IDEMPOTENCY_KEY_REUSED). */
  readonly plannerRunId?: string;
  /** The same of allocator runs. */
  readonly allocatorRunId?: string;
  /** What hangs on lines that would be replaced (WOULD_LOSE). */
  readonly losses?: Losses;
  /** What is to be said of a file's columns (COLUMNS_UNCLEAR, and INVALID_ROWS of headers). */
  readonly columns?: UnclearColumns;
  /** What somebody else changed, as it is now, in the database's names; null: it is not there any more (CHANGED_MEANWHILE). */
  readonly now?: Record<string, unknown> | null;
  /** Whether nothing is known of what became of the request: no answer came, or none of Receptor's. */
  readonly lost: boolean;

  constructor(details: ErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = "ReceptorError";
    this.code = details.code;
    this.status = details.status;
    this.errors = details.errors;
    this.plannerRunId = details.plannerRunId;
    this.allocatorRunId = details.allocatorRunId;
    this.losses = details.losses;
    this.columns = details.columns;
    this.now = details.now;
    this.lost = details.lost ?? false;
  }
}

const CODE_OF_STATUS: Record<number, string> = {
  400: "BAD_REQUEST",
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  429: "RATE_LIMITED",
};

function codeOfStatus(status: number): string {
  return CODE_OF_STATUS[status] ?? (status >= 500 ? "SERVER_ERROR" : `HTTP_${status}`);
}

/** Error codes of the database that carry a meaning of their own. */
const STATUS_OF_SQLSTATE: Record<string, number> = {
  RC400: 400,
  RC404: 404,
  RC409: 409,
  RC4ED: 409,
  RC4WL: 409,
  RC429: 429,
  "42501": 403,
  // Nested too deep: REST answers 500, as for any statement that is too complex.
  "54001": 400,
};

/** The failure of a request that got no answer: offline, DNS, timeout, reset. */
export function networkError(cause: unknown): ReceptorError {
  return new ReceptorError({
    code: "NETWORK",
    status: 0,
    message: "Receptor could not be reached. Check the connection and try again.",
    lost: true,
    cause,
  });
}

/**
 * The failure of a request that somebody else answered, as if all were well: the page of a guest
 * network that wants a sign-in, or of a proxy.
 * @param status HTTP status of that answer
 */
export function strangeAnswer(status: number): ReceptorError {
  return new ReceptorError({
    code: "NOT_RECEPTOR",
    status,
    message:
      "Something between this device and Receptor answered in its place, as the sign-in page " +
      "of a guest network does. Check the connection and try again.",
    lost: true,
  });
}

/** Gateways that could not get, or not wait for, what Receptor answers. */
const GATEWAY_STATUSES = [502, 503, 504];

/**
 * Whether an answer says nothing of what became of the request. Receptor's own failures are problem documents;
 * other statuses from 500 on are the host's, e.g. 546 where it stopped an isolate, or 520 to 524 of what stands before it.
 */
function isLost({ status, headers }: Response): boolean {
  if (GATEWAY_STATUSES.includes(status)) return true;
  return status >= 500 && !headers.get("content-type")?.startsWith("application/problem+json");
}

/**
 * Reads the answer of a function that was not 2xx. Receptor answers problem documents (RFC 9457);
 * a gateway in between may answer anything, which must not hide the status.
 */
export async function errorOfResponse(response: Response): Promise<ReceptorError> {
  const body = await response.text().then(parseObject, () => ({}) as Record<string, unknown>);
  return new ReceptorError({
    code: text(body.code) ?? codeOfStatus(response.status),
    status: response.status,
    message: text(body.detail) ?? text(body.title) ?? text(body.message) ??
      `Receptor answered with status ${response.status}.`,
    errors: fieldErrors(body.errors),
    plannerRunId: text(body.planner_run_id),
    allocatorRunId: text(body.allocator_run_id),
    columns: Array.isArray(body.headers) && Array.isArray(body.fields)
      ? body as unknown as UnclearColumns
      : undefined,
    losses: body.code === "WOULD_LOSE" ? toCamel(body.losses) as Losses : undefined,
    now: nowOf(body),
    lost: isLost(response),
  });
}

/**
 * Maps what `functions.invoke` gives as `error`: its `context` is the Response, or the failure of
 * fetch. The names are compared because a UI may bundle another copy of the class.
 */
export function errorOfInvoke(error: unknown): Promise<ReceptorError> {
  const context = (error as { context?: unknown } | null)?.context;
  if (context instanceof Response) return errorOfResponse(context);
  return Promise.resolve(networkError(context ?? error));
}

/** An error as PostgREST tells it. */
interface RestError {
  code?: string;
  message: string;
  details?: string | null;
  hint?: string | null;
}

/** A stable code of ours, which functions of the database give as the hint of an error. */
const CODE = /^[A-Z]+(_[A-Z]+)+$/;

/**
 * What a constraint of a table refused, as a fault with its column: PostgreSQL's own words name constraints.
 * @returns null of any other error
 */
function constraintFault({ code, message, details }: RestError): FieldError | null {
  // Of tables under row level security PostgreSQL tells no key: then the constraint's name has its last column.
  const [, keys, values] = /\((.+)\)=\((.+)\)/.exec(details ?? "") ?? [];
  const [, constraint = ""] = /constraint "(.+?)"/.exec(message) ?? [];
  const column = keys?.split(", ").at(-1) ??
    /_([a-z]+)_(?:key|idx|fkey)\d*$/.exec(constraint)?.[1] ?? "";
  switch (code) {
    case "23505": { // unique_violation
      const value = values?.split(", ").at(-1);
      const what = value === undefined || /^[0-9a-f-]{36}$/.test(value)
        ? column ? `Another one with this ${spoken(column).toLowerCase()}` : "It"
        : `"${value}"`;
      return { path: column, message: `${what} is there already.` };
    }
    case "23503": // foreign_key_violation
      return { path: column, message: "It refers to something that is not there any more." };
    case "23502": { // not_null_violation
      const [, name = ""] = /column "(.+?)"/.exec(message) ?? [];
      return { path: name, message: `${spoken(name)} is needed.` };
    }
    case "23514": { // check_violation
      const [, table] = /relation "(.+?)"/.exec(message) ?? [];
      const name = constraint.replace(`${table}_`, "").replace(/_check\d*$/, "");
      return { path: name, message: `${spoken(name)} is not valid.` };
    }
    default:
      return null;
  }
}

/** What PostgreSQL calls the types of our columns. */
const KIND_OF_TYPE: [RegExp, string][] = [
  [/^(small|big)?int/, "a whole number"],
  [/^(real|double|numeric)/, "a number"],
  [/^uuid/, "an id"],
  [/^(date|time)/, "a date"],
  [/^bool/, "true or false"],
];

/**
 * What is no value of its column: PostgreSQL refuses it while it reads the request, before any trigger of ours could say where.
 * @param body of the request: where the value stands in it is its path
 * @returns null of any other error
 */
function valueFault({ code, message }: RestError, body: unknown): FieldError | null {
  if (!VALUE_STATES.includes(code ?? "")) return null;
  const [, value] = /"(.*)"/s.exec(message) ?? [];
  const [, type = ""] = /type (\w+)/.exec(message) ?? [];
  if (value === undefined) return null;
  const path = pathOf(body, value);
  const kind = KIND_OF_TYPE.find(([name]) => name.test(type))?.[1];
  const fault = code === "22003"
    ? "is too large a number"
    : kind
    ? `is not ${kind}`
    : "is not valid";
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  return { path, message: `"${shown}" ${fault}.` };
}

/** SQLSTATEs of values that cannot be read: invalid text, out of range, no date, no date that is. */
const VALUE_STATES = ["22P02", "22003", "22007", "22008"];

/** Where a value stands in a request, e.g. `[2].order_preference`; empty where it does not, or nobody knows. */
function pathOf(body: unknown, value: string): string {
  const open: [path: string, value: unknown][] = [["", body]];
  while (open.length > 0) {
    const [path, here] = open.pop()!;
    if (typeof here === "object" && here !== null) {
      const isList = Array.isArray(here);
      for (const [key, member] of Object.entries(here).reverse()) {
        open.push([below(path, isList ? Number(key) : key), member]);
      }
    } else if (path !== "" && String(here) === value) return path;
  }
  return "";
}

function spoken(column: string): string {
  const words = column.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Maps the error of a REST request or RPC.
 * @param status 0 where no answer came
 * @param body of the request, where it is known
 */
export function errorOfRest(error: RestError, status: number, body?: unknown): ReceptorError {
  if (status === 0) return networkError(error);
  // supabase-js gives what is no JSON as the message.
  const isPage = error.code === undefined && error.message.trimStart().startsWith("<");
  if (status < 400) return strangeAnswer(status);
  if (isBusy(error)) {
    const { code, status, message } = busy(error);
    return new ReceptorError({ code, status, message, cause: error });
  }
  // Without a session, what is forbidden answers 401: signing in may help.
  const meant = status === 401 ? status : STATUS_OF_SQLSTATE[error.code ?? ""] ?? status;
  const fault = constraintFault(error) ?? valueFault(error, body);
  const words = fault?.message ?? error.message;
  return new ReceptorError({
    code: CODE.test(error.hint ?? "") ? error.hint! : codeOfStatus(meant),
    status: meant,
    message: words && !isPage ? words : `Receptor answered with status ${status}.`,
    errors: error.code === "RC400" || error.code === "RC4ED"
      ? fieldErrors(parseJson(error.details ?? ""))
      : fault
      ? [fault]
      : undefined,
    losses: error.code === "RC4WL" ? toCamel(parseJson(error.details ?? "")) as Losses : undefined,
    now: error.code === "RC409" ? nowOf(parseObject(error.details ?? "")) : undefined,
    cause: error,
  });
}

function parseObject(body: string): Record<string, unknown> {
  const value = parseJson(body);
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

/** What is there now of what somebody else changed, where a refusal tells it. */
function nowOf({ now }: Record<string, unknown>): ReceptorError["now"] {
  return typeof now === "object" && !Array.isArray(now) ? now as ReceptorError["now"] : undefined;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // e.g. a gateway's page
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldErrors(value: unknown): FieldError[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((entry) => ({
    ...(typeof entry === "object" ? entry : null),
    path: String(entry?.path ?? ""),
    message: String(entry?.message ?? entry),
  }));
}
