// Writes workbooks. The library writes all but the cells: looks, columns, panes, printing, checks while typing; its cells cost
// ten times what these do, and 1,000 lines of 13 terms have 210,000. Each part that holds cells or texts is put in the place of the
// library's, which holds one cell for each look (ECMA-376, part 1, 18.3 and 18.4).

import { type CellStyle, type CellValue, type WriteOptions, writeXlsx } from "hucre/xlsx";
import type { Bytes } from "../platform/bytes.ts";
import type { BuiltCell, BuiltSheet } from "./sheet.ts";
import { columnLetters } from "./table.ts";
import { cellText } from "./texts.ts";
import { Work } from "./work.ts";
import { archiveParts, unpack } from "./zip_guard.ts";
import { packArchive } from "./zip_pack.ts";

/** What a workbook says of itself. */
export type Properties = NonNullable<WriteOptions["properties"]>;

/** Looks in a row of the library's sheet. */
const LOOKS_A_ROW = 100;
const DAY_MS = 86_400_000;
/** 1 January 1970 as spreadsheets count days. */
const EPOCH = 25_569;

/** A workbook of some sheets. */
export async function writeWorkbook(
  sheets: readonly BuiltSheet[],
  properties: Properties = {},
): Promise<Bytes> {
  const looks = new Looks(sheets);
  const texts = new Texts();
  const frame = await writeXlsx({
    sheets: sheets.map(({ name, merges, rest }, i) => ({
      ...rest,
      name,
      rows: [],
      ...i === 0 && looks.sheet(),
      // Only its place is taken.
      ...merges.length > 0 && {
        merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 1 }],
      },
    })),
    properties,
  }) as Bytes;
  const parts = new Map<string, Bytes>();
  const work = new Work();
  for (const part of archiveParts(frame)!) {
    parts.set(part.path, await unpack(frame, part, work) as Bytes);
  }
  const first = pathOf(0);
  looks.read(new TextDecoder().decode(parts.get(first)));
  const encoder = new TextEncoder();
  sheets.forEach((sheet, i) => {
    const around = new TextDecoder().decode(parts.get(pathOf(i)));
    parts.set(pathOf(i), encoder.encode(withCells(around, sheet, looks, texts)));
  });
  parts.set("xl/sharedStrings.xml", encoder.encode(texts.xml()));
  return await packArchive([...parts].map(([path, content]) => ({ path, content })));
}

function pathOf(sheet: number): string {
  return `xl/worksheets/sheet${sheet + 1}.xml`;
}

/** Every look of a workbook, and the number that the library gives it. */
class Looks {
  readonly #styles = new Map<CellStyle, number>();
  readonly #numbers: number[] = [];

  constructor(sheets: readonly BuiltSheet[]) {
    for (const { rows } of sheets) {
      for (const cells of rows) {
        for (const cell of cells) {
          if (cell?.style && !this.#styles.has(cell.style)) {
            this.#styles.set(cell.style, this.#styles.size);
          }
        }
      }
    }
  }

  /** Cells of each look for the library to write, and a text, so that there is a part of texts. */
  sheet() {
    const at = (n: number) => `${1 + Math.floor(n / LOOKS_A_ROW)},${n % LOOKS_A_ROW}`;
    return {
      rows: [["text"]],
      cells: new Map([...this.#styles].map(([style, n]) => [at(n), { value: null, style }])),
    };
  }

  /** Learns the numbers from what the library wrote; a look like none has no cell and is 0. */
  read(xml: string): void {
    this.#numbers.push(...Array.from(this.#styles, () => 0));
    const columns = new Map(
      Array.from({ length: LOOKS_A_ROW }, (_, column) => [columnLetters(column), column]),
    );
    for (const [, letters, row, number] of xml.matchAll(/<c r="([A-Z]+)(\d+)" s="(\d+)"\/>/g)) {
      this.#numbers[LOOKS_A_ROW * (Number(row) - 2) + columns.get(letters)!] = Number(number);
    }
  }

  /** The attribute of a cell's look; blank where it has none. */
  attribute(style: CellStyle | undefined): string {
    const number = style === undefined ? 0 : this.#numbers[this.#styles.get(style)!];
    return number === 0 ? "" : ` s="${number}"`;
  }
}

/** Every text of a workbook once, by its number. */
class Texts {
  readonly #numbers = new Map<string, number>();
  #uses = 0;

  number(text: string): number {
    this.#uses++;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  xml(): string {
    const items = Array.from(this.#numbers.keys(), (text) => {
      const space = /^\s|\s$|[\n\t]/.test(text) ? ' xml:space="preserve"' : "";
      return `<si><t${space}>${escaped(text)}</t></si>`;
    });
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
      '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ' +
      `count="${this.#uses}" uniqueCount="${items.length}">${items.join("")}</sst>`;
  }
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A text of a cell as XML: see `cellText()`. */
function escaped(text: string): string {
  return cellText(text).replace(/[&<>]/g, (char) => ENTITIES[char]);
}

/** What the library wrote around its cells, with the cells and the merged ranges of the sheet itself. */
function withCells(xml: string, sheet: BuiltSheet, looks: Looks, texts: Texts): string {
  const { rows, merges, rest } = sheet;
  const columns = rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  const wide = Math.max(columns, rest.columns?.length ?? 0, 1);
  const letters = Array.from({ length: wide }, (_, column) => columnLetters(column));
  const written = rows.map((cells, row) => rowXml(sheet, cells, row, letters, looks, texts));
  const ranges = merges.map(({ startRow, startCol, endRow, endCol }) =>
    `<mergeCell ref="${letters[startCol]}${startRow + 1}:${letters[endCol]}${endRow + 1}"/>`
  );
  const size = `A1:${letters[wide - 1]}${Math.max(1, rows.length)}`;
  // Replacements are functions, since a text may hold what stands for a match.
  return xml
    .replace(/<dimension ref="[^"]*"\/>/, () => `<dimension ref="${size}"/>`)
    .replace(
      /<sheetData(?:\/>|>.*?<\/sheetData>)/s,
      () => `<sheetData>${written.join("")}</sheetData>`,
    )
    .replace(
      /<mergeCells .*?<\/mergeCells>/s,
      () => `<mergeCells count="${ranges.length}">${ranges.join("")}</mergeCells>`,
    );
}

function rowXml(
  { heights }: BuiltSheet,
  cells: readonly (BuiltCell | undefined)[],
  row: number,
  letters: readonly string[],
  looks: Looks,
  texts: Texts,
): string {
  const height = heights.get(row);
  let xml = "";
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column];
    if (cell === undefined) continue;
    xml += cellXml(`${letters[column]}${row + 1}`, cell.value, looks.attribute(cell.style), texts);
  }
  if (xml === "" && height === undefined) return "";
  const tall = height === undefined ? "" : ` ht="${height}" customHeight="1"`;
  return `<row r="${row + 1}"${tall}>${xml}</row>`;
}

/** A cell; nothing where it has neither a value nor a look. */
function cellXml(place: string, value: CellValue, look: string, texts: Texts): string {
  switch (typeof value) {
    case "string":
      return `<c r="${place}"${look} t="s"><v>${texts.number(value)}</v></c>`;
    case "number":
      return `<c r="${place}"${look}><v>${value}</v></c>`;
    case "boolean":
      return `<c r="${place}"${look} t="b"><v>${value ? 1 : 0}</v></c>`;
  }
  if (value instanceof Date) {
    return `<c r="${place}"${look}><v>${value.getTime() / DAY_MS + EPOCH}</v></c>`;
  }
  return look === "" ? "" : `<c r="${place}"${look}/>`;
}
