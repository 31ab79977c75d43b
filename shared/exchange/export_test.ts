import assert from "node:assert/strict";
import { rosterWorkbook } from "./export.ts";
import { rosterOf, rosterPosition } from "./testing/rosters.ts";
import { editPart, readWorkbook } from "./testing/workbooks.ts";
import { FILLS, tonesOf } from "./tones.ts";

const NOW = new Date("2026-11-21T00:00:00Z");

/** Two lines of terms of 10 and 12 weeks; the second line has no rotation in term 2. */
function sample() {
  const positions = [
    rosterPosition("Cardiology", { experience_categories: ["B", "C"], colour: "#3f3fbf" }),
    rosterPosition("=HYPERLINK(1)", {
      hospital: "Lyrebird Bay",
      experience_categories: ["A"],
      colour: "#f2c14e",
      posts: [1, 2],
      minimum_fill: [0, 2],
      six_month_term: "Children",
      six_month_part: 2,
    }),
  ];
  const roster = rosterOf(positions, [[0, 1], [1, null]]);
  roster.lines[0].leave = [{ starts_on: "2027-03-15", ends_on: "2027-03-28" }];
  roster.lines[0].is_locked = true;
  return roster;
}

Deno.test("rosterWorkbook() has a header of weeks and a group of rows per line", async () => {
  const sheets = readWorkbook(await rosterWorkbook(sample(), NOW));
  assert.deepEqual([...sheets.keys()], ["Roster", "Diagnostics", "Coverage", "Lines"]);
  const roster = sheets.get("Roster")!;
  assert.equal(roster.value("A1"), "Northern & Southern Health");
  assert.match(
    String(roster.value("A2")),
    /Junior doctors, PGY1 2027\. Exported 21 Nov 2026.*11:00.am \(Australia\/Melbourne\)/,
  );
  assert.equal(roster.value("C3"), "Term 1 (10 weeks)");
  assert.equal(roster.value("M3"), "Term 2 (12 weeks)");
  assert.deepEqual(roster.rows[3].slice(2, 24), Array.from({ length: 22 }, (_, i) => i + 1));
  assert.equal((roster.value("D5") as Date).toISOString().slice(0, 10), "2027-01-18");
  assert.deepEqual(
    ["A6", "B6", "C6", "M6", "B7", "C7", "M7", "B8", "C8", "M8", "B9"].map(roster.value),
    [
      "Line 1",
      "Rotation",
      "Cardiology",
      "=HYPERLINK(1)",
      "Hospital",
      "Wandoo Park",
      "Lyrebird Bay",
      "Categories",
      "B, C",
      "A; Children, part 2 of 2",
      "Leave",
    ],
  );
});

Deno.test("rosterWorkbook() names doctors behind the weeks once they have lines", async () => {
  const matched = sample();
  matched.doctors_by = "result";
  const { starts_on, ends_on } = matched.allocation_run;
  matched.lines[1].doctors = [{ name: "=Ana Lim", starts_on, ends_on, fte: 1 }];
  const roster = readWorkbook(await rosterWorkbook(matched, NOW)).get("Roster")!;
  assert.deepEqual(["Y3", "Z3", "Y6", "Y10"].map(roster.value), [
    "Doctors",
    "Categories",
    "",
    "=Ana Lim",
  ]);
  assert.equal(roster.cell("Y10")!.f, undefined);
  const before = readWorkbook(await rosterWorkbook(sample(), NOW)).get("Roster")!;
  assert.equal(before.value("Y3"), "Categories");
});

Deno.test("rosterWorkbook() merges each rotation over its weeks, and leave over its own", async () => {
  const roster = readWorkbook(await rosterWorkbook(sample(), NOW)).get("Roster")!;
  for (const range of ["C6:L6", "M6:X6", "C7:L7", "M7:X7", "C8:L8", "M8:X8", "A6:A9", "C3:L3"]) {
    assert.ok(roster.merges.has(range), range);
  }
  // 15 to 28 March are weeks 10 and 11: the end of term 1 and the start of term 2.
  assert.ok(roster.merges.has("L9:M9"));
  assert.equal(roster.value("L9"), "Leave");
  // The second line has no rotation in its second term: a block all the same, and empty.
  assert.ok(roster.merges.has("M10:X10"));
  assert.equal(roster.value("M10"), "");
});

Deno.test("rosterWorkbook() has the console's colours, chosen ones at the edge, and never writes a formula", async () => {
  const workbook = await rosterWorkbook(sample(), NOW);
  const roster = readWorkbook(workbook).get("Roster")!;
  const medicine = FILLS[tonesOf(["Medicine"]).get("Medicine")!].slice(1).toUpperCase();
  assert.equal(roster.cell("C6")!.s.fgColor.rgb, medicine);
  assert.equal(roster.cell("M6")!.s.fgColor.rgb, medicine);
  let styles = "";
  editPart(workbook, "xl/styles.xml", (xml) => styles = xml);
  for (const chosen of ["3F3FBF", "F2C14E"]) {
    assert.match(styles, new RegExp(`<left style="thick"><color rgb="FF${chosen}"`));
  }
  assert.equal(roster.cell("M6")!.t, "s");
  assert.equal(roster.cell("M6")!.f, undefined);
});

