// Roster, coverage and history: what planners see of their lines, pin, ask about and take back.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createPlannerClient } from "../../../shared/client/mod.ts";
import {
  createOrg,
  createUser,
  ended,
  generateLines,
  sql,
  type TestOrg,
} from "../../../functions/tests/fixture.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

/** An org whose run has six lines of two terms of 26 weeks, with leave. */
async function orgWithLines(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  await generate(org, 6);
  return org;
}

function generate(org: TestOrg, nJobLines: number): Promise<void> {
  return generateLines(org, nJobLines, ["ANNUAL_LEAVE", {
    name: "REQUIRED_CATEGORIES",
    value: ["A"],
  }]);
}

function open(org: TestOrg, path: string, who: { email: string } = org.manager) {
  return signedIn(login(who), `#/${path}/${org.allocationRun}`);
}

const names = (page: Page) =>
  page.locator(".roster-grid [role=rowheader]").evaluateAll((cells) =>
    cells.map((cell) => cell.textContent)
  );

const focused = (page: Page) =>
  page.evaluate<string>(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
  );

/** Waits until the focus is where it is to go: a page moves it once what it goes to has been painted. */
async function focusComesTo(page: Page, isThere: (name: string) => boolean): Promise<void> {
  await eventually("the focus comes there", async () => isThere(await focused(page) ?? ""));
}

const pinned = async (org: TestOrg) =>
  (await sql`select name from public.job_lines where is_locked and allocation_run = ${org.allocationRun}`)
    .map(({ name }) => name).sort();

/** On paper: the lines without what one presses, whose they are above every page, and what a filter left out in words. */
async function onPaper(page: Page, org: TestOrg): Promise<void> {
  const [{ name: service }] = await sql`select name from public.orgs where id = ${org.id}`;
  await page.getByLabel("Search lines, positions, hospitals").fill("emergency");
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.getByText("Search: emergency").waitFor();
  await page.getByText(/^\d of 6 lines/).waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Pages" }).isVisible(), false);
  assert.equal(await page.getByPlaceholder("Search lines").isVisible(), false);
  assert.equal(await page.getByRole("button", { name: "Print" }).isVisible(), false);
  const head = await page.locator(".printed").innerText();
  assert.ok(head.startsWith(`${service} · `) && / · Roster · printed on /.test(head), head);
  const above = await page.evaluate<string>(
    "document.adoptedStyleSheets.map((sheet) => sheet.cssRules[0].cssText).join()",
  );
  assert.ok(above.includes(head), above);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("6 lines", { exact: true }).waitFor();
}

/** Rows over the weeks, with categories and leave, on the screen and on paper. */
async function seeRows(page: Page, org: TestOrg): Promise<void> {
  const grid = page.getByRole("grid", { name: "Job lines by week" });
  await grid.waitFor();
  assert.equal(await grid.getAttribute("aria-rowcount"), "8");
  assert.equal(await page.locator(".roster-week").count(), 52);
  assert.equal((await names(page)).length, 6);
  const cells = page.getByRole("gridcell", { name: /^Term [12], weeks \d+–\d+: .* JMO/ });
  assert.equal(await cells.count(), 12);
  assert.equal(
    await page.getByRole("gridcell", { name: /categories A and B; leave in weeks/ }).count(),
    6,
  );
  // A block is as wide as its weeks.
  const [week, block] = await Promise.all([
    page.locator(".roster-week").first().boundingBox(),
    cells.first().boundingBox(),
  ]);
  assert.ok(Math.abs(block!.width / week!.width - 26) < 0.5, `${block!.width} / ${week!.width}`);
  await onPaper(page, org);
  assert.equal(await cells.last().isVisible(), true);
}

