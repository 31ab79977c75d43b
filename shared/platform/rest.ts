// The functions' way to the project's data: REST (PostgREST), with the rights of whom a token names. It is the part of
// supabase-js that functions use; the whole of it would bring clients for Auth, Realtime, Storage and functions along.

import { PostgrestClient } from "@supabase/postgrest-js";
import type { Database } from "./database.types.ts";

/** Reads tables and calls functions of the database. A whole supabase-js client is one as well. */
export type RestClient = Pick<PostgrestClient<Database>, "from" | "rpc">;

/** As fetch; what a gateway answers instead of PostgREST, a page for example, becomes PostgREST's word for it. */
async function fetchReadable(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  if (response.status < 500 || isJson) return response;
  await response.body?.cancel();
  const problem = { code: "PGRST000", message: `REST answered with status ${response.status}.` };
  return Response.json(problem, { status: response.status });
}

/**
 * A client for one request, which it sends as supabase-js does.
 * @param url of the project: SUPABASE_URL
 * @param key one of its API keys
 * @param token of the user whose rights count; without it, those of the key
 */
export function restClient(url: string, key: string, token?: string): RestClient {
  return new PostgrestClient<Database>(`${url.replace(/\/+$/, "")}/rest/v1`, {
    headers: { apikey: key, Authorization: `Bearer ${token ?? key}` },
    fetch: fetchReadable,
  });
}
