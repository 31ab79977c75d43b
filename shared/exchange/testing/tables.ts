// Tables for tests, and the cells of those that were read.

import { type Cell, rowsOf, type Table } from "../table.ts";

/** A table of cells. */
export function tableOf(cells: Cell[][], more: Partial<Table> = {}): Table {
  return { sheet: null, rows: rowsOf(cells), merges: [], ...more };
}

/** All cells of a table, row by row. */
export function cellsOf({ rows }: Pick<Table, "rows">): Cell[][] {
  return Array.from({ length: rows.length }, (_, row) => [...rows.row(row)]);
}
