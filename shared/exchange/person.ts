// All that is held of a doctor, as export_person() answers it, laid out as a table for people.

import type { Bytes } from "../platform/bytes.ts";
import { SheetBuilder, STYLES } from "./sheet.ts";
import { writeWorkbook } from "./write_xlsx.ts";

/** A row of the table: where it stands, which of the rows there, which column, and the value as text. */
export type PersonRow = [place: string, row: number, column: string, value: string];

const HEADERS = ["Where", "Row", "What", "Value"];
const WIDTHS = [24, 6, 28, 60];

/** The document as a workbook of one sheet: the table. */
export function personWorkbook(document: Record<string, unknown>): Promise<Bytes> {
  const sheet = new SheetBuilder("Person");
  sheet.add(HEADERS, STYLES.header);
  for (const row of personTable(document)) sheet.add(row, STYLES.text);
  const columns = WIDTHS.map((width) => ({ width }));
  return writeWorkbook([sheet.build({ columns })]);
}

/** The document as a table: a row for each value that is there. */
export function personTable(document: Record<string, unknown>): PersonRow[] {
  const rows: PersonRow[] = [];
  for (const [place, content] of Object.entries(document)) {
    if (place === "rows" || place === "asked" || place === "settings") {
      for (const [table, inner] of Object.entries(content as Record<string, unknown>)) {
        put(rows, table, inner);
      }
    } else put(rows, place, content);
  }
  return rows;
}

function put(rows: PersonRow[], place: string, content: unknown): void {
  const items = Array.isArray(content) ? content : [content];
  items.forEach((item, i) => {
    const fields = typeof item === "object" && item !== null ? Object.entries(item) : [["", item]];
    for (const [column, value] of fields) {
      if (value === null || value === undefined) continue;
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      rows.push([place, i + 1, column, text]);
    }
  });
}
