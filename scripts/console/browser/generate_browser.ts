// Generate: from the form to the lines, and whatever may come in between.

import assert from "node:assert/strict";
import type { Page, WebSocketRoute } from "playwright-core";
import {
  callInternal,
  createOrg,
  holdQueue,
  sql,
  type TestOrg,
} from "../../../functions/tests/fixture.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import {
  accessibilityFaults,
  browserTest,
  demoUser,
  login,
  type Profile,
  signedIn,
  takesFocus,
  waitForRun,
} from "./kit.ts";

/** PGY1 2027 of the demo: 60 lines take some seconds. */
const PGY1 = "#/generate/a0000000-0000-4000-8000-000000000031";

function open(org: TestOrg): Promise<Profile> {
  return signedIn(login(org.manager), `#/generate/${org.allocationRun}`);
}

async function pressGenerate(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Generate", exact: true }).click();
}

async function askFor(page: Page, lines: number): Promise<void> {
  await page.getByLabel("Number of lines").fill(String(lines));
}

/** Starts what waits in the queue, as the sweeper would in its next round. */
async function wake(): Promise<void> {
  await (await callInternal("heartbeat-sweeper")).body?.cancel();
}

const runsOf = (org: TestOrg) =>
  sql`select status::text from public.allocation_planner_runs where org_id = ${org.id}`;

/** Notes every progress that the page shows: percent and phase. Runs in the page. */
const WATCH_PROGRESS = `
  globalThis.seen = new Set();
  new MutationObserver(() => {
    const run = document.querySelector(".generate-run");
    const meter = run?.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow");
    if (meter) seen.add(meter + "% " + run.querySelector("[role=status]").textContent);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
`;

browserTest(
  "Generate shows live progress, then the result, and warns of lines to be replaced",
  async () => {
    await using profile = await signedIn(demoUser("manager"), PGY1);
    const { page } = profile;
    await askFor(page, 60);
    await page.getByLabel("Effort").selectOption("high");
    await page.getByLabel("Time limit (s)").fill("3");
    await page.evaluate(WATCH_PROGRESS);
    await pressGenerate(page);
    await waitForRun(page, "GENERATING");
    await waitForRun(page, "COMPLETED");
    const seen = await page.evaluate<string[]>("[...seen]");
    assert.ok(seen.length >= 3, `progress moved: ${seen.join(", ")}`);
    const run = page.getByRole("region", { name: "Run", exact: true });
    await run.getByText("60 of 60").waitFor();
    await run.getByRole("link", { name: "Open the roster" }).waitFor();
    await page.getByText("PGY1 2027: 60 job lines ready").waitFor();
    await page.getByText("60 existing unpinned lines will be replaced.").waitFor();
  },
);

browserTest("an impossible request is explained, and one click relaxes it", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  await askFor(page, 4);
  await page.getByText("further rules that can be set").click();
  await page.getByRole("button", { name: /^Change: Clinical experience categories/ }).click();
  await page.getByRole("checkbox", { name: "C", exact: true }).check();
  await pressGenerate(page);
  await waitForRun(page, "INFEASIBLE");
  await page.getByText("This request is proven to be impossible").waitFor();
  await page.getByRole("button", { name: /^Apply and generate: .*Required categories/ }).first()
    .click();
  await waitForRun(page, "COMPLETED");
  await page.getByText("4 of 4").waitFor();
});

browserTest("too many lines: as many as are possible are one click away", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  await askFor(page, 6);
  assert.equal(await page.getByText("There are not posts for so many").count(), 0);
  await askFor(page, 7);
  await page.getByText("There are not posts for so many").waitFor();
  await pressGenerate(page);
  await waitForRun(page, "INFEASIBLE");
  await page.getByRole("button", { name: "Generate 6" }).click();
  await waitForRun(page, "COMPLETED");
  assert.equal(await page.getByLabel("Number of lines").inputValue(), "6");
  await askFor(page, 7);
  await pressGenerate(page);
  await waitForRun(page, "INFEASIBLE");
  await page.getByRole("button", { name: "Accept fewer lines" }).click();
  await waitForRun(page, "COMPLETED");
  await page.getByRole("region", { name: "Run", exact: true }).getByText("6 of 7").waitFor();
});

