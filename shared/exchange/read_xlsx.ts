// An .xlsx file becomes a table. Sizes are checked before memory is taken for them: of the file, of what it unpacks
// to, and of the area that its cells span.

import { readXlsx, type Sheet, streamXlsxRows } from "hucre/xlsx";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { MAX_COLUMNS, MAX_ROWS, MAX_SHEET_ROWS, MAX_UNPACKED_BYTES } from "./limits.ts";
import { type BadCell, type Cell, columnLetters, isBlank, type Table, tooLarge } from "./table.ts";
import { archiveParts } from "./zip_guard.ts";

/**
 * Reads the sheet of a name, or the only one that is visible.
 * @param wanted name of the sheet, in any case
 * @throws ApiError 400 UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE
 */
export async function readXlsxTable(file: Bytes, wanted: string): Promise<Table> {
  checkParts(file);
  try {
    const name = await sheetName(file, wanted);
    const range = await usedRange(file, name);
    const { sheets: [sheet] } = await readXlsx(file, { sheets: [name], range });
    return { sheet: name, rows: cellsOf(sheet), merges: sheet.merges ?? [] };
  } catch (error) {
    // Whatever else the library throws, it is about what somebody sent.
    throw error instanceof ApiError ? error : unreadable();
  }
}

/** @throws ApiError where unpacking would take too much */
function checkParts(file: Uint8Array): void {
  const parts = archiveParts(file);
  if (parts === null) throw unreadable();
  const bytes = (belongs: (path: string) => boolean) =>
    parts.reduce((sum, { path, size }) => sum + (belongs(path) ? size : 0), 0);
  const isSheet = (path: string) => path.startsWith("xl/worksheets/");
  const isXml = (path: string) => /\.(xml|rels)$/i.test(path);
  const refuse = (what: string, limit: number) => {
    throw tooLarge(`${what} more than ${limit / 2 ** 20} MB; keep the sheet of positions alone`);
  };
  const { sheets, otherXml, all } = MAX_UNPACKED_BYTES;
  if (bytes(() => true) > all) refuse("It unpacks to", all);
  if (bytes(isSheet) > sheets) refuse("Its sheets unpack to", sheets);
  if (bytes((path) => isXml(path) && !isSheet(path)) > otherXml) {
    refuse("Its texts and looks unpack to", otherXml);
  }
}

function unreadable(): ApiError {
  return new ApiError(
    400,
    "UNREADABLE_FILE",
    "The file is damaged, or no .xlsx workbook. Open it in your spreadsheet program and save it again as .xlsx.",
  );
}

async function sheetName(file: Bytes, wanted: string): Promise<string> {
  const visible: string[] = [];
  await readXlsx(file, {
    sheets: (info) => {
      if (!info.hidden && !info.veryHidden) visible.push(info.name);
      return false;
    },
  });
  const named = visible.find((name) => name.trim().toLowerCase() === wanted.toLowerCase());
  if (named !== undefined) return named;
  if (visible.length === 1) return visible[0];
  throw new ApiError(
    400,
    "SHEET_NOT_FOUND",
    `The workbook has no sheet "${wanted}". Its sheets: ${visible.slice(0, 20).join(", ")}.`,
  );
}

/** The area that holds values, e.g. "A1:Y80"; formatted but empty cells beyond it are nothing. */
async function usedRange(file: Bytes, sheet: string): Promise<string> {
  let seen = 0;
  let rows = 0;
  let columns = 0;
  const maxRows = MAX_SHEET_ROWS + 1;
  for await (const { index, values } of streamXlsxRows(file, { sheet, maxRows })) {
    if (++seen > MAX_SHEET_ROWS) {
      throw tooLarge(
        `The sheet "${sheet}" has more than ${MAX_SHEET_ROWS} rows, empty ones included`,
      );
    }
    const used = values.findLastIndex((value) => !isBlank(value as Cell)) + 1;
    if (used === 0) continue;
    rows = index + 1;
    columns = Math.max(columns, used);
    if (rows > MAX_ROWS) throw tooLarge(`The sheet "${sheet}" has more than ${MAX_ROWS} rows`);
    if (columns > MAX_COLUMNS) {
      throw tooLarge(`The sheet "${sheet}" has more than ${MAX_COLUMNS} columns`);
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
