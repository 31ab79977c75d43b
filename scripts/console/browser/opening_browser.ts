// What opening a page asks the project for: each thing once, and of things no more than there were.

import assert from "node:assert/strict";
import type { Page, Request } from "playwright-core";
import { createOrg, generateLines, type TestOrg } from "../../../functions/tests/fixture.ts";
import { settled } from "../chromium.ts";
import { PAGES } from "../page_paths.ts";
import { browserTest, login, signedIn } from "./kit.ts";

/** Requests that come before any page: who may what, the latest planner run, and its row. */
const SHELL = 3;

/** Requests of each page, where there are lines and a run. Raise one only for something that the page shows more of. */
const MOST: Readonly<Record<string, number>> = {
  setup: 2,
  generate: 8,
  roster: 7,
  week: 7,
  coverage: 11,
  history: 5,
  preferences: 6,
  compare: 2,
  match: 8,
  during: 10,
  swaps: 1,
  exchange: 0,
  log: 5,
  operations: 5,
  primes: 1,
  campaigns: 6,
  operators: 7,
  agents: 5,
};

/** Read again when a channel is joined, by the clock and by news: what the opening asks for is not told from that. */
const NEWS = new RegExp(
  "_runs\\?select=id%2Cstatus|/prime_search_runs\\?|/primes\\?|/agent_(tasks|approvals)\\?|" +
    "/rpc/(get_stats|get_agent_budgets|form_leaderboard|get_digit_distribution|get_discovery_timeline)$",
);

/** An org whose run has lines and a planner run that ended. */
async function orgWithLines(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  await generateLines(org, 3, [{ name: "REQUIRED_CATEGORIES", value: ["A"] }]);
  return org;
}

/** Notes what a page asks for; the same from another row on is the same. */
function watchRequests(page: Page) {
  const open = new Set<Request>();
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (!/\/(rest\/v1|functions\/v1\/\w+-\w+)\//.test(pathname) || NEWS.test(pathname + search)) {
      return;
    }
    open.add(request);
    const what = search.replace(/[?&](offset|limit)=\d+/g, "");
    asked.push(
      `${request.method()} ${pathname}${decodeURIComponent(what)} ${request.postData() ?? ""}`,
    );
  });
  for (const event of ["requestfinished", "requestfailed"] as const) {
    page.on(event as "requestfinished", (request) => void open.delete(request));
  }
  return {
    /** Waits until the page has what it asked for and asks for no more. @returns what that was */
    async all(): Promise<string[]> {
      await settled(page);
      do {
        await page.evaluate(
          "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        );
      } while (open.size > 0);
      return asked.splice(0);
    },
  };
}

browserTest("opening a page asks for nothing twice, and for no more than it did", async () => {
  await using org = await orgWithLines();
  const [opened] = PAGES;
  await using profile = await signedIn(login(org.manager), `#/${opened}/${org.allocationRun}`);
  const { page } = profile;
  await settled(page);
  const requests = watchRequests(page);
  for (const path of PAGES) {
    const first = path === opened;
    // From the page itself: what another had begun to ask for would count as asked twice.
    if (first) await page.reload();
    else await page.goto(page.url().replace(/#.*/, `#/${path}/${org.allocationRun}`));
    const asked = await requests.all();
    assert.deepEqual(asked.filter((each, at) => asked.indexOf(each) !== at), [], path);
    const most = MOST[path] + (first ? SHELL : 0);
    assert.ok(
      asked.length <= most,
      `${path} asks for ${asked.length} things, not ${most}:\n${asked.join("\n")}`,
    );
  }
});
