// A newcomer in the browser: from a new account and nothing else to job lines, doctors with wishes and a released match, with
// spreadsheets as people have them and no SQL. SETUP_PICTURES: a folder for pictures of the way.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { PASSWORD, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, newProfile, type Profile } from "./kit.ts";

const PICTURES = Deno.env.get("SETUP_PICTURES");

/** A sample as a browser sends it. */
async function sample(name: string) {
  const path = fileURLToPath(new URL(`samples/${name}`, import.meta.url));
  return { name, mimeType: "text/csv", buffer: await readFile(path) };
}

/** Keeps a picture at both widths, where pictures are wanted. */
async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    await page.screenshot({ path: `${PICTURES}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** Makes an account on the sign-in page. */
async function signUp(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { name: "Welcome to Receptor" }).waitFor();
}

/** Creates a service and starts a year of it. */
async function startService(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of the service").fill(name);
  await page.getByRole("button", { name: "Create the service" }).click();
  await page.getByLabel("Name of the year").fill("Interns 2028");
  await page.getByLabel("Year", { exact: true }).fill("2028");
  await page.getByText("7 Feb 2028 to 4 Feb 2029").waitFor();
}

/** Goes to a step of the set-up page. */
async function step(page: Page, title: string): Promise<void> {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: title }).click();
  await page.getByRole("heading", { name: title, level: 2, exact: true }).waitFor();
}

/** Imports a file where the page takes one, by way of its preview. */
async function importFile(page: Page, region: string, file: string, button: RegExp): Promise<void> {
  const card = page.getByRole("region", { name: region });
  await card.locator("input[type=file]").setInputFiles(await sample(file));
  await card.getByRole("region", { name: "Preview" }).waitFor();
  await picture(page, `preview-${file}`);
  await card.getByRole("button", { name: button }).click();
  await card.getByRole("region", { name: "Preview" }).waitFor({ state: "hidden" });
}

/** What the steps say of one of them. */
function stateOf(page: Page, title: string) {
  return page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: title });
}

async function forget(email: string): Promise<void> {
  await sql`delete from fleet.search_jobs where org_id in (select id from public.orgs where created_by = (select id from auth.users where email = ${email}))`;
  await sql`delete from public.orgs where created_by = (select id from auth.users where email = ${email})`;
  await sql`delete from auth.users where email = ${email}`;
}

browserTest("a newcomer comes from a new account to a released match, without SQL", async () => {
  const email = `newcomer-${crypto.randomUUID()}@test.example`;
  await using profile: Profile = await newProfile({ viewport: { width: 1280, height: 800 } });
  const page = await profile.open();
  await signUp(page, email);
  await picture(page, "1-welcome");
  assert.deepEqual(await accessibilityFaults(page), []);
  await startService(page, `Valley Health ${crypto.randomUUID()}`);
  await picture(page, "2-first-year");
  await page.getByRole("button", { name: "Start the year" }).click();

  // The next step is always in view.
  await page.getByText("Next: Positions and posts.").waitFor();
  await picture(page, "3-setup");
  assert.deepEqual(await accessibilityFaults(page), []);
  await importFile(page, "Positions by spreadsheet", "positions.csv", /^Import 7 positions$/);
  await page.getByText("Next: Job lines.").waitFor();
  await picture(page, "4-positions");
  assert.deepEqual(await accessibilityFaults(page), []);

  // Affinities are there by themselves.
  await step(page, "Affinities");
  await page.getByText("The profile knows every specialty of your positions").waitFor();
  await picture(page, "5-affinities");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Doctors and tags");
  await picture(page, "6-doctors-empty");
  await importFile(page, "Doctors by spreadsheet", "doctors.csv", /^Import 6 changes$/);
  await page.getByRole("cell", { name: "Aisha Lim", exact: true }).waitFor();
  await picture(page, "7-doctors");
  assert.deepEqual(await accessibilityFaults(page), []);

  // Lines, on the page that there is for them.
  await page.getByRole("link", { name: "Do it now" }).click();
  await page.getByRole("link", { name: "Generate them by the rules" }).click();
  await page.getByRole("heading", { name: "Generate" }).waitFor();
  await page.getByLabel(/lines/i).first().fill("6");
  await page.getByRole("button", { name: /^Generate/ }).click();
  await page.locator("[data-status=COMPLETED]").waitFor();
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByText("Next: Doctors' wishes.").waitFor();
  await picture(page, "8-lines-there");

  await step(page, "Places");
  await page.getByLabel("Places of Line 01", { exact: true }).fill("2");
  await page.getByLabel("Places of Line 01", { exact: true }).press("Tab");
  await stateOf(page, "Places").getByText("7 places for 6 doctors").waitFor();
  await picture(page, "9-places");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Eligibility");
  await page.getByRole("button", { name: "Change who may take Line 02" }).click();
  await page.getByRole("dialog").getByLabel("Needs one of the tags").fill("ICU, Nonsense");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText(/no qualification tag Nonsense/).first().waitFor();
  await picture(page, "10-eligibility-refused");
  await page.getByRole("dialog").getByLabel("Needs one of the tags").fill("ICU");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "ICU", exact: true }).waitFor();
  await picture(page, "11-eligibility");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Departments");
  await page.getByLabel("Department", { exact: true }).fill("Medicine");
  await page.getByLabel("Its lines").fill("Line 01, Line 03");
  await page.getByRole("button", { name: "Save the department" }).click();
  await page.getByRole("cell", { name: "Medicine", exact: true }).waitFor();
  await picture(page, "12-departments");

  await step(page, "Doctors' wishes");
  await importFile(page, "Wishes by spreadsheet", "wishes.csv", /^Import 6 changes$/);
  await page.getByText("Next: Match and release.").waitFor();
  await picture(page, "13-wishes");
  assert.deepEqual(await accessibilityFaults(page), []);

  // The match, its result, and its release; the way back says that all is done.
  await page.getByRole("link", { name: "Do it now" }).click();
  await page.getByRole("button", { name: "Run the match" }).click();
  await page.getByRole("heading", { name: "Current match" }).waitFor();
  const outcome = page.getByRole("region", { name: "Result" });
  await outcome.getByRole("button", { name: "Finalise this match" }).click();
  await outcome.getByRole("button", { name: "Release to doctors" }).click();
  await outcome.getByText("released", { exact: true }).waitFor();
  await picture(page, "13-released");
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByText("Everything is done: the result is released.").waitFor();

  await step(page, "Service and members");
  await page.getByLabel("E-mail addresses").fill("colleague@example.org, second@example.org");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("cell", { name: "colleague@example.org", exact: true }).waitFor();
  await page.getByLabel(`Role of ${email}`).selectOption("viewer");
  await page.getByText("The organisation would be left without a manager.").first().waitFor();
  await picture(page, "14-members");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Year and terms");
  await picture(page, "15-year");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  await page.getByLabel("Allocation run").locator("option:checked", { hasText: "Interns 2029" })
    .waitFor({ state: "attached" });
  await page.getByText("Next: Doctors and tags.").waitFor();
  await picture(page, "16-next-year");

  const [counted] = await sql`
    select (select count(*)::int from public.job_lines l where l.org_id = o.id and l.archived_at is null) as lines,
      (select count(*)::int from public.preference_worker_job_lines p where p.org_id = o.id) as ranks,
      (select count(*)::int from public.allocation_runs r where r.org_id = o.id) as runs
    from public.orgs o join auth.users u on u.id = o.created_by where u.email = ${email}`;
  assert.deepEqual({ ...counted }, { lines: 12, ranks: 18, runs: 2 });
  await forget(email);
});
