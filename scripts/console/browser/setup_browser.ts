// A newcomer in the browser: from a new account and nothing else to job lines, doctors with wishes and a released match, with
// spreadsheets as people have them and no SQL. SETUP_PICTURES: a folder for pictures of the way (`deno task pictures`).

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { PASSWORD, sql } from "../../../functions/tests/fixture.ts";
import { settled } from "../chromium.ts";
import { accessibilityFaults, browserTest, newProfile, type Profile, takesFocus } from "./kit.ts";

const PICTURES = Deno.env.get("SETUP_PICTURES");

/** A sample as a browser sends it. */
async function sample(name: string) {
  const path = fileURLToPath(new URL(`samples/${name}`, import.meta.url));
  return { name, mimeType: "text/csv", buffer: await readFile(path) };
}

let taken = 0;

/**
 * Keeps a picture of the page, where pictures are wanted: without notices, as WebP, which Chromium makes small.
 * @param of what is to be seen; without, the page from its top
 */
async function picture(page: Page, name: string, of?: Locator): Promise<void> {
  if (!PICTURES) return;
  await settled(page);
  const notices = page.locator(".notifications");
  const show = async (visibility: string) => {
    for (const each of await notices.all()) {
      await each.evaluate((element, how) => element.style.visibility = how, visibility);
    }
  };
  await show("hidden");
  await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)");
  await of?.scrollIntoViewIfNeeded();
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 50 });
  await session.detach();
  await show("");
  const number = String(++taken).padStart(2, "0");
  await writeFile(`${PICTURES}/${number}-${name}.webp`, Buffer.from(data, "base64"));
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
  await picture(page, `preview-${file.replace(".csv", "")}`);
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
  const email = PICTURES ? "nia@valley.example" : `newcomer-${crypto.randomUUID()}@test.example`;
  await using profile: Profile = await newProfile({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  const page = await profile.open();
  await page.getByLabel("Email").waitFor();
  await picture(page, "sign-in");
  await signUp(page, email);
  await picture(page, "welcome");
  assert.deepEqual(await accessibilityFaults(page), []);
  await startService(page, PICTURES ? "Valley Health" : `Valley Health ${crypto.randomUUID()}`);
  await picture(page, "first-year");
  await page.getByRole("button", { name: "Start the year" }).click();

  // The next step is always in view.
  await page.getByText("Next: Positions and posts.").waitFor();
  await picture(page, "setup");
  assert.deepEqual(await accessibilityFaults(page), []);
  await importFile(page, "Positions by spreadsheet", "positions.csv", /^Import 7 positions$/);
  await page.getByText("Next: Job lines.").waitFor();
  await picture(page, "positions", page.getByRole("button", { name: /^Change / }).last());
  assert.deepEqual(await accessibilityFaults(page), []);

  // Affinities are there by themselves.
  await step(page, "Affinities");
  await page.getByText("The profile knows every specialty of your positions").waitFor();
  await picture(page, "affinities");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Doctors and tags");
  await picture(page, "doctors-empty");
  await importFile(page, "Doctors by spreadsheet", "doctors.csv", /^Import 6 changes$/);
  await page.getByRole("cell", { name: "Aisha Lim", exact: true }).waitFor();
  await picture(page, "doctors", page.getByRole("cell", { name: "Faris Lee", exact: true }));
  assert.deepEqual(await accessibilityFaults(page), []);

  // Lines, on the page that there is for them.
  await page.getByRole("link", { name: "Do it now" }).click();
  await page.getByRole("link", { name: "Generate them by the rules" }).click();
  await page.getByRole("heading", { name: "Generate" }).waitFor();
  await page.getByLabel(/lines/i).first().fill("6");
  await picture(page, "generate");
  await page.getByRole("button", { name: /^Generate/ }).click();
  await page.locator("[data-status=COMPLETED]").waitFor();
  await picture(page, "generated");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole("link", { name: "Roster", exact: true }).click();
  await page.getByRole("rowheader", { name: /Line 06/ }).waitFor();
  await picture(page, "roster");
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByText("Next: Doctors' wishes.").waitFor();
  await picture(page, "lines-there");

  await step(page, "Places");
  await page.getByLabel("Places of Line 01", { exact: true }).fill("2");
  await page.getByLabel("Places of Line 01", { exact: true }).press("Tab");
  await stateOf(page, "Places").getByText("7 places for 6 doctors").waitFor();
  await picture(page, "places");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Eligibility");
  await page.getByRole("button", { name: "Change who may take Line 02" }).click();
  await page.getByRole("dialog").getByLabel("Needs one of the tags").fill("ICU, Nonsense");
  // A slip onto Escape loses nothing that was typed.
  await page.keyboard.press("Escape");
  await page.getByText("Escape once more closes this").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText(/no qualification tag Nonsense/).first().waitFor();
  await picture(page, "eligibility-refused");
  await page.getByRole("dialog").getByLabel("Needs one of the tags").fill("ICU");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "ICU", exact: true }).waitFor();
  await picture(page, "eligibility");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Departments");
  await page.getByLabel("Department", { exact: true }).fill("Medicine");
  await page.getByLabel("Its lines").fill("Line 01, Line 03");
  const save = page.getByRole("button", { name: "Save the department" });
  await save.press("Enter");
  await page.getByRole("cell", { name: "Medicine", exact: true }).waitFor();
  // Whoever presses it by keyboard is still there when it is done.
  await takesFocus(save);
  await picture(page, "departments", page.getByRole("cell", { name: "Medicine", exact: true }));
  // A cap comes and goes with the department.
  const medicine = page.getByRole("row", { name: /Medicine/ });
  for (const cap of ["4", ""]) {
    await page.getByRole("button", { name: "Change Medicine" }).click();
    await page.getByLabel("Most doctors").fill(cap);
    await save.click();
    await medicine.getByRole("cell", { name: "4", exact: true })
      .waitFor({ state: cap ? "visible" : "detached" });
  }

  await step(page, "Doctors' wishes");
  await importFile(page, "Wishes by spreadsheet", "wishes.csv", /^Import 6 changes$/);
  await page.getByText("Next: Match and release.").waitFor();
  await picture(page, "wishes");
  assert.deepEqual(await accessibilityFaults(page), []);

  // The match, its result, and its release; the way back says that all is done.
  await page.getByRole("link", { name: "Do it now" }).click();
  await page.getByRole("button", { name: "Run the match" }).click();
  await page.getByRole("heading", { name: "Current match" }).waitFor();
  await picture(page, "match");
  const outcome = page.getByRole("region", { name: "Result" });
  await outcome.getByRole("button", { name: "Finalise this match" }).click();
  await outcome.getByRole("button", { name: "Release to doctors" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Release to \d+ doctors?$/ }).click();
  await outcome.getByText("released", { exact: true }).waitFor();
  await picture(page, "released");
  await page.getByRole("link", { name: "Week", exact: true }).click();
  await page.getByRole("heading", { name: /^Week \d+:/ }).waitFor();
  await picture(page, "week");
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByText("Everything is done: the result is released.").waitFor();

  await step(page, "Service and members");
  await page.getByLabel("E-mail addresses").fill(
    "colleague@example.org, The Second <second@example.org>",
  );
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("cell", { name: "colleague@example.org", exact: true }).waitFor();
  await page.getByText(/the e-mail (is on its way|was sent)/).first().waitFor();
  await page.getByRole("button", { name: "Send again: the invitation of second@example.org" })
    .click();
  await page.getByText("was asked less than ten minutes ago").waitFor();
  await page.getByLabel(`Role of ${email}`).selectOption("viewer");
  await page.getByText("The organisation would be left without a manager.").first().waitFor();
  await picture(page, "members");
  assert.deepEqual(await accessibilityFaults(page), []);

  await step(page, "Year and terms");
  await picture(page, "year");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  await page.getByLabel("Allocation run").locator("option:checked", { hasText: "Interns 2029" })
    .waitFor({ state: "attached" });
  await page.getByText("Next: Doctors and tags.").waitFor();
  await picture(page, "next-year");

  const [counted] = await sql`
    select (select count(*)::int from public.job_lines l where l.org_id = o.id and l.archived_at is null) as lines,
      (select count(*)::int from public.preference_worker_job_lines p where p.org_id = o.id) as ranks,
      (select count(*)::int from public.allocation_runs r where r.org_id = o.id) as runs
    from public.orgs o join auth.users u on u.id = o.created_by where u.email = ${email}`;
  assert.deepEqual({ ...counted }, { lines: 12, ranks: 18, runs: 2 });
  await forget(email);
});

