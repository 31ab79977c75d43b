// Workbooks for files that were made to do harm: parts that are long, many or false, packed into archives that may lie.

import { deflateRawSync } from "node:zlib";
import { Random } from "../../engine/random.ts";
import { type Bytes, joined } from "../../platform/bytes.ts";
import { MAX_WORK, type TableSize } from "../limits.ts";
import { columnLetters } from "../table.ts";
import { crc32 } from "../zip_guard.ts";

/** What a part of an archive says about itself, where that is not the truth. */
interface Lies {
  size?: number;
  crc?: number;
  method?: number;
}

/** Parts of a workbook by path; text, or bytes. */
type WorkbookParts = Record<string, string | Uint8Array>;

/** Where the first sheet of a workbook stands. */
export const SHEET = "xl/worksheets/sheet1.xml";
/** Where its shared strings stand. */
export const STRINGS = "xl/sharedStrings.xml";
/** Bytes. */
export const MIB = 2 ** 20;

/** A text as a part of an archive. */
export function text(content: string): Bytes {
  return new TextEncoder().encode(content);
}

/** A sheet of these rows. @param more what follows them */
export function sheet(rows: string, more = ""): string {
  return `<worksheet><sheetData>${rows}</sheetData>${more}</worksheet>`;
}

/** A row of one cell of text. */
export function row(content: string, number = 1): string {
  return `<row r="${number}"><c r="A${number}" t="str"><v>${content}</v></c></row>`;
}

/** The same with a comment of letters that cannot be packed, so that it is not told by how well it packs. */
export function noisy(xml: string): string {
  const random = new Random(1);
  const letters = Array.from(
    { length: xml.length / 150 },
    () => String.fromCharCode(97 + Math.floor(26 * random.next())),
  );
  return `${xml}<!--${letters.join("")}-->`;
}

/** A row of so many cells, each a number. */
export function cells(count: number): string {
  return `<row>${"<c><v>1</v></c>".repeat(count)}</row>`;
}

/** Rows of texts, as many cells as a file may have. */
export function full(size: TableSize, work: typeof MAX_WORK): string {
  const rows = Math.min(size.rows, Math.floor(work.cells / size.columns));
  return repeated(
    rows,
    (n) => `<row r="${n}">${'<c t="str"><v>?</v></c>'.repeat(size.columns)}</row>`,
  );
}

/** Texts that stand in their cells, as many cells as a table may have. */
export function inlineTexts(size: TableSize, work: typeof MAX_WORK): string {
  const cells = Math.min(size.cells, work.plainCells);
  const columns = Math.min(40, size.columns),
    rows = Math.min(size.rows, Math.floor(cells / columns));
  const places = Array.from({ length: columns }, (_, n) => columnLetters(n));
  return repeated(
    rows,
    (n) =>
      `<row r="${n}">${
        places.map((place) => `<c r="${place}${n}" t="inlineStr"><is><t>?</t></is></c>`).join("")
      }</row>`,
  );
}

/** Rows of numbers, each above the one before. */
export function reversed(size: TableSize, work: typeof MAX_WORK): string {
  const cells = Math.min(size.cells, work.plainCells, 100_000);
  const rows = Math.min(size.rows, Math.floor(cells / 10));
  return repeated(rows, (n) => {
    const row = rows - n + 1;
    return `<row r="${row}">${
      repeated(10, (k) => `<c r="${columnLetters(k - 1)}${row}"><v>${n}</v></c>`)
    }</row>`;
  });
}

/**
 * As many cells as there may be, written as programs write them, with as many texts and as long as all may be together, empty
 * ones below, and merged ranges.
 */
export function brimful(size: TableSize, work: typeof MAX_WORK): WorkbookParts {
  const { columns } = size;
  // 260,000 cells with their places are what a sheet may unpack to, as long as each has to be written.
  const rows = Math.floor(Math.min(size.cells, work.plainCells, 200_000) / columns);
  const blankRows = Math.floor(260_000 / columns) - rows;
  const texts = work.builtElements / 2 - 10;
  const length = Math.floor(work.characters / size.cells) - 8;
  const places = Array.from({ length: columns }, (_, n) => columnLetters(n));
  const rowOf = (number: number, cell: (n: number) => string) =>
    `<row r="${number}">${
      places.map((place, n) => `<c r="${place}${number}" s="1"${cell(columns * number + n)}`).join(
        "",
      )
    }</row>`;
  return {
    [STRINGS]: `<sst>${
      repeated(texts, (n) =>
        `<si><t>${n}${"z".repeat(Math.max(0, Math.min(length, 18) - `${n}`.length))}</t></si>`)
    }</sst>`,
    [SHEET]: sheet(
      repeated(rows, (row) => rowOf(row, (n) => ` t="s"><v>${n % texts}</v></c>`)) +
        repeated(
          blankRows,
          (row) => rowOf(rows + row, () => "/>"),
        ),
      `<mergeCells>${'<mergeCell ref="A1:B2"/>'.repeat(work.merges)}</mergeCells>`,
    ),
  };
}

