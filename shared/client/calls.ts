// Calls of Receptor's functions that outlast a network which loses answers.

import type { SupabaseClient } from "@supabase/supabase-js";
import { errorOfInvoke, ReceptorError, strangeAnswer } from "./errors.ts";
import type { WatchTimers } from "./watch.ts";

/** How long a request may take before it counts as lost, in ms. */
export const REQUEST_TIMEOUT = 20_000;
/** Waits before a request whose answer was lost is sent again, in ms. */
const RETRY_WAITS = [300, 1_500];

/** A request of a function. */
export interface CallOptions {
  method: "GET" | "POST" | "DELETE";
  body?: object;
  headers?: Record<string, string>;
  /** Not to be sent again, whatever became of it. */
  once?: boolean;
}

/**
 * Calls a function, and again where the answer may have been lost on the way: only for requests that may
 * safely come twice.
 * @param path The function's name, and what follows it.
 * @throws {ReceptorError}
 */
export function callFunction<Answer>(
  supabase: SupabaseClient,
  timers: WatchTimers,
  path: string,
  { once, ...options }: CallOptions,
): Promise<Answer> {
  const call = async () => {
    const { data, response } = await invoke(supabase, path, options);
    // supabase-js gives what is no JSON as a string.
    if (typeof data !== "object" || data === null) throw strangeAnswer(response?.status ?? 200);
    return data as Answer;
  };
  return once ? call() : retried(timers, call);
}

/**
 * A file that a function answers, and again where it may have been lost on the way.
 * @throws {ReceptorError}
 */
export async function downloadFile(
  supabase: SupabaseClient,
  timers: WatchTimers,
  path: string,
): Promise<{ blob: Blob; name: string }> {
  // By any other media type, supabase-js would make text of it.
  const headers = { accept: "application/octet-stream" };
  const { data, response } = await retried(timers, async () => {
    const answer = await invoke(supabase, path, { method: "GET", headers });
    if (!(answer.data instanceof Blob)) throw strangeAnswer(answer.response?.status ?? 200);
    return answer;
  });
  const named = response?.headers.get("content-disposition")?.match(/filename="(.+)"/);
  return { blob: data, name: named?.[1] ?? path.split("/").at(-1)! };
}

async function retried<Answer>(
  timers: WatchTimers,
  call: () => Promise<Answer>,
): Promise<Answer> {
  for (const wait of RETRY_WAITS) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ReceptorError && error.lost)) throw error;
      await new Promise<void>((resolve) => timers.set(resolve, wait));
    }
  }
  return await call();
}

async function invoke(supabase: SupabaseClient, path: string, options: CallOptions) {
  const answer = await supabase.functions.invoke(path, { ...options, timeout: REQUEST_TIMEOUT });
  if (answer.error) throw await errorOfInvoke(answer.error);
  return answer;
}
