// A doctor's order as a file, and back.

import assert from "node:assert/strict";
import { RANKING_SHEET, rankingFile, type RankingWindow } from "./ranking_files.ts";
import { readRanking } from "./ranking_rows.ts";
import { readTable } from "./read_table.ts";
import { readWorkbook } from "./testing/workbooks.ts";

const WINDOW: RankingWindow = {
  window: { name: "PGY1", org_name: "O", allows_ties: true },
  terms: [{ term: 1, starts_on: "2027-01-11", ends_on: "2027-04-11" }],
  positions: [{ id: "p", name: "=Surgery", hospital_name: "North" }],
  lines: ["JL 1", "JL 10", "JL 2", "JL 4"].map((name, i) => ({
    id: `l${i}`,
    name,
    eligible: i !== 3,
    rotations: [{ term: 1, position: "p" }],
    leave: [{ starts_on: "2027-02-01", ends_on: "2027-02-28" }],
  })),
  wishes: {
    lines: [
      { job_line: "l0", order_preference: 700.5, like_dislike_preference: 2, notes: "_x0041_ -1" },
      { job_line: "l2", order_preference: 700.5, like_dislike_preference: 2, notes: null },
      { job_line: "l1", order_preference: 3000, like_dislike_preference: 1, notes: null },
    ],
  },
};

const lines = WINDOW.lines.map(({ id, name, eligible }) => ({
  id,
  name,
  eligible,
  rank: null,
  bucket: null,
}));

for (const extension of ["xlsx", "csv"] as const) {
  Deno.test(`an order comes back from its file as it was (${extension})`, async () => {
    const file = await rankingFile(WINDOW, extension);
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    const { faults, lines: read } = readRanking(await readTable(bytes, RANKING_SHEET), lines, true);
    assert.deepEqual(faults, []);
    assert.deepEqual(read, [
      { job_line: "l0", order_preference: 1, like_dislike_preference: 2, notes: "_x0041_ -1" },
      { job_line: "l2", order_preference: 1, like_dislike_preference: 2, notes: null },
      { job_line: "l1", order_preference: 3, like_dislike_preference: 1, notes: null },
    ]);
  });
}

Deno.test("the workbook is read by another program, and shows no line that is not open to the doctor", async () => {
  const sheet = readWorkbook(await rankingFile(WINDOW, "xlsx") as Uint8Array).get(RANKING_SHEET)!;
  assert.deepEqual(sheet.rows[1].slice(0, 3), [1, "Love", "JL 1"]);
  assert.equal(sheet.rows.length, 4);
  assert.ok(!JSON.stringify(sheet.rows).includes("JL 4"));
});
