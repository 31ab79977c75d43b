// Small files that ask for very much work, or are not what they say: one of each kind, for tests and measurements.

import { deflateRawSync } from "node:zlib";
import { Random } from "../../engine/random.ts";
import type { Bytes } from "../../platform/bytes.ts";
import { MAX_WORK, TABLE_SIZE, type TableSize } from "../limits.ts";
import { columnLetters } from "../table.ts";
import { crc32 } from "../zip_guard.ts";

/** A hostile file, and what shall become of it. */
export interface HostileFile {
  kind: string;
  file: Bytes;
  /** Of the refusal; null where the table is read, and its rows are refused. */
  refusal: [status: number, code: string] | null;
}

/** What a part of an archive says about itself, where that is not the truth. */
interface Lies {
  size?: number;
  crc?: number;
  method?: number;
}

/** Parts of a workbook by path; text, or bytes. */
type WorkbookParts = Record<string, string | Uint8Array>;

const TOO_LARGE: [number, string] = [413, "FILE_TOO_LARGE"];
const UNREADABLE: [number, string] = [400, "UNREADABLE_FILE"];
const SHEET = "xl/worksheets/sheet1.xml";
const STRINGS = "xl/sharedStrings.xml";
const MIB = 2 ** 20;

/** One file of each kind. @param size the largest that the table may be that they say to be */
export function hostileFiles(size: TableSize = TABLE_SIZE): HostileFile[] {
  const work = { ...MAX_WORK, ...size.work };
  const of = (kind: string, file: Bytes, refusal: HostileFile["refusal"] = TOO_LARGE) => ({
    kind,
    file,
    refusal,
  });
  return [
    of("zip bomb, flat", workbook({ [SHEET]: sheet(" ".repeat(60 * MIB)) })),
    of("zip bomb below the limit of size", workbook({ [SHEET]: sheet(" ".repeat(7 * MIB)) })),
    of(
      "zip bomb, nested",
      workbook({ "xl/inner.zip": zip({ a: deep(5) }), [SHEET]: sheet("<row") }),
      UNREADABLE,
    ),
    of("zip bomb of many parts", workbook(many(15_000, (n) => [`xl/media/${n}.xml`, ""]))),
    of(
      "zip of overlapping parts",
      workbook(many(50, (n) => [`xl/worksheets/s${n}.xml`, " ".repeat(MIB)])),
    ),
    of(
      "zip with a part twice",
      renamed(workbook({ "xl/styleZ.xml": "<a/>" }), "styleZ", "styles"),
      UNREADABLE,
    ),
    of(
      "size declared too small",
      workbook({ [SHEET]: sheet(cells(1_000)) }, { [SHEET]: { size: 100 } }),
      UNREADABLE,
    ),
    of("size declared too large", workbook({}, { [SHEET]: { size: 8 * MIB - 1 } }), TOO_LARGE),
    of("size declared as 4 GB", workbook({}, { [SHEET]: { size: 0xfffffffe } })),
    of("wrong checksum", workbook({}, { [SHEET]: { crc: 1 } }), UNREADABLE),
    of("unknown packing", workbook({}, { [SHEET]: { method: 12 } }), UNREADABLE),
    of("shared text of 1 MB in 10,000 cells", shared("x".repeat(MIB), 10_000)),
    of("shared text of 32,000 characters in 20,000 cells", shared(" ".repeat(32_000), 20_000)),
    of("1,000,000 shared texts", workbook({ [STRINGS]: `<sst>${"<si/>".repeat(270_000)}</sst>` })),
    of(
      "text of 270,000 pieces",
      workbook({ [STRINGS]: `<sst><si>${"<r/>".repeat(300_001)}</si></sst>` }),
    ),
    of(
      "1,000,000 merged ranges",
      workbook({
        [SHEET]: sheet(
          row("a"),
          `<mergeCells>${'<mergeCell ref="A1:B2"/>'.repeat(300_000)}</mergeCells>`,
        ),
      }),
    ),
    of(
      "merged range of a whole sheet, once too often",
      workbook({
        [SHEET]: sheet(
          row("a"),
          `<mergeCells>${'<mergeCell ref="A1:XFD1048576"/>'.repeat(work.merges + 1)}</mergeCells>`,
        ),
      }),
    ),
    of(
      "enormous dimension",
      workbook({
        [SHEET]: sheet(row("a")).replace(
          "<sheetData>",
          '<dimension ref="A1:XFD1048576"/><sheetData>',
        ),
      }),
      null,
    ),
    of(
      "cell at the end of the sheet",
      workbook({ [SHEET]: sheet(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`) }),
    ),
    of(
      "row of a number beyond all sheets",
      workbook({ [SHEET]: sheet(`<row r="99999999999999"><c><v>1</v></c></row>`) }),
    ),
    of("rows without an end", workbook({ [SHEET]: sheet("<row/>".repeat(299_000)) })),
    of("1,000,000 cells", workbook({ [SHEET]: sheet(`<row>${"<c/>".repeat(299_000)}</row>`) })),
    of("deep XML", workbook({ [SHEET]: sheet("<a>".repeat(200_000)) }), UNREADABLE),
    of(
      "deep XML in looks",
      workbook({ "xl/styles.xml": `<styleSheet>${"<a>".repeat(200_000)}` }),
      UNREADABLE,
    ),
    of("tags that never close", workbook({ [SHEET]: sheet("<c ".repeat(500_000)) }), UNREADABLE),
    of(
      "quotes that never close",
      workbook({ [SHEET]: noisy(sheet(`<c a="${"'".repeat(500_000)}`)) }),
      UNREADABLE,
    ),
    of(
      "a tag of 1,000,000 attributes",
      workbook({ [SHEET]: sheet(`<c ${'a="" '.repeat(300_000)}/>`) }),
      UNREADABLE,
    ),
    of(
      "entities that grow",
      workbook({
        [SHEET]: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "${"&a;".repeat(500)}">]>${
          sheet(row("&b;"))
        }`,
      }),
      UNREADABLE,
    ),
    of("1,000,000 entities", workbook({ [SHEET]: sheet(row("&amp;".repeat(300_000))) })),
    of("long cell", workbook({ [SHEET]: noisy(sheet(row("x".repeat(4 * MIB)))) })),
    of(
      "many long cells",
      workbook({
        [SHEET]: noisy(
          sheet(repeated(work.characters / 32_000 + 10, (n) => row("y".repeat(32_000), n))),
        ),
      }),
    ),
    of(
      "shared formula of 8 KB in 10,000 cells",
      workbook({
        [SHEET]: sheet(
          `<row><c r="A1"><f t="shared" ref="A1:A10000" si="0">${"B1+".repeat(2_700)}B1</f></c>${
            '<c><f t="shared" si="0"/></c>'.repeat(10_000)
          }</row>`,
        ),
      }),
    ),
    of(
      "100,000 looks",
      workbook({
        "xl/styles.xml": `<styleSheet><cellXfs>${
          '<xf numFmtId="0"/>'.repeat(100_000)
        }</cellXfs></styleSheet>`,
      }),
    ),
    of(
      "300,001 columns",
      workbook({
        [SHEET]: sheet(row("a")).replace(
          "<sheetData>",
          `<cols>${'<col min="1" max="16384"/>'.repeat(300_001)}</cols><sheetData>`,
        ),
      }),
    ),
    of(
      "many sheets",
      workbook({
        "xl/workbook.xml": `<workbook><sheets>${
          '<sheet name="s" r:id="r1"/>'.repeat(20_000)
        }</sheets></workbook>`,
      }),
      [400, "SHEET_NOT_FOUND"],
    ),
    of(
      "1,000,000 sheets",
      workbook({
        "xl/workbook.xml": `<workbook><sheets>${"<sheet/>".repeat(180_000)}</sheets></workbook>`,
      }),
      [400, "SHEET_NOT_FOUND"],
    ),
    of(
      "1,000 links to one large part",
      workbook({ "xl/_rels/workbook.xml.rels": links(1_000) }),
      null,
    ),
    of(
      "as many cells as there may be, none of them right",
      workbook({ [SHEET]: sheet(full(size, work)) }),
      null,
    ),
    of("everything up to its limit", workbook(brimful(size, work)), null),
    of(
      "1,000,000 comments",
      workbook({ [SHEET]: noisy(sheet("<!---->".repeat(1_000_000))) }),
    ),
    of(
      "1,000,000 instructions in texts",
      workbook({ [STRINGS]: noisy(`<sst>${"<?a?>".repeat(270_000)}</sst>`) }),
    ),
    of(
      "links to 20,000 parts",
      workbook({ "xl/_rels/workbook.xml.rels": noisy(links(15_000)) }),
      null,
    ),
    of(
      "cells of nothing but entities",
      workbook({
        [SHEET]: noisy(
          sheet(repeated(work.characters / 32_500 + 10, (n) => row("&amp;".repeat(6_500), n))),
        ),
      }),
    ),
    of(
      "texts of nothing but escapes",
      workbook({
        [STRINGS]: noisy(
          `<sst>${repeated(40, () => `<si><t>${"_x0041_".repeat(4_600)}</t></si>`)}</sst>`,
        ),
      }),
      null,
    ),
    of(
      "formats of 1,000 characters",
      workbook({
        "xl/styles.xml": noisy(
          `<styleSheet>${
            repeated(1_000, (n) => `<numFmt numFmtId="${n}" formatCode="${"[a]*".repeat(300)}"/>`)
          }</styleSheet>`,
        ),
      }),
      null,
    ),
    of(
      "tags as long as there may be",
      workbook({
        [SHEET]: noisy(sheet(`<row>${`<c ${" a:b".repeat(17_000)}/>`.repeat(100)}</row>`)),
      }),
      null,
    ),
    of(
      "cells out of order, each in a row of its own",
      workbook({
        [SHEET]: sheet(
          `<row>${
            repeated(60_000, (n) => `<c r="${n % 2 ? "CV" : "A"}${2000 - n % 2000}"><v>1</v></c>`)
          }</row>`,
        ),
      }),
      null,
    ),
    of(
      "a cell at the end of each row, and nothing before it",
      workbook({
        [SHEET]: sheet(
          repeated(
            size.rows,
            (n) => `<row r="${n}"><c r="${columnLetters(size.columns - 1)}${n}"><v>1</v></c></row>`,
          ),
        ),
      }),
      size.rows * size.columns > work.places ? TOO_LARGE : null,
    ),
    of(
      "1,000,000 empty cells with a look",
      workbook({
        [SHEET]: sheet(`<row r="1">${'<c r="A1" s="1"/>'.repeat(work.blankCells + 1)}</row>`),
      }),
    ),
    of(
      "as many merged ranges of one cell as there may be, none of them alone",
      workbook({
        [SHEET]: sheet(
          repeated(2_000, (n) => row("a", n)),
          `<mergeCells>${
            repeated(work.merges, (n) => `<mergeCell ref="A${n}:XFD${n}"/>`)
          }</mergeCells>`,
        ),
      }),
      null,
    ),
    of(
      "CSV of one field of separators",
      text(`"${"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx,".repeat(86_000)}`),
    ),
    of("CSV of one field of quotes", text(`"${'""'.repeat(1_290_000)}`)),
    of("CSV of one field", text("x".repeat(4 * MIB - 1))),
    of("CSV of 1,000,000 quotes", text('"'.repeat(1_000_000))),
    of("CSV of quotes that never close", text('a,"'.repeat(600_000))),
    of("CSV of 1,000,000 separators", text(`a${",".repeat(1_000_000)}`)),
    of("CSV of 1,000,000 lines", text("\n".repeat(1_000_000))),
    of(
      "CSV of as many cells as there may be, none of them right",
      text(repeated(size.cells / 100, () => `${"é,".repeat(99)}é\n`)),
      null,
    ),
  ];
}

function text(content: string): Bytes {
  return new TextEncoder().encode(content);
}

function sheet(rows: string, more = ""): string {
  return `<worksheet><sheetData>${rows}</sheetData>${more}</worksheet>`;
}

function row(content: string, number = 1): string {
  return `<row r="${number}"><c r="A${number}" t="str"><v>${content}</v></c></row>`;
}

/** The same with a comment of letters that cannot be packed, so that it is not told by how well it packs. */
function noisy(xml: string): string {
  const random = new Random(1);
  const letters = Array.from(
    { length: xml.length / 150 },
    () => String.fromCharCode(97 + Math.floor(26 * random.next())),
  );
  return `${xml}<!--${letters.join("")}-->`;
}

function cells(count: number): string {
  return `<row>${"<c><v>1</v></c>".repeat(count)}</row>`;
}

/** Rows of texts, as many cells as a file may have. */
function full(size: TableSize, work: typeof MAX_WORK): string {
  const rows = Math.min(size.rows, Math.floor(work.cells / size.columns));
  return repeated(
    rows,
    (n) => `<row r="${n}">${'<c t="str"><v>?</v></c>'.repeat(size.columns)}</row>`,
  );
}

/**
 * As many cells as there may be, written as programs write them, with as many texts and as long as all may be together, empty
 * ones below, and merged ranges.
 */
function brimful(size: TableSize, work: typeof MAX_WORK): WorkbookParts {
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

function shared(content: string, count: number): Bytes {
  return workbook({
    [STRINGS]: noisy(`<sst><si><t>${content}</t></si></sst>`),
    [SHEET]: sheet(repeated(count / 10, () => `<row>${'<c t="s"><v>0</v></c>'.repeat(10)}</row>`)),
  });
}

function links(count: number): string {
  const types = ["externalLink", "slicerCache", "timelineCache", "pivotCacheDefinition"];
  return `<Relationships>${relationship("r1", "worksheet", "worksheets/sheet1.xml")}${
    repeated(count, (n) => relationship(`l${n}`, types[n % types.length], "worksheets/sheet1.xml"))
  }</Relationships>`;
}

function relationship(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="http://x/relationships/${type}" Target="${target}"/>`;
}

function repeated(count: number, make: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => make(n + 1)).join("");
}

function many(count: number, make: (n: number) => [string, string]): WorkbookParts {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => make(n)));
}

/** An archive in an archive in an archive. */
function deep(levels: number): Uint8Array {
  return levels === 0 ? new Uint8Array(4 * MIB) : zip({ inner: deep(levels - 1) });
}

/** The same archive with one name written over all over. */
function renamed(archive: Bytes, from: string, to: string): Bytes {
  const find = text(from);
  for (let at = 0; at + find.length <= archive.length; at++) {
    if (find.every((byte, i) => archive[at + i] === byte)) archive.set(text(to), at);
  }
  return archive;
}

/** A workbook of one sheet, with parts replaced or added. */
function workbook(parts: WorkbookParts, lies: Record<string, Lies> = {}): Bytes {
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
function zip(parts: WorkbookParts, lies: Record<string, Lies> = {}): Bytes {
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

function joined(chunks: Uint8Array[]): Bytes {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
