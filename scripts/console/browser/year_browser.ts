// The year goes on: who has which line in the roster, who is where in a week, and swaps between doctors.

import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { createUser, sql } from "../../../functions/tests/fixture.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import { createYear, doctorAt, PHONE, type Year } from "./doctor_kit.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

/** Gives each doctor the line of their number, by a completed match without the engine. */
async function matchInOrder(year: Year): Promise<string> {
  const [{ id }] = await sql`
    insert into public.allocator_py_runs (allocation_run, status, started_at, finished_at, completed_at, result)
    values (${year.allocationRun}, 'COMPLETED', now(), now(), now(), '{}') returning id`;
  await sql`
    insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line, original_preference, choice)
    select ${year.id}, ${year.allocationRun}, ${id}, d.mapping, d.line, 1, 1
    from unnest(${year.doctors.map(({ mapping }) => mapping)}::uuid[], ${
    year.lines.slice(0, year.doctors.length)
  }::uuid[]) as d (mapping, line)`;
  return id;
}

function open(year: Year, path: string, who: { email: string } = year.manager, options = {}) {
  return signedIn(login(who), `#/${path}/${year.allocationRun}`, options as BrowserContextOptions);
}

/** Rows of the roster, which have no text before the frame that draws them: what is out of sight is not laid out. */
function rows(page: Page): Promise<string[]> {
  return eventually("rows are drawn", async () => {
    const texts = await page.locator(".roster-grid [role=rowheader]").allInnerTexts();
    return texts.every((text) => text !== "") && texts;
  });
}

browserTest("once matched the roster names doctors, by line or by doctor", async () => {
  await using year = await createYear({ lines: 4, doctors: 3 });
  await matchInOrder(year);
  const viewer = await createUser(year.id, "viewer");
  await using profile = await open(year, "roster", viewer);
  const { page } = profile;
  await page.getByText("4 lines; names by the current match").waitFor();
  assert.deepEqual((await rows(page)).map((text) => text.split("\n")), [
    ["JL 1", "Doctor 1"],
    ["JL 2", "Doctor 2"],
    ["JL 3", "Doctor 3"],
    ["JL 4"],
  ]);
  await page.getByRole("button", { name: "By doctor" }).click();
  await page.getByText("3 doctors; names").waitFor();
  assert.deepEqual((await rows(page)).at(0)?.split("\n"), ["Doctor 1", "JL 1"]);
  assert.deepEqual((await rows(page)).at(-1)?.split("\n"), ["Nobody", "JL 4"]);
  await page.getByPlaceholder("Search lines").fill("doctor 2");
  assert.equal((await rows(page)).length, 1);
  await page.waitForURL(/by=doctor.*doctor(\+|%20)2/);
  // Other pages and back, and a reload, find it as it was.
  await page.getByRole("link", { name: "Coverage" }).click();
  await page.getByRole("heading", { name: "Coverage" }).waitFor();
  await page.getByRole("link", { name: "Roster" }).click();
  await page.getByText("1 doctor; names").waitFor();
  await page.reload();
  await page.getByText("1 doctor; names").waitFor();
  await page.getByRole("rowheader").click();
  await page.getByText("JL 2: Doctor 2 (choice 1)").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("rowheader").isVisible(), true, "names are printed");

  const finalised = await year.manager.client.rpc("finalise_match", {
    p_allocator_run: await matchInOrder(year),
  });
  assert.equal(finalised.error, null);
  await using phone = await open(year, "roster", year.manager, PHONE);
  await phone.page.getByText("names by the finalised result").waitFor();
  assert.deepEqual(await accessibilityFaults(phone.page), []);
});

