// Work that goes on after the answer, as the platform allows it.

// Declares what the platform adds to the globals; nothing of it is deployed.
import type {} from "@supabase/functions-js/edge-runtime";
import { describeError, log } from "./log.ts";

/**
 * Keeps the isolate alive until the work is done; an error is logged, never thrown.
 * @param component who logs
 */
export function runInBackground(component: string, work: () => Promise<unknown>): void {
  const done = work().catch((error) => {
    log("error", component, "background work failed", { error: describeError(error) });
  });
  // A test calls handlers without it.
  const { EdgeRuntime: platform } = globalThis as { EdgeRuntime?: typeof EdgeRuntime };
  platform?.waitUntil(done);
}
