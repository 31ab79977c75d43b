// Texts in files, so that they are read back as they were: nothing in them is run, and nothing in them breaks a file.

import { writeCsv } from "hucre/csv";

/** What shows nothing, wherever it stands. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\s]/gu;
/** What spreadsheet programs begin a formula with, or may, once they have taken spaces off or narrowed wide characters. */
const FORMULA = /^[=+\-@|]/;
/** These were enough for some programs to leave a cell, and begin another. */
// deno-lint-ignore no-control-regex -- just these are meant
const BREAK = /^[\u0000\t\r\n]/;

/**
 * Whether a spreadsheet program might run a cell of a CSV file (CWE-1236): it begins like a formula, whatever invisible
 * stands in front and however wide it is.
 */
export function isArmed(text: string): boolean {
  return BREAK.test(text) || FORMULA.test(text.replaceAll(INVISIBLE, "").normalize("NFKC"));
}

/** Whether a text is armed behind its apostrophes, so that one more or less of them says whether it was disarmed. */
function countsApostrophes(text: string): boolean {
  return isArmed(text.replace(/^'+/, ""));
}

/** Puts an apostrophe in front of what is armed, and of what would otherwise be taken for disarmed. */
export function disarm(text: string): string {
  return countsApostrophes(text) ? `'${text}` : text;
}

/** Takes off the apostrophe that `disarm()` put in front. */
export function rearm(text: string): string {
  return text.startsWith("'") && countsApostrophes(text) ? text.slice(1) : text;
}

/** Rows as RFC 4180 text. It begins with a byte order mark, without which Excel takes it for Windows-1252. */
export function csvText(rows: (string | number | null)[][]): string {
  const cell = (value: string | number | null) => typeof value === "string" ? disarm(value) : value;
  return writeCsv(rows.map((row) => row.map(cell)), { bom: true });
}

/** What XML cannot hold, and what its readers make another of: control characters, noncharacters, halves of surrogate pairs. */
// deno-lint-ignore no-control-regex -- just these are meant
const NOT_XML = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff\p{Surrogate}]/gu;

/**
 * A text as a cell of a workbook holds it (ECMA-376, part 1, 22.9.2.19): characters are escaped as _xHHHH_, and
 * what looks like such an escape has its underscore escaped.
 */
export function cellText(text: string): string {
  return text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, escape("_")).replaceAll(NOT_XML, escape);
}

function escape(char: string): string {
  return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`;
}

/** A text where XML has no such escapes, e.g. the title of a workbook. */
export function xmlText(text: string): string {
  return text.replaceAll(NOT_XML, "\ufffd");
}
