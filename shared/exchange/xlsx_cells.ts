// The cells of a sheet, read on the one walk through its XML that counts what reading costs: nothing is built that is not kept.
// ECMA-376, part 1, 18.3 (worksheets).

import { MAX_CELL_CHARACTERS, MAX_SHEET_ROWS, type TableSize } from "./limits.ts";
import {
  type Cell,
  isBlankText,
  isSeen,
  type Table,
  tooLarge,
  tooManyCells,
  tooManyRows,
} from "./table.ts";
import type { Work } from "./work.ts";
import { findMerge, isText, NUMBER, PlainCells, SHARED, TYPES } from "./plain_cells.ts";
import { PackedRows } from "./rows.ts";
import { longCell, type SharedTexts, unescaped } from "./xlsx_texts.ts";
import { attribute, BadXml, decode, plainText, walkXml, type Xml } from "./xml_walk.ts";

/** What cells refer to. */
export interface SheetContext {
  name: string;
  texts: SharedTexts;
  /** By the number of a look: whether it shows numbers as dates. */
  dateLooks: readonly boolean[];
  /** Dates count from 1904, not from 1900. */
  date1904: boolean;
}

const DAY_MS = 86_400_000;

/**
 * A date by its number; 29 February 1900, which there was not, is the day before it (18.17.4). What lies beyond all dates is the
 * number that it is.
 */
function dateOf(number: number, date1904: boolean): Date | number {
  const day = date1904 ? number : number === 60 ? 59 : number > 60 ? number - 1 : number;
  const date = new Date(
    (date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 31)) + Math.round(day * DAY_MS),
  );
  return Number.isNaN(date.getTime()) ? number : date;
}

/** What cells are made of, see `PackedRows`: a whole number, the number of a shared text, a date's, or where a text stands. */
const WHOLE = 0, TEXT = 1, DATE = 2, INLINE = 3;

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
  readonly rows: PackedRows;
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
  /** Characters and places of plain cells that are not counted as work yet. */
  #characters = 0;
  #places = 0;
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
    const { texts, date1904 } = context;
    this.rows = new PackedRows((kind, value, length) =>
      kind === TEXT
        ? texts.values[value]
        : kind === INLINE
        ? unescaped(xml.text.slice(value, value + length))
        : kind === DATE
        ? dateOf(value, date1904)
        : value
    );
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

  /** Adds the cells of the row that was found. */
  #addRow(): void {
    const { row, count, columns, to } = this.#plain;
    let filled = 0;
    this.#column = 0;
    for (let slot = 0; slot < count; slot++) {
      if (to[slot] === 0) continue;
      if (columns[slot] > MAX_COLUMNS) throw new BadXml("no place");
      this.#column = columns[slot];
      filled++;
    }
    this.#blank = count > 0 && to[count - 1] === 0 ? columns[count - 1] : 0;
    this.work.spend("blankCells", count - filled);
    this.work.spend("plainCells", filled);
    for (let slot = 0; slot < count; slot++) if (to[slot] > 0) this.#keepPlain(row, slot);
    this.#settle();
  }

  #settle(): void {
    this.work.spend("characters", this.#characters);
    this.work.spend("places", this.#places);
    this.#characters = this.#places = 0;
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
    this.#keepPlain(row, slot);
    this.#settle();
  }

  /** Keeps what stands in a cell that was found. @throws ApiError 413 where the table is larger than it may be */
  #keepPlain(row: number, slot: number): void {
    const { types, wholes, looks, columns, from, to, hasEntities } = this.#plain;
    const { texts, dateLooks } = this.context;
    const type = types[slot], whole = wholes[slot], look = looks[slot], column = columns[slot];
    const start = from[slot], length = to[slot] - start;
    if (type === SHARED && whole >= 0 && whole < texts.values.length) {
      this.#characters += texts.characters[whole];
      if (texts.values[whole] !== null) this.#pack(row, column, TEXT, whole, 0);
      return;
    }
    this.#characters += length;
    if (whole >= 0 && (type === 0 || type === NUMBER)) {
      const isDate = look >= 0 && dateLooks[look] === true;
      this.#pack(row, column, isDate ? DATE : WHOLE, whole, 0);
    } else if (
      length > 0 && isText(type) && hasEntities[slot] === 0 && isSeen(this.xml.codes[start])
    ) {
      this.#pack(row, column, INLINE, start, length);
    } else {
      const raw = this.xml.text.slice(start, start + length);
      const value = hasEntities[slot] === 1 ? decode(raw, this.work) : raw;
      this.#keep(row, column, this.#valueOf(TYPES[type], value, look));
    }
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
    this.#count(row, column);
    this.work.spend("places", this.rows.addAsItIs(row - 1, column - 1, value));
  }

  /** Keeps what a cell is made of. @throws ApiError 413 where the table is larger than it may be */
  #pack(row: number, column: number, kind: number, value: number, length: number): void {
    this.#count(row, column);
    this.#places += this.rows.add(row - 1, column - 1, kind, value, length);
  }

  /** Counts a cell that holds a value. @throws ApiError 413 where the table is larger than it may be */
  #count(row: number, column: number): void {
    const { size } = this;
    if (row > size.rows) throw tooManyRows(`The sheet "${this.context.name}"`, size);
    if (column > size.columns) this.#refuse(`${size.columns} columns`);
    if (++this.#cells > size.cells) throw tooManyCells(`The sheet "${this.context.name}"`, size);
  }

  /** Formulas that nobody has computed count where values stand around them. */
  end(): void {
    const { length, width } = this.rows;
    for (const { row, column, text } of this.#uncomputed) {
      if (row > length || column > width) continue;
      this.rows.addAsItIs(row - 1, column - 1, { bad: "FORMULA_WITHOUT_VALUE", text });
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
  let part = "", inside = "", aloud = 0;
  let cell: OpenCell | null = null;
  walkXml(xml, work, {
    plain: (from) =>
      part === "sheetData"
        ? cell === null ? reader.plain(from) : 0
        : part === "mergeCells"
        ? reader.plainMerges(from)
        : 0,
    open: (name, tag) => {
      // How a text is pronounced is none of it.
      if (name === "rPh") aloud++;
      inside = aloud > 0 ? "" : name;
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
      if (name === "rPh") aloud--;
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
