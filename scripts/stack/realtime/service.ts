// Stand-in for Realtime: postgres_changes and broadcasts to unmodified supabase-js clients, of today and of yesterday. Every
// change is read from the publication, and each subscriber sees it if they may read the row: asked by reading it as them.
// Presence, broadcasts from the database and stored ones are not there; joining a channel with them works, and nothing
// comes of them.
import type { Sql } from "postgres";
import type { Change, Relation, TextRow } from "./pgoutput.ts";
import { roleOfKey } from "../rest/gateway_tokens.ts";
import { type Condition, matches, parseFilter } from "./filter.ts";
import { type Broadcast, readBroadcasts } from "./api.ts";
import {
  BROADCAST,
  type Codec,
  codecOf,
  type Frame,
  joinConfig,
  push,
  reply,
  subTopic,
  systemMessage,
} from "./protocol.ts";
import { mayListen, maySend } from "./rights.ts";
import { toJson } from "./values.ts";
import { followPublication } from "./replication.ts";
import { type Claims, type Secrets, verifyToken } from "../rest/tokens.ts";

/** Serves Realtime's websocket, and broadcasts over HTTP. */
export interface Realtime {
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

/** A client, and the version of the protocol that it speaks. */
interface Connection {
  socket: WebSocket;
  codec: Codec;
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
  connection: Connection;
  join: Frame;
  claims: Claims;
  subscriptions: Subscription[];
  private: boolean;
  /** Broadcasts come back to who sends them; they are acknowledged. */
  self: boolean;
  ack: boolean;
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
    fetch: (request) => service.fetch(request),
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
  /** The last transaction whose rows are known to be visible. */
  #visible = 0;

  constructor(
    readonly admin: Sql,
    readonly secrets: Secrets,
    readonly log: (line: string) => void,
  ) {}

  /** Changes that happened while the connection was lost are gone: clients join again and read the rows again. */
  up(again: boolean) {
    this.#following.resolve();
    if (!again) return;
    for (const { connection, join } of this.#channels) {
      send(connection, push(join, "phx_error", {}));
    }
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

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const key = searchParams.get("apikey") ?? request.headers.get("apikey");
    if (roleOfKey(key, this.secrets) === null) {
      return new Response(null, { status: 401 });
    }
    return pathname === "/realtime/v1/websocket"
      ? this.#connect(request, searchParams.get("vsn"))
      : await this.#takeBroadcasts(request, key);
  }

  #connect(request: Request, version: string | null): Response {
    const codec = codecOf(version);
    if (!codec) return new Response(null, { status: 403 });
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response(null, { status: 426 });
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    const connection = { socket, codec };
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#sockets.add(socket);
    socket.onmessage = ({ data }) => {
      const frame = codec.parse(data);
      if (frame) {
        this.#take(connection, frame).catch((error) => this.log(`realtime: ${error.message}`));
      }
    };
    socket.onclose = () => {
      this.#sockets.delete(socket);
      this.#leave((channel) => channel.connection === connection);
    };
    return response;
  }

