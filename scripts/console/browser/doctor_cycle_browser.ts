// The whole cycle of a window: a manager opens it; three doctors (a phone, one offline for a while, one by keyboard only)
// rank and submit; it closes; match, a correction by hand, finalise, release; each sees their own result and why, a
// correction, a calendar; nobody sees another's.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createAllocatorClient } from "../../../shared/client/mod.ts";
import { sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest } from "./kit.ts";
import {
  clientOf,
  comeBack,
  createYear,
  doctorAt,
  openWindow,
  PHONE,
  saved,
  type Year,
} from "./doctor_kit.ts";

/** Goes to a step. */
async function step(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name, exact: true })
    .click();
}

/** Puts a line at the top of all, by tapping. */
async function tapToTop(page: Page, line: string): Promise<void> {
  await page.locator(".rank", { hasText: line }).locator(".open").tap();
  await page.getByRole("dialog").getByRole("button", { name: "Love" }).tap();
}

async function submit(page: Page): Promise<void> {
  await step(page, "Submit");
  await page.getByRole("button", { name: "Submit my order" }).click();
  await page.getByRole("article", { name: "Receipt" }).waitFor();
}

/** What a manager's call answers. @throws where it fails */
async function manager<Answer>(
  year: Year,
  name: string,
  args: Record<string, unknown>,
): Promise<Answer> {
  const { data, error } = await year.manager.client.rpc(name, args);
  if (error) throw error;
  return data as Answer;
}

