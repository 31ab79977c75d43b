// Sends the HTTP requests that SQL has queued in net.http_request_queue and stores the answers, as pg_net's worker does.
import type { Sql } from "postgres";
import { every } from "./cron.ts";

/** A queued request. */
interface Queued {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Uint8Array | null;
  timeout_milliseconds: number;
}

/** What no notice came of, as of a connection that a crash took, is looked for again so often; that is waited for so long, in ms. */
const LOOK_MS = 15_000, PATIENCE_MS = 10_000;

/**
 * Sends requests as soon as the transaction that queued them has committed.
 * @param admin a superuser's connections
 * @returns what stops it
 */
export async function startNet(admin: Sql): Promise<() => void> {
  const stopping = new AbortController();
  const drain = async () => {
    const [{ installed }] =
      await admin`select to_regclass('net.http_request_queue') is not null as installed`;
    if (!installed) return;
    const queued = await admin<Queued[]>`delete from net.http_request_queue returning *`;
    for (const request of queued) void send(admin, request, stopping.signal).catch(() => {});
  };
  // The second callback runs on the first connection and on each one after a restart of the database.
  await admin.listen(
    "net_http_request_queue",
    () => void drain().catch(() => {}),
    () => void drain().catch(() => {}),
  );
  const stop = every(LOOK_MS, PATIENCE_MS, drain);
  return () => {
    stop();
    stopping.abort();
  };
}

async function send(admin: Sql, queued: Queued, stopping: AbortSignal) {
  const deadline = AbortSignal.timeout(queued.timeout_milliseconds);
  try {
    const response = await fetch(queued.url, {
      method: queued.method,
      headers: { "user-agent": "pg_net", ...queued.headers },
      body: queued.body as BodyInit | null,
      signal: AbortSignal.any([stopping, deadline]),
    });
    const content = await response.text();
    const headers = Object.fromEntries(response.headers);
    await admin`insert into net._http_response (id, status_code, content_type, headers, content, timed_out)
      values (${queued.id}, ${response.status}, ${response.headers.get("content-type")}, ${
      admin.json(headers)
    }, ${content}, false)`;
  } catch (error) {
    if (stopping.aborted) return;
    const message = deadline.aborted
      ? `Timeout of ${queued.timeout_milliseconds} ms reached`
      : (error as Error).message;
    await admin`insert into net._http_response (id, timed_out, error_msg)
      values (${queued.id}, ${deadline.aborted}, ${message})`;
  }
}
