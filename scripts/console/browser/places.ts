// Browsers in which tests open pages: made once for all tests that ask for the same, and emptied between them. A process that has
// started and has the pages' scripts compiled is half of what opening a page takes.

import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  CDPSession,
  Page,
} from "playwright-core";
import { requireEnv } from "../../../shared/platform/env.ts";
import { launchChromium } from "../chromium.ts";

/** Where the console is served. */
export const CONSOLE = `${requireEnv("SUPABASE_URL")}/functions/v1/console`;

/** A file of the pages' origin that shows nothing, keeps nothing, and opens no connection. */
const NOWHERE = `${CONSOLE}/config.json`;

/** How long anything on the page may take, in ms; no test expects it to take any time. */
export const PATIENCE = 300_000;

/** No script runs long enough here to be worth what compilers take that optimise: a fifth of each look by axe-core. */
const FLAGS = ["--js-flags=--no-opt --no-maglev"];

/** What stays with a browser or a tab when the test has ended that used it: the place is not used again then. */
const LASTING = [
  ...["addCookies", "addInitScript", "clock", "close", "emulateMedia", "exposeBinding"],
  ...["exposeFunction", "grantPermissions", "on", "once", "routeWebSocket", "setExtraHTTPHeaders"],
  ...["setGeolocation", "setHTTPCredentials", "setOffline", "setViewportSize"],
];

/** What pages keep, but for what is in their own storage. */
const KEPT = "cookies,indexeddb,cache_storage,service_workers";

type Scheme = "dark" | "light";

/** A browser of a test's own while the test has it: its cookies, storage and connection are nobody else's. */
export interface Place {
  context: BrowserContext;
  /** Its tab, at an empty place of the pages' origin. */
  page: Page;
  /** What went wrong on its pages. */
  faults: string[];
  /** No other test gets it. */
  spent: boolean;
  cleaner: CDPSession;
  key: string;
  /** What it was made in. */
  scheme: Scheme;
}

let browser: Promise<Browser> | null = null;
const idle = new Map<string, Place[]>();

Deno.test.afterAll(async () => {
  await (await browser)?.close();
});

/**
 * A browser with one tab.
 * @param fresh none that somebody had before, whose cache knows the pages' files: where it is the test's subject what a
 * browser has and loads
 */
export async function takePlace(options: BrowserContextOptions, fresh: boolean): Promise<Place> {
  const key = JSON.stringify(options);
  return (fresh ? undefined : idle.get(key)?.pop()) ?? await makePlace(key, options, fresh);
}

/** Gives it back. @returns what went wrong on its pages */
export async function leavePlace(place: Place): Promise<string[]> {
  const { context, page, cleaner } = place;
  // A request that a test has held back or lost may still be on its way.
  await context.unrouteAll({ behavior: "ignoreErrors" });
  if (place.spent) {
    await context.close();
    return place.faults;
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
  for (const tab of context.pages()) if (tab !== page) await tab.close();
  // Behind whatever its page has said.
  await cleaner.send("Runtime.evaluate", { expression: "0" });
  const faults = [...place.faults];
  await page.goto(NOWHERE);
  await page.evaluate("name = ''; localStorage.clear(); sessionStorage.clear()");
  const { origin } = new URL(CONSOLE);
  await cleaner.send("Storage.clearDataForOrigin", { origin, storageTypes: KEPT });
  await page.mouse.move(0, 0);
  await showIn(place.scheme, page);
  place.faults.length = 0;
  idle.set(place.key, [...idle.get(place.key) ?? [], place]);
  return faults;
}

async function makePlace(
  key: string,
  options: BrowserContextOptions,
  fresh: boolean,
): Promise<Place> {
  // A browser that draws no picture draws what moves all the same, sixty times a second.
  const context = await (await (browser ??= launchChromium(FLAGS))).newContext({
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    // Requests that fail on purpose are told of as well.
    if (message.type() === "error" && !/Failed to load resource|WebSocket/.test(message.text())) {
      faults.push(message.text());
    }
  });
  const page = await context.newPage();
  const cleaner = await context.newCDPSession(page);
  await page.goto(NOWHERE);
  const scheme = options.colorScheme === "dark" ? "dark" : "light";
  const place: Place = { context, page, faults, spent: fresh, cleaner, key, scheme };
  for (const target of [context, page]) watchLasting(target, () => place.spent = true);
  return place;
}

/** Shows a tab in the dark or in the light, until its browser is given back: unlike `page.emulateMedia` that spends nothing. */
export async function showIn(colorScheme: Scheme, page: Page): Promise<void> {
  const { emulateMedia } = Object.getPrototypeOf(page) as Page;
  await emulateMedia.call(page, { colorScheme });
}

/** Tells whoever takes anything of it that lasts. */
function watchLasting(target: object, tell: () => void): void {
  for (const name of LASTING) {
    if (!(name in target)) continue;
    const value = Reflect.get(target, name);
    const own = typeof value === "function" ? value.bind(target) : value;
    Object.defineProperty(target, name, {
      get: () => {
        tell();
        return own;
      },
    });
  }
}
