// The service worker of the doctors' page: keeps its files, so that a phone without a network opens it again and shows what was
// typed (which the page itself keeps). What is kept is one version of the page; a new one takes its place at the next visit.

import { answer, keepAll, kindOf, type Site } from "./answers.ts";

/** What the build puts before this script. */
declare const RECEPTOR: { version: string; files: readonly string[] };

interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends Extendable {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

/** The part of a worker's global scope that is used. */
interface Scope {
  location: { href: string };
  registration: { scope: string };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listen: (event: Extendable) => void): void;
  addEventListener(name: "fetch", listen: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as Scope;
const PREFIX = "receptor.doctor ";
const own = PREFIX + RECEPTOR.version;
const site = (): Site => ({
  worker: scope.location.href,
  scope: scope.registration.scope,
  files: RECEPTOR.files,
});

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(own).then((shelf) => keepAll(site(), shelf)).then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(
        names.filter((name) => name.startsWith(PREFIX) && name !== own)
          .map((name) => caches.delete(name)),
      )
    ),
  );
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const kind = kindOf(site(), request);
  if (kind === null) return;
  event.respondWith(
    caches.open(own).then((shelf) => answer(site(), kind, request, shelf, (asked) => fetch(asked))),
  );
});
