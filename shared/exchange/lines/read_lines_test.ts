// Job lines as people's files have them: a row for each rotation by days or terms, residents by block, postings over the years.

import assert from "node:assert/strict";
import type { Mapping } from "../mappings.ts";
import { readCsvTable } from "../read_csv.ts";
import { TABLE_SIZE } from "../limits.ts";
import { rosterOf, rosterPosition } from "../testing/rosters.ts";
import { Work } from "../work.ts";
import type { Cell, Table } from "../table.ts";
import { readLines } from "./read_lines.ts";
import { tableOf } from "../testing/tables.ts";

const NAMES = ["GM (TTSH)", "ED (TTSH)", "MICU (TTSH)", "Medical Teams"];
/** Terms of 10 and 12 weeks from 11 January 2027: 22 March is the first day of the second. */
const YEAR = rosterOf(NAMES.map((name) => rosterPosition(name)), []);
const BLOCKS = rosterOf(NAMES.map((name) => rosterPosition(name)), [], Array(13).fill(4));

const csvTable = (text: string): Table => readCsvTable(text, new Work(), TABLE_SIZE);

function read(text: string | Table, roster = YEAR, mapping: Mapping | null = null) {
  const table = typeof text === "string" ? csvTable(text) : text;
  const { lines, faults, ...rest } = readLines(table, roster, mapping);
  return {
    ...rest,
    faults: faults.map(({ path, code }) => `${path} ${code}`),
    lines: lines.map(({ name, terms, leave }) => [
      name,
      Array.from(terms, (term) => term?.position.name ?? null),
      leave,
    ]),
  };
}

Deno.test("a row for each rotation by its first and last day, in whatever order and way they are written", () => {
  for (
    const text of [
      "Line,Position,From,To\nA,GM (TTSH),2027-01-11,2027-03-21\nA,ED (TTSH),2027-03-22,2027-06-13",
      "Start date;End date;Placement;Job line\n11/01/2027;21/03/2027;gm (ttsh);A\n22/03/2027;13/06/2027;ED (TTSH);A",
      // People begin on a Tuesday, and end where the next begins.
      "Roster 2027\n\nLine\tPosition\tFrom\tTo\nA\tGM (TTSH)\t12 Jan 2027\t22-Mar-27\nA\tED (TTSH)\t22 March 2027\t11 June 2027",
      "Line,Position,From\nA,GM (TTSH),11.1.2027\nA,ED (TTSH),22.3.2027",
    ]
  ) {
    const { lines, faults, layout } = read(text);
    assert.deepEqual(faults, [], text);
    assert.deepEqual([layout, lines], [
      "rotations",
      [["A", ["GM (TTSH)", "ED (TTSH)"], null]],
    ], text);
  }
});

