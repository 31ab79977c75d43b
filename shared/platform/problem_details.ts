// Errors to callers: RFC 9457 problem details with a stable code, and nothing internal.

/** A fault of one field of a request; `path` as in `constraints[1].value`. */
export interface FieldError {
  path: string;
  message: string;
  /** Stable, where the fault has one of its own. */
  code?: string;
}

/** What an `ApiError` may carry besides its code and sentence. */
export interface ApiErrorExtras {
  errors?: FieldError[];
  /** Further members of the problem document, e.g. `planner_run_id`. */
  members?: Record<string, unknown>;
  /** Further response headers, e.g. `allow`. */
  headers?: Record<string, string>;
}

/** An error that is meant for the caller: status, stable code, and a sentence for a person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly extras: ApiErrorExtras = {},
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/**
 * The response that tells a caller of an error.
 * @param error an `ApiError`; anything else becomes a 500 that reveals nothing
 */
export function problemResponse(error: unknown): Response {
  const known = error instanceof ApiError
    ? error
    : new ApiError(500, "INTERNAL_ERROR", "Something went wrong on our side. Please try again.");
  const { errors, members, headers } = known.extras;
  const document = {
    type: "about:blank",
    title: TITLES[known.status] ?? "Error",
    status: known.status,
    code: known.code,
    detail: known.message,
    ...(errors ? { errors } : {}),
    ...members,
  };
  return new Response(JSON.stringify(document), {
    status: known.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}
