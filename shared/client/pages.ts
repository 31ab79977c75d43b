// Reading all rows of a table past the API's limit of rows per answer.

import { answered } from "./rest.ts";

/** Rows asked for at once; hosted projects answer at most 1,000. */
const PAGE_SIZE = 1000;

/** What a page of a PostgREST query answers. */
export interface Page<Row> {
  data: Row[] | null;
  error: { code?: string; message: string } | null;
  status: number;
  count?: number | null;
}

/** A query of supabase-js that was not sent yet. */
interface Headed {
  setHeader(name: string, value: string): unknown;
}

/**
 * Reads page after page until all rows are there. The limit of the server may be lower than what is
 * asked for, so it asks how many there are, and goes by that: what fits a page is asked for once. Of
 * an answer that does not tell, it reads until a page is empty.
 * @param page Reads rows `from..to` (inclusive) of a query of supabase-js with a total order.
 * @throws {ReceptorError} when a page fails.
 */
export async function readAll<Row>(
  page: (from: number, to: number) => PromiseLike<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  while (true) {
    const query = page(rows.length, rows.length + PAGE_SIZE - 1);
    (query as Partial<Headed>).setHeader?.("Prefer", "count=exact");
    const { data, count } = await answered(query);
    if (!data || data.length === 0) return rows;
    rows.push(...data);
    if (typeof count === "number" && rows.length >= count) return rows;
  }
}
