// The unmodified supabase-js with a fetch and a WebSocket that a test answers: so the tests also
// cover what supabase-js makes of the answers.

import { createClient, type SupabaseClient } from "@supabase/supabase-js";

/** A request as the fake server got it. */
export interface FakeRequest {
  method: string;
  /** Path and query, e.g. `/rest/v1/job_lines?select=id`. */
  path: string;
  params: URLSearchParams;
  headers: Headers;
  body: unknown;
}

/** Answers a request, or throws as fetch does when the network fails. */
export type FakeServer = (request: FakeRequest) => Response;

/** A client whose requests are answered by `server`; `requests` has them all. */
export function fakeSupabase(server: FakeServer) {
  const requests: FakeRequest[] = [];
  const sockets: FakeSocket[] = [];
  class Socket extends FakeSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  const supabase: SupabaseClient = createClient("http://receptor.test", "sb_publishable_test", {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    // Only the tests' own timers make anyone wait.
    realtime: { transport: Socket as unknown as typeof WebSocket, reconnectAfterMs: () => 0 },
    global: {
      fetch: (input, init) => {
        const request = readRequest(String(input), init);
        requests.push(request);
        return Promise.resolve().then(() => server(request));
      },
    },
  });
  return { supabase, requests, sockets };
}

function readRequest(input: string, init: RequestInit = {}): FakeRequest {
  const url = new URL(input);
  return {
    method: init.method ?? "GET",
    path: url.pathname + decodeURIComponent(url.search),
    params: url.searchParams,
    headers: new Headers(init.headers),
    body: typeof init.body === "string" ? JSON.parse(init.body) : null,
  };
}

type Frame = [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
];

/** The server's end of a Realtime socket that accepts whatever is joined. */
export class FakeSocket {
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  /** Topics that are joined, with the reference of their join. */
  readonly joined = new Map<string, string | null>();
  #table = "";

  constructor() {
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(data: string): void {
    const [joinRef, ref, topic, event, payload] = JSON.parse(data) as Frame;
    let response = {};
    if (event === "phx_join") {
      this.joined.set(topic, joinRef);
      const { config } = payload as { config: { postgres_changes: { table: string }[] } };
      this.#table = config.postgres_changes[0].table;
      response = { postgres_changes: config.postgres_changes.map((c, i) => ({ ...c, id: i + 1 })) };
    } else if (event === "phx_leave") this.joined.delete(topic);
    else if (event !== "heartbeat") return;
    queueMicrotask(() =>
      this.#receive([joinRef, ref, topic, "phx_reply", { status: "ok", response }])
    );
  }

  close(code = 1000, reason = ""): void {
    this.readyState = 3;
    this.joined.clear();
    this.onclose?.({ code, reason, wasClean: code === 1000 });
  }

  /** Sends an UPDATE of a row to whoever is joined. */
  update(record: object, errors: string[] | null = null): void {
    for (const [topic, joinRef] of this.joined) {
      const data = {
        type: "UPDATE",
        schema: "public",
        table: this.#table,
        commit_timestamp: "2026-01-05T00:00:00Z",
        columns: [],
        record,
        old_record: {},
        errors,
      };
      this.#receive([joinRef, null, topic, "postgres_changes", { ids: [1], data }]);
    }
  }

  /** Closes the channels as a server does whose clients' tokens have expired. */
  closeChannels(): void {
    for (const [topic, joinRef] of [...this.joined]) {
      this.joined.delete(topic);
      this.#receive([joinRef, joinRef, topic, "phx_close", {}]);
    }
  }

  #receive(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}
