// Serves a web page's files: which file a path means, its headers, and what a browser may do on the page.

import { createHash } from "node:crypto";
import type { Bytes } from "./bytes.ts";
import { describeError, log } from "./log.ts";
import { publishableKey } from "./api_keys.ts";
import { type Environment, processEnv, requireEnv } from "./env.ts";
import { ApiError, problemResponse } from "./problem_details.ts";
import { contentSecurityPolicy, type PageNeeds, type PageSettings } from "./page_policy.ts";

/** A file of a page, as its build wrote it; `{{base}}` in index.html stands for where the others are. */
export interface Asset {
  /** As in its URL. Script and style carry a hash of their content, so that they may be cached for ever. */
  name: string;
  type: string;
  text: string;
}

/** A page that a function serves. */
export interface WebPage extends PageNeeds {
  /** The function's name, which ends the page's path. */
  name: string;
  /** In sentences: "the console". */
  title: string;
  assets: readonly Asset[];
}

/** The script of a page's service worker. */
export const WORKER = "sw.js";

/**
 * Reads the settings from what the platform gives every function.
 * @throws Error naming what is missing
 */
export function readSettings(read: Environment = processEnv): PageSettings {
  const url = read("SUPABASE_PUBLIC_URL") || requireEnv("SUPABASE_URL", read);
  return { supabaseUrl: url.replace(/\/+$/, ""), publishableKey: publishableKey(read) };
}

/** Files with a hash in their names never change; the page and the configuration are asked for anew. */
const HASHED = /-([0-9a-f]{12}|[0-9A-Z]{8})\.(js|css)$/;
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";
const CACHE_ASK = "no-cache";

interface File {
  type: string;
  body: Bytes;
  etag: string;
  cache: string;
  /** The page whose service worker it is. */
  workerOf?: string;
}

function file(type: string, text: string, cache: string): File {
  const etag = `"${createHash("sha256").update(text).digest("hex").slice(0, 20)}"`;
  return { type, body: new TextEncoder().encode(text), etag, cache };
}

/** The files of a page, by name; and the page itself, whose text depends on the path. */
interface Files {
  index: Asset;
  others: ReadonlyMap<string, File>;
}

function filesOf(assets: readonly Asset[]): Files {
  const index = assets.find(({ name }) => name === "index.html");
  if (!index) throw new Error("A page needs its index.html.");
  const others = assets.filter((asset) => asset !== index).map(({ name, type, text }) => {
    const cache = HASHED.test(name) ? CACHE_FOR_EVER : CACHE_ASK;
    return [name, file(type, text, cache)] as const;
  });
  return { index, others: new Map(others) };
}

/**
 * Finds what a path means. The page may be asked for with or without a slash at the end, and gateways differ
 * in what they make of one, so that the page names its files relative to the path that was asked for.
 */
function find(page: WebPage, files: Files, path: string, settings: PageSettings): File {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.split("/").at(-2);
  if (name === page.name || (name === "" && folder === page.name) || name === "index.html") {
    const base = name === page.name ? `${page.name}/` : "";
    return file(files.index.type, files.index.text.replaceAll("{{base}}", base), CACHE_ASK);
  }
  if (name === "config.json") {
    const { supabaseUrl, publishableKey } = settings;
    return file(
      "application/json",
      JSON.stringify({ supabase_url: supabaseUrl, publishable_key: publishableKey }),
      CACHE_ASK,
    );
  }
  const found = files.others.get(name);
  if (found) return name === WORKER ? { ...found, workerOf: page.name } : found;
  throw new ApiError(404, "NOT_FOUND", `${capital(page.title)} has no such file.`);
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * Makes the fetch handler.
 * @param page whose files are handed out
 * @param settings asked for each request, so that a project that lacks one answers with a 500 and a log line
 */
export function createPage(
  page: WebPage,
  settings: () => PageSettings,
): (request: Request) => Promise<Response> {
  const files = filesOf(page.assets);
  const gzip = gzipOnce();
  return async (request) => {
    try {
      requireReading(page, request);
      const values = settings();
      const found = find(page, files, new URL(request.url).pathname, values);
      return await answer(request, found, contentSecurityPolicy(values.supabaseUrl, page), gzip);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        log("error", page.name, "request failed", { error: describeError(error) });
      }
      return secured(problemResponse(error), "default-src 'none'");
    }
  };
}

function requireReading(page: WebPage, { method }: Request): void {
  if (method === "GET" || method === "HEAD") return;
  throw new ApiError(
    405,
    "METHOD_NOT_ALLOWED",
    `${capital(page.title)} does not answer ${method}.`,
    { headers: { allow: "GET, HEAD" } },
  );
}

async function answer(
  request: Request,
  found: File,
  policy: string,
  gzip: Compress,
): Promise<Response> {
  const headers = new Headers({
    "cache-control": found.cache,
    etag: found.etag,
    vary: "accept-encoding",
  });
  if (found.workerOf) {
    // Relative to the script: a function does not know what gateways put before its path. The page's address has no slash at
    // its end, and is not in the script's folder.
    headers.set("service-worker-allowed", `../${found.workerOf}`);
  }
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
