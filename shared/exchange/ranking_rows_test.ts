// A doctor's order from a table: what it means, and what is wrong with it, cell by cell.

import assert from "node:assert/strict";
import { type RankedLine, readRanking } from "./ranking_rows.ts";
import { parseRank } from "./people/draft.ts";
import type { Cell } from "./table.ts";
import { tableOf } from "./testing/tables.ts";

const LINES: RankedLine[] = ["JL 1", "JL 2", "JL 3", "JL 4"].map((name, i) => ({
  id: `id-${i + 1}`,
  name,
  eligible: i !== 3,
  rank: i === 2 ? 9 : null,
  bucket: i === 2 ? 0 : null,
}));

const table = (rows: Cell[][], sheet: string | null = "My order") => tableOf(rows, { sheet });
const read = (rows: Cell[][], ties = true) => readRanking(table(rows), LINES, ties);
const faults = (rows: Cell[][], ties = true) =>
  read(rows, ties).faults.map(({ path, code }) => `${path} ${code}`);
const HEAD = ["Rank", "Bucket", "Line", "Note"];

Deno.test("an order is read: gaps close, equals count 1, 1, 3, names in any case", () => {
  const { lines, rows, faults } = read([
    HEAD,
    [7, "like", "jl 2", "near home"],
    [3, "Love", "JL 1", null],
    ["7", "Like", " JL  3 ", null],
  ]);
  assert.deepEqual(faults, []);
  assert.equal(rows, 3);
  assert.deepEqual(
    lines.map((
      each,
    ) => [each.job_line, each.order_preference, each.like_dislike_preference, each.notes]),
    [
      ["id-2", 2, 1, "near home"],
      ["id-1", 1, 2, null],
      ["id-3", 2, 1, null],
    ],
  );
});

Deno.test("without buckets ranked lines are liked, the next follows the one before; lines left out lose their rank", () => {
  const { lines } = read([["Line", "Rank", "Term 1 (from 2027-01-11)", "Leave"], [
    "JL 2",
    1,
    "x",
    "y",
  ], ["JL 1", 2, null, null]]);
  assert.deepEqual(lines, [
    { job_line: "id-2", order_preference: 1, like_dislike_preference: 1 },
    { job_line: "id-1", order_preference: 2, like_dislike_preference: 1 },
    { job_line: "id-3", order_preference: null, like_dislike_preference: 0 },
  ]);
});

Deno.test("ranks are read as lists are numbered, and as managers' files may have them", () => {
  for (const said of ["2", "2.", "2)", "2.)", "#2", "2nd", "2ND ", "\u00a02", "2.0", 2]) {
    const { lines, faults } = read([HEAD, [1, null, "JL 1", null], [said, null, "JL 2", null]]);
    assert.deepEqual(faults, [], `${said}`);
    assert.deepEqual(lines[1].order_preference, 2, `${said}`);
    assert.deepEqual(parseRank(said), { value: 2 }, `${said}`);
  }
  for (const said of ["0x2", "2e0", "two", "2 or 3", "#", "-2", ")"]) {
    assert.deepEqual(faults([HEAD, [said, null, "JL 1", null]]), ["My order!A2 NOT_A_RANK"], said);
    assert.ok("fault" in parseRank(said), said);
  }
});

Deno.test("never needs no rank, and may have none", () => {
  assert.deepEqual(
    read([HEAD, [null, "Never", "JL 1", null]]).lines[0].like_dislike_preference,
    -2,
  );
  assert.deepEqual(faults([HEAD, [1, "Never", "JL 1", null]]), ["My order!A2 NEVER_HAS_NO_RANK"]);
});

Deno.test("each fault names its cell", () => {
  assert.deepEqual(
    faults([
      HEAD,
      [0, "Love", "JL 1", null],
      [1.25, "Great", "JL 9", null],
      [2, null, "JL 4", null],
      [3, null, null, "a"],
      [4, "Like", "JL 2", null],
      [5, "Like", "JL 2", "x".repeat(4001)],
      [new Date(0), { bad: "ERROR_VALUE", text: "#REF!" }, "JL 3", null],
    ]),
    [
      "My order!A2 NOT_A_RANK",
      "My order!C3 UNKNOWN_LINE",
      "My order!A3 NOT_A_RANK",
      "My order!B3 UNKNOWN_BUCKET",
      "My order!C4 LINE_NOT_ELIGIBLE",
      "My order!C5 EMPTY_CELL",
      "My order!D7 TOO_LONG",
      "My order!A8 NOT_A_RANK",
      "My order!B8 UNKNOWN_BUCKET",
    ],
  );
  assert.deepEqual(faults([HEAD, [1, "Like", "JL 2", null], [2, "Like", "JL 2", null]]), [
    "My order!C3 DUPLICATE_ROW",
  ]);
});

Deno.test("a line's name with a slip in it is told with the one that may have been meant", () => {
  const [{ code, message }] = read([HEAD, [1, "Love", "J L 3", null]]).faults;
  assert.deepEqual(
    [code, message],
    ["UNKNOWN_LINE", 'Line "J L 3" is no line of this run; did you mean "JL 3"?'],
  );
  assert.doesNotMatch(read([HEAD, [1, "Love", "Rural", null]]).faults[0].message, /did you mean/);
});

Deno.test("a half is a place that two or more share", () => {
  const { lines, faults: none } = read([HEAD, [1, "Love", "JL 3", null], [
    2.5,
    "Like",
    "JL 1",
    null,
  ], [
    "2.5",
    "Like",
    "JL 2",
    null,
  ]]);
  assert.deepEqual(none, []);
  assert.deepEqual(lines.map(({ job_line, order_preference }) => [job_line, order_preference]), [
    ["id-3", 1],
    ["id-1", 2],
    ["id-2", 2],
  ]);
  assert.deepEqual(faults([HEAD, [1, null, "JL 1", null], [1.5, null, "JL 2", null]]), [
    "My order!A3 NOT_A_RANK",
  ]);
});

Deno.test("better buckets come first, equals share a bucket, and where no ties are allowed there are none", () => {
  assert.deepEqual(faults([HEAD, [1, "Like", "JL 1", null], [2, "Love", "JL 2", null]]), [
    "My order!A3 BUCKETS_OUT_OF_ORDER",
  ]);
  assert.deepEqual(faults([HEAD, [1, "Love", "JL 1", null], [1, "Like", "JL 2", null]]), [
    "My order!A3 BUCKETS_OUT_OF_ORDER",
  ]);
  const tied = [HEAD, [1, "Like", "JL 1", null], [1, "Like", "JL 2", null]];
  assert.deepEqual(faults(tied), []);
  assert.deepEqual(faults(tied, false), ["My order!A3 TIED_RANKS"]);
});

Deno.test("headers: unknown, twice, missing; and a table of nothing", () => {
  assert.deepEqual(faults([["Rank", "Line", "Rank", "Colour"], [1, "JL 1"]]), [
    "My order!C1 DUPLICATE_COLUMN",
    "My order!D1 UNKNOWN_COLUMN",
  ]);
  assert.deepEqual(faults([["Bucket"], ["Love"]]), [
    "My order!row 1 MISSING_COLUMN",
    "My order!row 1 MISSING_COLUMN",
  ]);
  assert.deepEqual(faults([]), ["My order!row 1 NO_ROWS"]);
  assert.deepEqual(faults([HEAD]), ["My order!row 1 NO_ROWS"]);
});
