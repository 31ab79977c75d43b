// Thin layer over supabase-js: answers are rows or a ReceptorError, like those of shared/client.

import { ReceptorError } from "../../../../shared/client/mod.ts";
import { answered, type RestAnswer } from "../../../../shared/client/rest.ts";
import { withRuleNames } from "../../../../shared/planner/rules/names.ts";

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

/** Any failure as one that can be shown, rules by their names. */
export function shown(error: unknown): ReceptorError {
  if (error instanceof ReceptorError) {
    for (const each of [error, ...error.errors ?? []]) each.message = withRuleNames(each.message);
    return error;
  }
  return new ReceptorError({
    code: "UNEXPECTED",
    status: 0,
    message: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}
