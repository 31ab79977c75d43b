// Where the user is: `#/<page>/<allocation run>?<parameters>`. Links are plain anchors.

import { signal } from "@preact/signals";

/** A place in the console. */
export interface Route {
  page: string;
  /** Id of the allocation run; empty: not chosen. */
  allocationRun: string;
  params: URLSearchParams;
}

/** Where the user is now. */
export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ""));

globalThis.addEventListener?.("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** Reads a hash; whatever is missing is empty. */
export function parseRoute(hash: string): Route {
  const [, path, query] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash)!;
  const [page = "", allocationRun = ""] = path.split("/");
  return { page, allocationRun, params: new URLSearchParams(query) };
}

/** The hash of a place, for links. */
export function hashOf(page: string, allocationRun: string, params?: URLSearchParams): string {
  const query = params?.toString();
  return `#/${page}/${allocationRun}${query ? `?${query}` : ""}`;
}

/**
 * Goes to a place.
 * @param replace without a new entry in the browser's history
 * @param write when the browser's address is written, which takes it a while; the page is drawn before
 */
export function go(
  hash: string,
  { replace = false, write = (run: () => void): unknown => run() } = {},
): void {
  route.value = parseRoute(hash);
  write(() => {
    if (replace || hash === location.hash) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
  });
}