/** Filters and sorts, and reloads, which keeps both. */
async function filterAndSort(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Surgery/ }).click();
  const surgical = (await names(page)).length;
  assert.ok(surgical > 0 && surgical < 6);
  await page.getByText(`${surgical} of 6 lines`).waitFor();
  assert.ok(await page.locator(".roster-cell.pale").count() > 0, "what is not looked for is paler");
  await page.getByRole("columnheader", { name: /Aff/ }).getByRole("button").click();
  const best = await names(page);
  await page.waitForURL(/specialty=Surgery.*sort=affinity/);
  await page.reload();
  await page.getByText(`${surgical} of 6 lines`).waitFor();
  assert.deepEqual(await names(page), best);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByPlaceholder("Search lines").fill("psychiatry nothing");
  await page.getByText("No line fits the filter.").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("6 lines", { exact: true }).waitFor();
}

/** Moves through the grid by arrow keys; Enter opens a line's detail, Escape returns. */
async function walkByKeys(page: Page): Promise<void> {
  const first = page.locator(".roster-grid [role=rowheader]").first();
  await first.focus();
  const [top, second] = await names(page);
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  await focusComesTo(page, (name) => /^Term 1, weeks 1–26/.test(name));
  await page.keyboard.press("ArrowRight");
  await focusComesTo(page, (name) => /^Term 2, weeks 27–52/.test(name));
  await page.keyboard.press("Enter");
  const detail = page.getByRole("complementary", { name: `Detail of ${second}` });
  await detail.waitFor();
  await focusComesTo(page, (name) => name === second);
  await page.keyboard.press("Escape");
  await detail.waitFor({ state: "detached" });
  await focusComesTo(page, (name) => /^Term 2, weeks 27–52/.test(name));
  await page.keyboard.press("Control+Home");
  await focusComesTo(page, (name) => name === `${top} pinned`);
}

/** A line's detail says which rule is met by what. The lines are others than the run made when it ends. */
async function readDetail(page: Page, org: TestOrg): Promise<void> {
  const first = page.getByRole("rowheader").first();
  await first.waitFor();
  const [name] = await names(page);
  await first.click();
  const detail = page.getByRole("complementary", { name: `Detail of ${name}` });
  await detail.getByText(/^All \d+ rules met\. Unrestricted, as asked for on/).waitFor();
  await detail.getByText("every line covers A").waitFor();
  await detail.getByText("A in terms 1 and 2").waitFor();
  await detail.getByText(/^5 weeks of leave: weeks \d+-\d+ \(term [12]\)/).waitFor();
  await detail.getByText("2 different positions").waitFor();
  // What the line no longer keeps is said first.
  await sql`update public.job_lines set planner_run = null where allocation_run = ${org.allocationRun}`;
  await sql`update public.allocation_runs set constraints = '["NSW_PGY1"]' where id = ${org.allocationRun}`;
  await page.getByRole("rowheader").nth(1).click();
  await page.getByText(/^\d+ rules not met, \d+ met\. New South Wales, PGY1/).waitFor();
  const rule = page.locator(".roster-rules li").first();
  assert.equal(await rule.getByRole("img").getAttribute("aria-label"), "Not met");
}

browserTest(
  "the roster shows lines over the weeks, filtered and sorted, by keys alone too, and what rule a line meets by what",
  async () => {
    await using org = await orgWithLines();
    await sql`update public.job_lines set affinity = sort_order where allocation_run = ${org.allocationRun}`;
    await using profile = await open(org, "roster");
    const { page } = profile;
    await seeRows(page, org);
    await filterAndSort(page);
    await walkByKeys(page);
    await readDetail(page, org);
  },
);

/** 200 lines by hand, which no planner run has to make. */
async function manyLines(org: TestOrg): Promise<void> {
  await sql`
    with line as (
      insert into public.job_lines (org_id, allocation_run, name, sort_order)
      select ${org.id}, ${org.allocationRun}, 'Line ' || n, n from generate_series(1, 200) n
      returning id)
    insert into public.rotations
      (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
    select ${org.id}, ${org.allocationRun}, line.id, ${org.positions[0]}, t.term, t.starts, t.ends
    from line, (values (1, date '2027-01-11', date '2027-07-11'),
                       (2, date '2027-07-12', date '2028-01-09')) as t (term, starts, ends)`;
}

