// Who calls: a signed-in user (by their JWT) or another function (by the internal key).

import { createContextClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { requireEnv } from "./env.ts";
import { ApiError } from "./problem_details.ts";

/** A signed-in user and a client that works with their rights. */
export interface UserContext {
  userId: string;
  supabase: SupabaseClient<Database>;
}

/** What tokens are checked against; the environment's unless a test says otherwise. */
export interface TokenSettings {
  /** The project's URL, keys and key set. */
  env?: NonNullable<Parameters<typeof verifyAuth>[1]["env"]>;
  /** Accepted values of the claim `iss`. */
  issuers?: string[];
}

/** What Supabase Auth puts into `aud` and `role` of a user's access token. */
const SIGNED_IN = "authenticated";

/**
 * The user who calls, verified by the project's signing keys. Keys may be shared (one secret for two
 * projects), so a token must also name this project as its issuer and a signed-in user as its audience.
 * @throws ApiError 401 without a valid user token
 */
export async function requireUser(
  request: Request,
  { env, issuers = projectIssuers() }: TokenSettings = {},
): Promise<UserContext> {
  const { data: auth, error } = await verifyAuth(request, {
    auth: "user",
    audience: SIGNED_IN,
    issuer: issuers,
    env,
  });
  if (error && error.status >= 500) throw error;
  if (error || !auth.userClaims?.id || auth.userClaims.role !== SIGNED_IN) {
    throw new ApiError(401, "UNAUTHENTICATED", "Sign in first: a valid user token is needed.");
  }
  return {
    userId: auth.userClaims.id,
    supabase: createContextClient<Database>({
      auth: { token: auth.token, keyName: auth.keyName },
      env,
    }),
  };
}

/**
 * The issuers of this project's tokens: RECEPTOR_AUTH_ISSUER (several are separated by commas), or else
 * Auth at the project's public URL, as hosted projects have it.
 */
export function projectIssuers(read: (name: string) => string | undefined = readEnv): string[] {
  const named = read("RECEPTOR_AUTH_ISSUER")?.split(",").map((issuer) => issuer.trim())
    .filter(Boolean);
  if (named?.length) return named;
  const url = read("SUPABASE_PUBLIC_URL") || requireEnv("SUPABASE_URL", read);
  return [`${url.replace(/\/+$/, "")}/auth/v1`];
}

function readEnv(name: string): string | undefined {
  return Deno.env.get(name);
}
