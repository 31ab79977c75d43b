// Match: from the form to who got what, what-ifs by sliders and pins, and whatever may come in between.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { BrowserContextOptions, Page } from "playwright-core";
import {
  callInternal,
  createOrg,
  createUser,
  holdQueue,
  sql,
  type TestOrg,
} from "../../../functions/tests/fixture.ts";
import {
  accessibilityFaults,
  browserTest,
  login,
  type Profile,
  signedIn,
  takesFocus,
  waitForRun,
} from "./kit.ts";

/** An org with three doctors and three lines; two doctors want A most. */
async function orgWithDoctors(more: Record<string, unknown> = {}): Promise<
  TestOrg & AsyncDisposable
> {
  const org = await createOrg();
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B", "C"].map((name) => ({ name })),
      workers: ["Ann", "Bob", "Cid"].map((name) => ({ email: `${name}@x.example`, name })),
      preferences: [
        { worker: "ann@x.example", ranks: [["A", 1], ["B", 2], ["C", 3]] },
        { worker: "bob@x.example", ranks: [["B", 1], ["A", 2], ["C", 3]] },
        { worker: "cid@x.example", ranks: [["A", 1], ["C", 2], ["B", 3]] },
      ],
      preferencers: [{
        name: "Dr P",
        lines: ["A"],
        ranks: [["ann@x.example", 1], ["cid@x.example", 2], ["bob@x.example", 3]],
      }],
      ...more,
    },
  });
  if (error) throw error;
  return org;
}

function open(
  org: TestOrg,
  options: BrowserContextOptions = {},
): Promise<Profile> {
  return signedIn(login(org.manager), `#/match/${org.allocationRun}`, options);
}

async function runMatch(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run the match" }).click();
  await page.getByRole("heading", { name: "Current match" }).waitFor();
}

async function ask(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show what would change" }).click();
}

/** Pins a doctor to a line in the what-if. */
async function pin(page: Page, doctor: string, line: string, gets = "gets"): Promise<void> {
  const pins = page.getByRole("group", { name: "Pins" });
  await pins.getByLabel("Doctor").selectOption({ label: doctor });
  await pins.getByLabel("Gets or not").selectOption({ label: gets });
  await pins.getByLabel("Line").selectOption({ label: line });
  await pins.getByRole("button", { name: "Add pin" }).click();
}

const runsOf = (org: TestOrg) =>
  sql`select id, status::text, base_run from public.allocator_py_runs
    where org_id = ${org.id} order by created_at`;

browserTest("Match runs the allocator and shows choices, and a doctor's own view", async () => {
  await using org = await orgWithDoctors();
  await using profile = await open(org);
  const { page } = profile;
  await page.getByText("No match was completed").waitFor();
  await runMatch(page);
  const choices = page.getByRole("list", { name: "Doctors by the choice they got" });
  assert.deepEqual(await choices.getByRole("listitem").allTextContents(), ["1st2", "2nd1"]);
  await page.getByText("2 of 3 got their first choice.").waitFor();
  const doctors = page.getByRole("region", { name: "Doctors" });
  await doctors.getByLabel("Search").fill("ci");
  await page.getByRole("row", { name: "Cid C 2nd" }).waitFor();
  assert.equal(await doctors.getByRole("row").count(), 2, "the head and one doctor");
  await page.getByRole("button", { name: "Cid" }).click();
  const view = page.getByRole("dialog", { name: "Cid" });
  await view.getByText("Gets C: 2nd choice.").waitFor();
  await view.getByRole("row", { name: /^1 A full Ann Dr P: 2 Full with 1 doctor/ }).waitFor();
  await page.keyboard.press("Escape");
  await view.waitFor({ state: "detached" });
  await takesFocus(page.getByRole("button", { name: "Cid" }));
  await page.reload();
  await page.getByRole("row", { name: "Cid C 2nd" }).waitFor();
});

/** Pins that leave no match are explained, and what would help. */
async function pinTooMuch(page: Page): Promise<void> {
  await pin(page, "Bob", "A");
  await pin(page, "Cid", "A");
  await ask(page);
  const answer = page.getByRole("region", { name: "Answer of the what-if" });
  await answer.getByText(/No such match exists: .*This what-if pins/).waitFor();
  await answer.getByText(/^Unpin (Bob|Cid) from A\.$/).waitFor();
  await page.getByRole("button", { name: "Remove: Cid gets A" }).click();
  await ask(page);
  await answer.getByText("2 doctors would move").waitFor();
}

