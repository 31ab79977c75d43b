// During the year: somebody leaves and a post is lost; what moves is shown with names, accepted, and another doctor starts.

import assert from "node:assert/strict";
import { createAllocatorClient, createPlannerClient } from "../../../shared/client/mod.ts";
import { createOrg, generateLines, sql, type TestOrg } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

/** A year of four lines, each held by a doctor by a finalised result, and two called Dr Five, who have none. */
async function finalisedYear(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  const { client } = org.manager;
  const run = org.allocationRun;
  await generateLines(org, 4);
  const names = ["One", "Two", "Three", "Four"];
  const allocator = createAllocatorClient(client);
  await allocator.populate({
    allocationRun: run,
    workers: names.map((name) => ({ email: `${name}@during.example`, name: `Dr ${name}` })),
  });
  const { allocatorRunId } = await allocator.allocate({ allocationRun: run });
  await allocator.watch(allocatorRunId).done;
  await allocator.finalise(allocatorRunId);
  await allocator.populate({
    allocationRun: run,
    workers: ["five", "other"].map((at) => ({ email: `${at}@during.example`, name: "Dr Five" })),
  });
  await sql`
    with hospital as (
      insert into public.hospitals (org_id, name) values (${org.id}, 'Bay') returning id
    ), team as (
      insert into public.teams (org_id, hospital, name) select ${org.id}, id, 'T' from hospital returning id
    )
    insert into public.positions (org_id, team, name, specialty) select ${org.id}, id, 'Surgery JMO', 'Surgery' from team`;
  return org;
}

browserTest("who leaves, a post that is lost, and who starts, without SQL", async () => {
  await using org = await finalisedYear();
  await using profile = await signedIn(login(org.manager), `#/during/${org.allocationRun}`);
  const { page } = profile;
  const lines = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  const results = await createAllocatorClient(org.manager.client).results(org.allocationRun);
  const one = results.find(({ doctor }) => doctor === "Dr One")!;
  const lost = lines.find(({ id }) => id !== one.jobLine)!.rotations[1].position;
  const holders = lines.filter(({ rotations }) => rotations[1].position.id === lost.id).length;

  // Who shares a name with another is told apart by the address, a position by where it is.
  const told = (label: string, name: string) =>
    page.getByLabel(label, { exact: true }).first().locator("option", { hasText: name })
      .allInnerTexts();
  await page.getByLabel("Position").waitFor();
  assert.deepEqual(await told("Doctor", "Dr Five"), [
    "Dr Five (five@during.example) (no line)",
    "Dr Five (other@during.example) (no line)",
  ]);
  assert.deepEqual(await told("Position", "Surgery JMO"), [
    "Surgery JMO (Bay)",
    "Surgery JMO (H)",
  ]);

  // Before anything is chosen, the form says so at the place.
  await page.getByRole("button", { name: "Show what moves" }).click();
  await page.getByText("Say first what changes.").waitFor();
  const added = page.getByLabel("New lines from that day on");
  await added.fill("");
  assert.equal(await added.inputValue(), "", "it says what was typed");
  await added.fill("0");
  await page.getByLabel("From this day on").fill(lines[0].rotations[1].starts_on);
  await page.getByText("term 1 began before and stays; term 2 may change").waitFor();
  await page.getByLabel("Doctor", { exact: true }).first().selectOption(one.workerMapping);
  await page.getByLabel("The rest of the line").selectOption("free");
  await page.getByRole("button", { name: "Add the doctor" }).click();
  await page.getByText(`Dr One leaves ${one.jobLineName}; its later terms are free`).waitFor();
  await page.getByLabel("Position").selectOption(lost.id);
  await page.getByLabel("Posts in each term").fill(String(holders - 1));
  await page.getByRole("button", { name: "Add the posts" }).click();
  await page.getByLabel("Reason").first().fill("The ward closes");
  assert.deepEqual(await accessibilityFaults(page), []);

  // What is typed is there after a look elsewhere.
  await page.getByRole("link", { name: "Coverage" }).click();
  await page.getByRole("link", { name: "During the year" }).click();
  await page.getByText(`Dr One leaves ${one.jobLineName}; its later terms are free`).waitFor();

  await page.getByRole("button", { name: "Show what moves" }).click();
  const moves = page.getByRole("region", { name: "Lines that move" });
  await moves.getByText("not worked").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  // Nothing is written by looking, and nobody moves who is not listed.
  const [before] = await sql`select count(*)::int as n from public.rotations r
    join public.job_lines l on l.id = r.job_line where l.allocation_run = ${org.allocationRun}`;
  assert.equal(before.n, 8);
  const listed = await moves.getByRole("row").allInnerTexts();
  await page.getByRole("button", { name: "Accept and write it" }).click();
  await page.getByText("Written: what changed from").waitFor();
  const after = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  for (const line of after) {
    const old = lines.find(({ id }) => id === line.id)!;
    const same = old.rotations.every(({ position }, t) =>
      line.rotations[t]?.position.id === position.id
    );
    assert.equal(listed.some((row) => row.includes(line.name)), !same, line.name);
  }
  assert.equal(after.find(({ id }) => id === one.jobLine)!.last_term, 1);
  const held = after.filter(({ rotations }) => rotations[1]?.position.id === lost.id).length;
  assert.ok(held <= holders - 1);
  const [gone] = await sql`select withdrawal_reason, withdrawal_effective_on::text as day
    from public.allocation_run_worker_mappings where id = ${one.workerMapping}`;
  assert.deepEqual({ ...gone }, {
    withdrawal_reason: "The ward closes",
    day: lines[0].rotations[1].starts_on,
  });

  // Dr Two leaves as well, in the middle of a term, and Dr Five takes the rest of the line.
  const two = results.find(({ doctor }) => doctor === "Dr Two")!;
  await page.getByLabel("From this day on").fill("2027-09-01");
  await page.getByLabel("From this day on").press("Tab");
  await page.getByText("all terms began before that day").or(page.getByText("the year began on"))
    .first().waitFor();
  const { error } = await org.manager.client.rpc("withdraw_doctors", {
    p_allocation_run: org.allocationRun,
    p_worker_mappings: [two.workerMapping],
    p_reason: "Moves away",
    p_effective_on: "2027-09-01",
  });
  assert.equal(error, null);
  await page.reload();
  await page.getByRole("heading", { name: "A doctor who starts" }).waitFor();
  const starter = page.getByRole("region", { name: "A doctor who starts" });
  await starter.getByLabel("Doctor").selectOption({ label: "Dr Five (five@during.example)" });
  await starter.getByLabel("Line").selectOption({
    label: `${two.jobLineName} (free from 1 Sept 2027)`,
  });
  await starter.getByLabel("Reason").fill("Takes over");
  await starter.getByRole("button", { name: "Give the line" }).click();
  await page.getByText("takes Line", { exact: false }).first().waitFor();
  const now = await createAllocatorClient(org.manager.client).results(org.allocationRun);
  const five = now.find(({ doctor }) => doctor === "Dr Five")!;
  assert.deepEqual([five.jobLine, five.startDate], [two.jobLine, "2027-09-01"]);
  assert.equal(now.find(({ doctor }) => doctor === "Dr Two")!.endDate, "2027-08-31");
});

browserTest("a year without lines says where they come from", async () => {
  await using org = await createOrg();
  await using profile = await signedIn(login(org.manager), `#/during/${org.allocationRun}`);
  await profile.page.getByText("There are no job lines yet.").waitFor();
});
