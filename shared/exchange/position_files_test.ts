import assert from "node:assert/strict";
import type { Bytes } from "../platform/bytes.ts";
import { TABLE_SIZE } from "./limits.ts";
import { positionsCsv, positionSheets, templateSheets } from "./position_files.ts";
import { readPositionRows } from "./position_rows.ts";
import { readTable } from "./read_table.ts";
import { rosterOf, rosterPosition } from "./testing/rosters.ts";
import { readWorkbook } from "./testing/workbooks.ts";
import { writeWorkbook } from "./write_xlsx.ts";

/** Positions with everything that could be lost on the way. */
function sample() {
  return rosterOf([
    rosterPosition("=SUM(A1)", { posts: [2, null], minimum_fill: [1, 0] }),
    rosterPosition("1-2", { team: "-", hospital: "Ärzte, „Süd“", experience_categories: [] }),
    rosterPosition("Relief", {
      subspecialty: "Nights",
      is_service: true,
      is_nights_relief: true,
      is_clinical_team: false,
      is_excludable: true,
      allows_leave: false,
      min_weeks: 10,
      posts: [0, 3],
    }),
    rosterPosition("First half", {
      is_rural: true,
      is_non_clinical: true,
      six_month_term: "Children",
      six_month_part: 1,
      six_month_qualification: "Diploma",
      six_month_college: "RACP",
    }),
    rosterPosition("Takes no part", { posts: [null, null] }),
  ], []);
}

for (const format of ["xlsx", "csv"]) {
  Deno.test(`positions that are exported as ${format} are read back as they were`, async () => {
    const roster = sample();
    const file = format === "csv"
      ? new TextEncoder().encode(positionsCsv(roster))
      : await writeWorkbook(positionSheets(roster));
    const { rows, faults } = readPositionRows(
      await readTable(file as Bytes, "Positions"),
      2,
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(rows, roster.positions.slice(0, 4));
  });
}

Deno.test("templateSheets() has headers, help and checks, and no positions", async () => {
  const sheets = templateSheets(sample());
  const book = readWorkbook(await writeWorkbook(sheets));
  assert.deepEqual([...book.keys()], ["Positions", "Instructions"]);
  assert.ok(book.get("Positions")!.rows.slice(1).flat().every((cell) => cell === null));
  assert.equal(book.get("Positions")!.cell("F2")!.z, "@", "what looks like a date stays text");
  assert.deepEqual(book.get("Positions")!.rows[0].slice(0, 4), [
    "Hospital",
    "Team",
    "Position",
    "Specialty",
  ]);
  const empty = await readTable(
    await writeWorkbook(sheets),
    "Positions",
  );
  assert.deepEqual(readPositionRows(empty, 2).faults.map(({ code }) => code), ["NO_ROWS"]);
  const help = book.get("Instructions")!.rows.map((row) => row[0]);
  assert.ok(help.includes("Six-month term") && help.includes("Posts term 1"));
  const checks = sheets[0].rest.dataValidations!;
  const check = (range: string) => checks.find((each) => each.range === range)!;
  assert.deepEqual(check(`G2:G${TABLE_SIZE.rows}`).values, ["Yes", "No"]);
  const posts = checks.filter(({ type, formula2 }) => type === "whole" && formula2 === "1000");
  assert.equal(posts.length, 4);
});
