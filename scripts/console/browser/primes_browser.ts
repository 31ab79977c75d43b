// Primes: a search drawn from a form's schema, its blocks and finds as they come, a prime's proof and certificate, figures.

import assert from "node:assert/strict";
import { createPrimesClient } from "../../../shared/client/mod.ts";
import { callInternal, createOrg, createUser, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";

browserTest(
  "a search is asked for, followed block by block, and its primes have pages with proofs",
  async () => {
    await using org = await createOrg();
    await using profile = await signedIn(login(org.manager), `#/primes/${org.allocationRun}`);
    const { page } = profile;
    const form = page.getByRole("region", { name: "Search for primes" });
    await form.getByLabel("Form").selectOption("factorial");
    await form.getByLabel("start").fill("30");
    await form.getByRole("button", { name: "Start the search" }).click();
    await form.getByText("Fill this in.").waitFor();
    await form.getByLabel("end").fill("20");
    await form.getByRole("button", { name: "Look ahead" }).click();
    await form.getByText(/below the range's beginning/).waitFor();
    await form.getByLabel("end").fill("80");
    await form.getByRole("button", { name: "Look ahead" }).click();
    await form.getByText("Finds expected").waitFor();
    await form.getByRole("button", { name: "Start the search" }).click();

    const searches = page.getByRole("region", { name: "Searches" });
    await searches.getByText("factorial", { exact: false }).first().waitFor();
    await searches.getByRole("button", { name: /^Show Search/ }).click();
    await searches.getByRole("list", { name: "Blocks" }).waitFor();
    await searches.getByText("8 found", { exact: true }).waitFor();
    await searches.getByRole("link", { name: "77! + 1" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await searches.getByRole("link", { name: "77! + 1" }).click();
    await page.getByRole("heading", { name: "77! + 1" }).waitFor();
    await page.getByText("By Pocklington's theorem", { exact: false }).waitFor();
    const primes = createPrimesClient(org.manager.client);
    const { primes: [{ id }] } = await primes.primes({ form: "factorial", search: "77! + 1" });
    await eventually("the find is verified", async () => {
      if ((await primes.prime(id)).verified) return true;
      await callInternal("heartbeat-sweeper");
      return false;
    }, 100);
    await page.reload();
    await page.getByText("accepted").first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "As text of Math::Prime::Util" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), `prime-${id}.txt`);
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole("link", { name: "All primes" }).click();
    const figures = page.getByRole("region", { name: "Figures" });
    await figures.getByRole("img", { name: /^Digits/ }).waitFor();
    await figures.getByRole("rowheader", { name: "factorial" }).waitFor();
    const found = page.getByRole("region", { name: "Primes found" });
    await found.getByLabel("Search expressions").fill("77!");
    await found.getByRole("link", { name: "77! + 1" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await sql`
    delete from public.primes p using public.prime_search_finds f
    where f.prime_id = p.id and f.org_id = ${org.id}`;
  },
);

browserTest(
  "who may only look starts nothing; where it is switched off there is no such page",
  async () => {
    await using org = await createOrg();
    const viewer = await createUser(org.id, "viewer");
    await using profile = await signedIn(login(viewer), `#/primes/${org.allocationRun}`, {
      viewport: { width: 360, height: 740 },
    });
    const { page } = profile;
    await page.getByRole("region", { name: "Searches" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Start the search" }).count(), 0);
    const overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert.equal(await page.evaluate(overhang), 0);
    await sql`update fleet.search_types set enabled = false where search_type = 'prime_search'`;
    try {
      await page.reload();
      await page.getByText("This project does not search for primes.", { exact: false }).waitFor();
      assert.equal(await page.getByRole("link", { name: "Primes" }).count(), 0);
    } finally {
      await sql`update fleet.search_types set enabled = true where search_type = 'prime_search'`;
    }
  },
);

browserTest("the status page shows the fleet over time", async () => {
  await using org = await createOrg();
  await sql`select private.sample_series()`;
  await using profile = await signedIn(login(org.manager), `#/operations/${org.allocationRun}`);
  const { page } = profile;
  const series = page.getByRole("region", { name: "Series" });
  await series.getByRole("rowheader", { name: "search for primes" }).waitFor();
  await series.getByLabel("Over").selectOption("365");
  await series.getByText("Nothing was sampled yet.").or(series.getByRole("rowheader").first())
    .waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});
