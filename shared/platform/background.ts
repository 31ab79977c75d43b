// Work that goes on after the answer, as the platform allows it.

import { describeError, log } from "./log.ts";

interface EdgeRuntimeGlobal {
  EdgeRuntime?: { waitUntil(promise: Promise<unknown>): void };
}

/**
 * Keeps the isolate alive until the work is done; an error is logged, never thrown.
 * @param component who logs
 */
export function runInBackground(component: string, work: () => Promise<unknown>): void {
  const done = work().catch((error) => {
    log("error", component, "background work failed", { error: describeError(error) });
  });
  (globalThis as EdgeRuntimeGlobal).EdgeRuntime?.waitUntil(done);
}
