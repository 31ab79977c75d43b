// Calling a solver function: the hand-over from slice to slice, and the first call of a run.

import { requireEnv } from "../platform/env.ts";
import { INTERNAL_KEY_HEADER, internalKey } from "../platform/internal_key.ts";
import { describeError, log } from "../platform/log.ts";

const TIMEOUT_MS = 5_000;

/**
 * Asks a function to work a slice. The answer (202) only means that it was heard.
 * @returns false when the call failed; the sweeper then makes up for it
 */
export async function dispatch(functionName: string): Promise<boolean> {
  const url = `${requireEnv("SUPABASE_URL")}/functions/v1/${functionName}`;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { [INTERNAL_KEY_HEADER]: internalKey(), "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return true;
    log("warn", "dispatch", "the function refused the call", {
      functionName,
      status: response.status,
    });
  } catch (error) {
    log("warn", "dispatch", "the function could not be called", {
      functionName,
      error: describeError(error),
    });
  }
  return false;
}

/**
 * Asks a function to work as many slices side by side.
 * @returns false when all of the calls failed, or none was to be made
 */
export async function dispatchAll(functionName: string, calls: number): Promise<boolean> {
  const heard = await Promise.all(Array.from({ length: calls }, () => dispatch(functionName)));
  return heard.includes(true);
}
