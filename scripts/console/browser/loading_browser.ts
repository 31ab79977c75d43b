// Pages are loaded when somebody goes there: what a first visit loads, a script that cannot be had, a deployment meanwhile.

import assert from "node:assert/strict";
import { browserTest, demoUser, newProfile, signedIn, signIn } from "./kit.ts";

const PGY1 = "a0000000-0000-4000-8000-000000000031";

browserTest(
  "the sign-in form loads no page but the one that is asked for; others come when they are needed",
  async () => {
    await using profile = await newProfile({}, { fresh: true });
    const scripts: string[] = [];
    profile.context.on("request", (request) => {
      const page = /\/(\w+_page)-\w+\.js$/.exec(request.url())?.[1];
      if (page) scripts.push(page);
    });
    const page = await profile.open(`#/coverage/${PGY1}`);
    await signIn(page, demoUser("manager"));
    await page.getByRole("heading", { name: "Coverage", level: 1 }).waitFor();
    assert.deepEqual([...new Set(scripts)], ["coverage_page"]);
    await page.getByRole("link", { name: "Roster", exact: true }).click();
    await page.locator(".page:not(.skeleton)", { hasText: "Roster" }).waitFor();
    assert.deepEqual([...new Set(scripts)], ["coverage_page", "roster_page"]);
  },
);

browserTest(
  "a page whose script cannot be had says so, and comes when it is asked for again",
  async () => {
    await using profile = await signedIn(demoUser("manager"), `#/generate/${PGY1}`, {}, {
      fresh: true,
    });
    const { page } = profile;
    await page.getByLabel("Number of lines").waitFor();
    await page.route("**/roster_page-*.js", (route) => route.abort());
    await page.getByRole("link", { name: "Roster", exact: true }).click();
    await page.getByText("The page Roster could not be loaded").waitFor();
    await page.unroute("**/roster_page-*.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".page:not(.skeleton)", { hasText: "Roster" }).waitFor();
  },
);

browserTest(
  "after a deployment, a page whose script is gone brings the new console, once",
  async () => {
    await using profile = await signedIn(demoUser("manager"), `#/generate/${PGY1}`, {}, {
      fresh: true,
    });
    const { page } = profile;
    await page.getByLabel("Number of lines").waitFor();
    let documents = 0;
    page.on("request", (request) => {
      if (request.isNavigationRequest()) documents++;
    });
    await page.route("**/log_page-*.js", (route) => route.fulfill({ status: 404, body: "{}" }));
    await page.route(/\/functions\/v1\/console$/, async (route) => {
      if (route.request().isNavigationRequest()) return await route.continue();
      const response = await route.fetch();
      const body = (await response.text()).replace(/main-\w+\.js/, "main-000000000000.js");
      await route.fulfill({ response, body });
    });
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await page.getByText("The page Log could not be loaded").waitFor();
    assert.equal(documents, 1);
  },
);
