// The year goes on: who has which line in the roster, who is where in a week, and swaps between doctors.

import assert from "node:assert/strict";
import type { BrowserContextOptions } from "playwright-core";
import { createUser, sql } from "../../../functions/tests/fixture.ts";
import { createYear, PHONE, type Year } from "./doctor_kit.ts";
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

const rows = (page: import("playwright-core").Page) =>
  page.locator(".roster-grid [role=rowheader]").allInnerTexts();

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
  await page.waitForURL(/by=doctor/);
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