browserTest("200 lines are all there, and the focus is never left under the head", async () => {
  await using org = await createOrg();
  await manyLines(org);
  await using profile = await open(org, "roster");
  const { page } = profile;
  await page.getByText("200 lines", { exact: true }).waitFor();
  assert.equal(await page.getByRole("rowheader").count(), 200);
  await page.getByRole("rowheader").first().focus();
  const place = () => page.locator(":focus").boundingBox();
  const scroller = (await page.locator(".roster-scroll").boundingBox())!;
  const head = (await page.locator(".roster-columns").boundingBox())!;
  await page.keyboard.press("Control+End");
  await focusComesTo(page, (name) => /^Term 2/.test(name));
  assert.ok((await place())!.y < scroller.y + scroller.height, "the last line is in sight");
  await page.keyboard.press("ArrowLeft");
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press("ArrowUp");
    assert.ok((await place())!.y >= head.y + head.height - 1, `under the head: ${press}`);
  }
});

browserTest(
  "a year of 26 terms is on paper whole, with the names of all its rotations",
  async () => {
    await using org = await createOrg();
    await sql`update public.allocation_runs set term_weeks = array_fill(2, array[26]) where id = ${org.allocationRun}`;
    await sql`insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${org.id}, ${org.allocationRun}, p, t, 2 from unnest(${org.positions}::uuid[]) p, generate_series(3, 26) t`;
    const { error } = await org.manager.client.rpc("populate_allocation_run", {
      p_document: {
        allocation_run: org.allocationRun,
        lines: [{
          name: "Line",
          positions: Array.from({ length: 26 }, (_, t) => org.positions[t % 3]),
        }],
      },
    });
    assert.equal(error, null);
    await using profile = await open(org, "roster");
    const { page } = profile;
    await page.emulateMedia({ media: "print" });
    // As wide as what is printed on: A3 and A4 across, without their margins.
    for (const [name, width] of [["roster", 1512], ["coverage", 1032]] as const) {
      await page.setViewportSize({ width, height: 1000 });
      await page.evaluate(`location.hash = "#/${name}/${org.allocationRun}"`);
      await page.locator(`.${name}-page`).getByText("26", { exact: name === "roster" }).first()
        .waitFor();
      const [right, cut] = await page.evaluate<[number, string[]]>(`[
      Math.max(...[...document.querySelectorAll("main *")].map((each) => each.getBoundingClientRect().right)),
      [...document.querySelectorAll(".roster-text > span")].filter((each) => each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.textContent),
    ]`);
      assert.ok(right <= width, `${name}: ${right} of ${width}`);
      assert.deepEqual(cut, []);
    }
  },
);

browserTest("lines are pinned one by one and all at once, and a viewer pins nothing", async () => {
  await using org = await orgWithLines();
  await using profile = await open(org, "roster");
  const { page } = profile;
  await page.getByRole("rowheader").first().waitFor();
  const [first] = await names(page);
  await page.getByRole("button", { name: `${first} pinned` }).click();
  await page.getByText("6 lines, 1 pinned").waitFor();
  assert.deepEqual(await pinned(org), [first]);
  await page.getByRole("button", { name: "Pin all (5)" }).click();
  await page.getByText("6 lines, 6 pinned").waitFor();
  assert.equal((await pinned(org)).length, 6);
  await page.getByRole("button", { name: "Unpin all (6)" }).click();
  await page.getByText("6 lines", { exact: true }).waitFor();
  assert.deepEqual(await pinned(org), []);

  const viewer = await createUser(org.id, "viewer");
  await using other = await open(org, "roster", viewer);
  await other.page.getByRole("rowheader").first().waitFor();
  assert.equal(await other.page.getByRole("button", { name: /^Pin all/ }).count(), 0);
  await other.page.getByRole("button", { name: `${first} pinned` }).click({ force: true });
  assert.deepEqual(await pinned(org), []);
});