Deno.test("rosterWorkbook() keeps headers in sight, on the screen and on paper", async () => {
  const workbook = await rosterWorkbook(sample(), NOW);
  const parts: Record<string, string> = {};
  for (const path of ["xl/worksheets/sheet1.xml", "xl/workbook.xml"]) {
    editPart(workbook, path, (xml) => parts[path] = xml);
  }
  const [sheet, book] = Object.values(parts);
  assert.match(sheet, /<pane xSplit="2" ySplit="5"[^>]* state="frozen"/);
  assert.match(
    sheet,
    /<pageSetup paperSize="8" orientation="landscape" fitToWidth="1" fitToHeight="0"/,
  );
  assert.match(sheet, /<oddFooter>[^<]*Northern &amp;&amp; Southern Health/);
  assert.match(book, /_xlnm\.Print_Titles[^<]*Roster!\$1:\$5,Roster!\$A:\$B</);
});

Deno.test("rosterWorkbook() says what a line is at its end", async () => {
  const roster = readWorkbook(await rosterWorkbook(sample(), NOW)).get("Roster")!;
  assert.deepEqual(["Y6", "Z6", "AA6", "AB6"].map(roster.value), ["A, B, C", 10, "", "Yes"]);
});

Deno.test("rosterWorkbook() leaves rows of leave out where no line has any", async () => {
  const roster = sample();
  roster.lines[0].leave = [];
  const sheet = readWorkbook(await rosterWorkbook(roster, NOW)).get("Roster")!;
  assert.equal(sheet.value("A9"), "Line 2");
});

Deno.test("rosterWorkbook() counts unfilled posts and minimum fills missed from the lines", async () => {
  const rows = readWorkbook(await rosterWorkbook(sample(), NOW)).get("Diagnostics")!.rows;
  const below = (title: string) => {
    const at = rows.findIndex((row) => row[0] === title);
    const end = rows.findIndex((row, i) => i > at && row.every((cell) => cell === null));
    return rows.slice(at + 2, end < 0 ? undefined : end).map((row) => row.slice(0, 6));
  };
  assert.deepEqual(below("Unfilled posts"), [
    ["Cardiology", "Wandoo Park, Team", "", 2, 1, 0],
    ["=HYPERLINK(1)", "Lyrebird Bay, Team", "", 2, 2, 1],
  ]);
  assert.deepEqual(below("Minimum fills missed"), [
    ["=HYPERLINK(1)", "Lyrebird Bay, Team", "", 2, 2, 1],
  ]);
});

Deno.test("rosterWorkbook() tells which lines break which rule", async () => {
  const roster = sample();
  roster.allocation_run.constraints = [{ name: "REQUIRED_CATEGORIES", value: ["A", "D"] }];
  const { rows } = readWorkbook(await rosterWorkbook(roster, NOW)).get("Diagnostics")!;
  const row = (first: string, second?: string) =>
    rows.find((cells) => cells[0] === first && (second === undefined || cells[1] === second))
      ?.slice(0, 3);
  assert.deepEqual(row("Required categories"), [
    "Required categories",
    "0 of 1",
    "every line covers A, D",
  ]);
  assert.deepEqual(row("Line 1", "Required categories"), [
    "Line 1",
    "Required categories",
    "category D not covered",
  ]);
  assert.deepEqual(row("Line 2"), ["Line 2", "", "has no rotation in some term"]);
});

Deno.test("rosterWorkbook() takes quality from the report of the run that wrote the lines", async () => {
  const roster = sample();
  roster.planner_run = {
    id: "r",
    finished_at: "2026-11-20T10:00:00Z",
    constraints: [],
    result_metadata: { gap: 0.00312, objective: 77, diversity: { mean_distance: 1.23456 } },
  };
  const { rows } = readWorkbook(await rosterWorkbook(roster, NOW)).get("Diagnostics")!;
  const value = (what: string) => rows.find((row) => row[0] === what)?.[1];
  assert.equal(value("Proven gap"), "0.3%");
  assert.equal(value("Objective"), 77);
  assert.equal(value("Terms in which two lines differ, mean"), 1.23);
  assert.equal(value("Affinity of a line, mean"), 15);
  assert.equal(value("Lines of other origin"), 2);
  assert.equal(value("Seed"), undefined);
});

Deno.test("rosterWorkbook() shows posts by position and term, and each line's affinity", async () => {
  const sheets = readWorkbook(await rosterWorkbook(sample(), NOW));
  assert.deepEqual(sheets.get("Coverage")!.rows[2], [
    "Lyrebird Bay",
    "Team",
    "=HYPERLINK(1)",
    1,
    1,
    0,
    1,
    2,
    2,
  ]);
  assert.deepEqual(sheets.get("Lines")!.rows[1], [
    "Line 1",
    10,
    "A, B, C",
    "Medicine",
    0,
    22,
    2,
    null,
    "Yes",
  ]);
});

Deno.test("rosterWorkbook() of an allocation run without lines is a roster all the same", async () => {
  const sheets = readWorkbook(await rosterWorkbook(rosterOf([rosterPosition("P")], []), NOW));
  assert.equal(sheets.get("Roster")!.value("A3"), "Line");
  assert.equal(sheets.get("Coverage")!.rows.length, 2);
});

Deno.test("rosterWorkbook() is made by UTC where the plan's time zone is none", async () => {
  const roster = sample();
  roster.allocation_run.timezone = "Atlantis";
  const sheet = readWorkbook(await rosterWorkbook(roster, NOW)).get("Roster")!;
  assert.match(String(sheet.value("A2")), /12:00.am \(UTC\)/);
});