browserTest(
  "from the opened window to a corrected result, by three doctors in three browsers",
  async () => {
    await using year = await createYear({ lines: 3, doctors: 3, claimed: false });
    await openWindow(year, { settings: { minimum_lines: 3 } });
    const [ann, bob, cid] = year.doctors;
    await using phone = await doctorAt(ann.user, "", PHONE);
    await using train = await doctorAt(bob.user, "", PHONE);
    await using keys = await doctorAt(cid.user);

    // Ann, on her phone, wants JL 1 most; so does Bob, who loses his network meanwhile; Cid wants JL 2, and has no mouse.
    await step(phone.page, "Order");
    await tapToTop(phone.page, "JL 1");
    await submit(phone.page);
    await step(train.page, "Order");
    await train.page.getByRole("heading", { name: "Your order" }).waitFor();
    await train.context.setOffline(true);
    await tapToTop(train.page, "JL 1");
    await train.page.locator("[data-saving=offline]").waitFor();
    await train.context.setOffline(false);
    await saved(train.page);
    await submit(train.page);
    await keys.page.getByRole("link", { name: "Order", exact: true }).press("Enter");
    await keys.page.getByRole("button", { name: "Move JL 2" }).press("Home");
    await saved(keys.page);
    await keys.page.getByRole("link", { name: "Submit", exact: true }).press("Enter");
    // The heading takes the focus when a step comes.
    await keys.page.locator("h1:focus").getByText("Submit").waitFor();
    await keys.page.getByRole("button", { name: "Submit my order" }).press("Enter");
    await keys.page.getByRole("article", { name: "Receipt" }).waitFor();

    // It closes under Cid, who still has the page open.
    await manager(year, "close_window", { p_allocation_run: year.allocationRun });
    await keys.page.reload();
    await keys.page.getByText("The window has closed").waitFor();
    assert.equal(await keys.page.getByRole("button", { name: "Submit" }).count(), 0);

    const allocator = createAllocatorClient(year.manager.client);
    const { allocatorRunId } = await allocator.allocate({ allocationRun: year.allocationRun });
    const run = await allocator.watch(allocatorRunId).done;
    assert.equal(run.status, "COMPLETED");
    await manager(year, "finalise_match", { p_allocator_run: allocatorRunId });
    await step(phone.page, "Submit");
    await phone.page.reload();
    await step(phone.page, "Result");
    await phone.page.getByText("There is no result yet").waitFor();

    await manager(year, "release_result", { p_allocation_run: year.allocationRun });
    const got = new Map<string, string>();
    for (const { page } of [phone, train, keys]) {
      await page.goto(page.url().replace(/#.*/, "#/list"));
      await page.getByText("Your result is there").click();
      await page.getByRole("heading", { name: "Your result" }).waitFor();
      const line = await page.locator(".result article h2").textContent();
      got.set(page === phone.page ? "ann" : page === train.page ? "bob" : "cid", line!);
      assert.deepEqual(await accessibilityFaults(page), []);
    }
    assert.equal(new Set(got.values()).size, 3);
    assert.equal(got.get("cid"), "JL 2");
    const luckless = got.get("ann") === "JL 1" ? train.page : phone.page;
    await luckless.getByRole("heading", { name: "Why not a line that you ranked better?" })
      .waitFor();
    const why = (await luckless.locator(".why-list").textContent())!;
    assert.match(why, /JL 1: it is full: one doctor has it/);
    assert.doesNotMatch(
      (await luckless.locator("main").textContent())!,
      /Doctor \d|@/,
      "nobody is named",
    );
    await keys.page.getByText("It is your first choice").waitFor();

    // The lottery can be checked.
    await luckless.getByRole("link", { name: "How the match works" }).click();
    await luckless.getByText(/The seed of this match is/).waitFor();
    await luckless.getByText(/doctors were numbered by name; you are number \d/).waitFor();

    // Nobody reads another's, by whatever way.
    const client = await clientOf(ann.user);
    const foreign = await client.rpc("read_result", { p_worker_mapping: cid.mapping });
    assert.equal(foreign.data, null);
    assert.ok(foreign.error);
    const rows = await client.from("job_line_worker_mappings").select("worker_mapping");
    assert.deepEqual(rows.data, [{ worker_mapping: ann.mapping }]);

    // A calendar, on the device and as a link that can be ended.
    const [download] = await Promise.all([
      keys.page.waitForEvent("download"),
      keys.page.getByRole("button", { name: "Download .ics" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "my-year.ics");
    const file = await Deno.readTextFile((await download.path())!);
    assert.equal(file.match(/BEGIN:VEVENT/g)!.length, 5, "four terms and a leave");
    await keys.page.getByRole("button", { name: "Subscribe in a calendar" }).click();
    assert.match(
      await keys.page.getByRole("textbox", { name: "Link" }).inputValue(),
      /\/functions\/v1\/calendar\/[0-9a-f]{48}\.ics$/,
    );
    await keys.page.getByRole("button", { name: "End the link" }).click();
    await keys.page.getByRole("dialog").waitFor({ state: "hidden" });
    const [{ links }] = await sql`
    select count(*)::int as links from public.calendar_links where worker_mapping = ${cid.mapping}`;
    assert.equal(links, 0);

    // Ann and Bob change places by hand: both see a correction, with its reason; Cid sees none.
    const lineOf = (name: string) => year.lines[Number(name.slice(3)) - 1];
    await manager(year, "correct_result", {
      p_allocation_run: year.allocationRun,
      p_moves: [
        { worker_mapping: ann.mapping, job_line: lineOf(got.get("bob")!) },
        { worker_mapping: bob.mapping, job_line: lineOf(got.get("ann")!) },
      ],
      p_reason: "A swap that both agreed to.",
    });
    for (const { page } of [phone, train, keys]) {
      await page.goto(
        page.url().replace(/#\/\w+\//, "#/result/"),
      );
    }
    // Whoever has the page open reads it when they come back to it.
    for (const { page } of [phone, train, keys]) await comeBack(page);
    await phone.page.getByText("A swap that both agreed to.").waitFor();
    assert.equal(await phone.page.locator(".result article h2").textContent(), got.get("bob"));
    await train.page.getByText("This is a correction").waitFor();
    await keys.page.getByRole("heading", { name: "Your result" }).waitFor();
    assert.equal(await keys.page.getByText("This is a correction").count(), 0);

    // Taken back: who has seen it reads that it stands no more, not that there was none yet.
    await manager(year, "unfinalise_match", {
      p_allocation_run: year.allocationRun,
      p_reason: "Two doctors were missing.",
    });
    await comeBack(phone.page);
    await phone.page.getByText("The result that was released was taken back").waitFor();
  },
);
