import assert from "node:assert/strict";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { MAX_SHEET_ROWS, TABLE_SIZE } from "./limits.ts";
import { readTable } from "./read_table.ts";
import { editPart, writeWorkbook } from "./testing/workbooks.ts";
import { archiveParts } from "./zip_guard.ts";
import { cellsOf } from "./testing/tables.ts";

const SHEET = "xl/worksheets/sheet1.xml";

function refuses(file: Bytes, status: number, code: string) {
  return assert.rejects(readTable(file, "Positions"), (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.deepEqual([error.status, error.code], [status, code]);
    return true;
  });
}

function bytes(text: string): Bytes {
  return new TextEncoder().encode(text);
}

Deno.test("readTable() reads values, dates, formulas by their results, and merged ranges", async () => {
  const file = writeWorkbook({
    Positions: [["a", 1.5, true, null, new Date("2027-01-11T00:00:00Z")]],
  }, {
    merges: ["A3:B4"],
    cells: {
      A2: { t: "n", v: 3, f: "1+2" },
      B2: { t: "n", f: "1+1" },
      C2: { t: "e", v: 0x17 },
      D2: { t: "s", v: "=no formula" },
    },
  });
  const widened = editPart(file, SHEET, (xml) => xml.replace(/<dimension[^>]*>/, ""));
  for (const each of [file, widened]) {
    const table = await readTable(each, "Positions");
    assert.equal(table.sheet, "Positions");
    assert.deepEqual(table.rows.row(0), ["a", 1.5, true, null, new Date("2027-01-11T00:00:00Z")]);
    assert.deepEqual(table.merges, [{ startRow: 2, startCol: 0, endRow: 3, endCol: 1 }]);
  }
});

Deno.test("readTable() marks cells without a value of their own", async () => {
  const file = writeWorkbook({ Positions: [["a", "b", "c"], [1, 2, "end"]] }, {
    cells: {
      A2: { t: "n", v: 3, f: "1+2" },
      B2: { t: "e", v: 0x17 },
    },
  });
  const withoutResult = editPart(
    file,
    SHEET,
    (xml) => xml.replace("<f>1+2</f><v>3</v>", "<f>1+2</f>"),
  );
  assert.deepEqual((await readTable(file, "Positions")).rows.row(1), [
    3,
    { bad: "ERROR_VALUE", text: "#REF!" },
    "end",
  ]);
  assert.deepEqual((await readTable(withoutResult, "Positions")).rows.cell(1, 0), {
    bad: "FORMULA_WITHOUT_VALUE",
    text: "=1+2",
  });
});

Deno.test("readTable() takes the sheet of the name, or the only one that is visible", async () => {
  const rows = [["here"]];
  for (
    const file of [
      writeWorkbook({ Notes: [["no"]], " positions": rows }),
      writeWorkbook({ Sheet1: rows }),
      writeWorkbook({ Lists: [["no"]], Sheet1: rows }, { hidden: ["Lists"] }),
    ]
  ) assert.deepEqual(cellsOf(await readTable(file, "Positions")), rows);
  await refuses(writeWorkbook({ One: rows, Two: rows }), 400, "SHEET_NOT_FOUND");
});

/** The same archive with its parts named in another way; names keep their length. */
function renamed(workbook: Bytes, rename: (path: string) => string): Bytes {
  const bytes = workbook.slice(), view = new DataView(bytes.buffer);
  const [LOCAL, ENTRY] = [0x04034b50, 0x02014b50];
  for (let at = 0; at < bytes.length - 46; at++) {
    const signature = view.getUint32(at, true);
    if (signature !== LOCAL && signature !== ENTRY) continue;
    const [name, length] = signature === LOCAL ? [at + 30, at + 26] : [at + 46, at + 28];
    const part = bytes.subarray(name, name + view.getUint16(length, true));
    part.set(new TextEncoder().encode(rename(new TextDecoder().decode(part))));
  }
  return bytes;
}

Deno.test("readTable() finds parts that are named in another case, or with backslashes", async () => {
  const rows = [["Hospital", "Team"], ["Wandoo Park", 3]];
  const workbook = writeWorkbook({ Positions: rows });
  const ways: ((path: string) => string)[] = [
    (path) => path.toLowerCase(),
    (path) => path.toUpperCase(),
    (path) => path.replace("sharedStrings", "SharedStrings"),
    (path) => path.replaceAll("/", "\\"),
  ];
  for (const way of ways) {
    assert.deepEqual(cellsOf(await readTable(renamed(workbook, way), "Positions")), rows, `${way}`);
  }
});

Deno.test("readTable() goes by what is in a file, not by how far it is formatted", async () => {
  const file = editPart(
    writeWorkbook({ Positions: [["a"], ["b"]] }),
    SHEET,
    (xml) => xml.replace("</sheetData>", `<row r="1048576"><c r="XFD1048576"/></row></sheetData>`),
  );
  assert.deepEqual(cellsOf(await readTable(file, "Positions")), [["a"], ["b"]]);
});

