// All that is held of a doctor, as export_person() answers it, laid out as a table for people.

/** A row of the table: where it stands, which of the rows there, which column, and the value as text. */
export type PersonRow = [place: string, row: number, column: string, value: string];

/** Headers of the table. */
export const PERSON_HEADERS = ["Where", "Row", "What", "Value"] as const;

/** The document as a table: a row for each value that is there. */
export function personTable(document: Record<string, unknown>): PersonRow[] {
  const rows: PersonRow[] = [];
  for (const [place, content] of Object.entries(document)) {
    if (place === "rows" || place === "settings") {
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
