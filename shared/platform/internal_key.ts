// The secret by which functions and pg_cron call the internal functions.

import { requireEnv } from "./env.ts";
import { ApiError } from "./problem_details.ts";
import { sameSecret } from "./secrets.ts";

/** Header that carries the internal key. */
export const INTERNAL_KEY_HEADER = "x-receptor-key";

/** The project's internal key, from RECEPTOR_INTERNAL_KEY. */
export function internalKey(): string {
  return requireEnv("RECEPTOR_INTERNAL_KEY");
}

/**
 * Refuses a caller without the internal key.
 * @param key the right one; RECEPTOR_INTERNAL_KEY unless a test says otherwise
 * @throws ApiError 401
 */
export function requireInternalKey(request: Request, key: string = internalKey()): void {
  const given = request.headers.get(INTERNAL_KEY_HEADER) ?? "";
  if (!sameSecret(given, key)) {
    throw new ApiError(401, "UNAUTHENTICATED", "This function is called by the platform only.");
  }
}
