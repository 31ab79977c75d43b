// The cells of a sheet, read on the one walk through its XML that counts what reading costs: nothing is built that is not kept.
// ECMA-376, part 1, 18.3 (worksheets), 18.4 (shared texts) and 18.8.30 (formats of numbers).

import { MAX_CELL_CHARACTERS, MAX_SHEET_ROWS, type TableSize } from "./limits.ts";
import {
  type Cell,
  isBlankText,
  type Table,
  tooLarge,
  tooManyCells,
  tooManyRows,
} from "./table.ts";
import type { Work } from "./work.ts";
import { findMerge, NUMBER, PlainCells, SHARED, TYPES } from "./plain_cells.ts";
import { attribute, BadXml, decode, plainText, walkXml, type Xml } from "./xml_walk.ts";

/** The texts that cells refer to, by their numbers. */
export interface SharedTexts {
  /** Null of those that people see nothing of. */
  values: (string | null)[];
  /** How many characters the file has of each. */
  characters: number[];
}

/** What cells refer to. */
export interface SheetContext {
  name: string;
  texts: SharedTexts;
  /** By the number of a look: whether it shows numbers as dates. */
  dateLooks: readonly boolean[];
  /** Dates count from 1904, not from 1900. */
  date1904: boolean;
}

/** The texts of a workbook that has none. */
export const NO_TEXTS: SharedTexts = { values: [], characters: [] };

/** How programs write a text, and one with spaces at its ends. */
const PLAIN_TEXTS = ["<si><t>", '<si><t xml:space="preserve">'];
const PLAIN_TEXT_END = "</t></si>";
/** Elements that such a text is made of. */
const PLAIN_TEXT_ELEMENTS = 2;

/** The shared texts, how they are pronounced left out. */
export function sharedTexts(xml: Xml, work: Work): SharedTexts {
  const { text } = xml;
  const texts: SharedTexts = { values: [], characters: [] };
  /** Of the text that the walk is in; null: in none. */
  let value: string | null = null, characters = 0;
  let inText = false, aloud = 0;
  walkXml(xml, work, {
    plain: (from) => {
      const start = PLAIN_TEXTS.find((each) => text.startsWith(each, from));
      if (start === undefined || value !== null) return 0;
      const begin = from + start.length, to = text.indexOf("<", begin);
      if (to < 0 || !text.startsWith(PLAIN_TEXT_END, to)) return 0;
      work.spend("builtElements", PLAIN_TEXT_ELEMENTS);
      keepText(texts, plainText(xml, begin, to, false, work), to - begin);
      return to + PLAIN_TEXT_END.length;
    },
    open: (name) => {
      work.spend("builtElements", 1);
      if (name === "si") {
        value = "";
        characters = 0;
      }
      if (name === "rPh") aloud++;
      inText = name === "t" && aloud === 0;
    },
    close: (name) => {
      inText = false;
      if (name === "rPh") aloud--;
      if (name !== "si" || value === null) return;
      keepText(texts, value, characters);
      value = null;
    },
    text: (from, to, isVerbatim) => {
      if (value === null) return;
      characters += to - from;
      if (characters > MAX_CELL_CHARACTERS) throw longCell();
      if (inText) value += plainText(xml, from, to, isVerbatim, work);
    },
  });
  return texts;
}

/** @throws ApiError 413 of a text that no cell can hold */
function keepText({ values, characters }: SharedTexts, raw: string, length: number): void {
  if (length > MAX_CELL_CHARACTERS) throw longCell();
  const value = unescaped(raw);
  values.push(isBlankText(value) ? null : value);
  characters.push(length);
}

/** Formats of dates and times that have a number and no text (18.8.30). */
const DATE_FORMATS = [[14, 22], [27, 36], [45, 47], [50, 58]];

