// Follows a publication: all changes of its tables, in the order of their commits, as they come.
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import postgres from "postgres";
import { type Change, PgOutputDecoder } from "./pgoutput.ts";

/** What following a publication reports. */
export interface ReplicationEvents {
  /** Following has begun, again after an interruption when `again`: changes in between were missed. */
  up(again: boolean): void;
  /** The connection was lost; it is tried again. */
  down(): void;
  change(change: Change): void;
}

const RETRY_MS = 100;

/**
 * Follows a publication until stopped; reconnects when the database was restarted.
 * @param url a connection string of a role with REPLICATION
 * @returns what stops it
 */
export function followPublication(
  url: string,
  publication: string,
  events: ReplicationEvents,
): () => Promise<void> {
  let stopped = false;
  let current: { end(): Promise<void> } | undefined;
  const follow = async () => {
    for (let again = false; !stopped;) {
      try {
        const session = await openStream(url, publication, (change) => events.change(change));
        current = session;
        if (stopped) await session.end();
        events.up(again);
        again = true;
        await session.closed;
        if (!stopped) events.down();
      } catch {
        // The database is not there yet.
      }
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const following = follow();
  return async () => {
    stopped = true;
    await current?.end();
    await following;
  };
}

/** One replication connection. Its slot is temporary: it ends with the connection, and so leaves nothing behind. */
async function openStream(url: string, publication: string, onChange: (change: Change) => void) {
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    idle_timeout: undefined,
    max_lifetime: null,
    onnotice: () => {},
    connection: { replication: "database" } as never,
  });
  try {
    // These commands are written in capitals: the replication grammar knows them only so.
    const slot = `receptor_realtime_${crypto.randomUUID().replaceAll("-", "")}`;
    const [{ consistent_point }] = await sql.unsafe(
      `CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`,
    );
    const stream = await sql.unsafe(
      `START_REPLICATION SLOT ${slot} LOGICAL ${consistent_point} (proto_version '1', publication_names '${publication}')`,
    ).writable() as unknown as Duplex;
    const closed = Promise.withResolvers<void>();
    for (const event of ["end", "close", "error"]) stream.on(event, () => closed.resolve());
    const decoder = new PgOutputDecoder();
    stream.on("data", (data: Uint8Array) => take(data, decoder, stream, onChange));
    return {
      closed: closed.promise.then(() => sql.end({ timeout: 0 })).catch(() => {}),
      end: async () => {
        // Says good-bye first, which PostgreSQL would otherwise log as an error.
        stream.end();
        await Promise.race([closed.promise, new Promise((resolve) => setTimeout(resolve, 200))]);
        await sql.end({ timeout: 0 });
      },
    };
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
}

/** One message of the streaming protocol: a change, or the server asking whether anybody is there. */
function take(
  data: Uint8Array,
  decoder: PgOutputDecoder,
  stream: Duplex,
  onChange: (change: Change) => void,
) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const kind = String.fromCharCode(data[0]);
  if (kind === "w") {
    const change = decoder.decode(data.subarray(25));
    if (change) onChange(change);
  } else if (kind === "k") {
    stream.write(statusUpdate(view.getBigUint64(1)));
  }
}

/** Tells the server that everything up to a position has been read, so that it can drop the log before it. */
function statusUpdate(position: bigint): Buffer {
  const message = Buffer.alloc(34);
  message.write("r");
  for (const at of [1, 9, 17]) message.writeBigUInt64BE(position, at);
  message.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25);
  return message;
}