browserTest("lines of a new run appear when it completes", async () => {
  await using org = await createOrg();
  await using profile = await open(org, "roster");
  const { page } = profile;
  await page.getByText("R has no job lines yet.").waitFor();
  await generate(org, 3);
  await page.getByText("3 lines", { exact: true }).waitFor();
});

browserTest(
  "the heat map shows what is filled, and what misses its minimum, with a sign",
  async () => {
    await using org = await orgWithLines();
    await sql`update public.allocation_run_positions set posts = 5, minimum_fill = 4
    where allocation_run = ${org.allocationRun} and position = ${org.positions[0]} and term = 1`;
    await sql`update public.allocation_run_positions set posts = 1
    where allocation_run = ${org.allocationRun} and position = ${org.positions[1]} and term = 2`;
    await using profile = await open(org, "coverage");
    const { page } = profile;
    const cell = (name: string, term: number) =>
      page.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell").nth(term - 1);
    await cell("Emergency JMO", 1).waitFor();
    assert.match(
      (await cell("Emergency JMO", 1).textContent())!,
      /^Term 1: 2 of 5 posts filled, at least 4 wanted: 2 missing.*▼/,
    );
    assert.match((await cell("Surgery JMO", 2).textContent())!, /2 of 1 post filled: 1 more.*▲/);
    assert.match((await cell("Psychiatry JMO", 1).textContent())!, /^Term 1: 2 of 2 posts filled/);
    await page.getByLabel("Only where something is wrong").check();
    await page.getByText("2 of 3 positions").waitFor();
    await page.getByRole("link", { name: "Emergency JMO" }).click();
    await page.getByText("of 6 lines").waitFor();
  },
);

browserTest(
  "history tells what changed since a snapshot, restores it, and takes that back",
  async () => {
    await using org = await orgWithLines();
    const client = createPlannerClient(org.manager.client);
    const lines = async () =>
      (await client.lines(org.allocationRun)).map(({ id, name, rotations }) => ({
        id,
        name,
        positions: rotations.map(({ position }) => position.name),
      }));
    const before = await lines();
    await generate(org, 4);
    const after = await lines();
    await using profile = await open(org, "history");
    const { page } = profile;
    const snapshot = page.getByRole("region", { name: /^Snapshot of/ });
    await snapshot.getByText("Removed since").waitFor();
    const fact = (label: string) => snapshot.locator(`dt:text-is("${label}") + dd`);
    assert.equal(await fact("Lines removed").textContent(), "2");
    const kept = after.filter(({ name, positions }) =>
      before.some((line) => line.name === name && `${line.positions}` === `${positions}`)
    );
    assert.ok(Number(await fact("Lines changed").textContent()) >= 4 - kept.length);
    await page.getByText("replaced by a run for 4 lines").waitFor();
    await page.getByText("by you").first().waitFor();

    await page.getByRole("button", { name: "Restore…" }).click();
    const dialog = page.getByRole("dialog", { name: /^Restore the lines of/ });
    await dialog.getByText("6 lines come back.").waitFor();
    await dialog.getByText("4 unpinned lines of today go").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole("button", { name: "Restore 6 lines" }).click();
    await page.getByText("6 lines restored").waitFor();
    assert.deepEqual(await lines(), before);
    await page.getByText("replaced by a restore").waitFor();

    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("4 lines restored").waitFor();
    assert.deepEqual(await lines(), after);
  },
);

/** A doctor ranks every line, and one line has a second place. */
async function wishFor(org: TestOrg): Promise<void> {
  const lines = await createPlannerClient(org.manager.client).lines(org.allocationRun);
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: [{ name: lines[0].name, max_n_workers: 2 }],
      workers: [{ email: "ann@x.example", name: "Ann" }],
      preferences: [{
        worker: "ann@x.example",
        ranks: lines.map(({ name }, index) => [name, index + 1]),
      }],
    },
  });
  if (error) throw error;
}