/** Weights by a slider and another pin, beside Bob's: who would move, with nothing written; a reload finds it all. */
async function weighAndPin(page: Page, org: TestOrg): Promise<void> {
  const form = page.getByRole("region", { name: "What if", exact: true });
  await form.getByLabel("Weight of the preferencers").focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await form.getByText("50%", { exact: true }).waitFor();
  await pin(page, "Ann", "B", "does not get");
  await ask(page);
  const answer = page.getByRole("region", { name: "Answer of the what-if" });
  await answer.getByText("3 doctors would move: 0 to a line they like better, 3").waitFor();
  await answer.getByText("Weight of the preferencers 50%, preference power 1, 2 pins.").waitFor();
  await answer.getByRole("row", { name: "First choices 2 0 −2" }).waitFor();
  await answer.getByRole("row", { name: "Bob B (1st) A (2nd) less" }).waitFor();
  const [match, ...whatIfs] = await runsOf(org);
  assert.equal(match.base_run, null);
  assert.deepEqual(whatIfs.map(({ base_run }) => base_run), [match.id, match.id, match.id]);
  const written = await sql`select run from public.allocator_py_allocations
    where org_id = ${org.id} and run <> ${match.id}`;
  assert.equal(written.length, 0);
  await page.reload();
  await answer.getByText("3 doctors would move").waitFor();
  await form.getByText("Bob gets A").waitFor();
  await form.getByText("50%", { exact: true }).waitFor();
}

browserTest(
  "a what-if by slider and pins shows who would move or why nothing fits, and writes nothing; no serious fault is there",
  async () => {
    await using org = await orgWithDoctors();
    await using profile = await open(org);
    const { page } = profile;
    await runMatch(page);
    await pinTooMuch(page);
    await weighAndPin(page, org);
    await page.getByRole("region", { name: "Answer of the what-if" }).getByRole("button", {
      name: "Take these weights",
    }).click();
    const matchForm = page.getByRole("region", { name: "Match", exact: true });
    await matchForm.getByText("50%", { exact: true }).waitFor();
    // All at once: what is read meanwhile may put one more among them.
    await page.locator("details").evaluateAll((all) =>
      all.forEach((each) => each.setAttribute("open", ""))
    );
    assert.deepEqual(await accessibilityFaults(page), [], "match");
    await page.getByRole("button", { name: "Cid" }).click();
    await page.getByRole("row", { name: /^1 A full/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "dialog");
    await page.keyboard.press("Escape");
    await sql`insert into public.system_logs (level, source, component, message, org_id, run_id)
      values ('error', 'allocator', 'slice', 'Something broke.', ${org.id}, ${
      (await runsOf(org))[0].id
    })`;
    await page.getByRole("link", { name: "Operations" }).click();
    await page.getByText("went on and completed").click();
    await page.getByText("Something broke.").waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "operations");
  },
);

browserTest(
  "a match that waits is cancelled, also after a reload; the form is as it was",
  async () => {
    await using org = await orgWithDoctors();
    await using other = await createOrg();
    const held = await holdQueue(other.id, "allocator");
    try {
      await using profile = await open(org);
      const { page } = profile;
      await page.getByLabel("Stability").check();
      await page.getByRole("button", { name: "Run the match" }).click();
      await waitForRun(page, "PENDING");
      await page.getByText("Waiting for its turn").waitFor();
      await page.reload();
      await waitForRun(page, "PENDING");
      assert.equal(await page.getByLabel("Stability").isChecked(), true);
      await page.getByRole("button", { name: "Cancel" }).click();
      await waitForRun(page, "CANCELLED");
      await page.getByText("nothing was changed").waitFor();
      assert.deepEqual((await runsOf(org)).map(({ status }) => status), ["CANCELLED"]);
    } finally {
      await held[Symbol.asyncDispose]();
    }
  },
);

browserTest("an impossible match is explained, and one that fails says what to do", async () => {
  const nobody = ["ann", "bob", "cid"].map((name) => `${name}@x.example`);
  const closed = { name: "C", eligibility: { excluded_workers: nobody } };
  await using org = await orgWithDoctors({ lines: [{ name: "A" }, { name: "B" }, closed] });
  await using profile = await open(org);
  const { page } = profile;
  await page.getByRole("button", { name: "Run the match" }).click();
  await waitForRun(page, "INFEASIBLE");
  await page.getByText(/^No such match exists: 3 doctors/).waitFor();
  await sql`delete from public.allocation_run_worker_mappings where allocation_run = ${org.allocationRun}`;
  await page.getByRole("button", { name: "Run the match" }).click();
  await waitForRun(page, "FAILED");
  await page.getByText("Add doctors and lines to the allocation run").waitFor();
});

