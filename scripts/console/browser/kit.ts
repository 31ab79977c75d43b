// What the tests in a browser share: the console opened as some user, and nothing of it failing unseen.

import assert from "node:assert/strict";
import axe from "axe-core";
import type { BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { requireEnv } from "../../../shared/platform/env.ts";
import { PASSWORD } from "../../../functions/tests/fixture.ts";
import { demoPassword, demoUsers } from "../../demo_users.ts";
import { CONSOLE, leavePlace, showIn, takePlace } from "./places.ts";

export { CONSOLE };

/** Where the console keeps its session; a page that looked elsewhere would be signed in nowhere. */
const SESSION_KEY = "receptor.session";

/** A test in the browser. The browser's own resources outlive it. */
export function browserTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name, fn: run, sanitizeOps: false, sanitizeResources: false });
}

/** Somebody who signs in. */
export interface Login {
  email: string;
  password: string;
}

/** The demo's user of a role: manager, viewer, doctor. */
export function demoUser(role: string): Login {
  return { email: demoUsers.find((user) => user.role === role)!.email, password: demoPassword };
}

/** A user of the tests' own. */
export function login({ email }: { email: string }): Login {
  return { email, password: PASSWORD };
}

/** A browser of its own: its cookies, storage and connection are nobody else's. */
export interface Profile extends AsyncDisposable {
  context: BrowserContext;
  /** Its first tab. */
  page: Page;
  /** Opens a hash of the console: in the first tab, and in another one each time after. */
  open(hash?: string): Promise<Page>;
}

/**
 * Makes a profile; disposing of it asserts that no page threw, and that nothing broke the content security policy.
 * @param fresh of a browser whose cache knows nothing of the pages: where it is the subject what one has and loads
 */
export async function newProfile(
  options: BrowserContextOptions = {},
  { fresh = false } = {},
): Promise<Profile> {
  const place = await takePlace(options, fresh);
  const { context, page } = place;
  let opened = false;
  return {
    context,
    page,
    open: async (hash = "") => {
      const tab = opened ? await context.newPage() : page;
      opened = true;
      await tab.goto(CONSOLE + hash);
      return tab;
    },
    [Symbol.asyncDispose]: async () => assert.deepEqual(await leavePlace(place), []),
  };
}

