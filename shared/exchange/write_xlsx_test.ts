// What is written is what another program reads: values, looks, merged ranges, heights and what stands around the cells.

import assert from "node:assert/strict";
import { font, SheetBuilder, solid, STYLES } from "./sheet.ts";
import { readTable } from "./read_table.ts";
import { editPart, readWorkbook } from "./testing/workbooks.ts";
import { writeWorkbook } from "./write_xlsx.ts";
import { cellsOf } from "./testing/tables.ts";

/** The text of a part. */
function partOf(workbook: Uint8Array, path: string): string {
  let text = "";
  editPart(workbook, path, (xml) => text = xml);
  return text;
}

Deno.test("values of every kind are read by another program as they are", async () => {
  const sheet = new SheetBuilder("Values");
  const texts = [
    "plain",
    " spaced ",
    "two\nlines",
    "<&>\"'",
    "$& $1 $`",
    "_x0041_",
    "#N/A",
    "=1+1",
    "",
  ];
  sheet.add(texts, STYLES.cell);
  sheet.add([1, -2.5, 1e21, 0, true, false, null]);
  const day = new Date(Date.UTC(2027, 1, 8));
  sheet.put(3, 27, day, { font: font(), numFmt: "d mmm" });
  const read = readWorkbook(await writeWorkbook([sheet.build({})])).get("Values")!;
  texts.forEach((text, i) => assert.equal(read.value(`${"ABCDEFGHI"[i]}1`), text));
  assert.equal(read.cell("H1")!.f, undefined);
  assert.deepEqual(["A2", "B2", "C2", "D2", "E2", "F2", "G2"].map(read.value), [
    1,
    -2.5,
    1e21,
    0,
    true,
    false,
    undefined,
  ]);
  assert.deepEqual(read.value("AB4"), day);
});

Deno.test("each cell has its own look, however many looks and sheets there are", async () => {
  const colours = Array.from({ length: 250 }, (_, n) => `#${(0x400000 + 37 * n).toString(16)}`);
  const looks = colours.map((colour) => ({ font: font(), fill: solid(colour) }));
  const [one, two] = ["One", "Two"].map((name) => new SheetBuilder(name));
  looks.forEach((look, n) => (n % 2 ? one : two).put(n, n % 7, n % 3 ? `Cell ${n}` : null, look));
  const book = readWorkbook(await writeWorkbook([one.build({}), two.build({})]));
  looks.forEach((_, n) => {
    const cell = book.get(n % 2 ? "One" : "Two")!.cell(`${"ABCDEFG"[n % 7]}${n + 1}`)!;
    assert.equal(cell.s.fgColor.rgb, colours[n].slice(1).toUpperCase(), `${n}`);
  });
});

Deno.test("what stands around the cells is kept: merged ranges, heights, filters, checks, breaks", async () => {
  const sheet = new SheetBuilder("All");
  sheet.add(["Head"], STYLES.header);
  sheet.block([1, 0], [2, 3], "Block", STYLES.text);
  sheet.block([3, 1], [3, 2], "Next", STYLES.text);
  sheet.setHeight(0, 33);
  sheet.setHeight(9, 44);
  const file = await writeWorkbook([sheet.build({
    columns: [{ width: 20 }, { width: 5 }],
    autoFilter: { range: "A1:D4" },
    freezePane: { rows: 1 },
    rowBreaks: [2],
    dataValidations: [{ type: "list", values: ["a", "b"], range: "B2:B9" }],
  })], { title: "A & B" });
  const xml = partOf(file, "xl/worksheets/sheet1.xml");
  assert.deepEqual([...readWorkbook(file).get("All")!.merges].sort(), ["A2:D3", "B4:C4"]);
  // In the order that the schema asks for (18.3.1.99).
  const order = ["<dimension", "<sheetViews", "<cols", "<sheetData", "<autoFilter", "<mergeCells"];
  const places = [...order, "<dataValidations", "<pageMargins", "<rowBreaks"].map((tag) =>
    xml.indexOf(tag)
  );
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.ok(!places.includes(-1), xml.slice(0, 2_000));
  assert.match(xml, /<dimension ref="A1:D4"\/>/);
  assert.match(xml, /<mergeCells count="2">/);
  assert.match(xml, /<row r="1" ht="33" customHeight="1">/);
  assert.match(partOf(file, "docProps/core.xml"), /A &amp; B/);
});

Deno.test("sheets without a cell or a merged range are sheets all the same", async () => {
  const make = () => {
    const filled = new SheetBuilder("Filled");
    filled.add(["A"]);
    return writeWorkbook([new SheetBuilder("Empty").build({}), filled.build({})]);
  };
  const book = readWorkbook(await make());
  assert.deepEqual([...book.keys()], ["Empty", "Filled"]);
  assert.deepEqual(book.get("Empty")!.rows.flat().filter((cell) => cell !== null), []);
  assert.equal(book.get("Empty")!.merges.size, 0);
  assert.deepEqual(cellsOf(await readTable(await make(), "Filled")), [["A"]]);
});
