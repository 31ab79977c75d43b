// Reading a table whole.

import type { PostgrestError } from "@supabase/postgrest-js";
import { databaseError } from "../platform/requests.ts";

const PAGE = 1000;

/** All rows of a query, past the API's limit of rows per answer. @throws ApiError */
export async function allRows<Row>(
  page: (
    from: number,
    to: number,
  ) => PromiseLike<{ data: Row[] | null; error: PostgrestError | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0;; from += PAGE) {
    const { data, error } = await page(from, from + PAGE - 1);
    if (error) throw databaseError(error);
    rows.push(...data ?? []);
    if ((data ?? []).length < PAGE) return rows;
  }
}
