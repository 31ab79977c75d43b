// Import and export: files that are opened and checked, and imports by way of a preview.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { readWorkbook, writeWorkbook } from "../../../shared/exchange/testing/workbooks.ts";
import { createPlannerClient } from "../../../shared/client/mod.ts";
import {
  createOrg,
  createUser,
  ended,
  sql,
  type TestOrg,
} from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

function open(org: TestOrg, who: { email: string } = org.manager) {
  return signedIn(login(who), `#/exchange/${org.allocationRun}`);
}

const HEAD = ["Hospital", "Team", "Position", "Specialty", "Posts term 1", "Posts term 2"];

/** What the file input takes. */
function workbook(rows: unknown[][]) {
  return {
    name: "posts.xlsx",
    mimeType: "application/octet-stream",
    buffer: Buffer.from(writeWorkbook({ Positions: [HEAD, ...rows] })),
  };
}

const input = (page: Page) => page.locator("input[type=file]");

async function download(page: Page, button: string) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await Deno.readFile(await file.path()) };
}

const postsOf = async ({ allocationRun }: TestOrg, name: string) =>
  (await sql`
    select rp.posts from public.allocation_run_positions rp join public.positions p on p.id = rp.position
    where rp.allocation_run = ${allocationRun} and p.name = ${name} order by rp.term`)
    .map(({ posts }) => posts);

browserTest("the roster is downloaded as a workbook and as CSV", async () => {
  await using org = await createOrg();
  const { plannerRunId } = await createPlannerClient(org.manager.client)
    .generate({ allocationRun: org.allocationRun, nJobLines: 2 });
  await ended(plannerRunId);
  await using profile = await open(org);
  const { page } = profile;
  const xlsx = await download(page, "Roster .xlsx");
  assert.match(xlsx.name, /^Test-.*-R-roster\.xlsx$/);
  const sheets = readWorkbook(xlsx.bytes);
  assert.ok(sheets.get("Roster")!.merges.has("C6:AB6"));
  assert.match(String(sheets.get("Roster")!.value("C6")), / JMO$/);
  assert.ok(sheets.get("Diagnostics")!.rows.some((row) => row[1] === plannerRunId));
  const csv = await download(page, "Roster .csv");
  const lines = new TextDecoder().decode(csv.bytes).trim().split("\r\n");
  assert.match(lines[0], /^line,line_order,/);
  assert.equal(lines.length, 5);
});

browserTest("positions go out, come back changed, are previewed and imported", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  const template = readWorkbook((await download(page, "Template .xlsx")).bytes);
  assert.deepEqual([...template.keys()], ["Positions", "Instructions"]);
  const { name, bytes } = await download(page, "Positions .csv");
  await input(page).setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });
  await page.getByText("The file changes nothing.").waitFor();

  await input(page).setInputFiles(workbook([
    ["H", "T", "Emergency JMO", "Emergency", 5, 2],
    ["H", "T", "Surgery JMO", "Surgery", 2, 2],
    ["H", "Ward", "Ward JMO", "Medicine", 1, null],
  ]));
  await page.getByRole("cell", { name: "Emergency JMO, T, H" }).waitFor();
  await page.getByText("new position").waitFor();
  await page.getByText("1 position of the allocation run not in the file: left as they are")
    .waitFor();
  assert.deepEqual(await postsOf(org, "Emergency JMO"), [2, 2]);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByText("1 row without a Version").waitFor();

  // Somebody else changes what the preview showed.
  await sql`update public.positions set is_rural = true where org_id = ${org.id} and name = 'Emergency JMO'`;
  await page.getByRole("button", { name: "Import 2 changes" }).click();
  await page.getByText("Somebody else changed what this file is about meanwhile").waitFor();
  assert.deepEqual(await postsOf(org, "Emergency JMO"), [2, 2]);

  await page.getByLabel("Take positions that are not in the file").check();
  await page.getByLabel("Reason").fill("The new year's posts");
  await page.getByRole("button", { name: "Import 3 changes" }).click();
  await page.getByText("Positions imported").waitFor();
  assert.deepEqual(await postsOf(org, "Emergency JMO"), [5, 2]);
  assert.deepEqual(await postsOf(org, "Psychiatry JMO"), []);
  const [{ told }] = await sql`select count(*)::int as told from public.audit_log
    where org_id = ${org.id} and table_name = 'positions' and reason = 'The new year''s posts'`;
  assert.ok(told > 0);
});

