// CSV is read as a library reads it, whatever the text: made of what cells, rows and quotes are told by, in any order.

import assert from "node:assert/strict";
import { parseCsv } from "hucre/csv";
import { Random } from "../engine/random.ts";
import { findCells, quotedCell, swallowsRows } from "./csv_cells.ts";

const PIECES = ['"', '"', '""', ",", ",", "\n", "\r\n", "\r", "a", "Ward 1", " ", "ü", "😀", ";"];

function cellsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  findCells(text, delimiter, (row, column, from, to) => {
    const raw = text.slice(from, to);
    (rows[row] ??= [])[column] = raw.startsWith('"') && delimiter !== '"' ? quotedCell(raw) : raw;
  });
  return rows;
}

Deno.test("cells are found where a library finds them", () => {
  const random = new Random(11);
  for (let n = 0; n < 20_000; n++) {
    const text = Array.from(
      { length: random.below(14) },
      () => PIECES[random.below(PIECES.length)],
    ).join("");
    for (const delimiter of [",", ";", '"']) {
      assert.deepEqual(
        cellsOf(text, delimiter),
        parseCsv(text, { delimiter }),
        JSON.stringify([text, delimiter]),
      );
    }
  }
});

Deno.test("a quote that takes in what was hardly meant is told from others", () => {
  for (const text of ['"A B,a@x\nC D,c@x', '"A', '"A B,a@x\n"C D"', '"A\r\nB"x"']) {
    assert.equal(swallowsRows(text), true, text);
  }
  for (const text of ['"', '"" ', '"A\nB"', '"A\n""B"""', '"A"', '"A" B', '""A"', '"A\n" ']) {
    assert.equal(swallowsRows(text), false, text);
  }
});
