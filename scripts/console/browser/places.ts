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
  ...["addCookies", "addInitScript", "clock", "close", "exposeBinding", "exposeFunction"],
  ...["grantPermissions", "on", "once", "routeWebSocket", "setExtraHTTPHeaders"],
  ...["setGeolocation", "setHTTPCredentials"],
];

/** What would stay as well, and is put back. */
const UNDONE: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  setOffline: ({ context }) => context.setOffline(false),
  emulateMedia: ({ page, options: { reducedMotion, forcedColors = null, contrast = null } }) =>
    page.emulateMedia({ media: null, reducedMotion, forcedColors, contrast }),
};

/** What browsers say of requests that come to nothing. */
const REFUSED = /Failed to load resource|WebSocket/;

/** The same where the network has been away: a phone may lose it while it fetches what it keeps for then. */
const OFFLINE = new RegExp(`${REFUSED.source}|error occurred when fetching the script`);

/** A desktop's window, where a test asks for none. */
const WINDOW = { width: 1280, height: 720 };

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
  /** Of UNDONE, what is to be put back. */
  changed: Set<string>;
  cleaner: CDPSession;
  /** What it was made with. */
  options: BrowserContextOptions;
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
  const { colorScheme = "light", ...rest } = options;
  // Windows of desktops are as large as somebody draws them, colours are switched: that makes no other browser.
  const kind = rest.isMobile ? rest : { ...rest, viewport: WINDOW };
  // A browser that draws no picture draws what moves all the same, sixty times a second.
  const made = { reducedMotion: "reduce", ...kind } as const;
  const place = (fresh ? undefined : idle.get(JSON.stringify(made))?.pop()) ??
    await makePlace(made, fresh);
  await resize(place, rest.viewport ?? WINDOW);
  if (colorScheme !== "light") await showIn(colorScheme as Scheme, place.page);
  return place;
}

/** Gives its tab a size, if it has another one. */
async function resize({ page }: Place, size: { width: number; height: number }): Promise<void> {
  const { width, height } = page.viewportSize()!;
  if (width !== size.width || height !== size.height) await page.setViewportSize(size);
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
  for (const name of place.changed) await UNDONE[name](place);
  await page.goto(NOWHERE);
  await page.evaluate("name = ''; localStorage.clear(); sessionStorage.clear()");
  const { origin } = new URL(CONSOLE);
  await cleaner.send("Storage.clearDataForOrigin", { origin, storageTypes: KEPT });
  await page.mouse.move(0, 0);
  await resize(place, place.options.viewport!);
  await showIn("light", page);
  place.changed.clear();
  place.faults.length = 0;
  const key = JSON.stringify(place.options);
  idle.set(key, [...idle.get(key) ?? [], place]);
  return faults;
}

async function makePlace(options: BrowserContextOptions, fresh: boolean): Promise<Place> {
  const context = await (await (browser ??= launchChromium(FLAGS))).newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  const changed = new Set<string>();
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    // Requests that fail on purpose are told of as well, and that of a worker's script by other words.
    const asked = changed.has("setOffline") ? OFFLINE : REFUSED;
    if (message.type() === "error" && !asked.test(message.text())) faults.push(message.text());
  });
  const page = await context.newPage();
  const cleaner = await context.newCDPSession(page);
  await page.goto(NOWHERE);
  const place: Place = {
    context,
    page,
    faults,
    spent: fresh,
    changed,
    cleaner,
    options,
  };
  for (const target of [context, page]) {
    watch(target, LASTING, () => place.spent = true);
    watch(target, Object.keys(UNDONE), (name) => place.changed.add(name));
  }
  return place;
}

/** Shows a tab in the dark or in the light, until its browser is given back: unlike `page.emulateMedia` that spends nothing. */
export async function showIn(colorScheme: Scheme, page: Page): Promise<void> {
  const { emulateMedia } = Object.getPrototypeOf(page) as Page;
  await emulateMedia.call(page, { colorScheme });
}

/** Tells whenever somebody takes one of these members. */
function watch(target: object, names: readonly string[], tell: (name: string) => void): void {
  for (const name of names) {
    if (!(name in target)) continue;
    const value = Reflect.get(target, name);
    const own = typeof value === "function" ? value.bind(target) : value;
    Object.defineProperty(target, name, {
      get: () => {
        tell(name);
        return own;
      },
    });
  }
}