Deno.test("readTable() refuses rows and columns beyond what positions could need", async () => {
  const far = (place: string, row: number) =>
    editPart(
      writeWorkbook({ Positions: [["a"]] }),
      SHEET,
      (xml) =>
        xml.replace(
          "</sheetData>",
          `<row r="${row}"><c r="${place}"><v>1</v></c></row></sheetData>`,
        ),
    );
  await refuses(far("A1048576", 1048576), 413, "FILE_TOO_LARGE");
  await refuses(far("XFD2", 2), 413, "FILE_TOO_LARGE");
  await refuses(far("XFE2", 2), 400, "UNREADABLE_FILE");
  await refuses(bytes("a\r\n".repeat(TABLE_SIZE.rows + 1)), 413, "FILE_TOO_LARGE");
  await refuses(bytes(`a${"\r\n".repeat(11_000)}b`), 413, "FILE_TOO_LARGE");
  await refuses(bytes(`a\r\n${"b,".repeat(200)}b`), 413, "FILE_TOO_LARGE");
});

Deno.test("readTable() refuses more texts, looks and formatted rows than it could hold", async () => {
  const workbook = writeWorkbook({ Positions: [["a"]] });
  const looks = editPart(
    workbook,
    "xl/styles.xml",
    (xml) => xml.replace(/<cellXfs[^>]*>/, `$&${'<xf numFmtId="0"/>'.repeat(100_000)}`),
  );
  await refuses(looks, 413, "FILE_TOO_LARGE");
  const rows = editPart(
    workbook,
    SHEET,
    (xml) =>
      xml.replace(
        "</sheetData>",
        `${'<row><c s="0"/></row>'.repeat(MAX_SHEET_ROWS + 1)}</sheetData>`,
      ),
  );
  await refuses(rows, 413, "FILE_TOO_LARGE");
});

Deno.test("readTable() refuses an archive that unpacks to too much, whether it says so or not", async () => {
  const bomb = editPart(
    writeWorkbook({ Positions: [["a"]] }),
    SHEET,
    (xml) => xml.replace("<sheetData>", `<sheetData>${" ".repeat(9 * 2 ** 20)}`),
  );
  assert.ok(bomb.length < 500_000, `${bomb.length} bytes`);
  await refuses(bomb, 413, "FILE_TOO_LARGE");

  const liar = bomb.slice();
  const view = new DataView(liar.buffer);
  for (let at = 0; at < liar.length - 4; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 1000, true);
  }
  assert.ok(archiveParts(liar)!.every(({ size }) => size === 1000));
  await refuses(liar, 400, "UNREADABLE_FILE");
});

Deno.test("readTable() refuses entities that would grow", async () => {
  const file = editPart(
    writeWorkbook({ Positions: [["a"]] }),
    SHEET,
    (xml) =>
      xml.replace(
        /(<\?xml[^>]*\?>)/,
        `$1<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "${"&a;".repeat(50)}">]>`,
      ).replace("<sheetData>", `<sheetData><row r="2"><c t="str"><v>&b;</v></c></row>`),
  );
  const table = await readTable(file, "Positions").catch((error) => error);
  const text = table instanceof ApiError ? "" : JSON.stringify(cellsOf(table));
  assert.ok(!text.includes("aaaa"), text.slice(0, 200));
});

Deno.test("readTable() refuses what is no table", async () => {
  const workbook = writeWorkbook({ Positions: [["a"]] });
  await refuses(bytes(""), 400, "EMPTY_FILE");
  await refuses(workbook.slice(0, workbook.length / 2), 400, "UNREADABLE_FILE");
  await refuses(bytes("PK\u0003\u0004 no archive"), 400, "UNREADABLE_FILE");
  await refuses(editPart(workbook, SHEET, () => "<worksheet"), 400, "UNREADABLE_FILE");
  await refuses(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 415, "UNSUPPORTED_FILE");
  await refuses(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1]), 415, "UNSUPPORTED_FILE");
  for (const json of ['{\n  "London": 1,\n  "Wales": 2\n}\n', ' [["a", 1]]']) {
    await refuses(bytes(json), 415, "UNSUPPORTED_FILE");
  }
  for (const headers of ["[Line],{Rank}\n", "<Line>,<Rank>\n"]) {
    const cells = headers.trim().split(",");
    assert.deepEqual(cellsOf(await readTable(bytes(headers), "R")), [cells]);
  }
});

Deno.test("readTable() leaves U+0000 in a cell of a text to who reads the cell, and takes no binary for a text", async () => {
  const text = "E-mail,Name\na@x.example,A\u0000b\n";
  assert.deepEqual(cellsOf(await readTable(bytes(text), "R")), [
    ["E-mail", "Name"],
    ["a@x.example", "A\u0000b"],
  ]);
  const wide = new Uint8Array([...text].flatMap((char) => [char.charCodeAt(0), 0]));
  await refuses(wide, 415, "UNSUPPORTED_FILE");
  await refuses(new Uint8Array([...bytes(text), 0x89]), 415, "UNSUPPORTED_FILE");
});

