// Stand-in for Realtime: postgres_changes to unmodified supabase-js clients. Every change is read from the publication,
// and each subscriber sees it if they may read the row: asked by reading it as them. Broadcast and presence are not
// there; joining a channel with them works, and nothing comes of them.
import type { Sql } from "postgres";
import type { Change, Relation, TextRow } from "./pgoutput.ts";
import { roleOfKey } from "./gateway_tokens.ts";
import { type Condition, matches, parseFilter } from "./realtime_filter.ts";
import {
  type Frame,
  parseFrame,
  push,
  reply,
  requestedChanges,
  serialise,
  systemMessage,
} from "./realtime_protocol.ts";
import { toJson } from "./realtime_values.ts";
import { followPublication } from "./replication.ts";
import { type Claims, type Secrets, verifyToken } from "./tokens.ts";

/** Serves Realtime's websocket. */
export interface Realtime {
  fetch(request: Request): Response;
  stop(): Promise<void>;
}

/** One entry of a channel's `postgres_changes`. */
interface Subscription {
  id: number;
  event: string;
  schema: string;
  table: string;
  conditions: Condition[];
}

/** A channel that a client has joined. */
interface Channel {
  socket: WebSocket;
  join: Frame;
  claims: Claims;
  subscriptions: Subscription[];
}

/** What is known of a table beyond the replication stream. */
interface TableFacts {
  types: string[];
  primaryKey: string[];
}

/**
 * @param admin a superuser's connections
 * @param url a connection string of a role that may replicate
 */
export function startRealtime(
  admin: Sql,
  url: string,
  secrets: Secrets,
  log: (line: string) => void,
): Realtime {
  const service = new RealtimeService(admin, secrets, log);
  const stop = followPublication(url, "supabase_realtime", service);
  return {
    fetch: (request) => service.connect(request),
    stop: async () => {
      service.close();
      await stop();
    },
  };
}

class RealtimeService {
  #channels = new Set<Channel>();
  #sockets = new Set<WebSocket>();
  #facts = new WeakMap<Relation, Promise<TableFacts>>();
  #ids = 0;
  /** Changes are delivered one after the other, so that each client sees them in their order. */
  #queue: Promise<void> = Promise.resolve();
  #following = Promise.withResolvers<void>();

  constructor(
    readonly admin: Sql,
    readonly secrets: Secrets,
    readonly log: (line: string) => void,
  ) {}

  /** Changes that happened while the connection was lost are gone: clients join again and read the rows again. */
  up(again: boolean) {
    this.#following.resolve();
    if (!again) return;
    for (const channel of this.#channels) send(channel.socket, push(channel.join, "phx_error", {}));
    this.#channels.clear();
  }

  down() {
    this.#following = Promise.withResolvers();
  }

  change(change: Change) {
    this.#queue = this.#queue.then(() => this.#deliver(change)).catch((error) =>
      this.log(`realtime: ${error.message}`)
    );
  }

  connect(request: Request): Response {
    const key = new URL(request.url).searchParams.get("apikey");
    if (roleOfKey(key, this.secrets) === null) {
      return new Response(null, { status: 401 });
    }
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response(null, { status: 426 });
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => this.#sockets.add(socket);
    socket.onmessage = ({ data }) => {
      const frame = parseFrame(data);
      if (frame) void this.#take(socket, frame);
    };
    socket.onclose = () => {
      this.#sockets.delete(socket);
      this.#leave((channel) => channel.socket === socket);
    };
    return response;
  }

  close() {
    for (const socket of this.#sockets) socket.close(1001);
  }

  async #take(socket: WebSocket, frame: Frame) {
    if (frame.event === "phx_join") return await this.#join(socket, frame);
    if (frame.event === "access_token") return this.#refresh(socket, frame);
    if (frame.event === "heartbeat") return send(socket, reply(frame, "ok"));
    if (frame.event === "phx_leave") {
      this.#leave((channel) => channel.socket === socket && channel.join.topic === frame.topic);
      send(socket, reply(frame, "ok"));
      send(socket, { ...frame, event: "phx_close", payload: {} });
    }
  }

