// Packed rows hold what was put into them, in whatever order.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { PackedRows } from "./rows.ts";
import { type Cell, rowsOf } from "./table.ts";
import { cellsOf } from "./testing/tables.ts";

/** Rows without what is missing at their ends. */
function seen(rows: readonly Cell[][]): Cell[][] {
  const trimmed = rows.map((row) => row.slice(0, row.findLastIndex((cell) => cell !== null) + 1));
  return trimmed.slice(0, trimmed.findLastIndex((row) => row.length > 0) + 1);
}

Deno.test("cells stand where they were added, in order or late, and rows grow by the places that they were told to", () => {
  const random = new Random(5);
  for (let n = 0; n < 300; n++) {
    const rows = new PackedRows((kind, value, length) => `${kind} ${value} ${length}`);
    const kept: Cell[][] = [];
    const inOrder = random.below(2) === 0;
    let places = 0, row = 0, column = -1;
    // More than fit at first.
    for (let count = random.below(n === 0 ? 5_000 : 60); count > 0; count--) {
      if (random.below(3) === 0) [row, column] = [row + 1 + random.below(3), -1];
      column += 1 + random.below(3);
      const at = inOrder || random.below(4) > 0
        ? [row, column]
        : [random.below(row + 1), random.below(9)];
      if (at[0] === row) column = Math.max(column, at[1]);
      while (kept.length <= at[0]) kept.push([]);
      while (kept[at[0]].length < at[1]) kept[at[0]].push(null);
      if (random.below(2) === 0) {
        kept[at[0]][at[1]] = `1 ${count} 7`;
        places += rows.add(at[0], at[1], 1, count, 7);
      } else {
        kept[at[0]][at[1]] = count;
        places += rows.addAsItIs(at[0], at[1], count);
      }
    }
    assert.deepEqual(seen(cellsOf({ rows })), seen(kept));
    assert.deepEqual([rows.length, rows.width], [kept.length, rowsOf(kept).width]);
    assert.equal(places, kept.reduce((sum, { length }) => sum + length, 0));
    for (let r = -1; r <= kept.length; r++) {
      for (let c = 0; c < 12; c++) assert.equal(rows.cell(r, c), kept[r]?.[c] ?? null, `${r} ${c}`);
    }
  }
});
