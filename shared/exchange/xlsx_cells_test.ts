// Cells are read as another reader reads them, whoever wrote the sheet; and what only some programs write, by hand.

import assert from "node:assert/strict";
import { readXlsx, writeXlsx } from "hucre/xlsx";
import { Random } from "../engine/random.ts";
import { TABLE_SIZE } from "./limits.ts";
import { readTable } from "./read_table.ts";
import { type Cell, isBlank } from "./table.ts";
import { Work } from "./work.ts";
import { sheetTable } from "./xlsx_cells.ts";
import { dateLooks, NO_TEXTS, sharedTexts } from "./xlsx_texts.ts";
import { xmlOf } from "./xml_walk.ts";
import { cellsOf } from "./testing/tables.ts";

/** Rows without what nobody sees at their ends. */
function seen(rows: Cell[][]): Cell[][] {
  const trimmed = rows.map((row) => {
    const cells = row.map((cell) => isBlank(cell) ? null : cell);
    return cells.slice(0, cells.findLastIndex((cell) => cell !== null) + 1);
  });
  return trimmed.slice(0, trimmed.findLastIndex((row) => row.length > 0) + 1);
}

const TEXTS = [
  "Ward 1",
  " spaces ",
  "_x0041_ & <b>",
  "two\nlines",
  "ü",
  "",
  "  ",
  "=1+2",
  "#REF!?",
  "0012",
  "😀",
];

function drawnCell(random: Random): Cell {
  const kind = random.below(7);
  if (kind === 0) return null;
  if (kind === 1) return random.below(100_000) / [1, 3, 1e7][random.below(3)];
  if (kind === 2) return random.below(2) === 0;
  if (kind === 3) return new Date(Date.UTC(1900, 0, 1) + random.below(80_000) * 86_400_000);
  if (kind === 4) return `${random.below(1e9)}`;
  return TEXTS[random.below(TEXTS.length)];
}

Deno.test("a workbook is read as another reader reads it", async () => {
  const random = new Random(7);
  for (let n = 0; n < 60; n++) {
    const rows = Array.from(
      { length: 1 + random.below(12) },
      () => Array.from({ length: random.below(9) }, () => drawnCell(random)),
    );
    const file = await writeXlsx({ sheets: [{ name: "S", rows: rows as never }] });
    const { sheets: [sheet] } = await readXlsx(file);
    const table = await readTable(file as Uint8Array<ArrayBuffer>, "S");
    assert.deepEqual(seen(cellsOf(table)), seen(sheet.rows as Cell[][]), JSON.stringify(rows));
  }
});

function xml(text: string) {
  return xmlOf(new TextEncoder().encode(text));
}

/** The table of a sheet's XML. */
function read(cells: string, more: { texts?: string; looks?: string; date1904?: boolean } = {}) {
  const work = new Work();
  const context = {
    name: "S",
    texts: more.texts ? sharedTexts(xml(more.texts), work) : NO_TEXTS,
    dateLooks: more.looks ? dateLooks(xml(more.looks), work) : [],
    date1904: more.date1904 ?? false,
  };
  const table = sheetTable(xml(`<worksheet>${cells}</worksheet>`), context, TABLE_SIZE, work);
  return { rows: cellsOf(table), merges: table.merges };
}

Deno.test("texts come in pieces, with how they are pronounced, within cells and shared", () => {
  const texts =
    `<sst><si><t>A</t></si><si><r><rPr><b/></rPr><t>Be</t></r><r><t xml:space="preserve"> e</t></r>
    <rPh sb="0" eb="1"><t>bi</t></rPh></si><si><t><![CDATA[<&amp;>]]></t></si><si><t>_x005F_x0041_</t></si></sst>`;
  const cells = [0, 1, 2, 3, 9].map((n) => `<c t="s"><v>${n}</v></c>`).join("");
  const inline = `<c t="inlineStr"><is><r><t>x</t></r><r><t>&amp;y</t></r></is></c>`;
  assert.deepEqual(
    read(`<sheetData><row>${cells}${inline}</row></sheetData>`, { texts }).rows,
    [["A", "Be e", "<&amp;>", "_x0041_", null, "x&y"]],
  );
});

