// PostgREST's mapping from an error of PostgreSQL to an HTTP answer. lite knows some codes and answers 500 "SUP" for the
// rest, without code and message.

/** What PostgreSQL reports; the fields are those of postgres.js. */
interface DatabaseError {
  code?: string;
  message?: string;
  detail?: string;
  hint?: string;
}

/** Codes that lite answers as PostgREST does; PTxyz and PGRST are PostgREST's own ways to choose a status. */
const KNOWN_TO_LITE = /^(PGRST|PT...|42P01|42501|42883|25006)$/;

/** SQLSTATE (or its class) to HTTP status, from PostgREST's documentation, "Errors". The first that fits counts. */
const STATUS: [prefix: string, status: number][] = [
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["23503", 409],
  ["23505", 409],
  ["23", 400],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["53400", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0001", 400],
  ["P0", 500],
  ["XX", 500],
];

/** @returns the HTTP status that PostgREST answers for an SQLSTATE */
export function statusOf(code: string): number {
  return STATUS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/**
 * Turns an error of PostgreSQL into PostgREST's `PGRST` form, which carries body and status and which lite passes on
 * unchanged. Other errors, and those that lite itself maps well, are returned as they are.
 */
export function restError(error: unknown): unknown {
  const { code, message, detail, hint } = (error ?? {}) as DatabaseError;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || KNOWN_TO_LITE.test(code)) {
    return error;
  }
  return {
    code: "PGRST",
    message: JSON.stringify({ code, message, details: detail ?? null, hint: hint ?? null }),
    detail: JSON.stringify({ status: statusOf(code), headers: {} }),
  };
}
