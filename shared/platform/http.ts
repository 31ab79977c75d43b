// A thin frame around a function's handlers: routing by method, CORS, size limit, errors as problem details.

import { type Bytes, joined } from "./bytes.ts";
import { busy, isBusy } from "./busy.ts";
import { describeError, log } from "./log.ts";
import { ApiError, problemResponse } from "./problem_details.ts";

/** Answers one request; `path` is what follows the function's name in the URL, without slashes at the ends. */
export type Handler = (request: Request, path: string) => Promise<Response> | Response;

/** Handlers by HTTP method. */
export type Routes = Partial<Record<"GET" | "HEAD" | "POST" | "PUT" | "DELETE", Handler>>;

const MAX_BODY_BYTES = 256 * 1024;
/**
 * What browsers may send: supabase-js' own headers (its module `cors` lists them), the region that `invoke` may ask for,
 * and the key of a repeated request.
 */
const ALLOWED_HEADERS = [
  ...["authorization", "x-client-info", "apikey", "content-type", "x-retry-count"],
  ...["traceparent", "tracestate", "baggage", "x-region", "idempotency-key"],
].join(", ");

/**
 * Makes the fetch handler of a function.
 * @param name the function's name, as in its URL
 */
export function createHandler(
  name: string,
  routes: Routes,
): (request: Request) => Promise<Response> {
  const methods = [...Object.keys(routes), "OPTIONS"].join(", ");
  return async (request) => {
    if (request.method === "OPTIONS") {
      return withHeaders(new Response(null, { status: 204 }), methods);
    }
    try {
      const handler = Object.hasOwn(routes, request.method)
        ? routes[request.method as keyof Routes]
        : undefined;
      if (!handler) {
        throw new ApiError(
          405,
          "METHOD_NOT_ALLOWED",
          `${name} does not answer ${request.method}.`,
          {
            headers: { allow: methods },
          },
        );
      }
      return withHeaders(await handler(request, pathAfter(request.url, name)), methods);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        log("error", name, "request failed", {
          method: request.method,
          error: describeError(error),
        });
      }
      return withHeaders(problemResponse(isBusy(error) ? busy(error) : error), methods);
    }
  };
}

/** What every answer says: who may read it, that it is what it says it is, and that nobody keeps it. */
function withHeaders(response: Response, methods: string): Response {
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cache-control", "no-store");
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-allow-headers", ALLOWED_HEADERS);
  response.headers.set("access-control-allow-methods", methods);
  response.headers.set("access-control-expose-headers", "retry-after, content-disposition");
  return response;
}

/** The part of a URL's path behind the function's name ("" when there is none). */
export function pathAfter(url: string, name: string): string {
  const segments = new URL(url).pathname.split("/").filter(Boolean);
  return segments.slice(segments.indexOf(name) + 1).join("/");
}

/**
 * The JSON body of a request.
 * @param limit in bytes
 * @throws ApiError 413 when it is too large, 400 when it is not JSON
 */
export async function readJson(request: Request, limit = MAX_BODY_BYTES): Promise<unknown> {
  return parsed(new TextDecoder().decode(await readBytes(request, limit)));
}

/**
 * The same where a call may come without a body: `{}` then. The platform tells an empty body as none, or as a stream of
 * nothing.
 */
export async function readOptionalJson(
  request: Request,
  limit = MAX_BODY_BYTES,
): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(request, limit));
  return text === "" ? {} : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, "INVALID_JSON", "The request body is not JSON.");
  }
}

/**
 * The body of a request as it came, e.g. a file.
 * @param limit in bytes
 * @throws ApiError 413 when it is larger; what is beyond the limit is never held
 */
export async function readBytes(
  request: Request,
  limit: number,
): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new ApiError(
        413,
        "BODY_TOO_LARGE",
        `The request body is larger than ${limit} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return joined(chunks);
}
