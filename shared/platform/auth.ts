// Who calls: a signed-in user (by their JWT) or another function (by the internal key).

import { createContextClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { ApiError } from "./problem_details.ts";

/** A signed-in user and a client that works with their rights. */
export interface UserContext {
  userId: string;
  supabase: SupabaseClient<Database>;
}

/**
 * The user who calls, verified by the project's signing keys.
 * @throws ApiError 401 without a valid user token
 */
export async function requireUser(request: Request): Promise<UserContext> {
  const { data: auth, error } = await verifyAuth(request, { auth: "user" });
  if (error && error.status >= 500) throw error;
  if (error || !auth.userClaims?.id) {
    throw new ApiError(401, "UNAUTHENTICATED", "Sign in first: a valid user token is needed.");
  }
  return {
    userId: auth.userClaims.id,
    supabase: createContextClient<Database>({ auth: { token: auth.token, keyName: auth.keyName } }),
  };
}
