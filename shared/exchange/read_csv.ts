// A CSV file becomes a table, in whatever encoding and with whatever separator a spreadsheet program wrote it.

import { findCells, quotedCell, swallowsRows } from "./csv_cells.ts";
import { separatorOf } from "./csv_separator.ts";
import { MAX_CELL_CHARACTERS, MAX_SHEET_ROWS, type TableSize } from "./limits.ts";
import { refuseFaults } from "./refusals.ts";
import { PackedRows } from "./rows.ts";
import {
  faultAt,
  isBlankText,
  isSeen,
  type Rows,
  type Table,
  tooLarge,
  tooManyCells,
  tooManyRows,
  unsupported,
} from "./table.ts";
import { rearm } from "./texts.ts";
import type { Work } from "./work.ts";

/** Byte order marks, and the encodings that they stand for. */
const MARKS: { bytes: number[]; encoding: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
];

/** Excel may say in a first line of its own how the rest is separated. */
const SEPARATOR_LINE = /^(?:sep=(.)|"sep=(.)")(?:\r\n?|\n)/i;

/**
 * Reads comma, semicolon, tab or pipe separated values.
 * @param text see {@link textOf}
 * @throws ApiError 413 FILE_TOO_LARGE
 */
export function readCsvTable(text: string, work: Work, size: TableSize): Table {
  const said = SEPARATOR_LINE.exec(text);
  const body = said ? text.slice(said[0].length) : text;
  if (body.length > size.csvCharacters) {
    throw tooLarge(`It has more than ${size.csvCharacters.toLocaleString("en")} characters`, size);
  }
  // Before the rows are made: empty ones cost memory as well.
  const lines = Math.max(MAX_SHEET_ROWS, size.rows);
  if (hasMoreLines(body, lines)) {
    throw tooLarge(`It has more than ${lines.toLocaleString("en")} lines`, size);
  }
  const delimiter = said?.[1] ?? said?.[2] ?? separatorOf(body);
  work.spend("characters", body.length);
  work.spend("csvCells", count(body, delimiter));
  return { sheet: null, rows: rowsIn(body, delimiter, size), merges: [] };
}

/** What cells are made of, see `PackedRows`: a text as it stands in the file, or one that begins with a quote. */
const PLAIN = 0, QUOTED = 1;
const QUOTE = 34, APOSTROPHE = 39;

/**
 * The rows of a text, with cells for what they were before they were disarmed.
 * @throws ApiError 413 where there are more of them than a table may have; 400 INVALID_ROWS where a quote takes rows into a cell
 */
function rowsIn(text: string, delimiter: string, size: TableSize): Rows {
  const cellText = (kind: number, from: number, length: number) => {
    const raw = text.slice(from, from + length);
    return kind === QUOTED ? quotedCell(raw) : raw;
  };
  const rows = new PackedRows((kind, from, length) => rearm(cellText(kind, from, length)));
  let cells = 0;
  findCells(text, delimiter, (row, column, from, to) => {
    if (from === to) return;
    const first = text.charCodeAt(from), length = to - from;
    const kind = first === QUOTE && delimiter !== '"' ? QUOTED : PLAIN;
    if (length > MAX_CELL_CHARACTERS && cellText(kind, from, length).length > MAX_CELL_CHARACTERS) {
      throw tooLarge(`It has a cell of more than ${MAX_CELL_CHARACTERS} characters`);
    }
    // Most cells begin with what is seen, and stay so.
    const isPlain = kind === PLAIN && first !== APOSTROPHE && isSeen(first);
    if (!isPlain && isBlankText(rearm(cellText(kind, from, length)))) return;
    if (row >= size.rows) throw tooManyRows("It", size);
    if (column >= size.columns) throw tooLarge(`It has more than ${size.columns} columns`);
    if (++cells > size.cells) throw tooManyCells("It", size);
    if (kind === QUOTED && swallowsRows(text.slice(from, to))) refuseQuote(row, column);
    rows.add(row, column, kind, from, length);
  });
  return rows;
}

/** @throws ApiError 400 INVALID_ROWS, with the place of the cell that begins with the quote */
function refuseQuote(row: number, column: number): void {
  refuseFaults([faultAt({ sheet: null }, row, column, null, {
    code: "INVALID_TEXT",
    message: "A quote opens the cell and none closes it, so that what follows, " +
      "rows below too, would be part of it. Close the quote, or take it away.",
  })]);
}

/**
 * The encoding of a text of two bytes a character that no byte order mark tells: what people write is mostly Latin, digits and
 * separators, of which one byte of the two is 0, always the same one. Null: it is no such text for sure.
 */
function unmarkedUtf16(file: Uint8Array): string | null {
  if (file.length < 4 || file.length % 2 !== 0 || !file.includes(0)) return null;
  const zeros = [0, 0];
  for (let i = 0; i < file.length; i++) if (file[i] === 0) zeros[i % 2]++;
  const high = zeros[0] > 0 ? 0 : 1;
  if (zeros[1 - high] > 0 || zeros[high] < file.length / 4) return null;
  const encoding = high === 0 ? "utf-16be" : "utf-16le";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(file);
    // deno-lint-ignore no-control-regex -- what no text holds
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : encoding;
  } catch {
    return null;
  }
}

/** The encoding of a file that a byte order mark tells, or two bytes a character give away; null: neither does. */
export function toldEncoding(file: Uint8Array): string | null {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, i) => file[i] === byte));
  return mark?.encoding ?? unmarkedUtf16(file);
}

/**
 * The text of a file.
 * @param encoding what {@link toldEncoding} says; null: UTF-8, else what Excel writes on Windows
 * @throws ApiError 415 UNSUPPORTED_FILE where it is neither
 */
export function textOf(file: Uint8Array, encoding: string | null): string {
  if (encoding) return new TextDecoder(encoding).decode(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    const text = new TextDecoder("windows-1252").decode(file);
    // Bytes that stand for no letter there: another encoding, in which other letters would be other ones as well.
    if (!/[\u0081\u008d\u008f\u0090\u009d]/.test(text)) return text;
    throw unsupported(
      "Its letters are in an encoding that cannot be told, so that names would be misread. Save it as .xlsx, or as CSV in UTF-8.",
    );
  }
}

/** How often a character stands in a text. */
function count(text: string, char: string): number {
  let times = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) times++;
  return times;
}

/** Whether a text has more line breaks than a limit, of whatever kind. */
function hasMoreLines(text: string, limit: number): boolean {
  const breaks = /\r\n?|\n/g;
  for (let lines = 0; breaks.test(text); lines++) {
    if (lines >= limit) return true;
  }
  return false;
}