browserTest(
  "without a connection what was set stays, and asking again starts one run",
  async () => {
    await using org = await orgWithDoctors();
    await using profile = await open(org);
    const { page, context } = profile;
    await page.getByLabel("Keep who is placed").check();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Run the match" }).click();
    await page.getByText("Receptor could not be reached").waitFor();
    assert.equal(await page.getByLabel("Keep who is placed").isChecked(), true);
    await context.setOffline(false);
    await runMatch(page);
    assert.equal((await runsOf(org)).length, 1);
  },
);

browserTest(
  "a second tab hears of the match live; a viewer sees it and cannot run it",
  async () => {
    await using org = await orgWithDoctors();
    await sql`update public.workers set name = 'Ann' where org_id = ${org.id} and name = 'Cid'`;
    await using profile = await open(org);
    await profile.page.getByText(/^Before you start/).click();
    const waiting = profile.page.getByRole("listitem").filter({ hasText: "3 not submitted:" });
    const named = (await waiting.textContent())!.replace(/^.*: /, "").split(", ").sort();
    assert.deepEqual(named, ["Ann (ann@x.example)", "Ann (cid@x.example)", "Bob"]);
    await using viewing = await signedIn(
      login(await createUser(org.id, "viewer")),
      `#/match/${org.allocationRun}`,
    );
    await viewing.page.getByText("You can see the match here, but not run it.").waitFor();
    assert.equal(
      await viewing.page.getByRole("button", { name: "Run the match" }).isDisabled(),
      true,
    );
    await runMatch(profile.page);
    await viewing.page.getByRole("heading", { name: "Current match" }).waitFor();
  },
);

browserTest("a doctor withdraws and comes back, and mended ranks are told", async () => {
  await using org = await orgWithDoctors();
  await sql`delete from public.preference_worker_job_lines p
    using public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
    where p.worker_mapping = m.id and w.name = 'Bob' and p.org_id = ${org.id} and p.order_preference = 2`;
  await using profile = await open(org);
  const { page } = profile;
  await runMatch(page);
  await page.getByText("1 list of ranks mended before the match").click();
  await page.getByText("Bob: gaps between ranks were closed.").waitFor();

  const doctors = page.getByRole("region", { name: "Doctors" });
  await doctors.getByRole("button", { name: "Ann" }).click();
  const view = page.getByRole("dialog", { name: "Ann" });
  await view.getByText("Withdraw Ann").click();
  await view.getByLabel("Reason").first().fill("Moved to Hobart");
  assert.deepEqual(await accessibilityFaults(page), []);
  await view.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByText("3 ranks and all else of theirs is kept").waitFor();
  await page.getByRole("row", { name: /^Ann withdrew/ }).waitFor();
  await page.getByText("2 doctors, 3 places in").waitFor();
  const since = page.getByRole("group", { name: "Changed since this match" });
  await since.getByText(/^Ann withdrew on .*; [ABC] has a free place\.$/).waitFor();
  const [{ reason }] = await sql`
    select withdrawal_reason as reason from public.allocation_run_worker_mappings
    where org_id = ${org.id} and withdrawn_at is not null`;
  assert.equal(reason, "Moved to Hobart");

  await doctors.getByRole("button", { name: "Ann" }).click();
  await view.getByText(/^Withdrew on/).waitFor();
  await view.getByLabel("Reason").first().fill("Hobart was full");
  await view.getByRole("button", { name: "Bring back" }).click();
  await page.getByText("Ann takes part again").waitFor();
  await page.getByText("3 doctors, 3 places in").waitFor();
  await since.waitFor({ state: "detached" });
  const told = await sql`
    select reason from public.audit_log where org_id = ${org.id} and operation = 'update'
      and table_name = 'allocation_run_worker_mappings' order by id`;
  assert.deepEqual(told.map((entry) => entry.reason), ["Moved to Hobart", "Hobart was full"]);
});

