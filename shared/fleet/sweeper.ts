// The sweeper function: mends what crashed, and calls the functions that have work waiting.

import { keptPool } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { requireInternalKey } from "../platform/internal_key.ts";
import { selfCheck } from "../platform/self_check.ts";
import { dispatchAll } from "./dispatch.ts";
import { sweep } from "./queue.ts";

/**
 * The fetch handler of heartbeat-sweeper. Answers what it found: `{swept: [{search_type, reclaimed, dispatched}]}`.
 * GET answers with which settings the project's functions run (self_check.ts).
 */
export function createSweeper(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  return createHandler(functionName, {
    GET: async (request) => {
      requireInternalKey(request);
      return Response.json(await selfCheck());
    },
    POST: async (request) => {
      requireInternalKey(request);
      const swept = await Promise.all((await sweep(pool())).map(async (row) => ({
        search_type: row.searchType,
        reclaimed: row.reclaimed,
        dispatched: row.functionName !== null && await dispatchAll(row.functionName, row.calls),
      })));
      return Response.json({ swept });
    },
  });
}