/** Which looks of a workbook show numbers as dates. */
export function dateLooks(xml: Xml, work: Work): boolean[] {
  const formats = new Map<number, boolean>();
  const looks: boolean[] = [];
  let inLooks = false;
  walkXml(xml, work, {
    open: (name, tag) => {
      work.spend("builtElements", 1);
      if (name === "cellXfs") inLooks = true;
      if (name === "numFmt") {
        formats.set(
          Number(attribute(tag, "numFmtId", work)),
          showsDate(attribute(tag, "formatCode", work) ?? ""),
        );
      }
      if (name !== "xf" || !inLooks) return;
      const format = Number(attribute(tag, "numFmtId", work) ?? 0);
      looks.push(
        formats.get(format) ?? DATE_FORMATS.some(([from, to]) => from <= format && format <= to),
      );
    },
    close: (name) => {
      if (name === "cellXfs") inLooks = false;
    },
  });
  return looks;
}

/** Whether a format of numbers shows a part of a date or a time, outside of its texts, colours and conditions. */
function showsDate(format: string): boolean {
  const codes = format.slice(0, 1_000).replace(/"[^"]*"|\\.|[*_]./g, "").replace(
    /\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi,
    "",
  );
  return /[ymdhs]/i.test(codes.replace(/general/gi, ""));
}

const DAY_MS = 86_400_000;

/** A date by its number; 29 February 1900, which there was not, is the day before it (18.17.4). */
function dateOf(number: number, date1904: boolean): Date {
  const day = date1904 ? number : number === 60 ? 59 : number > 60 ? number - 1 : number;
  return new Date(
    (date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 31)) + Math.round(day * DAY_MS),
  );
}

