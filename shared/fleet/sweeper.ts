// The sweeper function: mends what crashed, and calls the functions that have work waiting.

import { connect, type Sql } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { requireInternalKey } from "../platform/internal_key.ts";
import { dispatch } from "./dispatch.ts";
import { sweep } from "./queue.ts";

/** The fetch handler of heartbeat-sweeper. Answers what it found: `{swept: [{search_type, reclaimed, dispatched}]}`. */
export function createSweeper(functionName: string): (request: Request) => Promise<Response> {
  let sql: Sql | null = null;
  return createHandler(functionName, {
    POST: async (request) => {
      requireInternalKey(request);
      sql ??= connect();
      const swept = await Promise.all((await sweep(sql)).map(async (row) => ({
        search_type: row.searchType,
        reclaimed: row.reclaimed,
        dispatched: row.functionName !== null && await dispatch(row.functionName),
      })));
      return Response.json({ swept });
    },
  });
}