/** A workbook of so many cells that share one text. */
export function shared(content: string, count: number): Bytes {
  return workbook({
    [STRINGS]: noisy(`<sst><si><t>${content}</t></si></sst>`),
    [SHEET]: sheet(repeated(count / 10, () => `<row>${'<c t="s"><v>0</v></c>'.repeat(10)}</row>`)),
  });
}

/** The relationships of a workbook with a sheet, and so many parts that no reader of cells needs. */
export function links(count: number): string {
  const types = ["externalLink", "slicerCache", "timelineCache", "pivotCacheDefinition"];
  return `<Relationships>${relationship("r1", "worksheet", "worksheets/sheet1.xml")}${
    repeated(count, (n) => relationship(`l${n}`, types[n % types.length], "worksheets/sheet1.xml"))
  }</Relationships>`;
}

/** One of them. */
export function relationship(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="http://x/relationships/${type}" Target="${target}"/>`;
}

/** So many pieces of text; `make` is told the number of each, from 1 on. */
export function repeated(count: number, make: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => make(n + 1)).join("");
}

/** So many parts of an archive; `make` is told the number of each, from 0 on. */
export function many(count: number, make: (n: number) => [string, string]): WorkbookParts {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => make(n)));
}

/** An archive in an archive in an archive. */
export function deep(levels: number): Uint8Array {
  return levels === 0 ? new Uint8Array(4 * MIB) : zip({ inner: deep(levels - 1) });
}

/** The same archive with one name written over all over. */
export function renamed(archive: Bytes, from: string, to: string): Bytes {
  const find = text(from);
  for (let at = 0; at + find.length <= archive.length; at++) {
    if (find.every((byte, i) => archive[at + i] === byte)) archive.set(text(to), at);
  }
  return archive;
}

/** A workbook of one sheet, with parts replaced or added. */
export function workbook(parts: WorkbookParts, lies: Record<string, Lies> = {}): Bytes {
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": `<Relationships>${
      relationship("r1", "officeDocument", "xl/workbook.xml")
    }</Relationships>`,
    "xl/workbook.xml":
      '<workbook xmlns:r="x"><sheets><sheet name="Positions" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": `<Relationships>${
      relationship("r1", "worksheet", "worksheets/sheet1.xml")
    }${relationship("r2", "sharedStrings", "sharedStrings.xml")}${
      relationship("r3", "styles", "styles.xml")
    }</Relationships>`,
    "xl/styles.xml": "<styleSheet/>",
    [SHEET]: sheet(row("a")),
    ...parts,
  }, lies);
}

/** An archive, packed; it may lie. */
export function zip(parts: WorkbookParts, lies: Record<string, Lies> = {}): Bytes {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, content] of Object.entries(parts)) {
    const bytes = typeof content === "string" ? text(content) : content;
    const name = text(path);
    const packed = deflateRawSync(bytes);
    const said = { size: bytes.length, crc: crc32(bytes), method: 8, ...lies[path] };
    const header = (length: number, signature: number, place: number) => {
      const view = new DataView(new ArrayBuffer(length));
      view.setUint32(0, signature, true);
      view.setUint16(place, said.method, true);
      view.setUint32(place + 6, said.crc, true);
      view.setUint32(place + 10, packed.length, true);
      view.setUint32(place + 14, said.size, true);
      view.setUint16(place + 18, name.length, true);
      return view;
    };
    const entry = header(46, 0x02014b50, 10);
    entry.setUint32(42, at, true);
    directory.push(new Uint8Array(entry.buffer), name);
    const local = [new Uint8Array(header(30, 0x04034b50, 8).buffer), name, packed];
    chunks.push(...local);
    at += local.reduce((sum, { length }) => sum + length, 0);
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, Object.keys(parts).length, true);
  end.setUint32(16, at, true);
  return joined([...chunks, ...directory, new Uint8Array(end.buffer)]);
}
