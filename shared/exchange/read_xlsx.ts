// An .xlsx file becomes a table, once xlsx_guard.ts has made a plain workbook of it and knows what it costs.

import { readXlsx, type Sheet, streamXlsxRows } from "hucre/xlsx";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { MAX_SHEET_ROWS, type TableSize } from "./limits.ts";
import { type BadCell, type Cell, columnLetters, isBlank, type Table, tooLarge } from "./table.ts";
import type { Work } from "./work.ts";
import { guardWorkbook, type SheetChoice, tooManyRows, unreadable } from "./xlsx_guard.ts";

/**
 * Reads the sheet of a name, or the only one that is visible.
 * @param size the largest that the table may be
 * @throws ApiError 400 UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE
 */
export async function readXlsxTable(
  file: Bytes,
  wanted: SheetChoice,
  work: Work,
  size: TableSize,
): Promise<Table> {
  const { file: plain, sheet: name } = await guardWorkbook(file, wanted, work);
  try {
    const range = await usedRange(plain, name, size);
    const { sheets: [sheet] } = await readXlsx(plain, { sheets: [name], range });
    return { sheet: name, rows: cellsOf(sheet), merges: sheet.merges ?? [] };
  } catch (error) {
    // Whatever else the library throws, it is about what somebody sent.
    throw error instanceof ApiError ? error : unreadable();
  }
}

/** The area that holds values, e.g. "A1:Y80"; formatted but empty cells beyond it are nothing. */
async function usedRange(file: Bytes, sheet: string, size: TableSize): Promise<string> {
  let seen = 0;
  let rows = 0;
  let columns = 0;
  const maxRows = MAX_SHEET_ROWS + 1;
  for await (const { index, values } of streamXlsxRows(file, { sheet, maxRows })) {
    if (++seen > MAX_SHEET_ROWS) throw tooManyRows(sheet);
    const used = values.findLastIndex((value) => !isBlank(value as Cell)) + 1;
    if (used === 0) continue;
    rows = index + 1;
    columns = Math.max(columns, used);
    if (rows > size.rows) throw tooLarge(`The sheet "${sheet}" has more than ${size.rows} rows`);
    if (columns > size.columns) {
      throw tooLarge(`The sheet "${sheet}" has more than ${size.columns} columns`);
    }
  }
  return `A1:${columnLetters(Math.max(0, columns - 1))}${Math.max(1, rows)}`;
}

/** Values, with formulas by what they gave last, and cells that have no value marked as such. */
function cellsOf(sheet: Sheet): Cell[][] {
  const rows = sheet.rows as Cell[][];
  for (const [place, cell] of sheet.cells ?? []) {
    const [row, column] = place.split(",").map(Number);
    const bad = badCell(cell);
    if (bad && rows[row]) rows[row][column] = bad;
  }
  return rows;
}

type ReadCell = NonNullable<Sheet["cells"]> extends Map<string, infer One> ? One : never;

function badCell({ type, value, formula, formulaResult }: ReadCell): BadCell | null {
  const empty = value === null || value === "";
  if (formula !== undefined && empty && formulaResult !== "") {
    return { bad: "FORMULA_WITHOUT_VALUE", text: `=${formula}` };
  }
  return type === "error" ? { bad: "ERROR_VALUE", text: String(value) } : null;
}
