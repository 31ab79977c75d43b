// What the page's service worker answers: the page's own files, which are public and the same for everybody, so that it can be
// opened without a network. Whatever else is asked for, and so all that the database says, goes past it and is never kept.

/** The part of a `Cache` that is used. */
export type Shelf = Pick<Cache, "match" | "put" | "addAll">;

/** Where the page is, and what it consists of. */
export interface Site {
  /** Of the worker, e.g. `https://x.example/functions/v1/doctor/sw.js`: the page's files lie beside it. */
  worker: string;
  /** What it may answer for, e.g. `https://x.example/functions/v1/doctor`: the page's address. */
  scope: string;
  /** Names of files that never change: each has a hash of its content, or comes with this version of the worker. */
  files: readonly string[];
}

/** How long the network may take to send the page, in ms, before the one that is kept is opened. */
export const PATIENCE = 3_000;

const CONFIG = "config.json";

/** What a request is to this page; null: nothing of its own. */
export type Kind = "page" | "file" | "config" | null;

/** Tells it. Files are known by their names, however the path before them is written, as the function does it. */
export function kindOf(site: Site, request: Pick<Request, "url" | "method" | "mode">): Kind {
  const url = new URL(request.url), folder = new URL(".", site.worker);
  if (request.method !== "GET" || url.origin !== folder.origin) return null;
  if (request.mode === "navigate") {
    const page = folder.pathname.replace(/\/$/, "");
    return [page, `${page}/`, `${page}/index.html`].includes(url.pathname) ? "page" : null;
  }
  if (!url.pathname.startsWith(folder.pathname)) return null;
  const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  if (name === CONFIG) return "config";
  return site.files.includes(name) ? "file" : null;
}

/** All that the page needs, as one version of it: nothing is kept where a part cannot be had. @throws then */
export async function keepAll(site: Site, shelf: Shelf): Promise<void> {
  const names = [...site.files, CONFIG].map((name) => new URL(name, site.worker).href);
  await shelf.addAll([site.scope, ...names].map((url) => new Request(url, { cache: "no-cache" })));
}

/** Answers for a request of a kind. @param ask asks the network @param patience see {@link PATIENCE} */
export async function answer(
  site: Site,
  kind: Exclude<Kind, null>,
  request: Request,
  shelf: Shelf,
  ask: (request: Request) => Promise<Response>,
  patience = PATIENCE,
): Promise<Response> {
  const name = new URL(request.url).pathname.replace(/^.*\//, "");
  const key = kind === "page" ? site.scope : new URL(name, site.worker).href;
  if (kind === "file") return await shelf.match(key) ?? await ask(request);
  const kept = shelf.match(key);
  const asked = ask(request).then(async (fresh) => {
    if (fresh.status >= 500) return await kept ?? fresh;
    // The page itself is kept with its files, by the version of the worker that comes with them.
    if (kind === "config" && fresh.ok) await shelf.put(key, fresh.clone());
    return fresh;
  });
  const late = new Promise<void>((resolve) => setTimeout(resolve, patience));
  try {
    return await Promise.race([asked, late.then(() => kept)]) ?? await asked;
  } catch (failure) {
    const known = await kept;
    if (known) return known;
    throw failure;
  }
}
