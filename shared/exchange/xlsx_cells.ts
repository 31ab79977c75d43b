// The cells of a sheet, read on the one walk through its XML that counts what reading costs: nothing is built that is not kept.
// ECMA-376, part 1, 18.3 (worksheets), 18.4 (shared texts) and 18.8.30 (formats of numbers).

import { MAX_CELL_CHARACTERS, MAX_SHEET_ROWS, type TableSize } from "./limits.ts";
import { type Cell, isBlank, type Table, tooLarge, tooManyCells, tooManyRows } from "./table.ts";
import type { Work } from "./work.ts";
import { PlainCell } from "./plain_cells.ts";
import { attribute, BadXml, plainText, walkXml } from "./xml_walk.ts";

/** A text that cells refer to. */
export interface SharedText {
  value: string;
  /** Characters as the file has them. */
  characters: number;
  /** People see nothing of it. */
  isBlank: boolean;
}

/** What cells refer to. */
export interface SheetContext {
  name: string;
  texts: readonly SharedText[];
  /** By the number of a look: whether it shows numbers as dates. */
  dateLooks: readonly boolean[];
  /** Dates count from 1904, not from 1900. */
  date1904: boolean;
}

/** The shared texts, how they are pronounced left out. */
export function sharedTexts(xml: string, work: Work): SharedText[] {
  const texts: SharedText[] = [];
  let text: SharedText | undefined;
  let inText = false, aloud = 0;
  walkXml(xml, work, {
    open: (name) => {
      work.spend("builtElements", 1);
      if (name === "si") texts.push(text = { value: "", characters: 0, isBlank: true });
      if (name === "rPh") aloud++;
      inText = name === "t" && aloud === 0;
    },
    close: (name) => {
      inText = false;
      if (name === "rPh") aloud--;
      if (name !== "si" || text === undefined) return;
      text.value = unescaped(text.value);
      text.isBlank = isBlankText(text.value);
    },
    text: (from, to, isVerbatim) => {
      if (text === undefined) return;
      text.characters += to - from;
      if (text.characters > MAX_CELL_CHARACTERS) throw longCell();
      if (inText) text.value += plainText(xml, from, to, isVerbatim);
    },
  });
  return texts;
}

/** Formats of dates and times that have a number and no text (18.8.30). */
const DATE_FORMATS = [[14, 22], [27, 36], [45, 47], [50, 58]];

