// Workbooks and CSV as only some programs write them, by hand: what is no cell is passed over, wherever it stands.

import assert from "node:assert/strict";
import type { Bytes } from "../platform/bytes.ts";
import { readTable } from "./read_table.ts";
import { relationship, SHEET, sheet, text, workbook } from "./testing/hostile_parts.ts";
import { cellsOf } from "./testing/tables.ts";

const INLINE = '<row r="1"><c r="A1" t="inlineStr"><is><t>Ward</t></is></c></row>';
const BOOK = "xl/workbook.xml", LINKS = "xl/_rels/workbook.xml.rels";
const ENTRY = 0x02014b50, NONE = 0xffffffff;

async function cellsIn(file: Bytes) {
  return cellsOf(await readTable(file, "Positions"));
}

/** The same archive with sizes in 64 bits, as writers have it that do not know them beforehand; `all`: places and counts too. */
function in64Bits(archive: Bytes, all: boolean): Bytes {
  const view = new DataView(archive.buffer), end = archive.length - 22;
  const count = view.getUint16(end + 10, true), start = view.getUint32(end + 16, true);
  const chunks = [archive.slice(0, start)];
  for (let n = 0, at = start; n < count; n++) {
    assert.equal(view.getUint32(at, true), ENTRY);
    const entry = archive.slice(at, at + 46 + view.getUint16(at + 28, true));
    const own = new DataView(entry.buffer);
    const places = all ? [24, 20, 42] : [24, 20];
    // A field of another kind comes first, as times do.
    const extra = new DataView(new ArrayBuffer(5 + 4 + 8 * places.length));
    [0x5455, 1].forEach((value, i) => extra.setUint16(2 * i, value, true));
    [1, 8 * places.length].forEach((value, i) => extra.setUint16(5 + 2 * i, value, true));
    for (const [i, place] of places.entries()) {
      extra.setBigUint64(9 + 8 * i, BigInt(own.getUint32(place, true)), true);
      own.setUint32(place, NONE, true);
    }
    own.setUint16(30, extra.byteLength, true);
    chunks.push(entry, new Uint8Array(extra.buffer));
    at += entry.length;
  }
  const tail = new DataView(new ArrayBuffer(all ? 56 + 20 : 0));
  const last = archive.slice(end), lastView = new DataView(last.buffer);
  if (all) {
    const at = chunks.reduce((sum, { length }) => sum + length, 0);
    tail.setUint32(0, 0x06064b50, true);
    tail.setBigUint64(32, BigInt(count), true);
    tail.setBigUint64(48, BigInt(start), true);
    tail.setUint32(56, 0x07064b50, true);
    tail.setBigUint64(64, BigInt(at), true);
    lastView.setUint16(10, 0xffff, true);
    lastView.setUint32(16, NONE, true);
  }
  return new Uint8Array(
    [...chunks, new Uint8Array(tail.buffer), last].flatMap((each) => [...each]),
  );
}

Deno.test("archives that say their sizes in 64 bits are read, as streaming writers make them", async () => {
  const plain = workbook({ [SHEET]: sheet(INLINE) });
  for (const all of [false, true]) {
    assert.deepEqual(await cellsIn(in64Bits(plain, all)), [["Ward"]], `all: ${all}`);
    // Cut short or pointing nowhere, it is refused.
    const cut = in64Bits(plain, all);
    new DataView(cut.buffer).setUint32(cut.length - 22 + (all ? -12 : 16), 0x7fffffff, true);
    await assert.rejects(cellsIn(cut), { code: "UNREADABLE_FILE" });
  }
});

Deno.test("a part of 65,535 bytes is of that size", async () => {
  for (const size of [65_534, 65_535, 65_536]) {
    const xml = sheet(INLINE), padded = xml + " ".repeat(size - xml.length);
    assert.deepEqual(await cellsIn(workbook({ [SHEET]: padded })), [["Ward"]], `${size}`);
  }
});

Deno.test("a sheet that is a chart is none to read", async () => {
  const of = (sheets: string[]) =>
    workbook({
      [BOOK]: `<workbook><sheets>${
        sheets.map((id) => `<sheet name="${id}" r:id="${id}"/>`).join("")
      }</sheets></workbook>`,
      [LINKS]: `<Relationships>${relationship("chart", "chartsheet", "chartsheets/sheet1.xml")}${
        relationship("data", "worksheet", "/xl/worksheets/sheet1.xml")
      }</Relationships>`,
      "xl/chartsheets/sheet1.xml": "<chartsheet/>",
      [SHEET]: sheet(INLINE),
    });
  assert.deepEqual(await cellsIn(of(["chart", "data"])), [["Ward"]]);
  const table = await readTable(of(["chart", "data"]), { name: "x", elseFirst: true });
  assert.deepEqual([table.sheet, table.sheets], ["data", ["data"]]);
  await assert.rejects(cellsIn(of(["chart"])), { code: "UNREADABLE_FILE" });
});

Deno.test("names of parts are encoded or not", async () => {
  const of = (target: string, path: string) =>
    workbook({
      [LINKS]: `<Relationships>${relationship("r1", "worksheet", target)}</Relationships>`,
      [path]: sheet(INLINE),
    });
  for (const path of ["worksheets/sheet 1.xml", "worksheets/sheet%201.xml", "worksheets/表.xml"]) {
    assert.deepEqual(await cellsIn(of(path, `xl/${path}`)), [["Ward"]], path);
  }
});

Deno.test("how a text is pronounced is none of it, in a cell as among shared texts", async () => {
  const cell =
    '<c r="A1" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウ</t></rPh></is></c>';
  const file = workbook({ [SHEET]: sheet(`<row r="1">${cell}</row>`) });
  assert.deepEqual(await cellsIn(file), [["東京"]]);
});

Deno.test("how a CSV file is separated may be said in quotes, and in any case", async () => {
  for (const said of ["sep=;\r\n", '"sep=;"\r\n', "sep=;\r", "SEP=;\n"]) {
    assert.deepEqual(
      await cellsIn(text(`${said}a,b;c\n1,5;2\n`)),
      [["a,b", "c"], ["1,5", "2"]],
      said,
    );
  }
});