const linesThere = async (org: TestOrg) =>
  (await createPlannerClient(org.manager.client).lines(org.allocationRun)).map(({ name }) => name);

/** What was said for the changes of a table, in order. */
async function reasonsOf(org: TestOrg, table: string): Promise<string[]> {
  const entries = await sql`select reason from public.audit_log
    where org_id = ${org.id} and table_name = ${table} and reason is not null order by id`;
  return entries.map(({ reason }) => reason);
}

browserTest(
  "a line is archived from the roster with what hangs on it, and the archive brings it back",
  async () => {
    await using org = await orgWithLines();
    await wishFor(org);
    const [first] = await linesThere(org);
    await using profile = await open(org, "roster");
    const { page } = profile;
    await page.getByRole("rowheader", { name: first }).click();
    const detail = page.getByRole("complementary", { name: `Detail of ${first}` });
    await detail.getByText("Why it is pinned, unpinned or archived").click();
    await detail.getByLabel("Reason").fill("The ward closes");
    await detail.getByRole("button", { name: "Archive" }).click();
    await page.getByText(`${first} archived`).waitFor();
    assert.deepEqual(await reasonsOf(org, "job_lines"), ["The ward closes"]);
    await page.getByText("With it went out of sight: 1 rank of 1 doctor, 1 further place.")
      .waitFor();
    await page.getByText("5 lines", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("6 lines", { exact: true }).waitFor();

    await page.getByRole("rowheader", { name: first }).click();
    await detail.getByRole("button", { name: "Archive" }).click();
    await page.getByText("5 lines", { exact: true }).waitFor();
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("Archived lines and allocation runs").click();
    await page.getByText("1 archived line. They are kept").waitFor();
    await page.getByText(/^1 line, archived/).click();
    await page.getByText(/ · 1 rank · 2 places$/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    // Whenever this is run the year is to come, and by now each position has one post less in its first term.
    await sql`update public.allocation_run_positions set posts = 1
      where allocation_run = ${org.allocationRun} and term = 1`;
    await sql`update public.allocation_runs
      set starts_on = (date_trunc('week', now()) + interval '7 weeks')::date
      where id = ${org.allocationRun}`;
    await page.getByRole("button", { name: `Bring back ${first}` }).click();
    await page.getByText(`${first} brought back`).waitFor();
    const told = "Emergency JMO (T, H), term 1: 2 of 1";
    await page.getByRole("status").or(page.getByRole("alert")).getByText(told).waitFor();
    await page.getByText("0 archived lines.").waitFor();
    assert.equal((await linesThere(org)).length, 6);
    await page.getByRole("link", { name: "Match", exact: true }).click();
    const note = page.getByRole("main").getByText(told);
    await note.getByRole("link", { name: "Replan" }).click();
    await page.getByRole("heading", { name: "Generate job lines" }).waitFor();
    await note.waitFor();
  },
);

browserTest("an allocation run is archived, and brought back beside another", async () => {
  await using org = await orgWithLines();
  await sql`insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    select org_id, allocation_plan, 'Spare', starts_on, term_weeks from public.allocation_runs
    where id = ${org.allocationRun}`;
  await using profile = await open(org, "history");
  const { page } = profile;
  const other = await profile.open(`#/setup/${org.allocationRun}?step=doctors`);
  await page.getByText("Archived lines and allocation runs").click();
  await page.getByRole("button", { name: "Archive R…" }).click();
  const dialog = page.getByRole("dialog", { name: "Archive R?" });
  await dialog.getByText("Nothing is deleted").waitFor();
  await dialog.getByLabel("Reason").fill("Made by mistake");
  await dialog.getByRole("button", { name: "Archive the allocation run" }).click();
  await page.getByText("R archived").waitFor();
  const archived = async () =>
    (await sql`select from public.allocation_runs
      where id = ${org.allocationRun} and archived_at is not null`).length;
  assert.equal(await archived(), 1);
  assert.deepEqual(await reasonsOf(org, "allocation_runs"), ["Made by mistake"]);
  // Who has it open is told, where its lists look empty from now on.
  await other.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  const gone = other.getByRole("alert").getByText("is out of your sight");
  await gone.waitFor();
  await other.getByRole("button", { name: "Leave it" }).click();
  await gone.waitFor({ state: "detached" });
  await other.locator(".picked").getByText("Spare").waitFor();
  await other.close();
  // The page is now that of the other allocation run.
  await page.locator(".history-archive:not([open])").waitFor();
  await page.getByText("Archived lines and allocation runs").click();
  await page.getByRole("button", { name: "Bring back R" }).click();
  await page.getByText("R brought back").waitFor();
  assert.equal(await archived(), 0);
});

browserTest("a restore says what comes back with the lines", async () => {
  await using org = await orgWithLines();
  await wishFor(org);
  const { plannerRunId } = await createPlannerClient(org.manager.client).generate({
    allocationRun: org.allocationRun,
    nJobLines: 2,
    acceptLosses: true,
  });
  await ended(plannerRunId);
  await using profile = await open(org, "history");
  const { page } = profile;
  await page.getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Restore the lines of/ });
  await dialog.getByText("With the lines comes what hung on them then:").waitFor();
  await dialog.getByText("6 ranks of 1 doctor").waitFor();
  await dialog.getByText("1 further place").waitFor();
  await dialog.getByText("Wishes for other lines stay as they are today.").waitFor();
  await dialog.getByLabel("Reason").fill("The old lines were better");
  await dialog.getByRole("button", { name: "Restore 6 lines" }).click();
  await page.getByText("6 lines restored").waitFor();
  assert.ok((await reasonsOf(org, "job_lines_history")).includes("The old lines were better"));
  const ranks = await org.manager.client.from("preference_worker_job_lines").select("job_line");
  assert.equal(ranks.data?.length, 6);
});

