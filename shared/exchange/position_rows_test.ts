import assert from "node:assert/strict";
import { blankPosition } from "./position_columns.ts";
import { type PositionRows, readPositionRows } from "./position_rows.ts";
import type { Cell, Table } from "./table.ts";
import { tableOf } from "./testing/tables.ts";

const HEAD = ["Hospital", "Team", "Position", "Specialty"];
const ROW = ["H", "T", "P", "Medicine"];

function read(rows: Cell[][], more: Partial<Table> = {}, terms = 2): PositionRows {
  return readPositionRows(tableOf(rows, { sheet: "Positions", ...more }), terms);
}

/** Reads one position whose further columns are given by their headers. */
function readOne(more: Record<string, Cell>): PositionRows {
  return read([[...HEAD, ...Object.keys(more)], [...ROW, ...Object.values(more)]]);
}

function faults(result: PositionRows): string[] {
  return result.faults.map(({ path, code }) => `${path} ${code}`);
}

Deno.test("readPositionRows() reads every column", () => {
  const { rows, faults } = readOne({
    "Subspecialty": " Cardiology ",
    "Categories": "c, A",
    "Service": "yes",
    "Rural": true,
    "Nights or relief": "N",
    "Clinical team": "no",
    "Non-clinical": 0,
    "Excludable": "x",
    "Allows leave": "FALSE",
    "Shortest term (weeks)": "10",
    "Colour": "1F6FB2",
    "Six-month term": "Children",
    "Six-month part": 2,
    "Posts term 1": 3,
    "Posts term 2": "4",
    "Minimum term 1": null,
    "Minimum term 2": 4,
    "ID": "A0000000-0000-4000-8000-000000000001",
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(rows, [{
    hospital: "H",
    team: "T",
    name: "P",
    specialty: "Medicine",
    subspecialty: "Cardiology",
    experience_categories: ["A", "C"],
    is_service: true,
    is_rural: true,
    is_nights_relief: false,
    is_clinical_team: false,
    is_non_clinical: false,
    is_excludable: true,
    allows_leave: false,
    min_weeks: 10,
    colour: "#1f6fb2",
    six_month_term: "Children",
    six_month_part: 2,
    posts: [3, 4],
    minimum_fill: [0, 4],
    id: "a0000000-0000-4000-8000-000000000001",
  }]);
});

Deno.test("readPositionRows() leaves columns out that the table does not have", () => {
  assert.deepEqual(readOne({}).rows, [{
    hospital: "H",
    team: "T",
    name: "P",
    specialty: "Medicine",
  }]);
});

Deno.test("readPositionRows() takes blank cells for what the help says", () => {
  const [row] = readOne({
    "Categories": "",
    "Service": null,
    "Clinical team": " ",
    "Allows leave": null,
    "Colour": null,
    "Subspecialty": null,
    "Posts term 1": null,
    "Posts term 2": 0,
    "ID": null,
  }).rows;
  assert.deepEqual(row, {
    hospital: "H",
    team: "T",
    name: "P",
    specialty: "Medicine",
    experience_categories: [],
    is_service: false,
    is_clinical_team: true,
    allows_leave: true,
    colour: "#8a94a6",
    subspecialty: null,
    posts: [null, 0],
  });
});

Deno.test("readPositionRows() knows columns by their names in the database, in any case and order", () => {
  const { rows } = read([
    ["specialty", "NAME", "is_rural", "team", "posts_1", "posts 2", "hospital", "Notes"],
    ["Medicine", "P", "Yes", "T", 1, 2, "H", "ask Kim"],
  ]);
  assert.deepEqual(rows[0].posts, [1, 2]);
  assert.deepEqual([rows[0].name, rows[0].is_rural], ["P", true]);
});

Deno.test("readPositionRows() skips blank rows, and counts as a spreadsheet does", () => {
  const { rows, numbers } = read([[], HEAD, [], ROW, [null, " "], ["H", "T", "Q", "Surgery"]]);
  assert.deepEqual([rows.map(({ name }) => name), numbers], [["P", "Q"], [3, 5]]);
  assert.deepEqual(faults(read([HEAD, [], ["", "T", "P", "M"]])), ["Positions!A3 EMPTY_CELL"]);
});

Deno.test("readPositionRows() says of each cell where it is, what is wrong and what would be right", () => {
  const wrong: [Record<string, Cell>, string, string][] = [
    [
      { Categories: "A, E" },
      "UNKNOWN_CATEGORY",
      'Categories holds "A, E"; the categories are A, B, C and D.',
    ],
    [
      { Categories: "A B C" },
      "TOO_MANY_CATEGORIES",
      "Categories holds 3 categories; at most two are possible.",
    ],
    [
      { Categories: 7 },
      "UNKNOWN_CATEGORY",
      "Categories holds no categories; write letters, e.g. A, C.",
    ],
    [{ Service: "maybe" }, "NOT_YES_OR_NO", 'Service holds "maybe"; write Yes or No.'],
    [
      { "Shortest term (weeks)": "ten" },
      "NOT_A_WHOLE_NUMBER",
      'Shortest term (weeks) holds "ten"; write a whole number.',
    ],
    [
      { "Shortest term (weeks)": 2.5 },
      "NOT_A_WHOLE_NUMBER",
      'Shortest term (weeks) holds "2.5"; write a whole number.',
    ],
    [
      { "Shortest term (weeks)": 3.00000001 },
      "NOT_A_WHOLE_NUMBER",
      'Shortest term (weeks) holds "3.00000001"; write a whole number.',
    ],
    [
      { "Shortest term (weeks)": 53 },
      "OUT_OF_RANGE",
      "Shortest term (weeks) holds 53; 1 to 52 are possible.",
    ],
    [
      { Colour: "blue" },
      "NOT_A_COLOUR",
      'Colour holds "blue"; write a colour as #rrggbb, e.g. #1f6fb2.',
    ],
    [
      { Subspecialty: "x".repeat(101) },
      "TOO_LONG",
      "Subspecialty has 101 characters; at most 100 are possible.",
    ],
    [
      { Subspecialty: "a\ud800" },
      "INVALID_TEXT",
      "Subspecialty holds a character that is none (U+0000 or half of one); type the text again.",
    ],
    [
      { Subspecialty: new Date("2027-01-02") },
      "UNEXPECTED_DATE",
      "Subspecialty holds a date; spreadsheet programs make dates of what looks like one. Format the cell as text and type it again.",
    ],
    [
      { "Shortest term (weeks)": new Date("2027-01-02") },
      "NOT_A_WHOLE_NUMBER",
      "Shortest term (weeks) holds the date 2027-01-02; write a whole number.",
    ],
    [{ ID: "7" }, "NOT_AN_ID", 'ID holds "7"; leave it as it was exported, or blank.'],
    [
      { Rural: { bad: "ERROR_VALUE", text: "#REF!" } },
      "ERROR_VALUE",
      "Rural holds the error #REF!; write the value instead.",
    ],
    [
      { Rural: { bad: "FORMULA_WITHOUT_VALUE", text: "=A1" } },
      "FORMULA_WITHOUT_VALUE",
      "Rural holds the formula =A1 without a result; paste its value instead.",
    ],
  ];
  for (const [cells, code, message] of wrong) {
    const [header] = Object.keys(cells);
    assert.deepEqual(readOne(cells).faults, [{
      path: "Positions!E2",
      code,
      message,
      sheet: "Positions",
      row: 2,
      column: "E",
      header,
    }]);
  }
});

Deno.test("readPositionRows() tells of every fault at once", () => {
  const result = read([[...HEAD, "Rural", "Service"], ["", "T", "P", "M", "?", "?"], [
    ...ROW,
    "?",
  ]]);
  assert.deepEqual(faults(result), [
    "Positions!A2 EMPTY_CELL",
    "Positions!E2 NOT_YES_OR_NO",
    "Positions!F2 NOT_YES_OR_NO",
    "Positions!E3 NOT_YES_OR_NO",
  ]);
});

Deno.test("readPositionRows() refuses headers that it cannot place", () => {
  assert.deepEqual(faults(read([["Hospital", "Team", "Position"], ["H", "T", "P"]])), [
    "Positions!row 1 MISSING_COLUMN",
  ]);
  assert.deepEqual(faults(readOne({ "Beds": 3 })), ["Positions!E1 UNKNOWN_COLUMN"]);
  assert.deepEqual(faults(readOne({ "Rural": "No", "rural ": "No" })), [
    "Positions!F1 DUPLICATE_COLUMN",
  ]);
  assert.deepEqual(faults(readOne({ "": 3 })), ["Positions!E1 MISSING_HEADER"]);
  const third = readOne({ "Posts term 1": 1, "Posts term 2": 1, "Posts term 3": 1 });
  assert.deepEqual(faults(third), ["Positions!G1 UNKNOWN_COLUMN"]);
  assert.match(third.faults[0].message, /the allocation run has 2 terms/);
  assert.deepEqual(faults(readOne({ "Posts term 1": 1 })), ["Positions!row 1 MISSING_COLUMN"]);
});

Deno.test("readPositionRows() reads numbers as spreadsheets show them, and counts characters as the database does", () => {
  const ward = "😀".repeat(100);
  const { rows: [row], faults } = readOne({
    Subspecialty: ward,
    "Posts term 1": 3.0000000000000004,
    "Posts term 2": "1.9999999999999998",
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(row.posts, [3, 2]);
  assert.equal(row.subspecialty, ward);
});

Deno.test("readPositionRows() refuses merged cells among the rows, not above them", () => {
  const merges = (startRow: number, endRow: number) => ({
    merges: [{ startRow, endRow, startCol: 0, endCol: 1 }],
  });
  assert.deepEqual(faults(read([["Title"], HEAD, ROW], merges(0, 0))), []);
  assert.deepEqual(faults(read([HEAD, ROW, ROW], merges(1, 2))), ["Positions!A2 MERGED_CELLS"]);
});

Deno.test("readPositionRows() refuses a table without positions", () => {
  assert.deepEqual(faults(read([])), ["Positions!row 1 NO_ROWS"]);
  assert.deepEqual(faults(read([HEAD, [null, ""]])), ["Positions!row 1 NO_ROWS"]);
});

Deno.test("readPositionRows() refuses two rows for one position", () => {
  const id = "a0000000-0000-4000-8000-000000000001";
  const result = read([[...HEAD, "ID"], [...ROW, id], [...ROW, null], ["H", "T", "Q", "M", id]]);
  assert.deepEqual(faults(result), ["Positions!C3 DUPLICATE_ROW", "Positions!E4 DUPLICATE_ROW"]);
  assert.match(result.faults[0].message, /row 2 has the same position already/);
});

Deno.test("readPositionRows() refuses a minimum above the posts of its term", () => {
  const result = readOne({
    "Posts term 1": 2,
    "Posts term 2": null,
    "Minimum term 1": 2,
    "Minimum term 2": 1,
  });
  assert.deepEqual(faults(result), ["Positions!H2 MINIMUM_ABOVE_POSTS"]);
  assert.match(result.faults[0].message, /is 1, but there are no posts/);
});

Deno.test("readPositionRows() names places of CSV files without a sheet", () => {
  const result = read([HEAD, ["", "T", "P", "M"]], { sheet: null });
  assert.deepEqual(faults(result), ["A2 EMPTY_CELL"]);
});

Deno.test("readPositionRows() reads other people's columns once somebody said what they are", () => {
  // A list of postings as residents' programmes publish them.
  const rows: Cell[][] = [
    ["posting_code", "posting_type", "max_residents", "required_block_duration"],
    ["GM (TTSH)", "core", 9, 1],
    ["Renal (TTSH)", "elective", 8, 3],
  ];
  const table = tableOf(rows);
  const unclear = readPositionRows(table, 2);
  assert.deepEqual(faults(unclear).filter((fault) => fault.endsWith("UNKNOWN_COLUMN")).length, 2);
  assert.deepEqual(unclear.asked?.columns, { name: "posting_code", posts: "max_residents" });
  assert.deepEqual(unclear.asked?.headers, rows[0]);
  assert.deepEqual(unclear.asked?.examples, ["GM (TTSH)", "core", "9", "1"]);
  const read = readPositionRows(table, 2, {
    columns: { name: "posting_code", specialty: "", team: "posting_code", posts: "max_residents" },
    values: { hospital: "Tan Tock Seng", specialty: "Medicine" },
  });
  assert.deepEqual(faults(read), []);
  assert.deepEqual(read.leftAlone, ["posting_type", "required_block_duration"]);
  assert.deepEqual(read.rows[1], {
    hospital: "Tan Tock Seng",
    team: "Renal (TTSH)",
    name: "Renal (TTSH)",
    specialty: "Medicine",
    posts: [8, 8],
  });
  // One column of posts is that of every term, unless there are columns for each.
  const posts: Cell[][] = [[...HEAD, "Posts"], ["H", "T", "P", "M", 3]];
  assert.deepEqual(readPositionRows(tableOf(posts), 2).rows[0].posts, [3, 3]);
  posts[0].push("Posts term 1", "Posts term 2");
  assert.deepEqual(faults(readPositionRows(tableOf(posts), 2)), ["E1 UNKNOWN_COLUMN"]);
  // What is wrong with a value of all rows is told at the row, and a term's own column says more than that of the year.
  const wrong = readPositionRows(table, 2, {
    columns: { name: "posting_code", team: "posting_code", posts_2: "max_residents" },
    values: { hospital: "H", specialty: "M", posts: "many" },
  });
  assert.deepEqual(faults(wrong), ["row 2 NOT_A_WHOLE_NUMBER", "row 3 NOT_A_WHOLE_NUMBER"]);
});

Deno.test("a position of which nothing is said is as blank cells mean it", () => {
  assert.deepEqual(blankPosition(3), {
    subspecialty: null,
    experience_categories: [],
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    allows_leave: true,
    min_weeks: 1,
    fte: 1,
    colour: "#8a94a6",
    six_month_term: null,
    six_month_part: null,
    six_month_qualification: null,
    six_month_college: null,
    posts: [null, null, null],
    minimum_fill: [0, 0, 0],
  });
});

Deno.test("readPositionRows() knows posts by their terms alone, as people head them", () => {
  for (const headers of [["Term 1", "Term 2"], ["T1", "t2"], ["term_1", "TERM-2"]]) {
    const result = readOne({ [headers[0]]: 3, [headers[1]]: 0 });
    assert.deepEqual([result.rows[0].posts, result.faults], [[3, 0], []], headers.join());
  }
  assert.deepEqual(faults(readOne({ "Term 1": 3, "Posts term 1": 3, "Term 2": 1 })), [
    "Positions!F1 DUPLICATE_COLUMN",
  ]);
});