browserTest(
  "cancelling ends the run and leaves the form as it was; a reload in mid-run finds the run again, and what was typed meanwhile",
  async () => {
    await using org = await createOrg();
    const held = await holdQueue(org.id);
    await using profile = await open(org);
    const { page } = profile;
    await askFor(page, 5);
    await pressGenerate(page);
    await waitForRun(page, "PENDING");
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await waitForRun(page, "CANCELLED");
    await page.getByRole("heading", { name: "the run was cancelled" }).waitFor();
    assert.equal(await page.getByLabel("Number of lines").inputValue(), "5");
    assert.deepEqual([...await runsOf(org)], [{ status: "CANCELLED" }]);

    await askFor(page, 3);
    await pressGenerate(page);
    await waitForRun(page, "PENDING");
    await askFor(page, 5);
    await page.getByLabel("Seed").fill("not yet");
    await page.reload();
    await waitForRun(page, "PENDING");
    assert.equal(await page.getByLabel("Number of lines").inputValue(), "5");
    assert.equal(await page.getByLabel("Seed").inputValue(), "not yet");
    assert.equal(
      await page.getByRole("button", { name: "Generate", exact: true }).isDisabled(),
      true,
    );
    await held[Symbol.asyncDispose]();
    await wake();
    await waitForRun(page, "COMPLETED");
    assert.equal(await page.getByLabel("Number of lines").inputValue(), "5");
  },
);

browserTest(
  "a second tab sees what the first types, and its run, live; tabs that typed past each other keep both until somebody chooses",
  async () => {
    await using org = await createOrg();
    const held = await holdQueue(org.id);
    await using profile = await open(org);
    const { page } = profile;
    const second = await profile.open(`#/generate/${org.allocationRun}`);
    await second.getByText("Nothing was generated").waitFor();
    await askFor(page, 4);
    await second.getByText("Unsaved changes").waitFor();
    assert.equal(await second.getByLabel("Number of lines").inputValue(), "4");
    await pressGenerate(page);
    await waitForRun(page, "PENDING");
    await waitForRun(second, "PENDING");
    await held[Symbol.asyncDispose]();
    await wake();
    await waitForRun(page, "COMPLETED");
    await waitForRun(second, "COMPLETED");

    // What was generated is saved: neither tab has a draft.
    await page.getByText("Unsaved changes").waitFor({ state: "detached" });
    await second.getByText("Unsaved changes").waitFor({ state: "detached" });
    await second.getByLabel("Seed").fill("2");
    await page.getByText("Unsaved changes").waitFor();
    // As if the first tab had typed a moment before it heard of the second.
    await page.evaluate(`
      const key = Object.keys(localStorage).find((key) => key.includes("draft"));
      const kept = JSON.parse(localStorage.getItem(key));
      kept.draft.seed = "3";
      localStorage.setItem(key, JSON.stringify({ ...kept, version: "b", after: "a" }));
    `);
    await second.getByText("also changed in another tab").waitFor();
    assert.equal(await second.getByLabel("Seed").inputValue(), "2");
    await second.getByRole("button", { name: "Take the other tab's" }).click();
    assert.equal(await second.getByLabel("Seed").inputValue(), "3");
  },
);

browserTest(
  "without a connection nothing typed is lost, and asking again starts one run only",
  async () => {
    await using org = await createOrg();
    await using profile = await open(org);
    const { page, context } = profile;
    await askFor(page, 4);
    // The request arrives, its answer does not: the worst moment to lose the connection.
    let lost = 0;
    await context.route("**/planner-orchestration", async (route) => {
      if (route.request().method() === "POST" && lost++ < 3) {
        await route.fetch();
        await route.abort("internetdisconnected");
      } else await route.continue();
    });
    await pressGenerate(page);
    await page.getByText("Receptor could not be reached").or(page.locator("[data-status]")).first()
      .waitFor();
    await waitForRun(page, "COMPLETED");
    assert.equal(await page.getByLabel("Number of lines").inputValue(), "4");
    assert.deepEqual([...await runsOf(org)], [{ status: "COMPLETED" }]);
  },
);

