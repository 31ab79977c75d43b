// The doctors' page where single rows, or all lines, are not what they were when the doctor looked last.

import assert from "node:assert/strict";
import { accessibilityFaults, browserTest } from "./kit.ts";
import { sql } from "../../../functions/tests/fixture.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import { clientOf, createYear, doctorAt, openWindow, PHONE, saved } from "./doctor_kit.ts";

browserTest("where no line is left, nothing asks for an order", async () => {
  await using year = await createYear({ lines: 2 });
  await openWindow(year);
  await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
  const { page } = doctor;
  await page.getByRole("heading", { name: "What do you like?" }).waitFor();
  const { error } = await year.manager.client.rpc("archive_job_lines", {
    p_allocation_run: year.allocationRun,
    p_job_lines: year.lines,
  });
  assert.equal(error, null);
  await page.reload();
  for (const name of ["Likes", "Lines", "Order", "Submit"]) {
    await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name, exact: true })
      .click();
    await page.locator(`nav [aria-current=step]`, { hasText: name }).waitFor();
    await page.getByText("There is nothing to rank yet").waitFor();
    assert.doesNotMatch(
      (await page.getByRole("main").textContent())!,
      /\b(drag|tap|arrow|put each|choose another|upload|neutral or better|submit my order)\b/i,
      name,
    );
  }
  assert.deepEqual(await accessibilityFaults(page), []);
});

browserTest(
  "a line that is gone keeps no other from being saved, and what another device changed is told at its line",
  async () => {
    await using year = await createYear({ lines: 5 });
    await openWindow(year);
    const { mapping, user } = year.doctors[0];
    await using doctor = await doctorAt(user, `#/rank/${mapping}`, PHONE);
    const { page, context } = doctor;
    await page.getByRole("heading", { name: "Your order" }).waitFor();
    await saved(page);
    await context.setOffline(true);
    for (const name of ["JL 4", "JL 2", "JL 3"]) {
      await page.getByRole("button", { name: `Move ${name}`, exact: true }).press("Home");
    }
    await page.getByText(/^Offline: \d kept on this device$/).first().waitFor();
    await sql`delete from public.job_lines where id = ${year.lines[1]}`;
    const laptop = await clientOf(user);
    const { error } = await laptop.rpc("save_wishes", {
      p_worker_mapping: mapping,
      p_changes: {
        device: "laptop",
        order_only: true,
        lines: [{
          job_line: year.lines[2],
          like_dislike_preference: -1,
          order_preference: 9000,
          changed_at: new Date(Date.now() + 60_000).toISOString(),
        }],
      },
    });
    assert.equal(error, null);
    await context.setOffline(false);
    const refused = page.getByRole("alert");
    await refused.getByText("One change was not saved.").waitFor();
    await refused.getByText("JL 2").waitFor();
    await page.getByText("1 not saved").first().waitFor();
    await eventually("the other line is saved", async () => {
      const rows = await sql`
        select job_line from public.preference_worker_job_lines where worker_mapping = ${mapping}`;
      return rows.some(({ job_line }) => job_line === year.lines[3]);
    });
    await page.getByText("Changed on another device as well").waitFor();
    await page.locator(`ol[data-bucket="-1"] .rank`, { hasText: "another device at" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: "I have read it" }).click();
    await refused.getByRole("button", { name: "Show what is saved instead" }).click();
    await refused.getByRole("button", { name: "Yes, give them up" }).click();
    await saved(page);
    await refused.waitFor({ state: "hidden" });
    assert.equal(await page.getByText("another device").count(), 0);
  },
);