  /** Messages over HTTP. To a private channel they go only if the caller may send there, as everywhere without a word. */
  async #takeBroadcasts(request: Request, key: string | null): Promise<Response> {
    const bearer = request.headers.get("authorization")?.replace(/^Bearer +/i, "");
    const claims = this.#claims(bearer ?? key);
    if (!claims) return new Response(null, { status: 401 });
    const broadcasts = await readBroadcasts(request);
    if (broadcasts instanceof Response) return broadcasts;
    for (const each of broadcasts) {
      if (!each.private || await maySend(this.admin, claims, each.topic)) this.#spread(each, null);
    }
    return new Response(null, { status: 202 });
  }

  /** A message to everybody who listens, but its sender if they do not want it back. */
  #spread(broadcast: Broadcast, from: Channel | null) {
    for (const channel of this.#channels) {
      if (subTopic(channel.join) !== broadcast.topic || channel.private !== broadcast.private) {
        continue;
      }
      if (channel === from && !from.self) continue;
      const { event, payload } = broadcast;
      send(channel.connection, {
        ...push(channel.join, BROADCAST, { type: BROADCAST, event, payload }),
        joinRef: null,
      });
    }
  }

  async #broadcast(connection: Connection, frame: Frame) {
    const { event, payload } = frame.payload;
    const from = [...this.#channels].find((channel) =>
      channel.connection === connection && channel.join.topic === frame.topic
    );
    if (!from || typeof event !== "string") return;
    const topic = subTopic(frame);
    if (from.private && !await maySend(this.admin, from.claims, topic)) return;
    this.#spread({ topic, event, payload, private: from.private }, from);
    if (from.ack) send(connection, reply(frame, "ok"));
  }

  close() {
    for (const socket of this.#sockets) socket.close(1001);
  }

  async #take(connection: Connection, frame: Frame) {
    if (frame.event === "phx_join") return await this.#join(connection, frame);
    if (frame.event === BROADCAST) return await this.#broadcast(connection, frame);
    if (frame.event === "access_token") return this.#refresh(connection, frame);
    if (frame.event === "heartbeat") return send(connection, reply(frame, "ok"));
    if (frame.event === "phx_leave") {
      this.#leave((each) => each.connection === connection && each.join.topic === frame.topic);
      send(connection, reply(frame, "ok"));
      send(connection, { ...frame, event: "phx_close", payload: {} });
    }
  }

  async #join(connection: Connection, join: Frame) {
    const refuse = (reason: string) => send(connection, reply(join, "error", { reason }));
    const claims = this.#claims(join.payload.access_token);
    if (!claims) return refuse("Token has expired or is not valid");
    const { changes, ...config } = joinConfig(join);
    const topic = subTopic(join);
    if (config.private && !await mayListen(this.admin, claims, topic)) {
      return refuse(
        `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`,
      );
    }
    try {
      const subscriptions = changes.map((requested) => ({
        id: ++this.#ids,
        event: requested.event,
        schema: requested.schema ?? "public",
        table: requested.table ?? "*",
        conditions: requested.filter ? parseFilter(requested.filter) : [],
      }));
      // Nothing that happens after the answer is missed.
      await this.#following.promise;
      this.#leave((each) => each.connection === connection && each.join.topic === join.topic);
      this.#channels.add({ connection, join, claims, subscriptions, ...config });
      const accepted = changes.map((requested, index) => ({
        ...requested,
        id: subscriptions[index].id,
      }));
      send(connection, reply(join, "ok", { postgres_changes: accepted }));
      if (accepted.length) send(connection, systemMessage(join, "ok", "Subscribed to PostgreSQL"));
    } catch (error) {
      refuse((error as Error).message);
    }
  }

  #refresh(connection: Connection, frame: Frame) {
    const claims = this.#claims(frame.payload.access_token);
    for (const channel of this.#channels) {
      if (channel.connection !== connection || channel.join.topic !== frame.topic) continue;
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
    send(channel.connection, systemMessage(channel.join, "error", reason));
    send(channel.connection, push(channel.join, "phx_close", {}));
  }

  async #deliver(change: Change) {
    await this.#untilVisible(change.transaction);
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
          channel.connection,
          push(channel.join, "postgres_changes", {
            ids,
            data: body(change, record, oldRecord, facts, columns),
          }),
        );
      }
    }
  }

  /**
   * Waits until other sessions see what a transaction wrote. The stream tells of a commit once that is in the log, which is a
   * moment earlier, and longer than that on a busy machine: a row that is asked for then is not there yet.
   */
  async #untilVisible(transaction: number) {
    if (transaction === this.#visible) return;
    for (;;) {
      const [{ status }] = await this
        .admin`select pg_xact_status(${transaction}::text::xid8) as status`;
      if (status !== "in progress") break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#visible = transaction;
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

function send({ socket, codec }: Connection, frame: Frame) {
  if (socket.readyState !== WebSocket.OPEN) return;
  const message = codec.serialise(frame);
  if (message !== null) socket.send(message);
}
