// `deno task screenshots [NAME]`: makes the README's pictures anew, on a local stack with the demo's data; NAME is a part of
// their names.
// deno-lint-ignore-file no-console -- this is a command line tool

import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { SupabaseClient } from "@supabase/supabase-js";
import {
  createAllocatorClient,
  createPlannerClient,
  type GenerateRequest,
} from "../../shared/client/mod.ts";
import { inventWishes } from "../demo/doctors.ts";
import { readDoctors } from "../demo/match.ts";
import { signIn } from "../demo/session.ts";
import { demoUsers } from "../demo_users.ts";
import { commandLine } from "../command_line.ts";
import { type Stack, startStack } from "../stack/mod.ts";
import { buildPages } from "./build.ts";
import { launchChromium, settled } from "./chromium.ts";

const FOLDER = fileURLToPath(new URL("../../.github/", import.meta.url));
const PGY1 = "a0000000-0000-4000-8000-000000000031";
const WINDOW = { width: 1280, height: 800 };

/** A picture. */
interface Picture {
  /** Its file in .github, without `.png`. */
  name: string;
  hash: string;
  colorScheme: "light" | "dark";
  /** Of the doctors' page on a phone, as the demo's doctor. */
  doctor?: boolean;
  /** Brings the page into the state that the picture shows. */
  prepare?: (page: Page) => Promise<unknown>;
}

const PICTURES: Picture[] = [
  { name: "console-roster", hash: `#/roster/${PGY1}`, colorScheme: "light" },
  { name: "console-roster-dark", hash: `#/roster/${PGY1}`, colorScheme: "dark" },
  { name: "console-generate", hash: `#/generate/${PGY1}`, colorScheme: "light" },
  { name: "console-coverage", hash: `#/coverage/${PGY1}`, colorScheme: "light" },
  {
    name: "console-match",
    hash: `#/match/${PGY1}`,
    colorScheme: "light",
    prepare: (page) => page.getByText(/doctors would move/).waitFor(),
  },
  { name: "console-operations", hash: `#/operations/${PGY1}`, colorScheme: "light" },
  { name: "doctor-order", hash: "", colorScheme: "light", doctor: true, prepare: showOrder },
  { name: "doctor-order-dark", hash: "", colorScheme: "dark", doctor: true, prepare: showOrder },
];

/** Says what the demo's doctor likes, and goes to the order. */
async function showOrder(page: Page): Promise<void> {
  const likes: [string, string][] = [["Medicine", "Like"], ["Paediatrics", "Love"], [
    "Emergency",
    "Like",
  ], ["Relief", "Dislike"]];
  for (const [specialty, bucket] of likes) {
    const choice = page.getByRole("radiogroup", { name: specialty, exact: true })
      .getByRole("radio", { name: bucket, exact: true });
    if (await choice.count() > 0 && await choice.getAttribute("aria-checked") === "false") {
      await choice.click();
    }
  }
  await page.locator("[data-saving=saved]").waitFor();
  await page.getByRole("link", { name: "Order", exact: true }).click();
  await page.getByRole("heading", { name: "Your order" }).waitFor();
  await page.evaluate("document.querySelector('.rank').scrollIntoView({ block: 'center' })");
}

/** Doctors of the match. */
const DOCTORS = 139;

/** Lines; and unless only these are needed, a match of invented doctors to them, a what-if, and a request that is impossible. */
async function setScene(supabase: SupabaseClient, linesOnly: boolean): Promise<void> {
  const planner = createPlannerClient(supabase);
  const allocator = createAllocatorClient(supabase);
  const generate = async (request: GenerateRequest) => {
    const { plannerRunId } = await planner.generate(request);
    return await planner.watch(plannerRunId).done;
  };
  await generate({ allocationRun: PGY1, nJobLines: 60 });
  if (linesOnly) return;
  const lines = await planner.lines(PGY1);
  const doctors = (await readDoctors(supabase, PGY1)).map(({ email, name }) => ({ email, name }));
  await allocator.populate(inventWishes(PGY1, lines, DOCTORS, doctors, 1));
  const match = await allocator.allocate({ allocationRun: PGY1 });
  await allocator.watch(match.allocatorRunId).done;
  const options = { preferencerWeight: 0.6 };
  const whatIf = await allocator.whatIf({ allocationRun: PGY1, options });
  await allocator.watch(whatIf.allocatorRunId).done;
  await generate({
    allocationRun: PGY1,
    nJobLines: 68,
    constraints: ["VIC_PGY1", { name: "MAX_SERVICE", value: 0 }],
    saveConstraints: true,
    // It replaces nothing: no plan is possible.
    acceptLosses: true,
  });
}

async function take(browser: Browser, stack: Stack, picture: Picture): Promise<void> {
  const { name, hash, colorScheme, prepare, doctor } = picture;
  const shape = doctor
    ? {
      viewport: { width: 390, height: 700 },
      hasTouch: true,
      isMobile: true,
      deviceScaleFactor: 2,
    }
    : { viewport: WINDOW };
  const page = await browser.newPage({ ...shape, colorScheme, reducedMotion: "reduce" });
  const { email, password } = demoUsers.find(({ role }) =>
    role === (doctor ? "doctor" : "manager")
  )!;
  await page.goto(`${stack.url}/functions/v1/${doctor ? "doctor" : "console"}${hash}`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: doctor ? "Steps" : "Pages" }).waitFor();
  await settled(page);
  await prepare?.(page);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(`.github/${name}.png`);
  await page.close();
}

async function main(): Promise<void> {
  const { words: [part = ""] } = commandLine(
    "deno task screenshots [NAME]\n  NAME  a part of the pictures' names (default: all)",
    {},
    1,
  );
  await buildPages();
  const browser = await launchChromium();
  const stack = await startStack();
  try {
    const supabase = await signIn(stack);
    const wanted = PICTURES.filter(({ name }) => name.includes(part));
    await setScene(supabase, wanted.every(({ doctor }) => doctor));
    // Only now: while a window is open, nobody matches what doctors typed.
    const due = new Date(Date.now() + 9 * 86_400_000).toISOString();
    const { error } = await supabase.rpc("open_window", {
      p_allocation_run: PGY1,
      p_due_date: due,
    });
    if (error) throw error;
    await supabase.auth.signOut();
    for (const picture of wanted) await take(browser, stack, picture);
  } finally {
    await browser.close();
    await stack.stop();
  }
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