/** Characters that XML cannot hold stand as _xHHHH_ (22.9.2.19). */
function unescaped(text: string): string {
  return text.includes("_x")
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

function longCell() {
  return tooLarge(`It has a cell of more than ${MAX_CELL_CHARACTERS} characters`);
}

/** Columns and rows of any spreadsheet program. */
const MAX_COLUMNS = 16_384, MAX_ROWS = 1_048_576;

/** The cell that the walk is in. */
interface OpenCell {
  /** From 1; a row beyond all sheets is none of a good file, and too large for any table. */
  row: number;
  column: number;
  type: string;
  look: number;
  characters: number;
  value: string;
  hasValue: boolean;
  formula: string | null;
}

/** Reads a sheet: rows to the last that holds a value, and merged ranges. */
class SheetReader {
  readonly rows: Cell[][] = [];
  readonly merges: Table["merges"] = [];
  /** Formulas that nobody has computed, which count where values stand around them. */
  readonly #uncomputed: { row: number; column: number; text: string }[] = [];
  readonly #plain: PlainCells;
  /** Of the merged range that was found last: left, top, right, bottom. */
  readonly #ends = new Int32Array(4);
  readonly #mostRows: number;
  #row = 0;
  #column = 0;
  /** The column of the empty cell that was passed over last, where nothing came after it; else 0. */
  #blank = 0;
  /** Rows with anything in them or not. */
  #tags = 0;
  #columns = 0;
  /** Where the value stands that was kept last. */
  #width = 0;
  /** Cells that hold a value. */
  #cells = 0;

  constructor(
    private readonly xml: Xml,
    private readonly context: SheetContext,
    private readonly size: TableSize,
    private readonly work: Work,
  ) {
    this.#plain = new PlainCells(xml.codes, MAX_CELL_CHARACTERS);
    this.#mostRows = Math.max(MAX_SHEET_ROWS, size.rows);
  }

  /**
   * Reads rows, or cells of one, that are written as programs write them, one after another.
   * @returns where the last one ends; 0: there is none
   * @throws BadXml where no sheet has such a cell; ApiError 413
   */
  plain(from: number): number {
    const plain = this.#plain;
    let to = 0;
    for (let at = plain.findRow(from); at > 0; at = plain.findRow(at)) {
      this.#countRow();
      this.#row = plain.row;
      this.#addRow();
      to = at;
    }
    if (to > 0) return to;
    for (let at = plain.findCell(from, 0); at > 0; at = plain.findCell(at, 0)) {
      this.#addCell(plain.row, 0);
      to = at;
    }
    return to;
  }

  /** Adds the row that was found, all at once where nothing is there of it yet. */
  #addRow(): void {
    const { row, count, columns, to } = this.#plain;
    let filled = 0, last = 0, isOrdered = true;
    for (let n = 0; n < count; n++) {
      if (to[n] === 0) continue;
      filled++;
      if (columns[n] <= last) isOrdered = false;
      last = columns[n];
    }
    this.work.spend("blankCells", count - filled);
    if (filled === 0) return;
    const isNew = row > this.rows.length && row <= this.size.rows;
    if (isNew && isOrdered && last <= this.size.columns) {
      this.work.spend("plainCells", filled);
      this.#fillRow(row, last);
      return;
    }
    for (let n = 0; n < count; n++) if (to[n] > 0) this.#addCell(row, n);
  }

  /** Adds a row below all that are there, whose cells stand in order. @param width where the last of them stands */
  #fillRow(row: number, width: number): void {
    const { count, columns, to } = this.#plain;
    // As wide as it becomes: an array that grows takes twice the memory.
    const cells = new Array<Cell>(width);
    let column = 0, kept = 0, last = 0;
    for (let n = 0; n < count; n++) {
      if (to[n] === 0) continue;
      const value = this.#plainValue(n);
      while (column < columns[n] - 1) cells[column++] = null;
      cells[column++] = value;
      if (value === null) continue;
      last = column;
      kept++;
    }
    if (kept === 0) return;
    this.work.spend("places", width);
    this.#countCells(kept);
    if (last > this.#columns) this.#columns = last;
    while (this.rows.length < row - 1) this.rows.push([]);
    this.rows.push(cells);
    this.#width = last;
  }

  #addCell(row: number, slot: number): void {
    const { columns, to } = this.#plain;
    const column = columns[slot];
    if (to[slot] === 0) {
      this.work.spend("blankCells", 1);
      this.#blank = column;
      return;
    }
    this.work.spend("plainCells", 1);
    if (column > MAX_COLUMNS || row > MAX_ROWS || row < 1) throw new BadXml("no place");
    this.#column = column;
    this.#blank = 0;
    this.#keep(row, column, this.#plainValue(slot));
  }

  /** What stands in a cell that was found. */
  #plainValue(slot: number): Cell {
    const { types, wholes, looks, from, to, hasEntities } = this.#plain;
    const { values, characters } = this.context.texts;
    const type = types[slot], whole = wholes[slot], look = looks[slot];
    if (type === SHARED && whole >= 0 && whole < values.length) {
      this.work.spend("characters", characters[whole]);
      return values[whole];
    }
    this.work.spend("characters", to[slot] - from[slot]);
    if (whole >= 0 && (type === 0 || type === NUMBER)) {
      if (look < 0 || this.context.dateLooks[look] !== true) return whole;
    }
    const raw = this.xml.text.slice(from[slot], to[slot]);
    const value = hasEntities[slot] === 1 ? decode(raw, this.work) : raw;
    return this.#valueOf(TYPES[type], value, look);
  }

  /** Reads merged ranges that are written as programs write them. @returns where the last one ends; 0: there is none */
  plainMerges(from: number): number {
    const { codes } = this.xml;
    let to = 0;
    for (
      let at = findMerge(codes, from, this.#ends);
      at > 0;
      at = findMerge(codes, at, this.#ends)
    ) {
      const [left, top, right, bottom] = this.#ends;
      this.#addMerge(left, top, right, bottom);
      to = at;
    }
    return to;
  }

  /** A row begins; one that does not say which it is comes after the one before. */
  beginRow(tag: string): void {
    this.#countRow();
    this.#row = plainRow(tag) || Number(attribute(tag, "r", this.work) ?? 0) || this.#row + 1;
    this.#column = 0;
    this.#blank = 0;
  }

  /** @throws ApiError 413 where there are more rows than a sheet may have */
  #countRow(): void {
    if (++this.#tags <= this.#mostRows) return;
    throw tooLarge(
      `The sheet "${this.context.name}" has more than ${
        this.#mostRows.toLocaleString("en")
      } rows, empty ones included`,
      this.size,
    );
  }

  /** A cell begins; one that does not say where it is comes after the one before. @throws BadXml where no sheet has such a cell */
  beginCell(tag: string): OpenCell {
    this.work.spend("cells", 1);
    const place = attribute(tag, "r", this.work);
    const at = place === undefined ? null : /^([A-Za-z]{1,3})(\d{1,7})$/.exec(place);
    if (place && !at) throw new BadXml("no place");
    if (this.#blank > 0) this.#column = this.#blank;
    this.#blank = 0;
    this.#column = at ? columnNumber(at[1]) : this.#column + 1;
    const row = at ? Number(at[2]) : this.#row;
    if (at && (this.#column > MAX_COLUMNS || row > MAX_ROWS || row < 1)) {
      throw new BadXml("no place");
    }
    return {
      row,
      column: this.#column,
      type: attribute(tag, "t", this.work) ?? "",
      look: Number(attribute(tag, "s", this.work) ?? -1),
      characters: 0,
      value: "",
      hasValue: false,
      formula: null,
    };
  }

  /** @throws ApiError 413 where the table is larger than it may be */
  endCell(cell: OpenCell): void {
    const value = this.#valueOf(cell.type, cell.value, cell.look);
    if (value === null && cell.formula !== null && !cell.hasValue) {
      this.#uncomputed.push({ row: cell.row, column: cell.column, text: `=${cell.formula}` });
    }
    this.#keep(cell.row, cell.column, value);
  }

  /** Keeps what stands in a cell. @throws ApiError 413 where the table is larger than it may be */
  #keep(row: number, column: number, value: Cell): void {
    if (value === null) return;
    if (row > this.size.rows) {
      throw tooManyRows(`The sheet "${this.context.name}"`, this.size);
    }
    if (column > this.size.columns) this.#refuse(`${this.size.columns} columns`);
    this.#countCells(1);
    if (column > this.#columns) this.#columns = column;
    this.#set(row, column, value);
  }

  #countCells(more: number): void {
    this.#cells += more;
    if (this.#cells > this.size.cells) {
      throw tooManyCells(`The sheet "${this.context.name}"`, this.size);
    }
  }

  end(): void {
    for (const { row, column, text } of this.#uncomputed) {
      if (row > this.rows.length || column > this.#columns) continue;
      this.#set(row, column, { bad: "FORMULA_WITHOUT_VALUE", text });
    }
  }

  /** A merged range; one that makes no sense merges nothing. */
  merge(tag: string): void {
    const range = /^([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?$/.exec(
      attribute(tag, "ref", this.work) ?? "",
    );
    if (range) {
      const [, left, top, right = left, bottom = top] = range;
      this.#addMerge(columnNumber(left), Number(top), columnNumber(right), Number(bottom));
    }
  }

  /** Adds a merged range; rows and columns from 1. */
  #addMerge(left: number, top: number, right: number, bottom: number): void {
    this.work.spend("merges", 1);
    this.merges.push({
      startRow: top - 1,
      startCol: left - 1,
      endRow: bottom - 1,
      endCol: right - 1,
    });
  }

  #set(row: number, column: number, value: Cell): void {
    while (this.rows.length < row) this.rows.push([]);
    let cells = this.rows[row - 1];
    if (cells.length === 0) {
      // As wide as the one before: most are, and none grows cell by cell then.
      const width = Math.max(column, this.#width);
      this.work.spend("places", width);
      this.rows[row - 1] = cells = new Array<Cell>(width).fill(null);
    } else if (cells.length < column) {
      this.work.spend("places", column - cells.length);
      while (cells.length < column) cells.push(null);
    }
    cells[column - 1] = value;
    this.#width = column;
  }

  /** What stands in a cell; null where people see nothing. */
  #valueOf(type: string, value: string, look: number): Cell {
    const { texts, dateLooks, date1904 } = this.context;
    switch (type) {
      case "s": {
        return value.trim() === "" ? null : texts.values[Number(value)] ?? null;
      }
      case "str":
      case "inlineStr":
        return isBlankText(value) ? null : unescaped(value);
      case "b":
        return value === "" ? null : /^\s*(1|true)\s*$/i.test(value);
      case "e":
        return value === "" ? null : { bad: "ERROR_VALUE", text: value };
      default: {
        const number = Number(value);
        if (isBlankText(value)) return null;
        if (Number.isNaN(number)) return value;
        return dateLooks[look] ? dateOf(number, date1904) : number;
      }
    }
  }

  #refuse(what: string): never {
    throw tooLarge(`The sheet "${this.context.name}" has more than ${what}`);
  }
}

/** How programs begin the tag of a row. */
const PLAIN_ROW = '<row r="';

/** The number of a row whose tag is written as programs write it; 0 or NaN: it is not. */
function plainRow(tag: string): number {
  const from = PLAIN_ROW.length;
  return tag.startsWith(PLAIN_ROW) ? Number(tag.slice(from, tag.indexOf('"', from))) : 0;
}

/** From 1: A, B ... Z, AA. */
function columnNumber(letters: string): number {
  let number = 0;
  for (let n = 0; n < letters.length; n++) number = 26 * number + (letters.charCodeAt(n) & 31);
  return number;
}

/**
 * The table of a sheet, once it is counted; formatted but empty cells are nothing.
 * @param size the largest that it may be
 * @throws BadXml; ApiError 413 FILE_TOO_LARGE
 */
// deno-lint-ignore house/long-function -- three events of one walk share the cell that is open
export function sheetTable(xml: Xml, context: SheetContext, size: TableSize, work: Work): Table {
  const reader = new SheetReader(xml, context, size, work);
  const seen = new Set<string>();
  let longestFormula = 0;
  let part = "", inside = "";
  let cell: OpenCell | null = null;
  walkXml(xml, work, {
    plain: (from) =>
      part === "sheetData"
        ? cell === null ? reader.plain(from) : 0
        : part === "mergeCells"
        ? reader.plainMerges(from)
        : 0,
    open: (name, tag) => {
      inside = name;
      if (name === "sheetData" || name === "mergeCells") {
        if (seen.has(name)) throw new BadXml(`${name} twice`);
        seen.add(part = name);
      } else if (name === "mergeCell" && part === "mergeCells") {
        reader.merge(tag);
      } else if (part !== "sheetData") {
        return;
      } else if (name === "row") {
        reader.beginRow(tag);
      } else if (name === "c") {
        cell = reader.beginCell(tag);
      } else if (cell && name === "f") {
        cell.formula = "";
        // A shared formula may be written out again in each cell that has it.
        if (attribute(tag, "t", work) === "shared") work.spend("characters", longestFormula);
      } else if (cell && (name === "v" || name === "t")) {
        cell.hasValue = true;
      }
    },
    close: (name) => {
      inside = "";
      if (name === part) part = "";
      if (name !== "c" || cell === null) return;
      reader.endCell(cell);
      cell = null;
    },
    text: (from, to, isVerbatim) => {
      let length = to - from;
      if (cell !== null) {
        if (inside === "f") {
          longestFormula = Math.max(longestFormula, length);
          cell.formula += plainText(xml, from, Math.min(to, from + 1_000), isVerbatim, work);
        } else if (inside === "v" || inside === "t") {
          if (cell.type === "s") {
            const number = Number(xml.text.slice(from, Math.min(to, from + 20)));
            length = context.texts.characters[number] ?? length;
          }
          if (cell.characters + length <= MAX_CELL_CHARACTERS) {
            cell.value += plainText(xml, from, to, isVerbatim, work);
          }
        }
        cell.characters += length;
        if (cell.characters > MAX_CELL_CHARACTERS) throw longCell();
      }
      work.spend("characters", length);
    },
  });
  if (!seen.has("sheetData")) throw new BadXml("no cells");
  reader.end();
  return { sheet: context.name, rows: reader.rows, merges: reader.merges };
}
