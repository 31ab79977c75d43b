// Small files that ask for very much work, or are not what they say: one of each kind, for tests and measurements.

import type { Bytes } from "../../platform/bytes.ts";
import { MAX_WORK, TABLE_SIZE, type TableSize } from "../limits.ts";
import { columnLetters } from "../table.ts";
import {
  brimful,
  cells,
  deep,
  full,
  inlineTexts,
  links,
  many,
  MIB,
  noisy,
  renamed,
  repeated,
  reversed,
  row,
  shared,
  SHEET,
  sheet,
  STRINGS,
  text,
  workbook,
  zip,
} from "./hostile_parts.ts";

/** A hostile file, and what shall become of it. */
export interface HostileFile {
  kind: string;
  file: Bytes;
  /** Of the refusal; null where the table is read, and its rows are refused. */
  refusal: [status: number, code: string] | null;
  /** Whether it is made for tables of a size; the others are the same for all. */
  isSized: boolean;
}

const TOO_LARGE: [number, string] = [413, "FILE_TOO_LARGE"];
const UNREADABLE: [number, string] = [400, "UNREADABLE_FILE"];

const packed = new Map<string, Bytes>();

/** A file that is the same for tables of every size: to pack some takes longer than to refuse them. */
function packedOnce(kind: string, make: () => Bytes): Bytes {
  const file = packed.get(kind) ?? make();
  packed.set(kind, file);
  return file;
}

