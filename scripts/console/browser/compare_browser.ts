// Any two rosters side by side: a name for today, a dry run with another seed, what an edit changed, and choosing one.

import assert from "node:assert/strict";
import { createPlannerClient } from "../../../shared/client/mod.ts";
import { createOrg, generateLines, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

browserTest(
  "today is kept under a name, compared after an edit, and restored; a dry run is compared by content",
  async () => {
    await using org = await createOrg();
    const planner = createPlannerClient(org.manager.client);
    await generateLines(org, 3);
    await using profile = await signedIn(login(org.manager), `#/compare/${org.allocationRun}`);
    const { page } = profile;
    await page.getByText("There is only today yet.").waitFor();
    await page.getByLabel("Name for today's lines").fill("Before the swap");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByText("All 3 lines are the same.").waitFor();

    const [first] = await planner.lines(org.allocationRun);
    await sql`update public.allocation_run_positions set posts = 9 where allocation_run = ${org.allocationRun}`;
    await planner.editLines({
      allocationRun: org.allocationRun,
      lines: [{
        jobLine: first.id,
        cells: [{ term: 1, position: first.rotations[1].position.id }],
      }],
      overrides: [{ line: 0, rule: "UNIQUE_POSITIONS", reason: "Agreed." }],
    });
    await page.reload();
    await page.getByLabel("To", { exact: true }).selectOption({
      label: await page.getByLabel("To", { exact: true }).locator("option", {
        hasText: "Before the swap",
      })
        .innerText(),
    });
    await page.getByText(
      "2 lines the same, 1 changed in 1 cell, 0 only in the second, 0 only in the first.",
    ).waitFor();
    assert.equal(await page.locator(".compare-changed").count(), 1);
    // Today's side breaks what was set aside, the snapshot's nothing.
    const broken = page.getByRole("region", { name: "Broken rules" });
    await broken.getByText(/Unique positions \(.* appears twice\)/).waitFor();
    await broken.getByText("No line breaks a rule.").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: /^Restore: Before the swap/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
    await page.getByText("All 3 lines are the same.").waitFor();

    await page.getByLabel("Another seed").fill("7");
    await page.getByRole("button", { name: "Plan as a dry run" }).click();
    const option = page.getByLabel("To", { exact: true }).locator("option", {
      hasText: /Dry run of .* seed 7/,
    });
    await option.waitFor({ state: "attached" });
    await page.getByLabel("To", { exact: true }).selectOption({ label: await option.innerText() });
    await page.getByRole("columnheader", { name: /^Dry run of .* seed 7/ }).waitFor();
    await page.getByLabel("Name of the dry run").fill("Seven");
    await page.getByRole("button", { name: "Save the name" }).click();
    // Choosing it writes what is seen.
    await page.getByRole("button", { name: /^Generate these lines: Seven, dry run/ }).click();
    const choosing = page.getByRole("dialog", { name: "Generate these lines?" });
    await choosing.getByText("What you see is written").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await choosing.getByRole("button", { name: "Generate these lines" }).click();
    await page.getByText("All 3 lines are the same.").waitFor();
    await page.goto(page.url().replace("#/compare/", "#/history/").replace(/\?.*/, ""));
    await page.getByText("edited by hand: 1 cell").first().waitFor();
    await page.getByText("Before the swap").first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);
