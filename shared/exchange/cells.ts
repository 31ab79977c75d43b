// What a cell means, whatever table it stands in: texts, whole numbers, Yes and No, lists; and how headers are compared.

import { type BadCell, type Cell, type Fault, isBlank } from "./table.ts";
import { foldText, isStorable } from "../platform/texts.ts";
import { cellEntries } from "./entry_list.ts";

/** What became of a cell. */
export type Parsed<Value = unknown> = { value: Value } | { fault: Fault };

const YES = ["yes", "y", "true", "1", "x"];
const NO = ["no", "n", "false", "0"];

const UNSTORABLE: Fault = {
  code: "INVALID_TEXT",
  message: "holds a character that is none (U+0000 or half of one); type the text again",
};

const BAD_CELLS: Record<BadCell["bad"], (text: string) => string> = {
  FORMULA_WITHOUT_VALUE: (text) =>
    `holds the formula ${text} without a result; paste its value instead`,
  ERROR_VALUE: (text) => `holds the error ${text}; write the value instead`,
};

/** A header as it is compared: letters and digits alone, so that `Is_Rural` and `Rural ` are what they look like. */
export function headerKey(header: string): string {
  return header.normalize("NFKC").toLowerCase().replace(/^is_/, "").replaceAll(/[^a-z0-9]/g, "");
}

/** A cell that a column refuses. */
export function refuse(code: string, message: string): { fault: Fault } {
  return { fault: { code, message } };
}

/** A cell's content as messages show it. */
export function quote(cell: Cell): string {
  if (cell instanceof Date) return `the date ${cell.toISOString().slice(0, 10)}`;
  const text = String(cell);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Reads a cell as people see it: texts folded, cells without a value of their own refused. */
export function parseCell<Value>(
  cell: Cell,
  parse: (cell: Cell) => Parsed<Value>,
): Parsed<Value> {
  if (cell !== null && typeof cell === "object" && "bad" in cell) {
    return refuse(cell.bad, BAD_CELLS[cell.bad](cell.text));
  }
  if (typeof cell !== "string") return parse(cell);
  return isStorable(cell) ? parse(foldText(cell)) : { fault: UNSTORABLE };
}

/** Text of a cell, or what is wrong with it. @param longest in characters, as the database counts them */
export function parseText(cell: Cell, longest: number): Parsed<string> {
  if (cell instanceof Date) {
    return refuse(
      "UNEXPECTED_DATE",
      "holds a date; spreadsheet programs make dates of what looks like one. Format the cell as text and type it again",
    );
  }
  const text = String(cell);
  // Never more characters than code units, of which there are few mostly.
  const length = text.length > longest ? [...text].length : 0;
  return length > longest
    ? refuse("TOO_LONG", `has ${length} characters; at most ${longest} are possible`)
    : { value: text };
}

/** A text that must be there. */
export function parseNeeded(cell: Cell, longest: number): Parsed<string> {
  return isBlank(cell) ? refuse("EMPTY_CELL", "is empty; it is needed") : parseText(cell, longest);
}

/** Yes or No in whatever words. @param blank what a blank cell means */
export function parseYesNo(cell: Cell, blank: boolean): Parsed<boolean> {
  const word = isBlank(cell) ? (blank ? "yes" : "no") : String(cell).trim().toLowerCase();
  if (YES.includes(word)) return { value: true };
  if (NO.includes(word)) return { value: false };
  return refuse("NOT_YES_OR_NO", `holds ${quote(cell)}; write Yes or No`);
}

/** The number of a cell as a spreadsheet shows it: 15 digits, however a formula came to the last bit. NaN: it holds none. */
export function numberOf(cell: Cell): number {
  const text = typeof cell === "string" ? cell.trim() : cell;
  if (typeof text === "number") {
    return Number.isInteger(text) && Math.abs(text) < 1e15 ? text : Number(text.toPrecision(15));
  }
  if (typeof text === "string" && /^\d{1,15}$/.test(text)) return Number(text);
  // A comma before three digits may stand for thousands: what may be either is no number.
  const isNumber = typeof text === "string" &&
    /^[+-]?\d+(\.\d+|,\d{1,2}|,\d{4,})?$/.test(text);
  return isNumber ? Number(Number(text.replace(",", ".")).toPrecision(15)) : NaN;
}

/** The number that a cell says as a rank: "3rd", "3.", "3)" and "#3", as lists are numbered, are 3. NaN: it holds none. */
export function rankNumber(cell: Cell): number {
  const said = typeof cell === "string" && !/^\d+$/.test(cell)
    ? cell.trim().replace(/^(?:#(\d+)|(\d+)(?:st|nd|rd|th|\.?\)|\.))$/i, "$1$2")
    : cell;
  return numberOf(said);
}

const DIGIT_0 = 48;
const MOST_DIGITS_AT_SIGHT = 9;

/** The whole number that a cell is seen to be at once: a number, or a few digits. -1: it is none, or takes a closer look. */
export function wholeAtSight(cell: Cell): number {
  if (typeof cell === "number") return Number.isInteger(cell) && cell < 1e9 ? cell : -1;
  if (typeof cell !== "string" || cell === "" || cell.length > MOST_DIGITS_AT_SIGHT) return -1;
  let number = 0;
  for (let at = 0; at < cell.length; at++) {
    const digit = cell.charCodeAt(at) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    number = 10 * number + digit;
  }
  return number;
}

/** A whole number within bounds. @param blank what a blank cell means */
export function parseWhole<Blank>(
  cell: Cell,
  [least, most]: [number, number],
  blank: Blank,
): Parsed<number | Blank> {
  if (isBlank(cell)) return { value: blank };
  const number = numberOf(cell);
  if (!Number.isInteger(number)) {
    return refuse("NOT_A_WHOLE_NUMBER", `holds ${quote(cell)}; write a whole number`);
  }
  return number < least || number > most
    ? refuse("OUT_OF_RANGE", `holds ${number}; ${least} to ${most} are possible`)
    : { value: number };
}

/** A part of full time: a number from 0.05 to 1, or a percentage, in twentieths; a blank cell is all of it. */
export function parseFte(cell: Cell): Parsed<number> {
  if (isBlank(cell)) return { value: 1 };
  const percent = typeof cell === "string" && cell.trim().endsWith("%");
  const number = numberOf(percent ? cell.trim().slice(0, -1).trim() : cell);
  const fte = percent || number > 1 ? number / 100 : number;
  // Twentieths are whole numbers.
  const twentieths = Math.round(fte * 20);
  if (Math.abs(fte * 20 - twentieths) < 1e-9 && twentieths >= 1 && twentieths <= 20) {
    return { value: twentieths / 20 };
  }
  return refuse(
    "OUT_OF_RANGE",
    `holds ${quote(cell)}; write 0.05 to 1 in steps of 0.05, or a percentage`,
  );
}

/** See {@link cellEntries}. */
export function parseEntries(cell: Cell): Parsed<string[]> {
  if (isBlank(cell)) return { value: [] };
  const text = parseCell(cell, (folded) => parseText(folded, 20_000));
  if ("fault" in text) return text;
  return { value: cellEntries(String(cell)).map(foldText).filter((part) => part !== "") };
}