browserTest(
  "a manager downloads what is held of a doctor, and erases them with a reason and their name",
  async () => {
    await using org = await orgWithDoctors();
    await using profile = await open(org);
    const { page } = profile;
    await runMatch(page);
    const doctors = page.getByRole("region", { name: "Doctors" });
    await doctors.getByRole("button", { name: "Ann" }).click();
    const view = page.getByRole("dialog", { name: "Ann" });
    await view.getByText("What is held of Ann").click();
    const [document] = await Promise.all([
      page.waitForEvent("download"),
      view.getByRole("button", { name: "Their data .json" }).click(),
    ]);
    assert.match(document.suggestedFilename(), /^doctor [0-9a-f-]{36}\.json$/);
    const held = JSON.parse(await readFile(await document.path(), "utf8"));
    assert.equal(held.person.name, "Ann");
    assert.equal(held.rows.preference_worker_job_lines.length, 3);
    const [workbook] = await Promise.all([
      page.waitForEvent("download"),
      view.getByRole("button", { name: "Their data .xlsx" }).click(),
    ]);
    assert.equal((await readFile(await workbook.path())).toString("latin1", 0, 2), "PK");

    await view.getByText("Erase Ann for good").click();
    const erase = view.getByRole("button", { name: "Erase for good" });
    await view.getByLabel("Reason").last().fill("She asked for it");
    await view.getByLabel("Type “Ann” to confirm").fill("Anna");
    assert.equal(await erase.isDisabled(), true, "another name");
    await view.getByLabel("Type “Ann” to confirm").fill("ann");
    assert.deepEqual(await accessibilityFaults(page), []);
    await erase.click();
    await page.getByText("The doctor is erased", { exact: true }).waitFor();
    await doctors.getByRole("button", { name: "Erased doctor" }).click();
    await page.getByText(/^Erased on .*; what they got stays\.$/).waitFor();
    await page.keyboard.press("Escape");
    const left = await sql`
    select w.name from public.workers w where w.org_id = ${org.id} order by w.name`;
    assert.deepEqual(left.map(({ name }) => name), ["Bob", "Cid", "Erased doctor"]);
    const [{ said }] = await sql`
    select count(*)::int as said from public.audit_log
    where org_id = ${org.id} and reason = 'She asked for it' and table_name = 'preference_worker_job_lines'`;
    assert.equal(said, 1);
  },
);

browserTest("Operations shows queue, slices and the sweeper, of one's own org only", async () => {
  await using org = await orgWithDoctors();
  await using other = await orgWithDoctors();
  const held = await holdQueue(other.id, "allocator");
  try {
    await (await callInternal("heartbeat-sweeper")).body?.cancel();
    await using profile = await open(org);
    const { page } = profile;
    await page.getByRole("button", { name: "Run the match" }).click();
    await waitForRun(page, "PENDING");
    await page.getByRole("link", { name: "Operations" }).click();
    await page.getByText(/^The sweeper last ran/).waitFor();
    const queue = page.getByRole("region", { name: "Waiting and at work" });
    await queue.getByRole("row", { name: /^R, match ?yours next, in turn with 1 other service/ })
      .waitFor();
    await page.getByText("No slice was worked yet.").waitFor();
    await held[Symbol.asyncDispose]();
    await (await callInternal("heartbeat-sweeper")).body?.cancel();
    await page.getByRole("region", { name: "Slices against the CPU limit" })
      .getByRole("row", { name: /R, match 1 commit/ }).waitFor();
    await queue.getByText("No run of this health service").waitFor();
    const viewer = await createUser(org.id, "viewer");
    await using viewing = await signedIn(login(viewer), `#/operations/${org.allocationRun}`);
    await viewing.page.getByText("Only managers of").waitFor();
  } finally {
    await held[Symbol.asyncDispose]();
  }
});

