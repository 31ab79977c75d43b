// A database that is busy, or takes no changes: what it says then, and what callers are told.

import { ApiError } from "./problem_details.ts";

/**
 * Codes of errors after which there is no connection any more: postgres.js's own, the system's, and PostgreSQL's for
 * sessions that it ends.
 */
const CONNECTION_LOST = /^(CONNECTION_|ECONN|EPIPE|08|57P0[1-5]|25P03)/;

/**
 * SQLSTATEs and PostgREST's codes of work that was given up because others were in the way, or before it began. 40...:
 * deadlocks and serialization failures; 53...: no connection, memory or disk left; 55P03 and 57014: a lock or a statement
 * took too long; PGRST000 to PGRST003: PostgREST gets no connection.
 */
const IN_THE_WAY = /^(40001|40P01|53|55P03|57014|CONNECT_TIMEOUT|PGRST00[0-3]$)/;

/**
 * SQLSTATEs of a database that takes no changes, for minutes or more: it is read-only (25006), as hosted Supabase makes it where
 * the disk is all but full, or the disk is full (53100).
 */
const READ_ONLY = /^(25006|53100)$/;

/** Seconds after which a caller shall ask again. */
const RETRY_AFTER_S = { BUSY: 2, READ_ONLY: 60 };

/** Whether an error says that the connection is gone. */
export function isConnectionLost(error: unknown): boolean {
  return CONNECTION_LOST.test(codeOf(error));
}

/** Whether an error, of PostgreSQL or of PostgREST, says that the same request may well succeed when it is sent again. */
export function isBusy(error: unknown): boolean {
  return isConnectionLost(error) || IN_THE_WAY.test(codeOf(error)) || isReadOnly(error);
}

/** Whether an error says that the database takes no changes, so that sending the same again at once is in vain. */
export function isReadOnly(error: unknown): boolean {
  return READ_ONLY.test(codeOf(error));
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** The refusal of a request that the database has no time or no room for; it may be sent again as it is. @param error as of {@link isBusy} */
export function busy(error: unknown): ApiError {
  const [code, detail] = isReadOnly(error)
    ? [
      "READ_ONLY",
      "The database takes no changes at the moment, as when its disk is full. Nothing was saved; please try again later.",
    ] as const
    : [
      "BUSY",
      "The database is busy at the moment. Please try again in a few seconds.",
    ] as const;
  return new ApiError(503, code, detail, { headers: { "retry-after": `${RETRY_AFTER_S[code]}` } });
}