Deno.test("a rotation may be several terms, and leave has rows of its own", () => {
  const { lines, faults } = read(
    "Line,Position,From,To\nA,GM (TTSH),2027-01-11,2027-06-13\nA,Annual leave,2027-02-01,2027-02-14\nB,MICU (TTSH),2027-01-11,2027-03-21",
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(lines, [
    ["A", ["GM (TTSH)", "GM (TTSH)"], [{ first: 3, last: 4 }]],
    ["B", ["MICU (TTSH)"], []],
  ]);
});

Deno.test("days that are no term, none at all or of another year are told at their cells", () => {
  assert.deepEqual(
    read(
      "Line,Position,From,To\nA,GM (TTSH),2027-01-11,2027-02-21\nB,GM (TTSH),soon,2027-02-21\nC,GM (TTSH),2026-01-11,2026-03-21\n" +
        "D,GM (TTSH),2027-03-22,2027-01-11\nE,GM (TTSH),,\n,GM (TTSH),2027-01-11,2027-03-21",
    ).faults,
    [
      "C2 BLOCK_NOT_A_TERM",
      "C3 NOT_A_DATE",
      "C4 OUT_OF_RANGE",
      "C5 OUT_OF_RANGE",
      "C6 EMPTY_CELL",
      "A7 EMPTY_CELL",
    ],
  );
  // The whole sentence, since people act on it.
  const [fault] = readLines(
    csvTable("Line,Position,From,To\nA,GM (TTSH),11/01/2027,21/02/2027"),
    YEAR,
  ).faults;
  assert.equal(
    fault.message,
    "From to the last day, 2027-01-11 to 2027-02-21, is no whole term of this allocation run: term 1 is 2027-01-11 to 2027-03-21.",
  );
});

Deno.test("a line's name over merged rows is that of each of them", () => {
  const rows: Cell[][] = [
    ["Line", "Position", "Term"],
    ["A", "GM (TTSH)", 1],
    [null, "ED (TTSH)", 2],
  ];
  const merges = [{ startRow: 1, endRow: 2, startCol: 0, endCol: 0 }];
  assert.deepEqual(read(tableOf(rows, { sheet: "R", merges })).lines, [["A", [
    "GM (TTSH)",
    "ED (TTSH)",
  ], null]]);
});

Deno.test("postings of residents over the years are lines by resident and year, once somebody said so", () => {
  const history =
    "mcr,year,month_block,career_block,posting_code,is_current_year,is_leave,leave_type\n" +
    "M300001A,1,1,1,GM (TTSH),0,0,\nM300001A,1,2,2,,0,1,LOA\nM300001A,1,3,3,ED (TTSH),0,0,\n" +
    "M300001A,2,1,13,MICU (TTSH),0,0,\n";
  assert.deepEqual(read(history, BLOCKS).faults, ["E5 DUPLICATE_ROW"]);
  const said = { columns: { line: "mcr", line_more: "year" } };
  const { lines, faults, leftAlone } = read(history, BLOCKS, said);
  assert.deepEqual(faults, []);
  assert.deepEqual(lines, [
    ["M300001A 1", ["GM (TTSH)", null, "ED (TTSH)"], [{ first: 4, last: 7 }]],
    ["M300001A 2", ["MICU (TTSH)"], []],
  ]);
  assert.deepEqual(leftAlone, ["career_block", "is_current_year", "leave_type"]);
});

Deno.test("residents by block, with leave by half blocks, are read by their headers", () => {
  const blocks = Array.from({ length: 13 }, (_, i) => `Block_${i + 1}`).join();
  const { lines, faults, leftAlone, layout } = read(
    `ID,PGY,Leave1Block,Leave1Half,Leave2Block,Leave2Half,${blocks}\nR1_001,R1,3,first,4,second,Medical Teams${
      ",".repeat(12)
    }\nR1_002,R1,3,second,5,first,Leave,ED (TTSH)${",".repeat(11)}\n`,
    BLOCKS,
  );
  assert.deepEqual([layout, faults, leftAlone], ["terms", [], ["PGY"]]);
  assert.deepEqual(lines, [
    ["R1_001", ["Medical Teams"], [{ first: 8, last: 9 }, { first: 14, last: 15 }]],
    ["R1_002", [null, "ED (TTSH)"], [
      { first: 10, last: 11 },
      { first: 16, last: 17 },
      { first: 0, last: 3 },
    ]],
  ]);
});

Deno.test("residents with their leave alone are lines that get their positions later", () => {
  const { lines, faults, leftAlone } = read(
    "ID,PGY,Leave1Block,Leave1Half\nR1_001,R1,3,first\nR1_002,R1,,\n",
    BLOCKS,
  );
  assert.deepEqual([faults, leftAlone], [[], ["PGY"]]);
  assert.deepEqual(lines, [["R1_001", [], [{ first: 8, last: 9 }]], ["R1_002", [], []]]);
});

Deno.test("a table that nobody understands is asked for, column by column; what was said reads it", () => {
  const text = "Wer,Wo,Quartal A,Quartal B\nA,x,GM (TTSH),ED (TTSH)";
  const { faults, asked } = read(text);
  assert.deepEqual(faults, ["row 1 NO_LINES_FOUND"]);
  assert.deepEqual(asked?.headers, ["Wer", "Wo", "Quartal A", "Quartal B"]);
  assert.deepEqual(
    (asked?.fields as { key: string; needed: boolean }[]).filter(({ needed }) => needed)
      .map(({ key }) => key),
    ["line"],
  );
  const said = { columns: { line: "Wer", term_1: "Quartal A", term_2: "Quartal B" } };
  const known = read(text, YEAR, said);
  assert.deepEqual(known.lines, [["A", ["GM (TTSH)", "ED (TTSH)"], null]]);
  assert.deepEqual(known.leftAlone, ["Wo"]);
  // A file of letters that are not latin has headers all the same.
  const greek = "γραμμή,θέση,όρος\nA,GM (TTSH),2";
  assert.deepEqual(
    read(greek, YEAR, { columns: { line: "γραμμή", position: "θέση", term: "όρος" } }).lines,
    [["A", [null, "GM (TTSH)"], null]],
  );
});
