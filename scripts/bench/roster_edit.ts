// `deno task bench:roster-edit`: the roster by hand with 200 lines, in Chromium on a local stack: how long until a change
// with its rule check is in sight, how long a save takes, and whether taking it back restores byte for byte.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import type { Browser, Page } from "playwright-core";
import { commandLine } from "../command_line.ts";
import { median } from "./median.ts";
import { demoPassword, demoUsers } from "../demo_users.ts";
import { launchChromium } from "../console/chromium.ts";
import { startStack } from "../stack/mod.ts";

const TERM_WEEKS = [10, 10, 10, 10, 12];

/** An allocation run of so many lines over 60 positions, in the demo's service. */
async function makeLines(sql: postgres.Sql, count: number): Promise<string> {
  const [{ id: plan, org_id: org }] =
    await sql`select id, org_id from public.allocation_plans order by name limit 1`;
  const [{ id: run }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks, constraints)
    values (${org}, ${plan}, 'Bench of the roster', '2029-01-15', ${TERM_WEEKS}, '["VIC_PGY1"]') returning id`;
  const [{ id: team }] =
    await sql`select id from public.teams where org_id = ${org} order by name limit 1`;
  await sql`
    insert into public.positions (org_id, team, name, specialty, experience_categories)
    select ${org}, ${team}, 'Bench post ' || n, (array['Medicine', 'Surgery', 'Emergency', 'Psychiatry'])[1 + n % 4],
      (array['{A,B}', '{D}', '{A,C}', '{B}'])[1 + n % 4]::text[]
    from generate_series(1, 60) n`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${org}, ${run}, p.id, t, ${
    Math.ceil(count / 30)
  } from public.positions p, generate_series(1, 5) t
    where p.org_id = ${org} and p.name like 'Bench post %'`;
  await sql`
    insert into public.job_lines (org_id, allocation_run, name, sort_order)
    select ${org}, ${run}, 'Line ' || lpad(n::text, 3, '0'), n from generate_series(1, ${count}::int) n`;
  await sql`
    with p as (
      select id, row_number() over (order by length(name), name) - 1 as n from public.positions
      where org_id = ${org} and name like 'Bench post %'),
    t as (
      select t.term, t.starts_on, t.ends_on from public.allocation_runs r, private.terms(r.starts_on, r.term_weeks) as t where r.id = ${run})
    insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
    select ${org}, ${run}, l.id, p.id, t.term, t.starts_on, t.ends_on
    from public.job_lines l cross join t
    join p on p.n = (l.sort_order * 7 + t.term * 13) % 60
    where l.allocation_run = ${run}`;
  return run;
}

/** All rows of a run's lines. */
async function rowsOf(sql: postgres.Sql, run: string): Promise<string> {
  return JSON.stringify(
    await sql`
    select l.*, (select json_agg(r order by r.term) from public.rotations r where r.job_line = l.id) as rotations,
      (select json_agg(v order by v.starts_on) from public.job_line_leave v where v.job_line = l.id) as leave,
      (select row_to_json(k) from public.job_line_remarks k where k.job_line = l.id) as remarks
    from public.job_lines l where l.allocation_run = ${run} and l.archived_at is null order by l.id`,
  );
}

/** Runs in the page: swaps the first term of two lines by key; ms until the frame that shows both and their verdicts. */
const SWAP = `async ([from, to]) => {
  const cell = (line) => document.querySelectorAll(".roster-grid [role=rowheader]")[line]
    .parentElement.querySelector(".roster-cell");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const key = (target) => target.dispatchEvent(
    new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true }));
  cell(from).focus();
  key(cell(from));
  cell(to).focus();
  const before = cell(to).getAttribute("aria-label");
  await frame();
  const start = performance.now();
  key(cell(to));
  while (cell(to).getAttribute("aria-label") === before) {
    await frame();
    if (performance.now() - start > 10000) throw new Error("nothing changed");
  }
  await frame();
  return performance.now() - start;
}`;

const swap = (page: Page, from: number, to: number) =>
  page.evaluate<number>(`(${SWAP})([${from}, ${to}])`);

/** Opens the roster of a run as the demo's manager, ready to be edited. */
async function openEditor(browser: Browser, url: string, run: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/functions/v1/console#/roster/${run}`);
  const manager = demoUsers.find(({ role }) => role === "manager")!;
  await page.getByLabel("Email").fill(manager.email);
  await page.getByLabel("Password").fill(demoPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click({ timeout: 120_000 });
  await page.getByText("Nothing is changed yet.").waitFor({ timeout: 120_000 });
  return page;
}

/** Saves what is changed and takes it back. @returns how long the save took, in ms */
async function saveAndUndo(page: Page): Promise<number> {
  await page.getByRole("button", { name: /^Save/ }).click();
  const dialog = page.getByRole("dialog");
  if (await dialog.count() > 0) {
    for (const field of await dialog.getByRole("textbox").all()) await field.fill("Bench");
    await dialog.getByRole("button", { name: "Save" }).click();
  }
  await page.getByText("Nothing is changed yet.").waitFor();
  const measured = await page.evaluate<number>(
    `performance.getEntriesByName("roster-saved").at(-1).duration`,
  );
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("heading", { name: "Edit taken back" }).first().waitFor();
  await page.getByRole("button", { name: "Dismiss" }).first().click();
  for (const each of await page.getByRole("button", { name: "Dismiss" }).all()) {
    await each.click().catch(() => {});
  }
  return measured;
}

async function main(): Promise<void> {
  const { number } = commandLine(
    "deno task bench:roster-edit [--lines N (default 200)] [--rounds N (default 15)]",
    {
      lines: { type: "string", default: "200" },
      rounds: { type: "string", default: "15" },
    },
  );
  const [lines, rounds] = [number("lines", 2), number("rounds", 1)];
  // How far the two lines stand apart of which each swaps with the other.
  const apart = Math.max(1, Math.min(20, Math.floor(lines / 2)));
  const stack = await startStack();
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  const browser = await launchChromium();
  try {
    const run = await makeLines(sql, lines);
    const page = await openEditor(browser, stack.url, run);
    const changes: number[] = [], saves: number[] = [];
    const before = await rowsOf(sql, run);
    for (let round = 0; round < rounds; round++) {
      changes.push(await swap(page, round % (lines - apart), round % (lines - apart) + apart));
    }
    // Each save is of one swap: what is there is discarded first.
    await page.getByRole("button", { name: "Discard" }).click();
    for (let round = 0; round < rounds; round++) {
      await swap(page, round % (lines - apart), round % (lines - apart) + apart);
      saves.push(await saveAndUndo(page));
    }
    const same = await rowsOf(sql, run) === before;
    const words = (all: number[]) =>
      `median ${median(all).toFixed(0)} ms, longest ${Math.max(...all).toFixed(0)} ms`;
    console.log(`${lines} lines, ${rounds} rounds`);
    console.log(`a change with its rules in sight: ${words(changes)}`);
    console.log(`a save, from the request to its answer: ${words(saves)}`);
    console.log(`taken back ${rounds} times: ${same ? "byte for byte" : "NOT as it was"}`);
    if (!same) Deno.exitCode = 1;
  } finally {
    await browser.close();
    await sql.end();
    await stack.stop();
  }
}

if (import.meta.main) await main();
