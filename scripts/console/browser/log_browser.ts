// The log: who did what, in plain words, with filters, and of one line or run by a link from it.

import assert from "node:assert/strict";
import { createPlannerClient } from "../../../shared/client/mod.ts";
import { createOrg, createUser, generateLines, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

browserTest("managers read who did what, filter it, and come to it from a line", async () => {
  await using org = await createOrg();
  const { manager, allocationRun } = org;
  const planner = createPlannerClient(manager.client);
  await generateLines(org, 3, []);
  const [line] = await planner.lines(allocationRun);
  const { error } = await manager.client.rpc("lock_job_lines", {
    p_allocation_run: allocationRun,
    p_job_lines: [line.id],
    p_locked: true,
  });
  assert.equal(error, null);

  await using profile = await signedIn(login(manager), `#/log/${allocationRun}`);
  const { page } = profile;
  const list = page.getByRole("list", { name: "What happened, the latest first" });
  const pinned = list.getByText(`The line ${line.name} was pinned`);
  await pinned.waitFor();
  const entry = await list.locator("> li").first().textContent();
  assert.match(entry!, new RegExp(`${manager.email}, by hand`));
  await list.getByText("Planner run completed").waitFor();
  await page.getByText(/^All \d+ entries\.$/).waitFor();
  // Who asked for a run is named at its start and its end as well, when an engine is at work.
  for (const happened of ["was asked for", "began", "completed"]) {
    const item = list.getByRole("listitem").filter({ hasText: `Planner run ${happened}` });
    assert.ok((await item.textContent())!.includes(manager.email), happened);
  }

  // Three lines came at once: one entry, and the others on request.
  await page.getByLabel("What", { exact: true }).selectOption("lines");
  const added = list.getByRole("listitem").filter({ hasText: "The line" }).filter({
    hasText: "was added",
  });
  await added.getByRole("button", { name: "Show 2 more like it" }).click();
  await added.getByText("was added").nth(2).waitFor();
  assert.match((await added.textContent())!, /by a run/);
  assert.deepEqual(await accessibilityFaults(page), []);

  await page.getByLabel("Day").fill("2020-01-01");
  await page.getByText("Nothing of this kind has happened.").waitFor();
  await page.getByRole("button", { name: "Show everything" }).click();
  await pinned.waitFor();

  // From a line to what happened to it.
  await page.goto(page.url().replace(/#.*/, `#/roster/${allocationRun}`));
  await page.getByRole("rowheader", { name: line.name }).click();
  await page.getByRole("link", { name: "What happened here" }).click();
  await pinned.waitFor();
  assert.equal(await page.getByLabel("Line", { exact: true }).inputValue(), line.id);
  const said = await list.textContent();
  assert.match(said!, /was added/);
  assert.doesNotMatch(said!, /Planner run/);
});

browserTest("a result is told doctor by doctor, on a narrow screen too", async () => {
  await using org = await createOrg();
  const [run] = await sql`
    insert into public.allocator_py_runs (allocation_run, options) values (${org.allocationRun}, '{}') returning id, org_id`;
  const [line] = await sql`
    insert into public.job_lines (org_id, allocation_run, name) values (${run.org_id}, ${org.allocationRun}, 'Line 1') returning id`;
  const [worker] = await sql`
    insert into public.workers (org_id, email, name) values (${run.org_id}, 'a@log.example', 'Dr A') returning id`;
  const [mapping] = await sql`
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    values (${run.org_id}, ${org.allocationRun}, ${worker.id}) returning id`;
  await sql`
    insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line, original_preference, choice)
    values (${run.org_id}, ${org.allocationRun}, ${run.id}, ${mapping.id}, ${line.id}, 1, 1)`;
  await using profile = await signedIn(
    login(org.manager),
    `#/log/${org.allocationRun}?doctor=${mapping.id}`,
    { viewport: { width: 360, height: 740 } },
  );
  const { page } = profile;
  await page.getByText("Dr A got Line 1, choice 1").waitFor();
  await page.getByText(/^(All \d+ entries\.|1 entry: there is no other\.)$/).waitFor();
  // More than are shown at once: it is said, and all can be seen.
  await sql`
    insert into public.audit_log (transaction, org_id, allocation_run, table_name, operation, part, parts, through, subjects,
      row_count, shared, keys, after)
    select n, ${run.org_id}, ${org.allocationRun}, 'job_lines', 'update', 1, 1, 'cron', ${[
    mapping.id,
  ]}::uuid[], 1,
      ${sql.json({ id: line.id })}, '{}', ${sql.json({ max_n_workers: [2] })}
    from generate_series(1, 70) as n`;
  await page.reload();
  await page.getByText("The latest 50 entries; earlier ones are below them, on request.").waitFor();
  await page.getByText("Receptor, by itself, when it was due").first().waitFor();
  await page.getByRole("button", { name: "Show earlier" }).click();
  await page.getByText(/^All 7\d entries\.$/).waitFor();
  await page.getByText("Dr A got Line 1, choice 1").waitFor();
  assert.equal(await page.getByRole("button", { name: "Show earlier" }).count(), 0);
  const overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(overhang), 0);
  assert.deepEqual(await accessibilityFaults(page), []);
});

browserTest("viewers are told whose the log is", async () => {
  await using org = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  await using profile = await signedIn(login(viewer), `#/log/${org.allocationRun}`);
  await profile.page.getByText(/Only managers of .* see who did what/).waitFor();
});
