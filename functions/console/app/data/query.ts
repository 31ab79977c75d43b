// Thin layer over supabase-js: answers are rows or a ReceptorError, like those of shared/client.

import { ReceptorError } from "../../../../shared/client/mod.ts";
import { errorOfRest } from "../../../../shared/client/errors.ts";

/** What a query or RPC of supabase-js resolves to. */
interface Answer {
  data: unknown;
  error: { code?: string; message: string; details?: string | null } | null;
  status: number;
}

/**
 * The rows of a query, e.g. `await rows<Team>(supabase.from("teams").select("id,name"))`.
 * @throws {ReceptorError}
 */
export async function rows<Row>(query: PromiseLike<Answer>): Promise<Row[]> {
  return await result<Row[]>(query) ?? [];
}

/**
 * What a query or RPC answers, whatever its shape.
 * @throws {ReceptorError}
 */
export async function result<Value>(query: PromiseLike<Answer>): Promise<Value> {
  const { data, error, status } = await query;
  if (error) throw errorOfRest(error, status);
  return data as Value;
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