browserTest(
  "while the connection is away, or Realtime alone, the page says so, and knows the end all the same",
  async () => {
    await using org = await createOrg();
    const held = await holdQueue(org.id);
    await using profile = await open(org);
    const { page, context } = profile;
    let refused = false;
    const sockets: WebSocketRoute[] = [];
    await context.routeWebSocket(/realtime/, (socket) => {
      if (refused) return void socket.close();
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.reload();
    await askFor(page, 4);
    await pressGenerate(page);
    await waitForRun(page, "PENDING");
    await context.setOffline(true);
    // As without a network. Chromium leaves them open, and spins for as long as something waits in one that it may not read.
    for (const socket of sockets) await socket.close();
    await page.getByText("No connection.").waitFor();
    await page.getByLabel("Seed").fill("77");
    await held[Symbol.asyncDispose]();
    await wake();
    for (;;) {
      const [{ status }] = await runsOf(org);
      if (status === "COMPLETED") break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await context.setOffline(false);
    await waitForRun(page, "COMPLETED");
    assert.equal(await page.getByLabel("Seed").inputValue(), "77");

    refused = true;
    await using heldAgain = await holdQueue(org.id);
    await page.reload();
    await askFor(page, 4);
    await pressGenerate(page);
    await waitForRun(page, "PENDING");
    await page.getByText("No live updates at the moment").waitFor();
    await heldAgain[Symbol.asyncDispose]();
    await wake();
    await waitForRun(page, "COMPLETED");
  },
);

browserTest(
  "a fault is shown at its field, and what was typed stays; a dry run changes nothing",
  async () => {
    await using org = await createOrg();
    await using profile = await open(org);
    const { page } = profile;
    await askFor(page, 4);
    await page.getByLabel("Seed").fill("x");
    await pressGenerate(page);
    const seed = page.getByLabel("Seed");
    await page.getByText("Enter a number, in digits.").waitFor();
    assert.equal(await seed.getAttribute("aria-invalid"), "true");
    assert.equal(await seed.inputValue(), "x");
    await takesFocus(seed);
    assert.deepEqual([...await runsOf(org)], []);
    await page.getByRole("button", { name: "Discard changes" }).click();
    assert.equal(await seed.inputValue(), "1");

    // A dry run shows what would change.
    await askFor(page, 3);
    await page.getByLabel("Dry run").check();
    await page.getByText("no line will be changed").waitFor();
    await page.getByRole("button", { name: "Start the dry run" }).click();
    await waitForRun(page, "COMPLETED");
    const changes = page.getByRole("region", { name: "What would change" });
    await changes.getByText("3 added").waitFor();
    assert.equal(await changes.getByRole("row").count(), 1 + 3);
    const [{ lines }] = await sql`
    select count(*)::int as lines from public.job_lines where org_id = ${org.id}`;
    assert.equal(lines, 0);
  },
);

browserTest(
  "rules that somebody else saved meanwhile do not overwrite those being typed",
  async () => {
    await using org = await createOrg();
    await using profile = await open(org);
    const { page } = profile;
    await page.getByLabel("Ruleset").selectOption("PGY3_PLUS");
    await sql`update public.allocation_runs set constraints = '["NO_NIGHTS"]' where id = ${org.allocationRun}`;
    // Who has not heard of it yet and asks for lines overwrites nothing, and is told.
    await askFor(page, 4);
    await pressGenerate(page);
    await page.getByText("Somebody else changed the rules meanwhile").waitFor();
    await page.getByText("were changed since you began to edit").waitFor();
    assert.deepEqual([...await runsOf(org)], []);
    await page.reload();
    await page.getByText("were changed since you began to edit").waitFor();
    assert.equal(await page.getByLabel("Ruleset").inputValue(), "PGY3_PLUS");
    await page.getByRole("button", { name: "Take the saved rules" }).click();
    assert.equal(await page.getByLabel("Ruleset").inputValue(), "");
    await page.getByText("No nights or relief position in any line.").first().waitFor();
  },
);

browserTest(
  "names and dates that somebody else changed are heard of without a reload",
  async () => {
    await using org = await createOrg();
    await using profile = await open(org);
    const { page } = profile;
    await askFor(page, 7);
    const name = `Moved ${org.id}`;
    const rename = async (name: string) => {
      const [{ day }] = await sql`
        update public.allocation_runs set name = ${name}, starts_on = starts_on + 7 where id = ${org.allocationRun}
        returning to_char(starts_on, 'FMDD Mon YYYY') as day`;
      // As when the tab comes to the front.
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      return day;
    };
    await sql`update public.orgs set name = ${`Renamed ${org.id}`} where id = ${org.id}`;
    const day = await rename(name);
    await page.locator(".page-head").getByText(`${day} to`).waitFor();
    await page.locator(".printed").getByText(`Renamed ${org.id}`).waitFor({ state: "attached" });
    await page.locator(".printed").getByText(name).waitFor({ state: "attached" });
    assert.equal(await page.title(), `Generate · ${name} · Receptor`);
    assert.equal(await page.getByLabel("Number of lines").inputValue(), "7");

    // A form follows as long as nothing is typed in it, and its heading after that, too; so does what it proposes for the next year.
    await page.goto(page.url().replace(/#.*/, `#/setup/${org.allocationRun}?step=year`));
    const field = page.getByLabel("Name", { exact: true }).first();
    await page.getByRole("heading", { name }).waitFor();
    await rename("The year renamed");
    await page.getByRole("heading", { name: "The year renamed" }).waitFor();
    await eventually(
      "the field follows",
      async () => await field.inputValue() === "The year renamed",
    );
    const next = page.getByLabel("Name of the new year");
    assert.equal(await next.inputValue(), "The year renamed, next year");
    await field.fill("Mine");
    await next.fill("My next");
    await rename(`Once more ${org.id}`);
    await page.getByRole("heading", { name: `Once more ${org.id}` }).waitFor();
    assert.equal(await field.inputValue(), "Mine");
    assert.equal(await next.inputValue(), "My next");
  },
);

browserTest("a run that failed says why and what to do", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  await askFor(page, 4);
  await pressGenerate(page);
  await waitForRun(page, "COMPLETED");
  // Pinned by somebody else after the page has read the lines: it knows nothing of it.
  await page.getByText("4 existing unpinned lines will be replaced.").waitFor();
  await sql`update public.job_lines set is_locked = true where org_id = ${org.id}`;
  await pressGenerate(page);
  await waitForRun(page, "FAILED");
  await page.getByRole("heading", { name: "the run failed" }).waitFor();
  await page.getByText("ask for more lines, or unpin some").waitFor();
  // What is known is said at the field, before anything is asked.
  await page.reload();
  await page.getByText("4 pinned lines will stay").waitFor();
  await pressGenerate(page);
  await page.getByText("4 lines are pinned: ask for more than 4, or unpin some.").waitFor();
  await askFor(page, 5);
  await page.getByRole("button", { name: "Generate again" }).click();
  // Whether the posts that are left make a fifth line depends on the four.
  await page.locator("[data-status=COMPLETED],[data-status=INFEASIBLE]").waitFor();
});

browserTest(
  "lines that something hangs on are replaced after a yes, which names what is at stake",
  async () => {
    await using org = await createOrg();
    const { error } = await org.manager.client.rpc("populate_allocation_run", {
      p_document: {
        allocation_run: org.allocationRun,
        lines: [{ name: "A", max_n_workers: 2 }, { name: "B" }],
        workers: [{ email: "ann@x.example", name: "Ann" }],
        preferences: [{ worker: "ann@x.example", ranks: [["A", 1], ["B", 2]] }],
      },
    });
    if (error) throw error;
    await using profile = await open(org);
    const { page } = profile;
    await askFor(page, 3);
    await pressGenerate(page);
    const dialog = page.getByRole("dialog", { name: "Replace these lines?" });
    await dialog.getByText("2 ranks of 1 doctor").waitFor();
    await dialog.getByText("1 further place").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await runsOf(org)).length, 0, "without a yes nothing is asked for");

    await pressGenerate(page);
    await dialog.getByLabel("Reason").fill("New posts");
    await dialog.getByRole("button", { name: "Replace 2 lines" }).click();
    await waitForRun(page, "COMPLETED");
    const said = await sql`select reason from public.audit_log where org_id = ${org.id}
      and table_name = 'allocation_planner_runs' and operation = 'insert'`;
    assert.deepEqual(said.map(({ reason }) => reason), ["New posts"]);
    const ranks =
      await sql`select from public.preference_worker_job_lines where org_id = ${org.id}`;
    assert.equal(ranks.length, 2, "they are archived with their lines");
  },
);
