// Dates as people write them in spreadsheets.

import { numberOf } from "./cells.ts";
import { type Cell, isBlank } from "./table.ts";
import { foldText } from "../platform/texts.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY_MS = 86_400_000;
/** Day 0 of spreadsheet programs. */
const DAY_0 = Date.UTC(1899, 11, 30);

const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?$/;
const NUMBERS = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$/;
const DAY_FIRST = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})\.?,?[-/. ]*(\d{4}|\d{2})$/;
const MONTH_FIRST = /^([a-z]{3,9})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(\d{4}|\d{2})$/;
const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+/;

/** Reads dates of some columns; midnight UTC, or null of what is none. */
export type DateReader = (cell: Cell) => Date | null;

/**
 * How dates of some cells are read: as dates, as days counted by a spreadsheet program, as 2028-02-07, 7 Feb 2028 or 07/02/2028.
 * The day comes first, unless some cell can only be month first and none only day first.
 */
export function dateReader(cells: Iterable<Cell>): DateReader {
  let dayFirst = false, monthFirst = false;
  for (const cell of cells) {
    const [, first, second] = typeof cell === "string" ? NUMBERS.exec(foldText(cell)) ?? [] : [];
    if (Number(first) > 12) dayFirst = true;
    if (Number(second) > 12) monthFirst = true;
  }
  return (cell) => readDate(cell, monthFirst && !dayFirst);
}

function readDate(cell: Cell, monthFirst: boolean): Date | null {
  if (isBlank(cell)) return null;
  if (cell instanceof Date) return new Date(Math.floor(cell.getTime() / DAY_MS) * DAY_MS);
  if (typeof cell === "number") return serial(cell);
  if (typeof cell !== "string") return null;
  const text = foldText(cell).toLowerCase().replace(WEEKDAY, "");
  const iso = ISO.exec(text);
  if (iso) return dateOf(iso[1], iso[2], iso[3]);
  const numbers = NUMBERS.exec(text);
  if (numbers) {
    const [, a, b, year] = numbers;
    return monthFirst ? dateOf(year, a, b) : dateOf(year, b, a);
  }
  const named = DAY_FIRST.exec(text);
  if (named) return dateOf(named[3], monthOf(named[2]), named[1]);
  const american = MONTH_FIRST.exec(text);
  if (american) return dateOf(american[3], monthOf(american[1]), american[2]);
  return /^\d{5}$/.test(text) ? serial(numberOf(text)) : null;
}

/** A day as spreadsheet programs count it, of the years 1954 to 2118; other numbers are none. */
function serial(days: number): Date | null {
  return days >= 20_000 && days < 80_000 ? new Date(DAY_0 + Math.floor(days) * DAY_MS) : null;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3)) + 1;
}

function dateOf(year: string, month: string | number, day: string): Date | null {
  const date = new Date(0);
  const full = year.length === 2 ? 2000 + Number(year) : Number(year);
  date.setUTCFullYear(full, Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
    ? date
    : null;
}
