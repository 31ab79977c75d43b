// Serves the console's files: which file a path means, its headers, and what a browser may do on the page.

import { createHash } from "node:crypto";
import type { Bytes } from "../../shared/platform/bytes.ts";
import { describeError, log } from "../../shared/platform/log.ts";
import { publishableKey } from "../../shared/platform/api_keys.ts";
import { type Environment, processEnv, requireEnv } from "../../shared/platform/env.ts";
import { ApiError, problemResponse } from "../../shared/platform/problem_details.ts";
import { ASSETS } from "./assets.ts";
import { type ConsoleSettings, contentSecurityPolicy } from "./policy.ts";

/**
 * Reads the settings from what the platform gives every function.
 * @throws Error naming what is missing
 */
export function readSettings(read: Environment = processEnv): ConsoleSettings {
  const url = read("SUPABASE_PUBLIC_URL") || requireEnv("SUPABASE_URL", read);
  return { supabaseUrl: url.replace(/\/+$/, ""), publishableKey: publishableKey(read) };
}

/** Files with a hash in their names never change; the page and the configuration are asked for anew. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";
const CACHE_ASK = "no-cache";

interface File {
  type: string;
  body: Bytes;
  etag: string;
  cache: string;
}

function file(type: string, text: string, cache: string): File {
  const etag = `"${createHash("sha256").update(text).digest("hex").slice(0, 20)}"`;
  return { type, body: new TextEncoder().encode(text), etag, cache };
}

const STATIC = new Map(
  ASSETS.map(({ name, type, text }) => [
    name,
    file(type, text, /-[0-9a-f]{12}\./.test(name) ? CACHE_FOR_EVER : CACHE_ASK),
  ]),
);
const PAGE = ASSETS.find(({ name }) => name === "index.html")!;

/**
 * Finds what a path means. The page may be asked for with or without a slash at the end, and gateways differ
 * in what they make of one, so that the page names its files relative to the path that was asked for.
 */
function find(path: string, settings: ConsoleSettings): File {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.split("/").at(-2);
  if (name === "console" || (name === "" && folder === "console") || name === "index.html") {
    const base = name === "console" ? "console/" : "";
    return file(PAGE.type, PAGE.text.replaceAll("{{base}}", base), CACHE_ASK);
  }
  if (name === "config.json") {
    const { supabaseUrl, publishableKey } = settings;
    return file(
      "application/json",
      JSON.stringify({ supabase_url: supabaseUrl, publishable_key: publishableKey }),
      CACHE_ASK,
    );
  }
  const found = STATIC.get(name);
  if (found) return found;
  throw new ApiError(404, "NOT_FOUND", "The console has no such file.");
}

/**
 * Makes the fetch handler.
 * @param settings asked for each request, so that a project that lacks one answers with a 500 and a log line
 */
export function createConsole(
  settings: () => ConsoleSettings,
): (request: Request) => Promise<Response> {
  const gzip = gzipOnce();
  return async (request) => {
    try {
      return await serve(request, settings(), gzip);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        log("error", "console", "request failed", { error: describeError(error) });
      }
      return secured(problemResponse(error), "default-src 'none'");
    }
  };
}

async function serve(
  request: Request,
  settings: ConsoleSettings,
  gzip: Compress,
): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new ApiError(
      405,
      "METHOD_NOT_ALLOWED",
      `The console does not answer ${request.method}.`,
      {
        headers: { allow: "GET, HEAD" },
      },
    );
  }
  const found = find(new URL(request.url).pathname, settings);
  const headers = new Headers({
    "cache-control": found.cache,
    etag: found.etag,
    vary: "accept-encoding",
  });
  const policy = contentSecurityPolicy(settings.supabaseUrl);
  if (sameTag(request.headers.get("if-none-match"), found.etag)) {
    return secured(new Response(null, { status: 304, headers }), policy);
  }
  headers.set("content-type", found.type);
  let body = found.body;
  if (acceptsGzip(request)) {
    headers.set("content-encoding", "gzip");
    body = await gzip(found);
  }
  headers.set("content-length", String(body.length));
  return secured(new Response(request.method === "HEAD" ? null : body, { headers }), policy);
}

/** A gateway that compresses marks a tag as weak. */
function sameTag(asked: string | null, etag: string): boolean {
  return asked?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag) ?? false;
}

function acceptsGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(request.headers.get("accept-encoding") ?? "");
}

type Compress = (file: File) => Promise<Bytes>;

/** Compresses each file once; a failure is forgotten, so that the next request tries again. */
function gzipOnce(): Compress {
  const zipped = new Map<string, Promise<Bytes>>();
  return ({ body, etag }) => {
    const known = zipped.get(etag);
    if (known) return known;
    const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
    const fresh = new Response(stream).bytes();
    zipped.set(etag, fresh);
    fresh.catch(() => zipped.delete(etag));
    return fresh;
  };
}

function secured(response: Response, policy: string): Response {
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "no-referrer");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()");
  return response;
}
