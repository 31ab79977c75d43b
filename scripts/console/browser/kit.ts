// What the tests in a browser share: the console opened as some user, and nothing of it failing unseen.

import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
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
  /** A client in which they are signed in: a page may go on with its session. */
  client?: SupabaseClient;
}

/** The demo's user of a role: manager, viewer, doctor. */
export function demoUser(role: string): Login {
  return { email: demoUsers.find((user) => user.role === role)!.email, password: demoPassword };
}

/** A user of the tests' own. */
export function login({ email, client }: Pick<Login, "email" | "client">): Login {
  return { email, password: PASSWORD, client };
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
  // Each sign-in is 50 ms of CPU: a password is made slow to try.
  const own = (await user.client?.auth.getSession())?.data.session;
  const session = own ? JSON.stringify(own) : await askForSession(user);
  await page.evaluate(([key, session]) => localStorage.setItem(key, session), [key, session]);
}

/** Signs in with a password. @returns the session, as Auth tells it */
async function askForSession({ email, password }: Login): Promise<string> {
  const answer = await fetch(`${requireEnv("SUPABASE_URL")}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: {
      apikey: requireEnv("SUPABASE_PUBLISHABLE_KEY"),
      "content-type": "application/json",
    },
    body: JSON.stringify({ email, password }),
  });
  const session = await answer.text();
  assert.equal(answer.status, 200, session);
  return session;
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

/**
 * In the page: of all that has text of its own, what looks alike once, kept as `looks`; and a name of each look, the same on every
 * page. Alike is what has the same letters before the same backgrounds, as far as axe-core asks for either; what is taken out of the
 * flow may lie before anything, and is alike only in the same place.
 */
const LOOKS = `(() => {
  // 53 bits of a text.
  const named = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    high ^= Math.imul(low ^ (low >>> 15), 2246822507);
    low ^= Math.imul(high ^ (high >>> 13), 3266489909);
    return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
  };
  const textOf = (at) => /^(input|select|textarea|option)$/.test(at.localName)
    ? at.localName
    : [...at.childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.data : "").join("").trim();
  const linkInText = (at) => at.localName === "a" &&
    at.parentElement.closest("p, li, dd, td, th, div, section, main").textContent.trim() !== at.textContent.trim();
  const off = (at) => at?.matches(":disabled, [aria-disabled=true]") ? "off" : "";
  globalThis.looks = new Map();
  const look = (parent, behind, letters, outOfFlow) => {
    for (const at of parent.children) {
      const style = getComputedStyle(at);
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = style;
      const out = outOfFlow || /absolute|fixed|sticky/.test(style.position);
      const draws = backgroundColor !== "rgba(0, 0, 0, 0)" || backgroundImage !== "none" || opacity !== "1" ||
        filter !== "none" || mixBlendMode !== "normal" || off(at) || out;
      const before = draws
        ? named([behind, backgroundColor, backgroundImage, opacity, filter, mixBlendMode, off(at),
          out && at.localName + "." + at.getAttribute("class") + at.getAttribute("style")].join("|"))
        : behind;
      const own = ["color", "fontSize", "fontWeight", "textDecorationLine", "textShadow"]
        .map((name) => style[name]).join("|");
      // Of a single sign axe-core tells nothing.
      if (textOf(at).length > 1 && at.checkVisibility()) {
        const name = named([before, own, letters, linkInText(at), off(at.control)].join("|"));
        if (!looks.has(name)) looks.set(name, at);
      }
      look(at, before, own, out);
    }
  };
  look(document.body, named(getComputedStyle(document.body).backgroundColor), "", false);
  return [...looks.keys()];
})()`;

/** What a look by axe-core found. */
interface Found {
  faults: string[];
  /** Looks of which it could not tell. */
  untold: string[];
}

/**
 * In the page: those of its rules alone whose faults count, which their own impact tells, but for headings that leave out a
 * level: it takes that lightly. Nothing is written down of what is as it should be.
 * @param names looks to be held to the rules on colours; without, the document is to all others
 */
const findFaults = (names?: readonly string[]) =>
  `(() => {
  // What went meanwhile, as a notice does whose time is up, is told by nobody: it is looked at where it comes again.
  const gone = ${JSON.stringify(names ?? [])}.filter((name) => !looks.get(name).isConnected);
  const there = ${JSON.stringify(names ?? [])}.filter((name) => !gone.includes(name));
  if (${names !== undefined} && there.length === 0) return { faults: [], untold: gone };
  return axe.run(${names ? "{ include: there.map((name) => looks.get(name)) }" : "document"}, {
    resultTypes: ["violations", "incomplete"],
    elementRef: true,
    runOnly: axe._audit.rules
      .filter(({ id, enabled, tags, impact }) =>
        enabled && !tags.includes("experimental") &&
        (/^(serious|critical)$/.test(impact) || id === "heading-order") &&
        tags.includes("cat.color") === ${names !== undefined})
      .map(({ id }) => id),
  }).then(({ violations, incomplete }) => {
    const untold = new Set(incomplete.flatMap(({ nodes }) => nodes.map(({ element }) => element)));
    return {
      faults: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary)),
      untold: [...gone, ...there.filter((name) => untold.has(looks.get(name)))],
    };
  });
})()`;

/** In the page: what lets nobody on who presses Tab there. Axe-core presses no keys. */
const FIND_TRAPS =
  `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((at) => [false, true].some((shiftKey) => !at.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Tab", shiftKey, bubbles: true, cancelable: true }))))
  .map((at) => "keeps Tab: " + at.outerHTML.slice(0, 200))`;

/**
 * In the page: texts of which something is cut off by what they are in, and cannot be scrolled to, once its reader has set lines and letters
 * further apart (WCAG 1.4.12), by a style sheet as no style of a tag is let in. What names the rest by "..." is cut on purpose, sideways.
 */
const FIND_CLIPPED = `(() => {
  const spacing = new CSSStyleSheet();
  spacing.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
    "p { margin-bottom: 2em !important }");
  const before = document.adoptedStyleSheets;
  document.adoptedStyleSheets = [...before, spacing];
  const SEEN = { visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true };
  // What cuts off what is in an element, and in which directions; once for each.
  const cuts = new Map([[document.body, []]]);
  const cutsOf = (at) => {
    const known = cuts.get(at);
    if (known) return known;
    const { overflowX, overflowY, textOverflow, clipPath, contain, contentVisibility, position } = getComputedStyle(at);
    const apart = clipPath === "inset(50%)" || at.localName === "svg" || position === "fixed";
    const inside = /paint|strict|content/.test(contain) || contentVisibility === "auto";
    const across = !/auto|scroll/.test(overflowX) && (overflowX === "visible" || textOverflow === "clip");
    const down = !/auto|scroll/.test(overflowY);
    const own = { at, across: across && (inside || overflowX !== "visible"), down: down && (inside || overflowY !== "visible") };
    const above = apart ? [] : cutsOf(at.parentElement)
      .map((each) => ({ ...each, across: each.across && across, down: each.down && down }));
    const all = [...apart ? [] : [own], ...above].filter(({ across, down }) => across || down);
    cuts.set(at, all);
    return all;
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const told = text.data.trim();
    const clippers = told ? cutsOf(text.parentElement) : [];
    if (clippers.length === 0 || !text.parentElement.checkVisibility(SEEN)) continue;
    range.selectNode(text);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    if (width <= 1) continue;
    for (const { at, across, down } of clippers) {
      const box = at.getBoundingClientRect();
      const sideways = across && Math.max(right - box.right, box.left - left) > 2;
      if (!sideways && !(down && Math.max(bottom - box.bottom, box.top - top) > 2)) continue;
      found.push(at.localName + "." + at.className + " cuts off " + (sideways ? "sideways" : "below") + ": " + told.slice(0, 40));
      break;
    }
  }
  document.adoptedStyleSheets = before;
  return found;
})()`;

/**
 * Names of looks whose colours were right, light and dark: each is looked at once. Three quarters of a look by axe-core are its rules
 * on colours, and the pages have most of theirs in common.
 */
const rightLooks = new Set<string>();

/** Serious and critical faults of accessibility that axe-core finds on the page, light and dark, traps, and what is cut off, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { loaded, dark } = await page.evaluate<{ loaded: boolean; dark: boolean }>(
    "({ loaded: 'axe' in globalThis, dark: matchMedia('(prefers-color-scheme: dark)').matches })",
  );
  // As long as the document is the same.
  if (!loaded) await page.evaluate(axe.source);
  if (dark) await showIn("light", page);
  const traps = await page.evaluate<string[]>(FIND_TRAPS);
  const { faults } = await page.evaluate<Found>(findFaults());
  const found = [...traps, ...faults];
  const fresh = (await page.evaluate<string[]>(LOOKS)).filter((name) => !rightLooks.has(name));
  if (fresh.length === 0) return found;
  found.push(...await page.evaluate<string[]>(FIND_CLIPPED));
  const light = await page.evaluate<Found>(findFaults(fresh));
  // In the dark there are other colours, and nothing else: styles_test.ts.
  await showIn("dark", page);
  const inTheDark = await page.evaluate<Found>(findFaults(fresh));
  await showIn("light", page);
  if (light.faults.length + inTheDark.faults.length === 0) {
    const untold = [...light.untold, ...inTheDark.untold];
    for (const name of fresh) if (!untold.includes(name)) rightLooks.add(name);
  }
  return [
    ...found,
    ...light.faults.map((fault) => `light, ${fault}`),
    ...inTheDark.faults.map((fault) => `dark, ${fault}`),
  ];
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
  found.push(...await page.evaluate<string[]>(FIND_CLIPPED));
  return found;
}