/** Puts a session of a user where a page keeps it, as if they had signed in before. */
export async function keepSession(page: Page, key: string, user: Login): Promise<void> {
  const answer = await fetch(`${requireEnv("SUPABASE_URL")}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: {
      apikey: requireEnv("SUPABASE_PUBLISHABLE_KEY"),
      "content-type": "application/json",
    },
    body: JSON.stringify(user),
  });
  const session = await answer.text();
  assert.equal(answer.status, 200, session);
  await page.evaluate(([key, session]) => localStorage.setItem(key, session), [key, session]);
}

/** Forbids a page its storage, as a browser may by its settings: every look at it throws. */
export async function forbidStorage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const get = () => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(globalThis, name, { get });
    }
  });
}

/** Fills in the sign-in form. */
export async function signIn(page: Page, { email, password }: Login): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A profile in which a user has signed in, with one tab on a hash of the console. */
export async function signedIn(
  user: Login,
  hash = "",
  options: BrowserContextOptions = {},
  freshness: { fresh?: boolean } = {},
): Promise<Profile> {
  const profile = await newProfile(options, freshness);
  await keepSession(profile.page, SESSION_KEY, user);
  const page = await profile.open(hash);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  return profile;
}

/** Waits until something has the focus: a page moves it once what it goes to has been painted. */
export function takesFocus(what: Locator): Promise<void> {
  return what.and(what.page().locator(":focus")).waitFor();
}

/** Waits until the run that the Generate page shows is in a state. */
export async function waitForRun(page: Page, status: string): Promise<void> {
  await page.locator(`[data-status=${status}]`).waitFor();
}

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/**
 * In the page: of all that has text of its own and looks alike, the first: of the same place in the page (elements around it, their
 * classes and backgrounds) and of the same colour and letters. Where rows repeat most of a page is the same once more.
 */
const DIFFERENT_LOOKS = `(() => {
  const numbers = new Map();
  const number = (key) => numbers.get(key) ?? numbers.set(key, numbers.size).get(key);
  const first = new Map();
  const look = (parent, around) => {
    for (const at of parent.children) {
      const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight } = getComputedStyle(at);
      const kind = at.localName + "." + at.getAttribute("class") + at.getAttribute("style");
      const key = number([around, kind, backgroundColor, backgroundImage, opacity].join("|"));
      const says = /^(input|select|textarea|option)$/.test(at.localName) ||
        [...at.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      const own = [key, color, fontSize, fontWeight].join("|");
      if (says && !first.has(own) && at.checkVisibility()) first.set(own, at);
      look(at, key);
    }
  };
  look(document.body, "");
  return [...first.values()];
})()`;

/**
 * In the page: those of its rules alone whose faults count, which their own impact tells, but for headings that leave out a
 * level: it takes that lightly. Nothing is written down of what is as it should be.
 * @param where an expression of what is to be looked at
 * @param tag only rules that have it; "": all
 */
const findFaults = (where: string, tag: string) => `
  axe.run(${where}, {
    resultTypes: ["violations"],
    runOnly: axe._audit.rules
      .filter(({ id, enabled, tags, impact }) =>
        enabled && !tags.includes("experimental") &&
        (/^(serious|critical)$/.test(impact) || id === "heading-order") &&
        (${tag === ""} || tags.includes("${tag}")))
      .map(({ id }) => id),
  }).then(({ violations }) => violations)`;

/** In the page: what lets nobody on who presses Tab there. Axe-core presses no keys. */
const FIND_TRAPS =
  `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((at) => [false, true].some((shiftKey) => !at.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Tab", shiftKey, bubbles: true, cancelable: true }))))
  .map((at) => "keeps Tab: " + at.outerHTML.slice(0, 200))`;

/**
 * How pages look, what of them to look at, and the rules to be held there: in the dark they have other colours, and nothing else.
 * Last as they were.
 */
const SCHEMES = [
  ["dark", `{ include: ${DIFFERENT_LOOKS} }`, "cat.color"],
  ["light", "document", ""],
] as const;

/** Serious and critical faults of accessibility that axe-core finds on the page, light and dark, and traps, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // As long as the document is the same.
  if (!await page.evaluate("'axe' in globalThis")) await page.evaluate(axe.source);
  const found = await page.evaluate<string[]>(FIND_TRAPS);
  for (const [colorScheme, where, tag] of SCHEMES) {
    await showIn(colorScheme, page);
    for (const { id, nodes } of await page.evaluate<AxeViolation[]>(findFaults(where, tag))) {
      found.push(
        ...nodes.map(({ html, failureSummary }) =>
          `${colorScheme}, ${id}: ${html} ${failureSummary}`
        ),
      );
    }
  }
  return found;
}

/**
 * In the page: what reaches past the right edge of its main part where nobody can scroll to it. A part of the page that clips,
 * as the console's does, makes no document wider. Texts count by themselves: a long word leaves its box as wide as it was.
 */
const FIND_CUT_OFF = `(() => {
  const main = document.querySelector("main");
  const edge = main.getBoundingClientRect().right + 0.5;
  const range = document.createRange();
  const rightOf = (node) => {
    range.selectNode(node);
    const boxes = node.nodeType === Node.TEXT_NODE ? range.getClientRects() : node.getClientRects();
    return Math.max(0, ...[...boxes].filter(({ width }) => width > 0).map(({ right }) => right));
  };
  const meant = (at) => {
    const { overflowX, textOverflow, clipPath } = getComputedStyle(at);
    return /auto|scroll/.test(overflowX) || overflowX !== "visible" && textOverflow !== "clip" ||
      clipPath === "inset(50%)" || at.localName === "svg";
  };
  const found = [];
  const look = (parent) => {
    for (const node of parent.childNodes) {
      const right = rightOf(node);
      if (right > edge) {
        const { localName, className, textContent } = node;
        found.push((localName ?? "text") + (className ? "." + className : "") + " ends at " +
          Math.ceil(right) + " of " + Math.floor(edge) + ": " + textContent.slice(0, 40));
      }
      if (node.nodeType === Node.ELEMENT_NODE && !meant(node)) look(node);
    }
  };
  look(main);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push("the document is " + scrollWidth + " wide of " + clientWidth);
  return found;
})()`;

/** In the page: every name, text and option of its main part gets a word of 190 letters, as a doctor's or a line's name may be. */
const GROW = `(() => {
  for (const at of document.querySelectorAll("main :is(td, tbody th, h2, h3, p, li, dd)")) {
    if (at.checkVisibility()) at.append("W".repeat(190));
  }
  for (const at of document.querySelectorAll("main option")) at.append("W".repeat(190));
})()`;

/** In the page: cells of tables that no window of a phone has room for. */
const FIND_WIDE_CELLS = `[...document.querySelectorAll("main :is(td, th):not([colspan])")]
  .filter((at) => at.getBoundingClientRect().width > innerWidth)
  .map((at) => "a cell is wider than the window: " + at.textContent.slice(0, 40))`;

/** What a page cuts off, or has no room for, once all that it shows has a word as long as names may be; the page is spoilt. */
export async function cutOffWithLongNames(page: Page): Promise<string[]> {
  await page.evaluate(GROW);
  return [
    ...await page.evaluate<string[]>(FIND_CUT_OFF),
    ...await page.evaluate<string[]>(FIND_WIDE_CELLS),
  ];
}

/** Widths of the windows that every page fits, in px: that of most phones, and the narrowest that there are. */
const NARROW = [390, 320];

/** What of a page is cut off, or makes it scroll sideways, in windows as narrow as phones; it leaves the page in the last one. */
export async function cutOffOnPhones(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of NARROW) {
    await page.setViewportSize({ width, height: 740 });
    // What watches its own size has drawn itself anew.
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    const cut = await page.evaluate<string[]>(FIND_CUT_OFF);
    found.push(...cut.map((what) => `${width} px: ${what}`));
  }
  return found;
}
