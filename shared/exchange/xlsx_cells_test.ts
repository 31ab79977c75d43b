// Cells are read as another reader reads them, whoever wrote the sheet; and what only some programs write, by hand.

import assert from "node:assert/strict";
import { readXlsx, writeXlsx } from "hucre/xlsx";
import { Random } from "../engine/random.ts";
import { TABLE_SIZE } from "./limits.ts";
import { readTable } from "./read_table.ts";
import { type Cell, isBlank } from "./table.ts";
import { Work } from "./work.ts";
import { dateLooks, sharedTexts, sheetTable } from "./xlsx_cells.ts";

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
    const { rows: read } = await readTable(file as Uint8Array<ArrayBuffer>, "S");
    assert.deepEqual(seen(read), seen(sheet.rows as Cell[][]), JSON.stringify(rows));
  }
});

/** The table of a sheet's XML. */
function read(cells: string, more: { texts?: string; looks?: string; date1904?: boolean } = {}) {
  const work = new Work();
  const context = {
    name: "S",
    texts: more.texts ? sharedTexts(more.texts, work) : [],
    dateLooks: more.looks ? dateLooks(more.looks, work) : [],
    date1904: more.date1904 ?? false,
  };
  return sheetTable(`<worksheet>${cells}</worksheet>`, context, TABLE_SIZE, work);
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