browserTest(
  "a week shows who is where and who is away, by hospital and team, and prints",
  async () => {
    await using year = await createYear({ lines: 6, doctors: 4 });
    await using profile = await open(year, "week?week=2027-02-01", year.manager);
    const { page } = profile;
    await page.goto(page.url().replace(/#.*/, `#/week/${year.allocationRun}?week=2027-02-01`));
    // Before a match lines stand for themselves. JL 1 is on leave from 1 to 28 February.
    await page.getByRole("heading", { name: "Week 4: 1 Feb – 7 Feb 2027" }).waitFor();
    await page.getByText("5 lines at work, 1 away; nobody has a line yet").waitFor();
    const away = page.getByRole("listitem").filter({ hasText: "Away: leave 1 Feb – 28 Feb" });
    await away.filter({ hasText: "JL 1" }).waitFor();

    await matchInOrder(year);
    await page.reload();
    await page.getByText("3 doctors at work, 1 away.").waitFor();
    await away.filter({ hasText: "Doctor 1" }).waitFor();
    await page.getByLabel("Hospital").selectOption("Northern Base");
    await page.waitForURL(/hospital=Northern/);
    assert.deepEqual(await page.locator(".week-hospital > h2").allTextContents(), [
      "Northern Base",
    ]);
    // By keyboard from week to week, over the border of a term.
    await page.getByRole("button", { name: "Week after" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Week 5:" }).waitFor();
    await page.getByRole("combobox", { name: "Week", exact: true }).selectOption({ index: 13 });
    await page.getByText("Term 2.").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Week 14:" }).waitFor();
    assert.equal(await page.getByLabel("Hospital").inputValue(), "Northern Base");
    await page.getByRole("button", { name: /^(This|Nearest) week$/ }).click();
    await page.getByRole("heading", { name: "Week 1:" }).or(
      page.getByRole("heading", { name: /^Week/ }),
    )
      .first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("button", { name: "Week after" }).isVisible(), false);
    assert.equal(await page.locator(".week-team").first().isVisible(), true);
    await using phone = await open(year, "week", year.manager, { ...PHONE, colorScheme: "dark" });
    await phone.page.getByRole("heading", { name: /^Week \d+:/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(phone.page), []);
    const width = await phone.page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(width <= 390, `nothing is wider than the phone: ${width}`);
  },
);

/** A released result in a year that lies ahead. */
async function released(year: Year): Promise<void> {
  await sql`
    update public.allocation_runs set starts_on = (date_trunc('week', now()) + interval '8 weeks')::date
    where id = ${year.allocationRun}`;
  for (
    const [name, parameters] of [
      ["finalise_match", { p_allocator_run: await matchInOrder(year) }],
      ["release_result", { p_allocation_run: year.allocationRun }],
    ] as const
  ) {
    const { error } = await year.manager.client.rpc(name, parameters);
    assert.equal(error?.message, undefined);
  }
}

browserTest(
  "a swap goes from one phone to another and to the manager, who sees names",
  async () => {
    await using year = await createYear({ lines: 4, doctors: 3 });
    await released(year);
    const [ann, bob] = year.doctors;
    await using asker = await doctorAt(ann.user, `#/swap/${ann.mapping}`, PHONE);
    await asker.page.getByRole("heading", { name: "Ask for a swap" }).waitFor();
    await asker.page.getByRole("checkbox", { name: /^Term 2:/ }).check();
    await asker.page.getByText("2 to ask for").waitFor();
    const [{ name: wanted }] = await sql`
    select p.name from public.rotations r join public.positions p on p.id = r.position
    where r.job_line = ${year.lines[1]} and r.term = 2`;
    await asker.page.getByRole("radio", { name: new RegExp(wanted) }).first().check();
    await asker.page.getByText("No rule stands in the way.").waitFor();
    await asker.page.getByLabel("A word to them").fill("It would be my dream.");
    assert.deepEqual(await accessibilityFaults(asker.page), []);
    // What is chosen and typed is there when the page comes anew.
    await asker.page.reload();
    const word = await asker.page.getByLabel("A word to them").inputValue();
    assert.equal(word, "It would be my dream.");
    await asker.page.getByRole("button", { name: "Ask to swap term 2" }).click();
    await asker.page.getByText("Waits for the other doctor.").waitFor();

    await using asked = await doctorAt(bob.user, `#/swap/${bob.mapping}`, {
      ...PHONE,
      colorScheme: "dark",
    });
    await asked.page.getByRole("heading", { name: "A colleague would like to swap term 2" })
      .waitFor();
    await asked.page.getByText("It would be my dream.").waitFor();
    assert.equal((await asked.page.locator("body").innerText()).includes("Doctor 1"), false);
    assert.deepEqual(await accessibilityFaults(asked.page), []);
    await asked.page.getByRole("button", { name: "Agree" }).focus();
    await asked.page.keyboard.press("Enter");
    await asked.page.getByText("You agreed. Your medical workforce unit decides now").first()
      .waitFor();

    await using manager = await open(year, "swaps");
    const card = manager.page.getByRole("listitem", { name: "Doctor 1 and Doctor 2" });
    await card.getByText("waits for you").waitFor();
    await card.getByText("Breaks no rule, for either line.").waitFor();
    assert.deepEqual(await accessibilityFaults(manager.page), []);
    await card.getByRole("button", { name: "Approve" }).click();
    const dialog = manager.page.getByRole("dialog", { name: "Approve the swap of term 2" });
    assert.deepEqual(await accessibilityFaults(manager.page), []);
    await dialog.getByRole("button", { name: "Approve", exact: true }).click();
    await manager.page.getByText("No swap is open.").waitFor();
    await manager.page.getByLabel("Which swaps").selectOption("over");
    await card.getByText("approved").waitFor();

    // Both see it: on the page of swaps and in their results.
    await asker.page.reload();
    await asker.page.getByText("Approved. Your result shows").waitFor();
    await asker.page.getByRole("link", { name: "Result", exact: true }).click();
    await asker.page.getByText("Your line was changed (version 2).").waitFor();
    await asker.page.getByText(`Term 2: ${wanted} instead of`).waitFor();
  },
);

browserTest(
  "a swap that breaks a rule is set aside with a reason, or refused with one",
  async () => {
    await using year = await createYear({ lines: 4, doctors: 3 });
    await released(year);
    const [ann, bob] = year.doctors;
    const ask = (terms?: number[]) =>
      ann.user.client.rpc("ask_swap", {
        p_worker_mapping: ann.mapping,
        p_swap: { job_line: year.lines[1], terms },
      });
    const agree = async () => {
      const { data } = await bob.user.client.rpc("read_swaps", { p_worker_mapping: bob.mapping });
      const open = data.swaps.find(({ state }: { state: string }) => state === "asked");
      await bob.user.client.rpc("answer_swap", { p_swap: open.swap, p_agree: true });
    };
    const leaveOut = (left: string[]) =>
      sql`
    insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
    values (${year.id}, ${year.allocationRun}, ${year.lines[0]}, ${left})
    on conflict (job_line) do update set excluded_worker_mapping_ids = excluded.excluded_worker_mapping_ids`;
    await leaveOut([bob.mapping]);
    // Before it is asked for, the doctor reads that something is in the way, and nothing of whoever has the line.
    await using asker = await doctorAt(ann.user, `#/swap/${ann.mapping}`, PHONE);
    await asker.page.getByRole("checkbox", { name: "Swap whole lines, with their leave" }).check();
    await asker.page.getByRole("radio", { name: /JL 2/ }).check();
    await asker.page.getByText("It would break a rule.").waitFor();
    await asker.page.getByText("The other line: a rule about whoever has the other line")
      .waitFor();
    assert.deepEqual(await accessibilityFaults(asker.page), []);
    assert.equal((await ask()).error, null);
    await agree();
    await using manager = await open(year, "swaps", year.manager, PHONE);
    const { page } = manager;
    await page.getByText("Breaks “Who may have the line” for Doctor 2").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: "Refuse" }).click();
    const refusing = page.getByRole("dialog", { name: "Refuse the swap of whole lines" });
    assert.equal(await refusing.getByRole("button", { name: "Refuse" }).isDisabled(), true);
    await refusing.getByLabel("Reason").fill("Not for your year.");
    await refusing.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("Swap refused").waitFor();

    assert.equal((await ask()).error, null);
    await agree();
    // The rule comes while the dialog is open: what was listed is no longer so, and the way past it is there.
    await leaveOut([]);
    await page.reload();
    await page.getByRole("button", { name: "Approve" }).click();
    const approving = page.getByRole("dialog", { name: "Approve the swap of whole lines" });
    await leaveOut([bob.mapping]);
    await approving.getByRole("button", { name: "Approve", exact: true }).click();
    await approving.getByText("This swap breaks rules.").waitFor();
    assert.equal(
      await approving.getByRole("button", { name: "Approve all the same" }).isDisabled(),
      true,
    );
    await approving.getByLabel("Reason").fill("The unit agreed.");
    await approving.getByRole("button", { name: "Approve all the same" }).click();
    await page.getByText("Swap approved").waitFor();
    const rows = await sql`
    select w.name, l.name as line from public.job_line_worker_mappings r
    join public.job_lines l on l.id = r.job_line
    join public.allocation_run_worker_mappings m on m.id = r.worker_mapping
    join public.workers w on w.id = m.worker
    where r.allocation_run = ${year.allocationRun} and r.superseded_at is null order by w.name`;
    assert.deepEqual(rows.map(({ name, line }) => `${name} ${line}`), [
      "Doctor 1 JL 2",
      "Doctor 2 JL 1",
      "Doctor 3 JL 3",
    ]);
  },
);

browserTest(
  "the year after, nobody gets what they did before, and who had what is read",
  async () => {
    await using year = await createYear({ lines: 4, doctors: 3 });
    await matchInOrder(year);
    const copied = await year.manager.client.rpc("copy_allocation_run", {
      p_allocation_run: year.allocationRun,
      p_document: { name: "PGY2 2028", lines: true, doctors: true },
    });
    assert.equal(copied.error, null);
    const next = copied.data.allocation_run as string;
    await using profile = await open({ ...year, allocationRun: next }, "setup");
    const { page } = profile;
    await page.goto(page.url().replace(/#.*/, `#/setup/${next}?step=eligibility`));
    const card = page.getByRole("region", { name: "Not what they did last year" });
    await card.getByLabel("What counts as the same").selectOption("position");
    await card.getByRole("button", { name: "Look" }).click();
    // Each holds the line of their number, which has the same positions again.
    for (const n of [1, 2, 3]) {
      await card.getByRole("row", { name: new RegExp(`^Doctor ${n} JL ${n} `) }).waitFor();
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    await card.getByRole("button", { name: "Leave them out of these lines" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(/pairs of a doctor and a line|1 doctor and line/).waitFor();
    const kept = await sql`
    select l.name, e.excluded_worker_mapping_ids as out from public.job_line_eligibility e
    join public.job_lines l on l.id = e.job_line where e.allocation_run = ${next} order by l.name`;
    assert.ok(
      ["JL 1", "JL 2", "JL 3"].every((line) =>
        kept.some(({ name, out }) => name === line && out.length > 0)
      ),
    );
    await page.goto(page.url().replace(/#.*/, `#/setup/${next}?step=year`));
    const report = page.getByRole("region", { name: "Who had what" });
    await report.getByRole("row", { name: /^Doctor 2 PGY1 2027 \(not finalised\) JL 2 / })
      .waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);
