// Who calls: a signed-in user (by their JWT), another server of the project (by its secret API key). Other functions and
// pg_cron call with the internal key, see internal_key.ts.

import { secretKeys } from "./api_keys.ts";
import { type Environment, processEnv, requireEnv } from "./env.ts";
import { ApiError } from "./problem_details.ts";
import { type RestClient, restClient } from "./rest.ts";
import { sameSecret } from "./secrets.ts";
import { type TokenSettings, tokenSettings, verifyUserToken } from "./tokens.ts";

/** A signed-in user and a client that works with their rights. */
export interface UserContext {
  userId: string;
  supabase: RestClient;
}

/**
 * The user who calls, verified as tokens.ts says.
 * @param settings what the token is checked against; the environment's unless a test says otherwise
 * @throws ApiError 401 without a valid user token, 503 when that cannot be found out
 */
export async function requireUser(
  request: Request,
  settings: TokenSettings = tokenSettings(),
): Promise<UserContext> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const userId = token ? await verifyUserToken(token, settings) : null;
  if (!token || !userId) {
    throw new ApiError(401, "UNAUTHENTICATED", "Sign in first: a valid user token is needed.");
  }
  return { userId, supabase: restClient(settings.url, settings.apiKey, token) };
}

/**
 * A client with the service role, for callers who sent one of the project's secret keys as `apikey`.
 * @throws ApiError 401 for everybody else
 */
export function requireService(
  request: Request,
  read: Environment = processEnv,
): RestClient {
  const given = request.headers.get("apikey") ?? "";
  const key = secretKeys(read).find((candidate) => sameSecret(given, candidate));
  if (!key) {
    throw new ApiError(
      401,
      "UNAUTHENTICATED",
      "This is for callers with the project's secret key.",
    );
  }
  return restClient(requireEnv("SUPABASE_URL", read), key);
}

/**
 * A client with the service role, for what a caller may not read themselves: after the database has said, with the caller's own
 * client, that they may know what comes of it.
 */
export function projectClient(read: Environment = processEnv): RestClient {
  return restClient(requireEnv("SUPABASE_URL", read), secretKeys(read)[0]);
}
