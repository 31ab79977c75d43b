// What kind of file it is, by its bytes: names and media types are whatever a browser made of them.

import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { TABLE_SIZE, type TableSize } from "./limits.ts";
import { readCsvTable, textOf, toldEncoding } from "./read_csv.ts";
import { readXlsxTable } from "./read_xlsx.ts";
import { type Table, unsupported } from "./table.ts";
import { Work } from "./work.ts";
import type { SheetChoice } from "./xlsx_guard.ts";

const ZIP = [0x50, 0x4b];
/** Old .xls workbooks, and .xlsx ones with a password. */
const OLE = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Reads a table from an .xlsx or CSV file.
 * @param sheet name of the sheet to read of a workbook
 * @param size the largest that the table may be
 * @param work counts what it costs, and refuses what would cost too much
 * @throws ApiError 400 EMPTY_FILE, UNREADABLE_FILE, SHEET_NOT_FOUND; 413 FILE_TOO_LARGE; 415 UNSUPPORTED_FILE
 */
export async function readTable(
  file: Bytes,
  sheet: string | SheetChoice,
  size: TableSize = TABLE_SIZE,
  work: Work = new Work(size.work),
): Promise<Table> {
  if (file.length === 0) throw new ApiError(400, "EMPTY_FILE", "The file is empty.");
  if (startsWith(file, ZIP)) {
    return await readXlsxTable(
      file,
      typeof sheet === "string" ? { name: sheet } : sheet,
      work,
      size,
    );
  }
  if (startsWith(file, OLE)) {
    throw unsupported(
      "This is an old .xls workbook, or one with a password. Save it as .xlsx without a password.",
    );
  }
  const encoding = toldEncoding(file);
  if (file.includes(0) && !encoding?.startsWith("utf-16") && !isText(file)) {
    throw unsupported("This is neither an .xlsx workbook nor CSV text.");
  }
  const text = textOf(file, encoding);
  refuseOtherTexts(text);
  return readCsvTable(text, work, size);
}

/**
 * Refuses what is text, but no table: as CSV it would be one column of nonsense, and the reader would hear of columns that are
 * missing.
 * @throws ApiError 415 UNSUPPORTED_FILE
 */
function refuseOtherTexts(text: string): void {
  const start = text.slice(0, LONGEST_MARK).trimStart();
  if (isJson(text)) {
    throw unsupported("This is JSON, not a table. Save it as .xlsx or CSV, with a row of headers.");
  }
  if (/^(?:%PDF-|\{\\rtf)/.test(start)) {
    throw unsupported("This is a document, not a table. Save the table itself as .xlsx or CSV.");
  }
  if (/^<(?:!doctype html|html|head|body|meta|style|table|div|!--)/i.test(start)) {
    throw unsupported(
      "This is a web page, whatever its name says: a sign-in page in place of a file, or a table that a program wrote " +
        "as one. Open it in a spreadsheet program and save it as .xlsx.",
    );
  }
  if (/^<(?:\?xml|[a-z][^>]*>[^]*<\/)/i.test(start)) {
    throw unsupported(
      "This is XML, not a table. Open it in a spreadsheet program and save it as .xlsx.",
    );
  }
}

/** Characters from the start that a kind of file is told by. */
const LONGEST_MARK = 1_000;

/** Whether a file is an object or a list of JSON. */
function isJson(text: string): boolean {
  const said = text.trim();
  if (!/^(\{[^]*\}|\[[^]*\])$/.test(said)) return false;
  try {
    JSON.parse(said);
    return true;
  } catch {
    return false;
  }
}

/** Whether a file with U+0000 is a text all the same, and that a fault of a cell: all of it is UTF-8, and there are few. */
function isText(file: Bytes): boolean {
  let zeros = 0;
  for (const byte of file) if (byte === 0) zeros++;
  if (zeros > file.length / MOST_ZEROS) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(file);
    return true;
  } catch {
    return false;
  }
}

/** One byte in so many is 0 at most: in texts of two bytes a character it is every second one. */
const MOST_ZEROS = 8;

function startsWith(file: Uint8Array, bytes: number[]): boolean {
  return bytes.every((byte, i) => file[i] === byte);
}