/** Which looks of a workbook show numbers as dates. */
export function dateLooks(xml: string, work: Work): boolean[] {
  const formats = new Map<number, boolean>();
  const looks: boolean[] = [];
  let inLooks = false;
  walkXml(xml, work, {
    open: (name, tag) => {
      work.spend("builtElements", 1);
      if (name === "cellXfs") inLooks = true;
      if (name === "numFmt") {
        formats.set(
          Number(attribute(tag, "numFmtId")),
          showsDate(attribute(tag, "formatCode") ?? ""),
        );
      }
      if (name !== "xf" || !inLooks) return;
      const format = Number(attribute(tag, "numFmtId") ?? 0);
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

/** Whether people see nothing of a text; most begin with a letter or a digit, which is told at once. */
function isBlankText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first > 0x20 && first < 0x7f ? false : isBlank(text);
}

function longCell() {
  return tooLarge(`It has a cell of more than ${MAX_CELL_CHARACTERS} characters`);
}

/** Columns and rows of any spreadsheet program. */
const MAX_COLUMNS = 16_384, MAX_ROWS = 1_048_576;

/** A merged range, as spreadsheet programs write it. */
const PLAIN_MERGE = /<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"\/>/y;

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
  #row = 0;
  #column = 0;
  /** The column of the empty cell that was passed over last, where nothing came after it; else 0. */
  #blank = 0;
  readonly #plain = new PlainCell();
  #columns = 0;
  /** Where the value stands that was kept last. */
  #width = 0;
  /** Cells that hold a value. */
  #cells = 0;

  constructor(
    private readonly context: SheetContext,
    private readonly size: TableSize,
    private readonly work: Work,
  ) {}

  /**
   * Reads cells that are written as programs write them, one after another.
   * @returns where the last one ends; 0: there is none
   * @throws BadXml where no sheet has such a cell; ApiError 413
   */
  plainCells(xml: string, from: number): number {
    let to = 0;
    for (let at = from; this.#plain.find(xml, at); at = to) {
      this.#addPlain(xml);
      to = this.#plain.end;
    }
    return to;
  }

  #addPlain(xml: string): void {
    const cell = this.#plain;
    if (cell.isBlank) {
      this.work.spend("blankCells", 1);
      this.#blank = cell.column;
      return;
    }
    this.work.spend("plainCells", 1);
    if (cell.column > MAX_COLUMNS || cell.row > MAX_ROWS || cell.row < 1) {
      throw new BadXml("no place");
    }
    const number = cell.wholeNumber(xml);
    const text = cell.type === "s" ? this.context.texts[number] : undefined;
    this.work.spend("characters", text?.characters ?? cell.to - cell.from);
    this.#column = cell.column;
    this.#blank = 0;
    if (text !== undefined) {
      if (!text.isBlank) this.#keep(cell.row, cell.column, text.value);
    } else if (cell.type === "" && number >= 0 && !this.context.dateLooks[cell.look]) {
      this.#keep(cell.row, cell.column, number);
    } else {
      this.#keep(
        cell.row,
        cell.column,
        this.#valueOf(cell.type, xml.slice(cell.from, cell.to), cell.look),
      );
    }
  }

  /** Reads a merged range that is written as programs write it. @returns where it ends; 0: it is not */
  plainMerge(xml: string, from: number): number {
    PLAIN_MERGE.lastIndex = from;
    const match = PLAIN_MERGE.exec(xml);
    if (match === null) return 0;
    this.#addMerge(match[1], match[2], match[3], match[4]);
    return PLAIN_MERGE.lastIndex;
  }

  /** A row begins; one that does not say which it is comes after the one before. */
  beginRow(tag: string): void {
    this.#row = plainRow(tag) || Number(attribute(tag, "r") ?? 0) || this.#row + 1;
    this.#column = 0;
    this.#blank = 0;
  }

  /** A cell begins; one that does not say where it is comes after the one before. @throws BadXml where no sheet has such a cell */
  beginCell(tag: string): OpenCell {
    this.work.spend("cells", 1);
    const place = attribute(tag, "r");
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
      type: attribute(tag, "t") ?? "",
      look: Number(attribute(tag, "s") ?? -1),
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
    if (++this.#cells > this.size.cells) {
      throw tooManyCells(`The sheet "${this.context.name}"`, this.size);
    }
    if (column > this.#columns) this.#columns = column;
    this.#set(row, column, value);
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
      attribute(tag, "ref") ?? "",
    );
    if (range) {
      this.#addMerge(range[1], range[2], range[3] ?? range[1], range[4] ?? range[2]);
    }
  }

  #addMerge(left: string, top: string, right: string, bottom: string): void {
    this.work.spend("merges", 1);
    this.merges.push({
      startRow: Number(top) - 1,
      startCol: columnNumber(left) - 1,
      endRow: Number(bottom) - 1,
      endCol: columnNumber(right) - 1,
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
        const text = value.trim() === "" ? undefined : texts[Number(value)];
        return text === undefined || text.isBlank ? null : text.value;
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
export function sheetTable(xml: string, context: SheetContext, size: TableSize, work: Work): Table {
  const reader = new SheetReader(context, size, work);
  const seen = new Set<string>();
  const most = Math.max(MAX_SHEET_ROWS, size.rows);
  let rows = 0;
  let longestFormula = 0;
  let part = "", inside = "";
  let cell: OpenCell | null = null;
  walkXml(xml, work, {
    plain: (from) =>
      part === "sheetData"
        ? cell === null ? reader.plainCells(xml, from) : 0
        : part === "mergeCells"
        ? reader.plainMerge(xml, from)
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
        if (++rows > most) {
          throw tooLarge(
            `The sheet "${context.name}" has more than ${
              most.toLocaleString("en")
            } rows, empty ones included`,
            size,
          );
        }
        reader.beginRow(tag);
      } else if (name === "c") {
        cell = reader.beginCell(tag);
      } else if (cell && name === "f") {
        cell.formula = "";
        // A shared formula may be written out again in each cell that has it.
        if (attribute(tag, "t") === "shared") work.spend("characters", longestFormula);
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
          cell.formula += plainText(xml, from, Math.min(to, from + 1_000), isVerbatim);
        } else if (inside === "v" || inside === "t") {
          if (cell.type === "s") {
            length = context.texts[Number(xml.slice(from, Math.min(to, from + 20)))]?.characters ??
              length;
          }
          if (cell.characters + length <= MAX_CELL_CHARACTERS) {
            cell.value += plainText(xml, from, to, isVerbatim);
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
