// Queries and RPCs through REST: their answers, or a ReceptorError; sent again where the database was too busy for them.

import { isBusy, isReadOnly } from "../platform/busy.ts";
import { textFaults } from "../platform/texts.ts";
import { errorOfRest, ReceptorError } from "./errors.ts";
import { platformTimers } from "./realtime.ts";
import type { WatchTimers } from "./watch.ts";

/** What a query or RPC of supabase-js resolves to. */
export interface RestAnswer {
  data: unknown;
  error: { code?: string; message: string; details?: string | null } | null;
  status: number;
}

/** An answer without an error, where the type tells them apart. */
type Good<Answer> = [Extract<Answer, { error: null }>] extends [never] ? Answer
  : Extract<Answer, { error: null }>;

/** Waits before what the database was too busy for is sent again, in ms. */
const WAITS = [300, 1_500];

/** A statement that took too long would take as long again; what takes no changes will not for a while. */
const againInVain = (error: { code?: string }) => error.code === "57014" || isReadOnly(error);

/**
 * Sends a query or RPC. Where it was given up because others were in the way, or never begun, nothing of it was done, so
 * that it is sent again, twice at most.
 * @param query of supabase-js, which sends it anew for whoever awaits it anew
 * @returns the answer, without an error
 * @throws {ReceptorError} INVALID_REQUEST before anything is sent, where a text cannot be stored; BUSY after the last try, READ_ONLY; see
 * `errorOfRest()`
 */
export async function answered<Answer extends RestAnswer>(
  query: PromiseLike<Answer>,
  timers: WatchTimers = platformTimers,
): Promise<Good<Answer>> {
  requireStorable(query);
  for (let sent = 0;; sent++) {
    const answer = await query;
    const { error, status } = answer;
    if (!error) return answer as Good<Answer>;
    if (sent === WAITS.length || againInVain(error) || !isBusy(error)) {
      throw errorOfRest(error, status, (query as { body?: unknown }).body);
    }
    await new Promise<void>((resolve) => timers.set(resolve, WAITS[sent]));
  }
}

/**
 * Refuses texts that PostgreSQL cannot hold, with the path of each. It would refuse them itself while it reads the request,
 * before any function of ours is called, and would not say where.
 */
function requireStorable(query: unknown): void {
  const errors = textFaults((query as { body?: unknown }).body);
  if (errors.length === 0) return;
  const message = "The request is not valid.";
  throw new ReceptorError({ code: "INVALID_REQUEST", status: 400, message, errors });
}