Deno.test("readTable() says of a web page, of XML and of documents that they are none, whatever they are named", async () => {
  const table = "<table><tr><td>Email</td><td>Name</td></tr></table>";
  const files: [string, RegExp][] = [
    [`<!DOCTYPE html>\n<html><body>${table}</body></html>`, /web page/],
    [`\ufeff\r\n  <HTML xmlns:x="urn:schemas-microsoft-com:office:excel">${table}`, /web page/],
    [table, /web page/],
    ['<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', /web page/],
    ['<?xml version="1.0"?>\n<Workbook xmlns="urn:x">a,b\nc,d</Workbook>', /XML/],
    ["<rows><row>a,b</row></rows>", /XML/],
    ["{\\rtf1\\ansi Email, Name}", /document/],
    ["%PDF-1.7\nEmail, Name\n", /document/],
  ];
  for (const [text, word] of files) {
    await assert.rejects(readTable(bytes(text), "Positions"), (error) => {
      assert.ok(error instanceof ApiError, text);
      assert.deepEqual([error.status, error.code], [415, "UNSUPPORTED_FILE"], text);
      assert.match(error.message, word);
      return true;
    });
  }
});

Deno.test("readTable() reads CSV in the encodings and with the separators of spreadsheet programs", async () => {
  const rows = [["Hospital", "Team"], ["Königin", 'a, "b"']];
  const utf16 = (text: string) => {
    const units = new Uint16Array([...`\ufeff${text}`].map((char) => char.charCodeAt(0)));
    return new Uint8Array(units.buffer);
  };
  const files: Record<string, Bytes> = {
    commas: bytes('Hospital,Team\r\nKönigin,"a, ""b"""\r\n'),
    mark: bytes('\ufeffHospital,Team\nKönigin,"a, ""b"""'),
    semicolons: bytes('Hospital;Team\r\nKönigin;"a, ""b"""\r\n'),
    tabs: bytes('Hospital\tTeam\r\nKönigin\t"a, ""b"""\r\n'),
    said: bytes('sep=;\r\nHospital;Team\r\nKönigin;"a, ""b"""\r\n'),
    windows: new Uint8Array(
      [...'Hospital;Team\r\nKönigin;"a, ""b"""\r\n'].map((char) => char.charCodeAt(0)),
    ),
    utf16: utf16('Hospital\tTeam\r\nKönigin\t"a, ""b"""\r\n'),
  };
  for (const [name, file] of Object.entries(files)) {
    const table = await readTable(file, "Positions");
    assert.equal(table.sheet, null);
    assert.deepEqual(cellsOf(table), rows, name);
  }
});

Deno.test("readTable() loses no row of CSV within a quote, and misreads no name by another encoding", async () => {
  const refusal = async (file: Bytes) => {
    const error = await readTable(file, "Doctors").then(() => null, (error) => error as ApiError);
    return [error?.status, error?.code, error?.extras.errors?.[0]?.path];
  };
  assert.deepEqual(
    await refusal(bytes('Email,Name\na@x.example,"A B\nc@x.example,C D\n')),
    [400, "INVALID_ROWS", "B2"],
  );
  assert.deepEqual(
    await refusal(bytes('Email,Name\na@x.example,"A B\nc@x.example,"C D"\n')),
    [400, "INVALID_ROWS", "B2"],
  );
  // "Müller" as DOS wrote it, and "Hélène" as a Macintosh did: Windows would read another name.
  for (const name of [[0x4d, 0x81, 0x6c], [0x48, 0x8e, 0x6c, 0x8f, 0x6e]]) {
    const file = new Uint8Array([...bytes("Name,Email\n"), ...name, ...bytes(",a@x.example\n")]);
    assert.deepEqual(await refusal(file), [415, "UNSUPPORTED_FILE", undefined]);
  }
});

Deno.test("readTable() takes the apostrophe off what was disarmed for CSV", async () => {
  const { rows } = await readTable(bytes("a,b\r\n'=1+1,'quoted'\r\n"), "Positions");
  assert.deepEqual(rows.row(1), ["=1+1", "'quoted'"]);
});

Deno.test("UTF-16 without a byte order mark is read, in either order; what only has zeros in it is not", async () => {
  const said = "Hospital\tTeam\r\nK\u00f6nigin \u2013 \u0141\u00f3d\u017a\tA\r\n";
  const twoBytes = (text: string, little: boolean) => {
    const view = new DataView(new ArrayBuffer(2 * text.length));
    for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), little);
    return new Uint8Array(view.buffer);
  };
  for (const little of [true, false]) {
    const table = await readTable(twoBytes(said, little), "");
    assert.deepEqual(cellsOf(table), [["Hospital", "Team"], [
      "K\u00f6nigin \u2013 \u0141\u00f3d\u017a",
      "A",
    ]]);
  }
  for (
    const file of [
      twoBytes("a\u0000b\u0000", true),
      twoBytes("a\u0001b", true),
      twoBytes("ab\ud800", false),
    ]
  ) {
    await assert.rejects(readTable(file, ""), { code: "UNSUPPORTED_FILE" });
  }
  await assert.rejects(readTable(twoBytes(said, true).slice(1), ""), { code: "UNSUPPORTED_FILE" });
});