browserTest("other people's files are read once somebody says which column is what", async () => {
  const email = `files-${crypto.randomUUID()}@test.example`;
  await using profile: Profile = await newProfile({ viewport: { width: 390, height: 844 } });
  const page = await profile.open();
  await signUp(page, email);
  // Who made a service by the keyboard goes on where its first year is typed.
  await page.getByLabel("Name of the service").fill(`Files Health ${crypto.randomUUID()}`);
  await page.getByLabel("Name of the service").press("Enter");
  await takesFocus(page.getByLabel("Plan", { exact: true }));
  await page.getByLabel("Name of the year").fill("Interns 2028");
  await page.getByLabel("Year", { exact: true }).fill("2028");
  // Another day than a Monday is told at once.
  await page.getByLabel("First day, if it is another Monday").fill("2028-02-08");
  await page.getByText("A year begins on a Monday.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Start the year" }).isDisabled());
  await page.getByLabel("First day, if it is another Monday").fill("");
  await page.getByLabel("State and terms").selectOption({ label: "Four terms of 13 weeks" });
  await page.getByText(/term 4 from 6 Nov 2028/).waitFor();
  await page.getByRole("button", { name: "Start the year" }).click();
  await page.getByText("Next: Positions and posts.").waitFor();

  // Every empty page says what belongs there, and leads to where it comes from.
  for (
    const [title, way] of [
      ["Generate", "Add positions and posts"],
      ["Week", "import a roster"],
      ["Coverage", "Add positions and posts"],
      ["Preferences", "Add doctors"],
      ["Match", "Add doctors"],
      ["During the year", "import a roster"],
    ]
  ) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", {
      name: title,
      exact: true,
    }).click();
    await page.getByRole("main").getByRole("link", { name: way }).first().click();
    await page.getByRole("heading", { name: "Set up", level: 1 }).waitFor();
  }
  await step(page, "Positions and posts");

  const send = async (region: string, name: string, text: string) => {
    const card = page.getByRole("region", { name: region });
    await card.locator("input[type=file]").setInputFiles({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(text, "latin1"),
    });
    return card;
  };
  const ranking = await send("Positions by spreadsheet", "ranking.json", '{"London": 1}');
  await ranking.getByText("This is JSON, not a table.").waitFor();
  const posts = await send(
    "Positions by spreadsheet",
    "postings.csv",
    "posting_code;posting_type;max_residents\nMédecine;core;9\nRenal;elective;4\n",
  );
  await posts.getByLabel("Position (needed)").selectOption("posting_code");
  await posts.getByLabel("Team (needed)").selectOption("posting_code");
  await posts.getByLabel("Hospital of every row").fill("Tan");
  await posts.getByLabel("Specialty of every row").fill("Nowhere known");
  await posts.getByLabel("Posts in each term", { exact: true }).selectOption("max_residents");
  assert.deepEqual(await accessibilityFaults(page), []);
  await posts.getByRole("button", { name: "Read the file this way" }).press("Enter");
  await posts.getByText("Columns left alone: posting_type.").waitFor();
  // It can be said otherwise, and what was said stands there.
  await posts.getByRole("button", { name: "Say which column is what" }).click();
  assert.equal(await posts.getByLabel("Hospital of every row").inputValue(), "Tan");
  await posts.getByRole("button", { name: "Read the file this way" }).click();
  await posts.getByRole("button", { name: "Import 2 positions" }).click();
  await page.getByText("Next: Job lines.").waitFor();
  await posts.locator("input[type=file]:focus").waitFor({ state: "attached" });
  const again = await send(
    "Positions by spreadsheet",
    "postings.csv",
    "posting_code;posting_type;max_residents\nMédecine;core;9\nRenal;elective;5\n",
  );
  await again.getByText("Read by what was said of these columns before.").waitFor();

  // A row for each rotation by its days.
  await step(page, "Job lines");
  const lines = await send(
    "A roster that you have",
    "roster.csv",
    "Line,Position,From,To\nL1,Médecine,07/02/2028,07/05/2028\nL1,Renal,08/05/2028,06/08/2028\n",
  );
  await lines.getByText("Without a position in some term: L1.").waitFor();
  await lines.getByRole("button", { name: "Import 1 line" }).click();
  await lines.locator("input[type=file]:focus").waitFor({ state: "attached" });
  // Last year's roster names positions that nobody has made: they can be made from it.
  const last = await send(
    "A roster that you have",
    "last year.csv",
    "Line,Position,Term\nL2,Renal,1\nL2,Weltraum,2\n",
  );
  await last.getByText(/"Weltraum" is no position of this allocation run/).waitFor();
  await last.getByRole("button", { name: "Make them, and show me" }).click();
  await last.getByRole("cell", { name: "Weltraum (new)" }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await last.getByRole("button", { name: "Import 1 line" }).click();
  await page.getByText("1 position made; see what they are under Positions.").first().waitFor();
  await page.getByRole("link", { name: "Generate them by the rules" }).click();
  await page.getByText(/knows none of the specialties of your positions/).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);

  // What two change at once is lost to neither: who saves second is told, and what is there now.
  const meanwhile = (change: string) =>
    sql`${sql.unsafe(change)} where org_id in
      (select o.id from public.orgs o join auth.users u on u.id = o.created_by where u.email = ${email})`;
  await page.getByRole("link", { name: "Set up", exact: true }).click();
  await step(page, "Positions and posts");
  const change = page.getByRole("button", { name: "Change Renal, Renal" });
  const save = page.getByRole("button", { name: "Save the position" });
  await change.click();
  await meanwhile("update public.positions set is_rural = true");
  await page.getByLabel("Subspecialty").fill("Dialysis");
  await save.click();
  await page.getByText("Somebody else changed this position meanwhile").waitFor();
  await change.click();
  await page.getByLabel("Subspecialty").fill("Dialysis");
  await save.click();
  await page.getByText("Renal is saved").waitFor();
  await step(page, "Doctors and tags");
  await page.getByLabel("Doctor's e-mail").fill("ann@files.example");
  await page.getByLabel("Doctor's name").fill("Ann");
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByRole("button", { name: "Change Ann" }).click();
  await meanwhile("update public.workers set name = 'Ann Lee'");
  await page.getByLabel("Tags", { exact: true }).fill("PGY1");
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByText("name Ann Lee; tags none").waitFor();
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByRole("cell", { name: "PGY1", exact: true }).waitFor();
  // A tag is called otherwise wherever it stands, and goes where nothing hangs on it.
  await page.locator("summary", { hasText: /^Tags$/ }).click();
  const rename = async (from: string, to: string) => {
    await page.getByLabel(`Name of ${from}`).fill(to);
    await page.getByLabel(`Name of ${from}`).blur();
    await page.getByRole("cell", { name: to, exact: true }).waitFor();
  };
  await rename("PGY1", "Intern");
  await page.getByRole("button", { name: "Delete Intern" }).click();
  await page.getByText('The tag "Intern" is held by doctors').waitFor();
  await rename("Intern", "PGY1");
  await sql`
    insert into public.qualification_tags (org_id, name)
    select o.id, 'Nobody''s' from public.orgs o
    join auth.users u on u.id = o.created_by where u.email = ${email}`;
  await step(page, "Places");
  await step(page, "Doctors and tags");
  await page.locator("summary", { hasText: /^Tags$/ }).click();
  await page.getByRole("button", { name: "Delete Nobody's" }).click();
  await page.getByRole("button", { name: "Delete Nobody's" }).waitFor({ state: "detached" });
  // A corrected address is the same doctor's, and what is typed of another stays, on other pages and after a reload.
  await page.getByRole("button", { name: "Change Ann" }).click();
  await page.getByLabel("Doctor's e-mail").fill("Ann.Lee@files.example");
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByRole("cell", { name: "ann.lee@files.example", exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Change Ann" }).count(), 1);
  await page.getByLabel("Doctor's e-mail").fill("ann.lee@files.example");
  await page.getByLabel("Doctor's name").fill("Another");
  await step(page, "Places");
  await step(page, "Doctors and tags");
  await page.getByText("Or paste cells from a spreadsheet").click();
  const cells = page.getByLabel("Cells, with their headers in the first row");
  await cells.fill("E-mail\tName\npat@files.example\tPat");
  await page.reload();
  assert.equal(await page.getByLabel("Doctor's name").inputValue(), "Another");
  assert.match(await cells.inputValue(), /pat@files\.example/, "and so do pasted cells");
  assert.ok(await cells.isVisible());
  await cells.fill("");
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByText("ann.lee@files.example is there already, and nothing was saved").waitFor();
  // Who types on while the answer is on its way loses nothing of it.
  const answer = Promise.withResolvers<void>();
  await page.route("**/rpc/import_population", async (route) => {
    await answer.promise;
    await route.continue();
  }, { times: 1 });
  await page.getByRole("button", { name: "Save the doctor" }).click();
  await page.getByLabel("Doctor's e-mail").fill("next@files.example");
  answer.resolve();
  await page.getByText("Another takes part").waitFor();
  assert.equal(await page.getByLabel("Doctor's e-mail").inputValue(), "next@files.example");
  await step(page, "Year and terms");
  const saveYear = page.getByRole("button", { name: "Save", exact: true });
  const yearName = page.getByLabel("Name", { exact: true }).first();
  await page.getByLabel("Weeks of each term").waitFor();
  await meanwhile("update public.allocation_runs set name = 'Theirs'");
  await yearName.fill("Ours");
  await saveYear.click();
  await page.getByText("It is now: name Theirs").waitFor();
  await saveYear.click();
  await page.getByRole("heading", { name: "Ours", exact: true }).waitFor();
  await forget(email);
});
