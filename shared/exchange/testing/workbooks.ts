// Workbooks by another library than the one under test: written for imports, read back from exports.

import * as SheetJs from "@e965/xlsx";
import type { Bytes } from "../../platform/bytes.ts";

/** A cell as that library has it. */
export type SheetJsCell = SheetJs.CellObject;

/** What was read back of a sheet. */
export interface ReadSheet {
  value(address: string): unknown;
  cell(address: string): SheetJsCell | undefined;
  /** Merged ranges, e.g. "C6:L6". */
  merges: Set<string>;
  rows: unknown[][];
}

/** The sheets of a workbook by name, formulas and looks included. */
export function readWorkbook(bytes: Uint8Array): Map<string, ReadSheet> {
  const book = SheetJs.read(bytes, {
    cellStyles: true,
    cellFormula: true,
    cellDates: true,
    UTC: true,
  });
  return new Map(book.SheetNames.map((name) => {
    const sheet = book.Sheets[name];
    return [name, {
      value: (address) => sheet[address]?.v,
      cell: (address) => sheet[address],
      merges: new Set((sheet["!merges"] ?? []).map((range) => SheetJs.utils.encode_range(range))),
      rows: SheetJs.utils.sheet_to_json(sheet, { header: 1, defval: null, UTC: true }),
    }];
  }));
}

/** A workbook of sheets whose cells are values, or cells of that library. */
export function writeWorkbook(
  sheets: Record<string, unknown[][]>,
  more: { merges?: string[]; cells?: Record<string, SheetJsCell>; hidden?: string[] } = {},
): Bytes {
  const book = SheetJs.utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    const sheet = SheetJs.utils.aoa_to_sheet(rows, { UTC: true });
    if (more.merges) sheet["!merges"] = more.merges.map(SheetJs.utils.decode_range);
    Object.assign(sheet, more.cells);
    SheetJs.utils.book_append_sheet(book, sheet, name);
  }
  book.Workbook = {
    Sheets: book.SheetNames.map((name) => ({ name, Hidden: more.hidden?.includes(name) ? 1 : 0 })),
  };
  return new Uint8Array(
    SheetJs.write(book, { type: "array", bookType: "xlsx", compression: true }),
  );
}

/** The same workbook with the text of one of its parts changed. */
export function editPart(
  workbook: Uint8Array,
  path: string,
  edit: (xml: string) => string,
): Bytes {
  const archive = SheetJs.CFB.read(workbook, { type: "array" });
  const entry = SheetJs.CFB.find(archive, `/${path}`);
  if (!entry) throw new Error(`no part ${path}`);
  entry.content = new TextEncoder().encode(
    edit(new TextDecoder().decode(new Uint8Array(entry.content))),
  );
  entry.size = entry.content.length;
  return new Uint8Array(
    SheetJs.CFB.write(archive, { type: "array", fileType: "zip", compression: true }) as number[],
  );
}