Deno.test("numbers are dates where their look says so", () => {
  const looks = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/>
    <numFmt numFmtId="165" formatCode="#,##0 &quot;days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/>
    <numFmt numFmtId="167" formatCode="[Red]General"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
    <cellXfs><xf/>${
    [14, 164, 165, 166, 167].map((id) => `<xf numFmtId="${id}"/>`).join("")
  }</cellXfs></styleSheet>`;
  const cells = [0, 1, 2, 3, 4, 5].map((look) => `<c s="${look}"><v>46398</v></c>`).join("");
  const date = new Date("2027-01-11T00:00:00Z");
  const sheet = `<sheetData><row>${cells}</row></sheetData>`;
  assert.deepEqual(read(sheet, { looks }).rows, [[46398, date, date, 46398, date, 46398]]);
  const [[, since1904]] = read(sheet, { looks, date1904: true }).rows as Date[][];
  assert.equal(since1904.toISOString(), "2031-01-12T00:00:00.000Z");
  const beyond =
    '<sheetData><row><c s="1"><v>999999999</v></c><c s="1"><v>1e300</v></c></row></sheetData>';
  assert.deepEqual(read(beyond, { looks }).rows, [[999_999_999, 1e300]], "beyond all dates");
  const bug =
    `<sheetData><row><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c></row></sheetData>`;
  assert.deepEqual(
    (read(bug, { looks }).rows[0] as Date[]).map((day) => day.toISOString().slice(5, 10)),
    ["02-28", "02-28", "03-01"],
  );
});

Deno.test("cells stand where they say, or after the one before; what is empty is nothing", () => {
  const sheet =
    `<sheetData><row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c><c r="F3"/><c t="str"><v> </v></c></row>
    <row><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>A1+1</f></c><c t="str"><f>A1</f><v></v></c></row>
    <row r="900"><c r="XFD900" s="3"/><c><f>late</f></c></row></sheetData>
    <mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="junk"/></mergeCells><extLst><c r="A1"><v>9</v></c></extLst>`;
  const { rows, merges } = read(sheet);
  assert.deepEqual(rows, [[], [], [null, 1, 2], [true, { bad: "ERROR_VALUE", text: "#REF!" }, {
    bad: "FORMULA_WITHOUT_VALUE",
    text: "=A1+1",
  }]]);
  assert.deepEqual(merges, [{ startRow: 0, startCol: 0, endRow: 1, endCol: 1 }]);
});

/** A cell as programs write it, of any type. */
function drawnXml(random: Random, place: string): string {
  const look = random.below(3) === 0 ? ` s="${random.below(5)}"` : "";
  const value = ["7", "123456789", "1234567890", "-1.5", "0012", "a &amp; b", "x>y", " ", "", "é"][
    random.below(10)
  ];
  const of = (type: string) => `<c r="${place}"${look}${type}><v>${value}</v></c>`;
  const inline = (space: string) =>
    `<c r="${place}"${look} t="inlineStr"><is><t${space}>${value}</t></is></c>`;
  return [
    () => `<c r="${place}"${look}/>`,
    () => of(""),
    () => of(' t="n"'),
    () => of(' t="str"'),
    () => of(' t="b"'),
    () => of(' t="e"'),
    () => `<c r="${place}" t="s"${look}><v>${random.below(4)}</v></c>`,
    () => inline(""),
    () => inline(' xml:space="preserve"'),
  ][random.below(9)]();
}

Deno.test("rows that are written as programs write them are read at a glance, and as any other rows are", () => {
  const random = new Random(23);
  const looks =
    '<styleSheet><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="2"/></cellXfs></styleSheet>';
  const texts =
    '<sst><si><t>A</t></si><si><t xml:space="preserve"> b </t></si><si><t> </t></si></sst>';
  for (let n = 0; n < 500; n++) {
    const rows = Array.from({ length: 1 + random.below(6) }, (_, row) => {
      const number = 1 + row + random.below(2);
      const cells = Array.from(
        { length: random.below(6) },
        (_, column) => drawnXml(random, `${"ABCDEFG"[column + random.below(2)]}${number}`),
      );
      return `<row r="${number}" spans="1:4">${cells.join("")}</row>`;
    }).join("");
    const merges = '<mergeCell ref="B2:AC10"/><mergeCell ref="A1:A2"/>';
    const xml = `<sheetData>${rows}</sheetData><mergeCells>${merges}</mergeCells>`;
    // With a second space no tag is one that programs write.
    const walked = xml.replaceAll(/<(row|c|mergeCell) /g, "<$1  ");
    const [plain, other] = [xml, walked].map((each) => read(each, { looks, texts }));
    assert.deepEqual(seen(plain.rows), seen(other.rows), xml);
    assert.deepEqual(plain.merges, other.merges);
  }
});

Deno.test("cells are where they are, whatever letters stand before them, a byte order mark included", () => {
  const file = (text: string) => xmlOf(new TextEncoder().encode(text));
  const sheet = (cell: string) =>
    `<worksheet><sheetData><row r="1">${cell}<c r="B1"><v>2</v></c></row></sheetData></worksheet>`;
  const cell = '<c r="A1" t="str"><v>日本 é 😀</v></c>';
  const context = { name: "S", texts: NO_TEXTS, dateLooks: [], date1904: false };
  for (const xml of [sheet(cell), `\ufeff${sheet(cell)}`, `<!-- 日本 -->${sheet(cell)}`]) {
    const table = sheetTable(file(xml), context, TABLE_SIZE, new Work());
    assert.deepEqual(cellsOf(table), [["日本 é 😀", 2]]);
  }
});