/** One file of each kind. @param size the largest that the table may be that they say to be */
export function hostileFiles(size: TableSize = TABLE_SIZE): HostileFile[] {
  const work = { ...MAX_WORK, ...size.work };
  type Refusal = HostileFile["refusal"];
  const ofSize = (kind: string, make: () => Bytes, refusal: Refusal = TOO_LARGE) => ({
    kind,
    file: make(),
    refusal,
    isSized: true,
  });
  const of = (kind: string, make: () => Bytes, refusal?: Refusal) => ({
    ...ofSize(kind, () => packedOnce(kind, make), refusal),
    isSized: false,
  });
  return [
    of("zip bomb, flat", () => workbook({ [SHEET]: sheet(" ".repeat(60 * MIB)) })),
    of("zip bomb below the limit of size", () => workbook({ [SHEET]: sheet(" ".repeat(7 * MIB)) })),
    of(
      "zip bomb, nested",
      () => workbook({ "xl/inner.zip": zip({ a: deep(5) }), [SHEET]: sheet("<row") }),
      UNREADABLE,
    ),
    of("zip bomb of many parts", () => workbook(many(15_000, (n) => [`xl/media/${n}.xml`, ""]))),
    of(
      "zip of overlapping parts",
      () => workbook(many(50, (n) => [`xl/worksheets/s${n}.xml`, " ".repeat(MIB)])),
    ),
    of(
      "zip with a part twice",
      () => renamed(workbook({ "xl/styleZ.xml": "<a/>" }), "styleZ", "styles"),
      UNREADABLE,
    ),
    of(
      "size declared too small",
      () => workbook({ [SHEET]: sheet(cells(1_000)) }, { [SHEET]: { size: 100 } }),
      UNREADABLE,
    ),
    of(
      "size declared too large",
      () => workbook({}, { [SHEET]: { size: 8 * MIB - 1 } }),
      TOO_LARGE,
    ),
    of("size declared as 4 GB", () => workbook({}, { [SHEET]: { size: 0xfffffffe } })),
    of("wrong checksum", () => workbook({}, { [SHEET]: { crc: 1 } }), UNREADABLE),
    of("unknown packing", () => workbook({}, { [SHEET]: { method: 12 } }), UNREADABLE),
    of("shared text of 1 MB in 10,000 cells", () => shared("x".repeat(MIB), 10_000)),
    of(
      "shared text of 32,000 characters in 20,000 cells",
      () => shared(" ".repeat(32_000), 20_000),
    ),
    of(
      "1,000,000 shared texts",
      () => workbook({ [STRINGS]: `<sst>${"<si/>".repeat(270_000)}</sst>` }),
    ),
    of(
      "text of 270,000 pieces",
      () => workbook({ [STRINGS]: `<sst><si>${"<r/>".repeat(300_001)}</si></sst>` }),
    ),
    of(
      "1,000,000 merged ranges",
      () =>
        workbook({
          [SHEET]: sheet(
            row("a"),
            `<mergeCells>${'<mergeCell ref="A1:B2"/>'.repeat(300_000)}</mergeCells>`,
          ),
        }),
    ),
    ofSize(
      "merged range of a whole sheet, once too often",
      () =>
        workbook({
          [SHEET]: sheet(
            row("a"),
            `<mergeCells>${
              '<mergeCell ref="A1:XFD1048576"/>'.repeat(work.merges + 1)
            }</mergeCells>`,
          ),
        }),
    ),
    of(
      "enormous dimension",
      () =>
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
      () => workbook({ [SHEET]: sheet(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`) }),
    ),
    of(
      "row of a number beyond all sheets",
      () => workbook({ [SHEET]: sheet(`<row r="99999999999999"><c><v>1</v></c></row>`) }),
    ),
    of("rows without an end", () => workbook({ [SHEET]: sheet("<row/>".repeat(299_000)) })),
    of(
      "1,000,000 cells",
      () => workbook({ [SHEET]: sheet(`<row>${"<c/>".repeat(299_000)}</row>`) }),
    ),
    of("deep XML", () => workbook({ [SHEET]: sheet("<a>".repeat(200_000)) }), UNREADABLE),
    of(
      "deep XML in looks",
      () => workbook({ "xl/styles.xml": `<styleSheet>${"<a>".repeat(200_000)}` }),
      UNREADABLE,
    ),
    of(
      "tags that never close",
      () => workbook({ [SHEET]: sheet("<c ".repeat(500_000)) }),
      UNREADABLE,
    ),
    of(
      "quotes that never close",
      () => workbook({ [SHEET]: noisy(sheet(`<c a="${"'".repeat(500_000)}`)) }),
      UNREADABLE,
    ),
    of(
      "a tag of 1,000,000 attributes",
      () => workbook({ [SHEET]: sheet(`<c ${'a="" '.repeat(300_000)}/>`) }),
      UNREADABLE,
    ),
    of(
      "entities that grow",
      () =>
        workbook({
          [SHEET]: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "${"&a;".repeat(500)}">]>${
            sheet(row("&b;"))
          }`,
        }),
      UNREADABLE,
    ),
    of("1,000,000 entities", () => workbook({ [SHEET]: sheet(row("&amp;".repeat(300_000))) })),
    of("long cell", () => workbook({ [SHEET]: noisy(sheet(row("x".repeat(4 * MIB)))) })),
    ofSize(
      "many long cells",
      () =>
        workbook({
          [SHEET]: noisy(
            sheet(repeated(work.characters / 32_000 + 10, (n) => row("y".repeat(32_000), n))),
          ),
        }),
    ),
    of(
      "shared formula of 8 KB in 10,000 cells",
      () =>
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
      () =>
        workbook({
          "xl/styles.xml": `<styleSheet><cellXfs>${
            '<xf numFmtId="0"/>'.repeat(100_000)
          }</cellXfs></styleSheet>`,
        }),
    ),
    of(
      "300,001 columns",
      () =>
        workbook({
          [SHEET]: sheet(row("a")).replace(
            "<sheetData>",
            `<cols>${'<col min="1" max="16384"/>'.repeat(300_001)}</cols><sheetData>`,
          ),
        }),
    ),
    of(
      "many sheets",
      () =>
        workbook({
          "xl/workbook.xml": `<workbook><sheets>${
            '<sheet name="s" r:id="r1"/>'.repeat(20_000)
          }</sheets></workbook>`,
        }),
      [400, "SHEET_NOT_FOUND"],
    ),
    of(
      "1,000,000 sheets",
      () =>
        workbook({
          "xl/workbook.xml": `<workbook><sheets>${"<sheet/>".repeat(180_000)}</sheets></workbook>`,
        }),
      [400, "SHEET_NOT_FOUND"],
    ),
    of(
      "1,000 links to one large part",
      () => workbook({ "xl/_rels/workbook.xml.rels": links(1_000) }),
      null,
    ),
    ofSize(
      "as many cells as there may be, none of them right",
      () => workbook({ [SHEET]: sheet(full(size, work)) }),
      null,
    ),
    ofSize("everything up to its limit", () => workbook(brimful(size, work)), null),
    of(
      "1,000,000 comments",
      () => workbook({ [SHEET]: noisy(sheet("<!---->".repeat(1_000_000))) }),
    ),
    of(
      "1,000,000 instructions in texts",
      () => workbook({ [STRINGS]: noisy(`<sst>${"<?a?>".repeat(270_000)}</sst>`) }),
    ),
    of(
      "links to 20,000 parts",
      () => workbook({ "xl/_rels/workbook.xml.rels": noisy(links(15_000)) }),
      null,
    ),
    ofSize(
      "cells of nothing but entities",
      () =>
        workbook({
          [SHEET]: noisy(
            sheet(repeated(work.characters / 32_500 + 10, (n) => row("&amp;".repeat(6_500), n))),
          ),
        }),
    ),
    of(
      "texts of nothing but escapes",
      () =>
        workbook({
          [STRINGS]: noisy(
            `<sst>${repeated(40, () => `<si><t>${"_x0041_".repeat(4_600)}</t></si>`)}</sst>`,
          ),
        }),
      null,
    ),
    of(
      "formats of 1,000 characters",
      () =>
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
      () =>
        workbook({
          [SHEET]: noisy(sheet(`<row>${`<c ${" a:b".repeat(17_000)}/>`.repeat(100)}</row>`)),
        }),
      null,
    ),
    of(
      "cells out of order, each in a row of its own",
      () =>
        workbook({
          [SHEET]: sheet(
            `<row>${
              repeated(60_000, (n) => `<c r="${n % 2 ? "CV" : "A"}${2000 - n % 2000}"><v>1</v></c>`)
            }</row>`,
          ),
        }),
      null,
    ),
    ofSize(
      "a cell at the end of each row, and nothing before it",
      () =>
        workbook({
          [SHEET]: sheet(
            repeated(
              size.rows,
              (n) =>
                `<row r="${n}"><c r="${columnLetters(size.columns - 1)}${n}"><v>1</v></c></row>`,
            ),
          ),
        }),
      size.rows * size.columns > work.places ? TOO_LARGE : null,
    ),
    ofSize(
      "1,000,000 empty cells with a look",
      () =>
        workbook({
          [SHEET]: sheet(`<row r="1">${'<c r="A1" s="1"/>'.repeat(work.blankCells + 1)}</row>`),
        }),
    ),
    ofSize(
      "as many merged ranges of one cell as there may be, none of them alone",
      () =>
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
      "attributes of nothing but entities",
      () =>
        workbook({
          [SHEET]: noisy(
            sheet(`<row>${`<c t="${"&amp;".repeat(12_000)}"/>`.repeat(100)}</row>`),
          ),
        }),
    ),
    of(
      "a name that never ends",
      () => workbook({ [SHEET]: noisy(sheet("<".padEnd(4 * MIB, "c"))) }),
      UNREADABLE,
    ),
    of(
      "an attribute that never ends",
      () => workbook({ [SHEET]: noisy(sheet(`<c r="${"A".repeat(4 * MIB)}"/>`)) }),
      UNREADABLE,
    ),
    of(
      "a closing tag of spaces",
      () => workbook({ [SHEET]: noisy(sheet(`<row></row${" ".repeat(4 * MIB)}>`)) }),
      UNREADABLE,
    ),
    of(
      "a text of 100,000 pieces in its cell",
      () =>
        workbook({
          [SHEET]: sheet(
            `<row><c t="inlineStr"><is>${"<r><t>a</t></r>".repeat(110_000)}</is></c></row>`,
          ),
        }),
    ),
    ofSize(
      "as many texts in their cells as there may be, none of them right",
      () => workbook({ [SHEET]: sheet(inlineTexts(size, work)) }),
      null,
    ),
    ofSize(
      "rows from the last to the first",
      () => workbook({ [SHEET]: sheet(reversed(size, work)) }),
      null,
    ),
    of(
      "a date beyond all dates, in each cell",
      () =>
        workbook({
          "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
          [SHEET]: sheet(
            repeated(3_000, (n) => `<row r="${n}"><c r="A${n}" s="0"><v>999999999</v></c></row>`),
          ),
        }),
      null,
    ),
    of(
      "texts that no cell refers to",
      () => workbook({ [STRINGS]: noisy(`<sst>${"<si><t>abc</t></si>".repeat(250_000)}</sst>`) }),
    ),
    of(
      "CSV of one field of separators",
      () => text(`"${"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx,".repeat(86_000)}`),
    ),
    of("CSV of one field of quotes", () => text(`"${'""'.repeat(1_290_000)}`)),
    of("CSV of one field", () => text("x".repeat(4 * MIB - 1))),
    of("CSV of 1,000,000 quotes", () => text('"'.repeat(1_000_000))),
    of("CSV of quotes that never close", () => text('a,"'.repeat(600_000))),
    of("CSV of 1,000,000 separators", () => text(`a${",".repeat(1_000_000)}`)),
    of("CSV of 1,000,000 lines", () => text("\n".repeat(1_000_000))),
    ofSize(
      "CSV of as many cells as there may be, none of them right",
      () => text(repeated(size.cells / 100, () => `${"é,".repeat(99)}é\n`)),
      null,
    ),
  ];
}
