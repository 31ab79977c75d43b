// A solver function: answers at once, works one slice behind the answer, and hands over to a fresh invocation.

import { runInBackground } from "../platform/background.ts";
import { cpuMeter } from "../platform/cpu.ts";
import { connect, type Sql } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { requireInternalKey } from "../platform/internal_key.ts";
import { dispatch } from "./dispatch.ts";
import { hasReadyWork } from "./queue.ts";
import { runSlice } from "./slice.ts";
import type { Machine, Workload } from "./workload.ts";

/** CPU of a slice in ms; the platform ends an isolate at 2,000 and asks it to stop at 1,000. */
const SLICE_CPU_MS = 800;

/**
 * The fetch handler of a solver function.
 * @param functionName its own name, which it calls to hand over
 */
export function createSolver<Input, State, M extends Machine<State>>(
  functionName: string,
  workload: Workload<Input, State, M>,
): (request: Request) => Promise<Response> {
  // An isolate's first slice pays for loading the modules; later ones, if it is kept, start from there.
  const meter = cpuMeter();
  let cpuStartMs = 0;
  let sql: Sql | null = null;

  const workAndHandOver = async () => {
    sql ??= connect();
    const outcome = await runSlice(workload, {
      sql,
      workerId: `${functionName}:${crypto.randomUUID()}`,
      meter,
      cpuStartMs,
      cpuLimitMs: SLICE_CPU_MS,
    });
    cpuStartMs = meter.usedMs();
    if (outcome === "idle") return;
    if (outcome === "checkpointed" || await hasReadyWork(sql, workload.searchType)) {
      await dispatch(functionName);
    }
  };

  return createHandler(functionName, {
    POST: (request) => {
      requireInternalKey(request);
      runInBackground(functionName, workAndHandOver);
      return Response.json({ accepted: true }, { status: 202 });
    },
  });
}
