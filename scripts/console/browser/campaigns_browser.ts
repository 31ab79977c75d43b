// Campaigns: made of a template with its price beforehand, begun, directed by hand, followed by its events.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createOrg, createUser, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

browserTest("a campaign is made of a file, priced, begun, directed and told of", async () => {
  await using org = await createOrg();
  await using profile = await signedIn(login(org.manager), `#/campaigns/${org.allocationRun}`);
  const { page } = profile;
  const strategy = page.getByRole("region", { name: "Strategy" });
  await strategy.getByText("Nothing was decided yet.").waitFor();
  await strategy.getByRole("button", { name: "Decide now" }).click();
  await strategy.getByText(/^A project for .* is worth the most$/).waitFor();
  await strategy.getByText("Override", { exact: true }).click();
  await strategy.getByLabel("Why").fill("Another one is dearer to us.");
  await strategy.getByRole("button", { name: "Take it back" }).click();
  await strategy.getByText("Overridden: Another one is dearer to us.").waitFor();
  const form = page.getByRole("region", { name: "New project" });
  await form.getByLabel("Template").selectOption("primorial");
  const file = form.getByLabel("The project's file");
  const toml = await file.inputValue();
  await file.fill(toml.replace("end = 1000", "end = 1"));
  await form.getByRole("button", { name: "What it will cost" }).click();
  await form.getByText("strategy.phases[0].search_params.end", { exact: false }).waitFor();
  // Its first phase is work for far longer than this test takes, so that there still is one to skip on the fastest machine.
  await file.fill(
    toml.replace("end = 1000", "end = 20000").replace(
      "start = 1001, end = 3000",
      "start = 20001, end = 22000",
    ),
  );
  // A look at another template takes nothing of it away.
  const typed = await file.inputValue();
  await form.getByLabel("Template").selectOption("twin");
  assert.notEqual(await file.inputValue(), typed);
  await form.getByLabel("Template").selectOption("primorial");
  assert.equal(await file.inputValue(), typed);
  await form.getByRole("button", { name: "What it will cost" }).click();
  await form.getByRole("rowheader", { name: "medium" }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await form.getByRole("button", { name: "Make the project" }).click();

  await page.getByRole("heading", { name: "Primorial primes" }).waitFor();
  // Pressed twice, it is done once, and nothing says that it was not.
  await page.getByRole("button", { name: "Activate" }).dblclick();
  const phases = page.getByRole("region", { name: "Phases" });
  await phases.getByRole("heading", { name: /^small active/ }).waitFor();
  await phases.getByRole("heading", { name: /^medium pending/ }).waitFor();
  assert.equal(await page.getByText("Not activated").count(), 0);
  await page.getByLabel("Budget in dollars").fill("0");
  await page.getByRole("button", { name: "Change the budget" }).click();
  await page.getByRole("region", { name: "Events" }).getByText("The budget was changed").waitFor();
  await sql`select prime_search.tick_projects()`;
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("The budget of this project is spent.", { exact: false }).waitFor();
  await phases.getByRole("button", { name: "Skip phase small" }).click();
  await phases.getByRole("heading", { name: /^small skipped/ }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  // It is asked once more: it never goes on again.
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Yes, cancel it" }).click();
  await phases.getByRole("heading", { name: /^medium skipped/ }).waitFor();
  await page.getByRole("link", { name: "All campaigns" }).click();
  await page.getByRole("rowheader", { name: "Primorial primes" }).waitFor();
});

browserTest("who may only look directs no campaign, on a narrow screen too", async () => {
  await using org = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const [{ id }] = await sql`
    insert into public.projects (org_id, slug, name, objective, form)
    values (${org.id}, 'looked-at', 'Looked at', 'custom', 'kbn') returning id::int`;
  await sql`
    insert into public.project_phases (org_id, project_id, name, phase_order, form, search_params, candidates)
    values (${org.id}, ${id}, 'only', 1, 'kbn', '{"k": 3}', 10)`;
  await using profile = await signedIn(
    login(viewer),
    `#/campaigns/${org.allocationRun}?project=${id}`,
    {
      viewport: { width: 360, height: 740 },
    },
  );
  const { page } = profile;
  await page.getByRole("heading", { name: "Looked at" }).waitFor();
  await page.getByRole("heading", { name: /^only/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Activate|Cancel|Skip|Change/ }).count(), 0);
  const overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(overhang), 0);
  assert.deepEqual(await accessibilityFaults(page), []);
});

browserTest(
  "a file of records is told fault by fault, shown before it is written, and stands beside what was found",
  async () => {
    await using org = await createOrg();
    const category = "tests";
    await using profile = await signedIn(login(org.manager), `#/campaigns/${org.allocationRun}`);
    const { page } = profile;
    const records = page.getByRole("region", { name: "Records" });
    const choose = async (text: string) =>
      await records.locator("input[type=file]").setInputFiles({
        name: "records.json",
        mimeType: "application/json",
        buffer: Buffer.from(text),
      });
    const record = { form: "kbn", category, expression: "10223*2^31172165 + 1", digits: 9383761 };
    await choose("{");
    await records.getByText("records.json is no JSON", { exact: false }).waitFor();
    await choose(JSON.stringify([record, { ...record, digits: 0, category: "x" }]));
    await records.getByText("[1].digits: not a whole number from 1 to", { exact: false })
      .waitFor();
    await choose(JSON.stringify([{ ...record, holder: "P. Szabolcs" }]));
    const told = records.getByRole("table", { name: "What the file changes" });
    await told.getByRole("cell", { name: "new", exact: true }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const written = () => sql`select digits::int from public.records where org_id = ${org.id}`;
    assert.deepEqual([...await written()], []);
    await records.getByRole("button", { name: "Import 1 record" }).click();
    await page.getByText("1 record imported").waitFor();
    await records.getByRole("rowheader", { name: category }).waitFor();
    assert.deepEqual((await written()).map(({ digits }) => digits), [9383761]);
    await choose(JSON.stringify([{ ...record, holder: "P. Szabolcs" }]));
    await told.getByRole("cell", { name: "as it is", exact: true }).waitFor();
    assert.equal(await records.getByRole("button", { name: /^Import/ }).count(), 0);
    await records.getByRole("button", { name: /^Withdraw: .*, tests$/ }).click();
    await page.getByRole("button", { name: "Yes, withdraw it" }).click();
    await page.getByText("everybody's counts again").waitFor();
    assert.deepEqual([...await written()], []);
  },
);
