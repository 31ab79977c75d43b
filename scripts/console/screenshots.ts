// `deno task screenshots`: makes the README's pictures of the console anew, on a local stack with the demo's data.
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
];

/** Doctors of the match. */
const DOCTORS = 139;

/** Lines, a match of invented doctors to them, a what-if, and a request that is impossible. */
async function setScene(supabase: SupabaseClient): Promise<void> {
  const planner = createPlannerClient(supabase);
  const allocator = createAllocatorClient(supabase);
  const generate = async (request: GenerateRequest) => {
    const { plannerRunId } = await planner.generate(request);
    return await planner.watch(plannerRunId).done;
  };
  await generate({ allocationRun: PGY1, nJobLines: 60 });
  const lines = await planner.lines(PGY1);
  const doctors = await readDoctors(supabase, PGY1);
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
  });
}

async function take(browser: Browser, stack: Stack, picture: Picture): Promise<void> {
  const { name, hash, colorScheme, prepare } = picture;
  const page = await browser.newPage({ viewport: WINDOW, colorScheme, reducedMotion: "reduce" });
  const { email, password } = demoUsers[0];
  await page.goto(`${stack.url}/functions/v1/console${hash}`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await settled(page);
  await prepare?.(page);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(`.github/${name}.png`);
  await page.close();
}

async function main(): Promise<void> {
  await buildPages();
  const browser = await launchChromium();
  const stack = await startStack();
  try {
    const supabase = await signIn(stack);
    await setScene(supabase);
    await supabase.auth.signOut();
    for (const picture of PICTURES) await take(browser, stack, picture);
  } finally {
    await browser.close();
    await stack.stop();
  }
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