  async #join(socket: WebSocket, join: Frame) {
    const claims = this.#claims(join.payload.access_token);
    if (!claims) {
      return send(socket, reply(join, "error", { reason: "Token has expired or is not valid" }));
    }
    try {
      const subscriptions = requestedChanges(join).map((requested) => ({
        id: ++this.#ids,
        event: requested.event,
        schema: requested.schema ?? "public",
        table: requested.table ?? "*",
        conditions: requested.filter ? parseFilter(requested.filter) : [],
      }));
      // Nothing that happens after the answer is missed.
      await this.#following.promise;
      this.#leave((channel) => channel.socket === socket && channel.join.topic === join.topic);
      this.#channels.add({ socket, join, claims, subscriptions });
      const accepted = requestedChanges(join).map((requested, index) => ({
        ...requested,
        id: subscriptions[index].id,
      }));
      send(socket, reply(join, "ok", { postgres_changes: accepted }));
      if (accepted.length) send(socket, systemMessage(join, "ok", "Subscribed to PostgreSQL"));
    } catch (error) {
      send(socket, reply(join, "error", { reason: (error as Error).message }));
    }
  }

  #refresh(socket: WebSocket, frame: Frame) {
    const claims = this.#claims(frame.payload.access_token);
    for (const channel of this.#channels) {
      if (channel.socket !== socket || channel.join.topic !== frame.topic) continue;
      if (claims) channel.claims = claims;
      else this.#expel(channel, "Token has expired or is not valid");
    }
  }

  /** Who a token speaks for; without a session supabase-js sends the API key in its place. */
  #claims(token: unknown): Claims | null {
    if (token === undefined || token === null) return { role: "anon" };
    const role = roleOfKey(String(token), this.secrets);
    return role ? { role } : verifyToken(String(token), this.secrets);
  }

  #leave(which: (channel: Channel) => boolean) {
    for (const channel of this.#channels) if (which(channel)) this.#channels.delete(channel);
  }

  #expel(channel: Channel, reason: string) {
    this.#channels.delete(channel);
    send(channel.socket, systemMessage(channel.join, "error", reason));
    send(channel.socket, push(channel.join, "phx_close", {}));
  }

  async #deliver(change: Change) {
    const facts = await this.#tableFacts(change.relation);
    const record = rowToJson(change.record, change.relation, facts);
    const oldRecord = rowToJson(change.oldRecord, change.relation, facts);
    const readers = new Map<string, Promise<Set<string>>>();
    for (const channel of this.#channels) {
      const ids = wanted(channel, change, record);
      if (!ids.length) continue;
      if (channel.claims.exp && channel.claims.exp * 1000 < Date.now()) {
        this.#expel(channel, "Token has expired");
        continue;
      }
      const who = JSON.stringify([channel.claims.role, channel.claims.sub]);
      if (!readers.has(who)) readers.set(who, this.#readable(channel.claims, change, facts));
      const columns = await readers.get(who)!;
      if (columns.size) {
        send(
          channel.socket,
          push(channel.join, "postgres_changes", {
            ids,
            data: body(change, record, oldRecord, facts, columns),
          }),
        );
      }
    }
  }

  /**
   * The columns of a changed row that somebody may read: none when they may not read the row. A deleted row can be asked
   * for no more, so everybody who may read the table learns its key, as on hosted Supabase.
   */
  async #readable(claims: Claims, change: Change, facts: TableFacts): Promise<Set<string>> {
    const { schema, table, oid } = change.relation;
    const row = change.record;
    return await this.admin.begin(async (tx) => {
      await tx`select set_config('role', ${claims.role ?? "anon"}, true),
        set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
      const columns = await tx<{ name: string }[]>`
        select attname as name from pg_attribute
        where attrelid = ${oid}::oid and attnum > 0 and not attisdropped and has_column_privilege(attrelid, attnum, 'select')`;
      if (!columns.length || !facts.primaryKey.length) return new Set<string>();
      if (row) {
        const key = facts.primaryKey.map((name, i) => `"${name.replaceAll('"', '""')}" = $${i + 1}`)
          .join(" and ");
        const values = facts.primaryKey.map((name) => row[name] ?? null);
        const visible = await tx.unsafe(
          `select 1 from "${schema}"."${table}" where ${key}`,
          values,
        );
        if (!visible.length) return new Set<string>();
      }
      return new Set(columns.map(({ name }) => name));
    });
  }

  /** Kept for each description of a table: when its columns change, the stream sends a new one. */
  #tableFacts(relation: Relation): Promise<TableFacts> {
    const known = this.#facts.get(relation);
    if (known) return known;
    const facts = this.#loadFacts(relation.oid, relation.columns.map((column) => column.typeOid));
    facts.catch(() => this.#facts.delete(relation));
    this.#facts.set(relation, facts);
    return facts;
  }

  async #loadFacts(oid: number, typeOids: number[]): Promise<TableFacts> {
    const types = await this.admin<{ oid: number; typname: string }[]>`
      select oid::int8::int as oid, typname from pg_type where oid = any(${typeOids}::oid[])`;
    const key = await this.admin<{ attname: string }[]>`
      select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = ${oid}::oid and i.indisprimary`;
    const names = new Map(types.map((type) => [type.oid, type.typname]));
    return {
      types: typeOids.map((type) => names.get(type) ?? "text"),
      primaryKey: key.map(({ attname }) => attname),
    };
  }
}