browserTest(
  "Match by hand, with groups and couples, finalised, corrected, released and superseded",
  async () => {
    await using org = await orgWithDoctors();
    await using profile = await open(org);
    const { page } = profile;
    await page.getByText("By hand", { exact: true }).click();
    const byHand = page.getByRole("group", { name: "Gets, or does not get, a line" });
    await byHand.getByLabel("Doctor").selectOption({ label: "Bob" });
    await byHand.getByLabel("Line", { exact: true }).selectOption({ label: "C" });
    assert.equal(await byHand.getByRole("button", { name: "Add pin" }).isDisabled(), true);
    await byHand.getByLabel("Reason").fill("Agreed with both units.");
    await byHand.getByRole("button", { name: "Add pin" }).click();
    await byHand.getByText("Bob gets C: Agreed with both units.").waitFor();
    await page.getByText("Groups and couples", { exact: true }).click();
    const groups = page.getByRole("group", { name: "Priority groups" });
    await groups.getByLabel("Group").fill("Local");
    await groups.getByLabel("Or a doctor").selectOption({ label: "Cid" });
    await groups.getByRole("button", { name: "Add to group" }).click();
    await groups.getByText("1. Local: Cid").waitFor();
    const couples = page.getByRole("group", { name: "Linked doctors" });
    await couples.getByLabel("One doctor").selectOption({ label: "Ann" });
    await couples.getByLabel("The other").selectOption({ label: "Bob" });
    await couples.getByLabel("Ask for").selectOption({ label: "lines that both ranked" });
    await couples.getByRole("button", { name: "Link" }).click();
    await runMatch(page);
    const [run] =
      await sql`select id, options from public.allocator_py_runs where org_id = ${org.id}`;
    assert.equal(run.options.pins[0].reason, "Agreed with both units.");
    assert.equal(run.options.priority_groups[0].name, "Local");
    assert.equal(run.options.linked_doctors[0].fit, "ranked_lines");
    const doctors = page.getByRole("region", { name: "Doctors", exact: true });
    const lineOf = (name: string) =>
      doctors.getByRole("row", { name: new RegExp(name) }).locator("td").first();
    assert.deepEqual(
      await Promise.all(["Ann", "Bob", "Cid"].map((name) => lineOf(name).innerText())),
      ["B", "C", "A"],
    );
    await doctors.getByRole("button", { name: "Ann" }).click();
    await page.getByRole("dialog").getByText("Taken by doctors of an earlier priority group.")
      .waitFor();
    await page.getByRole("button", { name: "Close" }).click();

    const result = page.getByRole("region", { name: "Result" });
    await result.getByRole("button", { name: "Finalise this match" }).click();
    await result.getByText("finalised", { exact: true }).waitFor();
    await result.getByRole("button", { name: "Correct by hand" }).click();
    const dialog = page.getByRole("dialog", { name: "Correct by hand" });
    await dialog.getByLabel("Doctor").selectOption({ label: "Ann (B)" });
    await dialog.getByLabel("Line").selectOption({ label: "A" });
    await dialog.getByLabel("Reason").fill("Both share the post.");
    await dialog.getByRole("button", { name: "Correct", exact: true }).click();
    await dialog.getByRole("alert").getByText('"A" has places for 1', { exact: true }).waitFor();
    await dialog.getByLabel("Set these rules aside").check();
    await dialog.getByRole("button", { name: "Correct all the same" }).click();
    await result.getByText("1 correction by hand, 1 with rules set aside").click();
    await result.getByText("Ann: B → A (version 2). Both share the post.").waitFor();
    await result.getByRole("button", { name: "Release to doctors" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^Release to \d+ doctors?$/ })
      .click();
    await result.getByText("released", { exact: true }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const [{ released }] =
      await sql`select count(*)::int as released from public.job_line_worker_mappings
    where org_id = ${org.id} and superseded_at is null and released_at is not null`;
    assert.equal(released, 3);
    await result.getByRole("button", { name: "Unfinalise" }).click();
    const gone = page.getByRole("dialog", { name: "Unfinalise the result" });
    await gone.getByLabel("Reason").fill("Made anew.");
    await gone.getByRole("button", { name: "Unfinalise" }).click();
    await result.getByText("not finalised", { exact: true }).waitFor();

    await byHand.getByRole("button", { name: /^Remove: Bob gets C/ }).click();
    await page.getByRole("button", { name: "Run the match" }).click();
    const earlier = page.getByRole("region", { name: "Earlier matches" });
    await earlier.getByText(/superseded/).waitFor();
    await earlier.getByRole("button", { name: "Compare" }).click();
    await earlier.getByRole("status").getByText(/have another line/).waitFor();
    await sql`insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
      select l.org_id, l.allocation_run, l.id, array[m.id]
      from public.job_lines l join public.allocation_run_worker_mappings m using (allocation_run)
      join public.workers w on w.id = m.worker where l.allocation_run = ${org.allocationRun} and l.name = 'C' and w.name = 'Bob'`;
    await earlier.getByRole("button", { name: "Finalise this one" }).click();
    const broken = page.getByRole("dialog", { name: "The match breaks rules as they are now" });
    await broken.getByText('Bob: the doctor is not eligible for "C": left out by name').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await broken.getByLabel("Reason").fill("He stays until May.");
    await broken.getByLabel("Set these rules aside").check();
    await broken.getByRole("button", { name: "Finalise all the same" }).click();
    await result.getByText("1 correction by hand, 1 with rules set aside").waitFor();
    await result.getByText("The result is not the current match").waitFor();
  },
);
