// A solver function: answers at once, works one slice behind the answer, and hands over to a fresh invocation.

import { CPU_LIMITS_MS } from "../engine/limits.ts";
import { runInBackground } from "../platform/background.ts";
import { isolateMeter } from "../platform/cpu.ts";
import { keptPool } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { requireInternalKey } from "../platform/internal_key.ts";
import { dispatch } from "./dispatch.ts";
import { keepingMachine } from "./kept_machine.ts";
import { nextCalls } from "./queue.ts";
import { runSlice } from "./slice.ts";
import { oneAtATime } from "./turns.ts";
import type { Machine, Workload } from "./workload.ts";

/** CPU of a call itself in ms, whatever becomes of it. */
const CALL_CPU_MS = 2;

/**
 * CPU in ms that the next slice of an isolate may use. The meter counts from above, far above on a busy machine; but an
 * isolate that is called has used less than the platform retires it with, whatever the meter says.
 * @param usedMs what the isolate has used, by the meter
 * @param isolateMs what it may use at most
 */
export function sliceAllowance(usedMs: number, isolateMs: number = CPU_LIMITS_MS.isolate): number {
  return Math.min(CPU_LIMITS_MS.slice, leftOf(usedMs, isolateMs));
}

/**
 * CPU in ms that an isolate may use yet, writing included.
 * @param usedMs what it has used, by the meter
 * @param isolateMs what it may use at most
 */
export function leftOf(usedMs: number, isolateMs: number = CPU_LIMITS_MS.isolate): number {
  return isolateMs - Math.min(usedMs, CPU_LIMITS_MS.soft);
}

/**
 * The fetch handler of a solver function.
 * @param functionName its own name, which it calls to hand over
 */
export function createSolver<Input, State, M extends Machine<State>>(
  functionName: string,
  workload: Workload<Input, State, M>,
): (request: Request) => Promise<Response> {
  // An isolate's first slice pays for loading the modules, each later one for all that came since the one before.
  const meter = isolateMeter();
  let cpuStartMs = 0;
  const pool = keptPool(), kept = keepingMachine(workload);
  const isolateMs = CPU_LIMITS_MS[workload.inSmallUnits ? "smallUnits" : "isolate"];

  const work = oneAtATime(async () => {
    const outcome = await runSlice(kept, {
      pool,
      workerId: `${functionName}:${crypto.randomUUID()}`,
      meter,
      cpuStartMs,
      cpuLimitMs: sliceAllowance(cpuStartMs, isolateMs),
      // A fresh isolate has room for whatever is to be written, even where its clock runs fast.
      mostMs: cpuStartMs === 0 ? undefined : leftOf(cpuStartMs, isolateMs),
    });
    cpuStartMs = meter.usedMs();
    return outcome;
  });
  /**
   * A slice, and where blocks are worked side by side more of them for as long as the platform would give this isolate another
   * call: such a call may come to an isolate that is at work, and this one would rest until that one's slice ends.
   */
  const workOn = async () => {
    let outcome = await work();
    let worked = false;
    while (
      workload.sideBySide && (outcome === "checkpointed" || outcome === "finished") &&
      meter.usedMs() < CPU_LIMITS_MS.soft
    ) {
      worked = true;
      outcome = await work();
    }
    return outcome === "idle" && worked ? "finished" : outcome;
  };
  const workAndHandOver = async () => {
    const outcome = await workOn();
    if (outcome === "left" || outcome === "idle") return;
    // Where blocks are worked side by side, a call that came to an isolate at work took a chain of slices with it: whoever
    // ends a slice makes up for it.
    const calls = outcome === "checkpointed" && !workload.sideBySide
      ? [functionName]
      : await nextCalls(pool(), workload.searchType);
    await Promise.all(calls.map(dispatch));
  };

  return createHandler(functionName, {
    POST: (request) => {
      requireInternalKey(request);
      meter.add(CALL_CPU_MS);
      runInBackground(functionName, workAndHandOver);
      return Response.json({ accepted: true }, { status: 202 });
    },
  });
}