/** The ids of the subscriptions of a channel that a change is for. Deletions cannot be filtered, as on hosted Supabase. */
function wanted(
  channel: Channel,
  { type, relation }: Change,
  record: Record<string, unknown> | null,
): number[] {
  return channel.subscriptions.filter((subscription) =>
    (subscription.event === "*" || subscription.event.toUpperCase() === type) &&
    (subscription.schema === "*" || subscription.schema === relation.schema) &&
    (subscription.table === "*" || subscription.table === relation.table) &&
    (record === null || matches(subscription.conditions, record))
  ).map((subscription) => subscription.id);
}

function rowToJson(
  row: TextRow | null,
  { columns }: Relation,
  { types }: TableFacts,
): Record<string, unknown> | null {
  if (!row) return null;
  const entries = columns.map(({ name }, i) => [name, row[name], types[i]] as const).filter((
    [, text],
  ) => text !== undefined);
  return Object.fromEntries(entries.map(([name, text, type]) => [name, toJson(text!, type)]));
}

/** The payload of a change for somebody who may read `readable` columns. */
function body(
  { type, relation, committedAt }: Change,
  record: Record<string, unknown> | null,
  oldRecord: Record<string, unknown> | null,
  facts: TableFacts,
  readable: Set<string>,
): Record<string, unknown> {
  const visible = (row: Record<string, unknown> | null) =>
    Object.fromEntries(Object.entries(row ?? {}).filter(([name]) => readable.has(name)));
  return {
    schema: relation.schema,
    table: relation.table,
    commit_timestamp: committedAt.toISOString(),
    type,
    columns: relation.columns.map(({ name }, i) => ({ name, type: facts.types[i] })).filter((
      { name },
    ) => readable.has(name)),
    errors: null,
    ...(type === "DELETE" ? {} : { record: visible(record) }),
    ...(type === "INSERT"
      ? {}
      : { old_record: type === "DELETE" ? keyOf(oldRecord, facts) : visible(oldRecord) }),
  };
}

/** Of a deleted row only the key is told, because nobody's right to read the rest can be checked any more. */
function keyOf(
  row: Record<string, unknown> | null,
  { primaryKey }: TableFacts,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row ?? {}).filter(([name]) => primaryKey.includes(name)),
  );
}

function send(socket: WebSocket, frame: Frame) {
  if (socket.readyState === WebSocket.OPEN) socket.send(serialise(frame));
}
