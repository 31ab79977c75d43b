// Dates as people write them.

import assert from "node:assert/strict";
import { dateReader } from "./dates.ts";
import type { Cell } from "./table.ts";

const read = (cell: Cell, ...others: Cell[]) =>
  dateReader([cell, ...others])(cell)?.toISOString().slice(0, 10) ?? null;

Deno.test("one day in the ways that people and spreadsheet programs write it", () => {
  const ways: Cell[] = [
    "2028-02-07",
    "2028/2/7",
    "2028-02-07T00:00:00Z",
    "07/02/2028",
    "7/2/28",
    "7.2.2028",
    "07-02-2028",
    "7 Feb 2028",
    "7th February 2028",
    "Mon 7 Feb 2028",
    "Monday, 7 February 2028",
    "7-Feb-28",
    "Feb 7, 2028",
    "\u00a07 feb 2028 ",
    46790,
    "46790",
    new Date("2028-02-07T13:00:00Z"),
  ];
  for (const way of ways) assert.equal(read(way), "2028-02-07", String(way));
});

Deno.test("the day comes first, unless the column can only be month first", () => {
  assert.equal(read("04/03/2028"), "2028-03-04");
  assert.equal(read("04/03/2028", "02/14/2028"), "2028-04-03");
  // A column that is both is day first, and what cannot be is none.
  assert.equal(read("02/14/2028", "14/02/2028"), null);
  assert.equal(read("04/03/2028", "14/02/2028", "02/14/2028"), "2028-03-04");
});

Deno.test("what is no day is none", () => {
  for (
    const cell of ["", null, "soon", "31/02/2028", "0/0/2028", "7 Foo 2028", 12, true, "Term 1"]
  ) {
    assert.equal(read(cell), null, String(cell));
  }
});

Deno.test("hostile texts take no time", () => {
  const text = "1".repeat(20_000) + " ".repeat(20_000);
  assert.equal(read(text), null);
  assert.equal(read("mon" + " ".repeat(20_000) + "x"), null);
});
