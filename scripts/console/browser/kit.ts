// What the tests in a browser share: the console opened as some user, and nothing of it failing unseen.

import assert from "node:assert/strict";
import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { requireEnv } from "../../../shared/platform/env.ts";
import { PASSWORD } from "../../../functions/tests/fixture.ts";
import { demoPassword, demoUsers } from "../../demo_users.ts";
import { launchChromium } from "../chromium.ts";

/** Where the console is served. */
export const CONSOLE = `${requireEnv("SUPABASE_URL")}/functions/v1/console`;

/** How long anything on the page may take, in ms; no test expects it to take any time. */
const PATIENCE = 300_000;

let browser: Promise<Browser> | null = null;

/** A test in the browser. The browser's own resources outlive it. */
export function browserTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name, fn: run, sanitizeOps: false, sanitizeResources: false });
}

Deno.test.afterAll(async () => {
  await (await browser)?.close();
});

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
  /** Opens a tab on a hash of the console. */
  open(hash?: string): Promise<Page>;
}

/**
 * Makes a profile; disposing of it asserts that no page threw, and that nothing broke the content security policy.
 */
export async function newProfile(options: BrowserContextOptions = {}): Promise<Profile> {
  // A browser that draws no picture draws what moves all the same, sixty times a second.
  const context = await (await (browser ??= launchChromium())).newContext({
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
  return {
    context,
    open: async (hash = "") => {
      const page = await context.newPage();
      await page.goto(CONSOLE + hash);
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      // A request that a test has held back or lost may still be on its way.
      await context.unrouteAll({ behavior: "ignoreErrors" });
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
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
): Promise<Profile & { page: Page }> {
  const profile = await newProfile(options);
  const page = await profile.open(hash);
  await signIn(page, user);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  return { ...profile, page };
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
 * In the page: those of its rules alone whose faults count, which their own impact tells; nothing is written down of what
 * is as it should be.
 */
const FIND_FAULTS = `
  axe.run({
    resultTypes: ["violations"],
    runOnly: axe._audit.rules
      .filter(({ enabled, tags, impact }) =>
        enabled && !tags.includes("experimental") && /^(serious|critical)$/.test(impact))
      .map(({ id }) => id),
  }).then(({ violations }) => violations)`;

/** Serious and critical faults of accessibility that axe-core finds on the page, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // As long as the document is the same.
  if (!await page.evaluate("'axe' in globalThis")) await page.evaluate(axe.source);
  const violations = await page.evaluate<AxeViolation[]>(FIND_FAULTS);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
  );
}