browserTest("a restore that is refused says why and changes nothing", async () => {
  await using org = await orgWithLines();
  await generate(org, 4);
  await using profile = await open(org, "history");
  const { page } = profile;
  await page.getByRole("button", { name: "Restore…" }).click();
  await sql`update public.allocation_runs set term_weeks = '{52}' where id = ${org.allocationRun}`;
  await page.getByRole("button", { name: "Restore 6 lines" }).click();
  await page.getByText("Nothing was restored. The snapshot does not fit the terms of today")
    .waitFor();
  const [{ count }] =
    await sql`select count(*)::int from public.job_lines where allocation_run = ${org.allocationRun} and archived_at is null`;
  assert.equal(count, 4);
});

browserTest(
  "axe-core finds no serious fault where there are lines",
  async () => {
    await using org = await orgWithLines();
    const planner = createPlannerClient(org.manager.client);
    await planner.keepLines(org.allocationRun, "Kept");
    await planner.archiveLines(org.allocationRun, [
      (await planner.lines(org.allocationRun))[0].id,
    ]);
    await sql`update public.allocation_run_positions set posts = 5, minimum_fill = 4
    where allocation_run = ${org.allocationRun} and position = ${org.positions[0]}`;
    await using profile = await signedIn(
      login(org.manager),
      `#/roster/${org.allocationRun}?specialty=Surgery`,
    );
    const { page } = profile;
    await page.getByRole("rowheader").first().click();
    await page.locator(".roster-rules li").first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "roster and detail");
    await page.getByRole("link", { name: "Coverage" }).click();
    await page.locator(".coverage-cell.short").first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "coverage");
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("From this snapshot to now").waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "history");
  },
);
