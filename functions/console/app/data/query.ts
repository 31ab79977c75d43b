// Thin layer over supabase-js: answers are rows or a ReceptorError, like those of shared/client.

import { ReceptorError } from "../../../../shared/client/mod.ts";
import { answered, type RestAnswer } from "../../../../shared/client/rest.ts";

/**
 * The rows of a query, e.g. `await rows<Team>(supabase.from("teams").select("id,name"))`.
 * @throws {ReceptorError}
 */
export async function rows<Row>(query: PromiseLike<RestAnswer>): Promise<Row[]> {
  return await result<Row[]>(query) ?? [];
}

/**
 * What a query or RPC answers, whatever its shape.
 * @throws {ReceptorError}
 */
export async function result<Value>(query: PromiseLike<RestAnswer>): Promise<Value> {
  return (await answered(query)).data as Value;
}

/** Any failure as one that can be shown. */
export function shown(error: unknown): ReceptorError {
  if (error instanceof ReceptorError) return error;
  return new ReceptorError({
    code: "UNEXPECTED",
    status: 0,
    message: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}
