// Service callers: other servers of the same project, by its secret API key.

import { createAdminClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { ApiError } from "./problem_details.ts";

/**
 * A client with the service role, for callers who sent the project's secret key as `apikey`.
 * @throws ApiError 401 for everybody else
 */
export async function requireService(request: Request): Promise<SupabaseClient<Database>> {
  const { error } = await verifyAuth(request, { auth: "secret" });
  if (error && error.status >= 500) throw error;
  if (error) {
    throw new ApiError(
      401,
      "UNAUTHENTICATED",
      "This is for callers with the project's secret key.",
    );
  }
  return createAdminClient<Database>();
}
