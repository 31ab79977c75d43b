// A table as it was read, whatever the file was: cells by row and column, and how people call a place in it.

import type { TableSize } from "./limits.ts";
import { ApiError } from "../platform/problem_details.ts";
import { foldText } from "../platform/texts.ts";

/** A cell that has no value of its own: a formula nobody computed, or an error such as #REF!. */
export interface BadCell {
  bad: "FORMULA_WITHOUT_VALUE" | "ERROR_VALUE";
  text: string;
}

/** What a cell may hold. Blank cells are null. */
export type Cell = string | number | boolean | Date | BadCell | null;

/** Rows of cells. Rows and columns count from 0; those at the ends may be missing. */
export interface Rows {
  readonly length: number;
  /** Columns to the last that holds anything. */
  readonly width: number;
  /** The cells of a row, made when they are asked for; none of a row that is not there. */
  row(number: number): readonly Cell[];
  /** Null where there is none. */
  cell(row: number, column: number): Cell;
}

/** Rows of cells that are there already. */
export function rowsOf(cells: readonly (readonly Cell[])[]): Rows {
  return {
    length: cells.length,
    width: cells.reduce((most, { length }) => Math.max(most, length), 0),
    row: (number) => cells[number] ?? [],
    cell: (row, column) => cells[row]?.[column] ?? null,
  };
}

/** The first row that something is true of; -1: of none. */
export function findRow(rows: Rows, isIt: (cells: readonly Cell[]) => boolean): number {
  for (let row = 0; row < rows.length; row++) if (isIt(rows.row(row))) return row;
  return -1;
}

/** Whether nothing that people see is in a row. */
export function isBlankRow(cells: readonly Cell[]): boolean {
  return cells.every(isBlank);
}

/** A table, from the first row of its sheet on. */
export interface Table {
  /** Name of the sheet; null of a CSV file. */
  sheet: string | null;
  /** Names of the sheets that there are; absent of a CSV file. */
  sheets?: string[];
  rows: Rows;
  /** Merged ranges, by row and column from 0, ends included. */
  merges: { startRow: number; startCol: number; endRow: number; endCol: number }[];
}

/** A cell of the file, from 0. */
export interface Spot {
  row: number;
  column: number;
}

/** Where the value of a cell of a merged range stands; undefined of any other cell. */
export type MergedSpots = (row: number, column: number) => Spot | undefined;

/**
 * The merged ranges of a table by their cells. No two ranges of a good file share a cell; one that comes to another's is left
 * there, so that ranges cost no more than the cells they cover, however many there are.
 */
export function mergedSpots({ merges, rows }: Table): MergedSpots {
  const columns = rows.width;
  // Of each cell the range that it lies in, from 1.
  const ranges = new Int32Array(rows.length * columns);
  for (const [n, range] of merges.entries()) {
    const lastColumn = Math.min(range.endCol, columns - 1);
    let free = true;
    for (let row = range.startRow; free && row <= Math.min(range.endRow, rows.length - 1); row++) {
      for (let column = range.startCol; free && column <= lastColumn; column++) {
        free = ranges[row * columns + column] === 0;
        if (free) ranges[row * columns + column] = n + 1;
      }
    }
  }
  return (row, column) => {
    const range = column < columns ? merges[ranges[row * columns + column] - 1] : undefined;
    return range && { row: range.startRow, column: range.startCol };
  };
}

/** One fault of a file, where it is, and what would be right. */
export interface CellFault {
  /** As a spreadsheet names it: `Positions!F7`, or `F7` of a CSV file. */
  path: string;
  /** A sentence for a person: what is wrong and what would be right. */
  message: string;
  /** Stable. */
  code: string;
  sheet: string | null;
  /** From 1, as spreadsheets count. */
  row: number;
  /** The column's letter; null where the fault is the whole row's. */
  column: string | null;
  /** The column's header as this project names it; null where there is none. */
  header: string | null;
}

/** What is wrong, without where. */
export type Fault = Pick<CellFault, "code" | "message">;

/** The letters of a column, from 0: A, B ... Z, AA. */
export function columnLetters(index: number): string {
  const letter = String.fromCharCode(65 + index % 26);
  return index < 26 ? letter : columnLetters(Math.floor(index / 26) - 1) + letter;
}

/** What is wrong with a cell as a sentence. @param subject what it is called; @param says e.g. "is empty" */
export function faultSentence(subject: string, says: string): string {
  return `${subject} ${says}${/[.?!]$/.test(says) ? "" : "."}`;
}

/** The fault of a table without rows. @param row of its headers, from 0 @param what its rows are to be, e.g. "lines" */
export function noRows(table: Pick<Table, "sheet">, row: number, what: string): CellFault {
  const message = `There are no ${what} below the headers.`;
  return faultAt(table, row, null, null, { code: "NO_ROWS", message });
}

/**
 * A fault at a place.
 * @param row from 0
 * @param column from 0; null for the whole row
 */
export function faultAt(
  table: Pick<Table, "sheet">,
  row: number,
  column: number | null,
  header: string | null,
  fault: Fault,
): CellFault {
  const letters = column === null ? null : columnLetters(column);
  const place = letters === null ? `row ${row + 1}` : `${letters}${row + 1}`;
  return {
    path: table.sheet === null ? place : `${table.sheet}!${place}`,
    ...fault,
    sheet: table.sheet,
    row: row + 1,
    column: letters,
    header,
  };
}

/** Whether nothing that people see is in a cell. */
export function isBlank(cell: Cell | undefined): boolean {
  return typeof cell === "string" ? isBlankText(cell) : cell === undefined || cell === null;
}

/** Whether people see nothing of a text; most begin with a letter or a digit, which is told at once. */
export function isBlankText(text: string): boolean {
  return !isSeen(text.charCodeAt(0)) && foldText(text) === "";
}

/** Whether a character is seen, whatever stands around it: one of ASCII that is no space. */
export function isSeen(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** The refusal of more cells than a table may have. @param what the file, or its sheet */
export function tooManyCells(what: string, size: TableSize): ApiError {
  return tooLarge(
    `${what} has more than ${size.cells.toLocaleString("en")} cells with something in them`,
    size,
  );
}

/** The refusal of more rows than a table may have. @param what the file, or its sheet */
export function tooManyRows(what: string, size: TableSize): ApiError {
  return tooLarge(`${what} has more than ${size.rows.toLocaleString("en")} rows`, size);
}

/** The refusal of a file of another kind. */
export function unsupported(detail: string): ApiError {
  return new ApiError(415, "UNSUPPORTED_FILE", detail);
}

/**
 * The refusal of a file that is too large in some way.
 * @param what is too large, e.g. "It has more than 2000 rows"
 * @param size of its kind of table, where that says how a larger one can come
 */
export function tooLarge(what: string, { parts }: Partial<TableSize> = {}): ApiError {
  const advice = parts === undefined ? "" : ` ${parts}.`;
  return new ApiError(413, "FILE_TOO_LARGE", `${what}. Is it the right file?${advice}`);
}