browserTest("faults are told cell by cell, and the corrected file goes through", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  const rows = [["H", "T", "Emergency JMO", "Emergency", "five", 2], ["H", "", "X", "M", 1, 1]];
  await input(page).setInputFiles(workbook(rows));
  await page.getByText("The file has 2 faults; nothing was changed.").waitFor();
  const faults = page.getByRole("region", { name: "Faults of the file" });
  assert.deepEqual(await faults.locator("tbody tr").allInnerTexts(), [
    'Positions!E2\tPosts term 1\tPosts term 1 holds "five"; write a whole number.',
    "Positions!B3\tTeam\tTeam is empty; it is needed.",
  ]);
  assert.deepEqual(await accessibilityFaults(page), []);
  await input(page).setInputFiles({
    name: "old.xls",
    mimeType: "",
    buffer: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
  });
  await page.getByText("This is an old .xls workbook").waitFor();
  await input(page).setInputFiles(workbook([["H", "T", "Emergency JMO", "Emergency", 5, 2]]));
  await page.getByRole("button", { name: "Import 1 change", exact: true }).waitFor();
});

browserTest("a file may be dropped, and the input is reached by the keyboard", async () => {
  await using org = await createOrg();
  await using profile = await open(org);
  const { page } = profile;
  await page.getByText("Choose or drop").waitFor();
  await page.evaluate(`
    const transfer = new DataTransfer();
    transfer.items.add(new File(["Hospital,Team,Position,Specialty\\nH,T,Emergency JMO,Trauma\\n"], "p.csv"));
    document.querySelector(".file-drop")
      .dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  `);
  await page.getByRole("row", { name: /Emergency JMO, T, H Specialty Emergency Trauma/ }).waitFor();
  await page.getByRole("button", { name: "Template .xlsx" }).focus();
  await page.keyboard.press("Tab");
  const focused = "document.activeElement.matches('input[type=file]')";
  assert.equal(await page.evaluate(focused), true);
});

browserTest("a result kept elsewhere comes in by spreadsheet, and is corrected so", async () => {
  await using org = await createOrg();
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B"].map((name) => ({ name })),
      workers: ["Ann", "Bob"].map((name) => ({ email: `${name}@x.example`, name })),
    },
  });
  assert.equal(error, null);
  await using profile = await signedIn(login(org.manager), `#/match/${org.allocationRun}`);
  const { page } = profile;
  const result = page.getByRole("region", { name: "Result" });
  await result.getByText("Import a result made elsewhere").click();
  const send = (text: string) =>
    result.locator("input[type=file]").setInputFiles({
      name: "kept.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
  // Columns that nobody understands are asked for.
  await send("Who,Gets\nAnn,A\nBob,A\n");
  await result.getByText(/Say which columns are what/).waitFor();
  await send("Name,Line\nAnn,A\nBob,A\n");
  const broken = result.getByRole("region", { name: "What it breaks" });
  await broken.getByRole("row", { name: /^2 Ann .* A more doctors than places/i }).waitFor();
  const anyway = result.getByRole("button", { name: "Import it all the same" });
  assert.equal(await anyway.isDisabled(), true);
  await result.getByLabel("Reason").fill("They share it.");
  assert.deepEqual(await accessibilityFaults(page), []);
  await anyway.click();
  await result.getByText("finalised", { exact: true }).waitFor();
  await result.getByText("2 corrections by hand, 2 with rules set aside").waitFor();

  await result.getByText("Correct the result by spreadsheet").waitFor();
  await send("Name,Line\nBob,B\n");
  await result.getByRole("row", { name: /^2 Bob .* A B$/ }).waitFor();
  await result.getByText(/whoever has another line by the file is told at once/).waitFor();
  await result.getByLabel("Reason").fill("Bob asked for it.");
  await result.getByRole("button", { name: "Import the lines of 1 doctor" }).click();
  await result.getByText("2 corrections by hand, 1 with rules set aside").waitFor();
  await page.getByRole("region", { name: "Doctors" }).getByRole("row", { name: /^Bob B / })
    .waitFor();
  await page.getByRole("button", { name: "Bob", exact: true }).click();
  const bob = page.getByRole("dialog", { name: "Bob" });
  await bob.getByText(/^Gets B: a line that was not ranked/).waitFor();
  await page.keyboard.press("Escape");
  const { data: told } = await org.manager.client.from("job_line_worker_mappings")
    .select("correction_reason").eq("allocation_run", org.allocationRun).eq("version", 2);
  assert.deepEqual(told, [{ correction_reason: "Bob asked for it." }]);
  assert.equal((await download(page, "Who got what (.xlsx)")).name.endsWith("match.xlsx"), true);
  await result.getByRole("button", { name: "Release to doctors" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Release to \d+ doctors?$/ }).click();
  await result.getByText("released", { exact: true }).waitFor();
});

browserTest("a viewer downloads and is told that managers import", async () => {
  await using org = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  await using profile = await open(org, viewer);
  const { page } = profile;
  await page.getByText("Only managers can import positions.").waitFor();
  assert.match((await download(page, "Positions .xlsx")).name, /positions\.xlsx$/);
});
