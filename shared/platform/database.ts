// The functions' own connection to PostgreSQL, for the fleet and the engines.

import { Socket } from "node:net";
import { setImmediate } from "node:timers";
import postgres from "postgres";
import { isConnectionLost } from "./busy.ts";
import { requireEnv } from "./env.ts";

/** A connection pool, or a transaction of it. */
export type Sql = postgres.Sql;
/** A transaction. */
export type Transaction = postgres.TransactionSql;
export type { Json } from "./database.types.ts";

/** Where a database is, as postgres.js has read it from a URL. */
interface Address {
  host: string[];
  port: number[];
  /** Of a socket of the system; else it is asked over the network. */
  path?: string | false;
}

/** No statement, wait for a lock or silence within a transaction lasts longer. */
const TIMEOUTS_MS = {
  statement_timeout: 20_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
};

/**
 * Opens the pool of one isolate: a single connection, since an isolate does one thing at a time.
 * @param url defaults to SUPABASE_DB_URL, which every hosted function has
 */
export function connect(url: string = requireEnv("SUPABASE_DB_URL")): Sql {
  return postgres(url, {
    max: 1,
    // Poolers in transaction mode know no prepared statements.
    prepare: false,
    // A slice reads a handful of rows: asking for the catalogue's types first would cost a round trip.
    fetch_types: false,
    idle_timeout: 20,
    connect_timeout: 10,
    connection: { application_name: "receptor", ...TIMEOUTS_MS },
    // They would be printed as they are, and a log line is one line of JSON.
    onnotice: () => {},
    // Its types do not tell of it.
    ...{ socket: openSocket },
  });
}

/** "S", with which PostgreSQL agrees to TLS. */
const TLS_AGREED = 0x53;

/** What node:net reads with. */
interface Handled {
  _handle: { readStop(): void } | null;
}

/**
 * A socket that says a moment late that it is closed. postgres.js sends what it has to say in a `setImmediate()`, which it
 * takes back when its socket closes; but hosted Supabase's Deno has called what is due in a turn of its loop before it can be
 * taken back in the same turn. The write would find no socket, where nobody can catch it, and end the isolate with all that
 * it does.
 *
 * And one that reads no further once the database agrees to TLS (its first answer, a single S), until postgres.js has put TLS
 * on it: hosted Supabase's Deno would read the server's next bytes where nobody waits for them, and no answer ever came.
 */
class LateClosingSocket extends Socket {
  #heard = false;

  // deno-lint-ignore no-explicit-any -- as node:events declares it
  override emit(event: string | symbol, ...args: any[]): boolean {
    if (event === "data" && !this.#heard) {
      this.#heard = true;
      const [answer] = args;
      // Its types do not tell of the handle, which alone stops what is read beneath the stream.
      if (answer.length === 1 && answer[0] === TLS_AGREED) {
        (this as unknown as Handled)._handle?.readStop();
      }
    }
    if (event !== "close") return super.emit(event, ...args);
    setImmediate(() => super.emit(event, ...args));
    return true;
  }
}

/** A socket on its way to the database; what is written before it is there waits in it. */
function openSocket({ host: [host], port: [port], path }: Address): Socket {
  const socket = new LateClosingSocket();
  // postgres.js reads where it has led in its errors, and asks for certificates of that name.
  Object.assign(socket, { host, port });
  return path ? socket.connect(path) : socket.connect(port, host);
}

/** Pools that were given up. */
const givenUp = new WeakSet<Sql>();

/**
 * The pool of an isolate that serves many requests: opened at its first use, and again after it was given up.
 * @param open a test's own
 */
export function keptPool(open: () => Sql = connect): () => Sql {
  let sql: Sql | null = null;
  return () => {
    if (sql === null || givenUp.has(sql)) sql = open();
    return sql;
  };
}

/** In ms: a transaction that takes longer has lost its connection without notice, and by now its claim. */
const PATIENCE_MS = 30_000;

/**
 * Runs a transaction as the engine role, which sees and writes only what the claim allows.
 * @param claimToken the claim it works for; null where there is none yet (claiming, sweeping)
 * @param patienceMs after which the connection, and the pool with it, is given up; a test's own
 * @throws Error with code CONNECTION_STALLED when it was given up
 */
export function asEngine<T>(
  sql: Sql,
  claimToken: string | null,
  work: (tx: Transaction) => Promise<T>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  return transact(sql, async (tx) => {
    await tx`select set_config('role', 'receptor_engine', true),
                    set_config('receptor.claim_token', ${claimToken ?? ""}, true),
                    -- Poolers in transaction mode drop what a connection asks for at its start.
                    set_config('statement_timeout', ${`${TIMEOUTS_MS.statement_timeout}`}, true),
                    set_config('lock_timeout', ${`${TIMEOUTS_MS.lock_timeout}`}, true),
                    set_config('idle_in_transaction_session_timeout',
                      ${`${TIMEOUTS_MS.idle_in_transaction_session_timeout}`}, true)`;
    return await work(tx);
  }, patienceMs);
}

/**
 * Runs a transaction that outlives its connection: one that finds it lost before it has begun is begun once more.
 * @param patienceMs after which the connection, and the pool with it, is given up
 * @throws Error with code CONNECTION_STALLED when it was given up
 */
export function transact<T>(
  sql: Sql,
  work: (tx: Transaction) => Promise<T>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  let begun = false;
  const begin = () =>
    sql.begin((tx) => {
      begun = true;
      return unlessConnectionLost(() => work(tx));
    }) as Promise<T>;
  // postgres.js tells whoever comes next what ended the connection before, when it has connected anew.
  const done = begin().catch((error) => {
    if (begun || !isConnectionLost(error) || givenUp.has(sql)) throw error;
    return begin();
  });
  return orGiveUp(sql, done, patienceMs);
}

/**
 * Waits for a transaction as long as it can make sense. A database that moves house, or a pooler, may leave a connection
 * that never answers again and never breaks; an isolate that is kept would wait on it, and with it all who come after.
 */
async function orGiveUp<T>(sql: Sql, done: Promise<T>, patienceMs: number): Promise<T> {
  const patience = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    givenUp.add(sql);
    const error = new Error(`The database has not answered for ${patienceMs / 1000} s.`);
    patience.reject(Object.assign(error, { code: "CONNECTION_STALLED" }));
    void sql.end({ timeout: 0 }).catch(() => {});
  }, patienceMs);
  try {
    return await Promise.race([done, patience.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As `asEngine()`, for the first transaction of an isolate that may have slept through the loss of its connection: once
 * more, on a new connection. Only for work that may be done twice, since an answer may have been lost with it.
 */
export async function asEngineAgain<T>(
  sql: Sql,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await asEngine(sql, null, work);
  } catch (error) {
    if (!isConnectionLost(error) || givenUp.has(sql)) throw error;
    return await asEngine(sql, null, work);
  }
}

/**
 * Lets work end without a rollback when its connection is lost. The pool rejects the transaction by itself then; a
 * rollback, which postgres.js sends all the same, would fail where nobody can catch it and end the isolate.
 */
async function unlessConnectionLost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isConnectionLost(error)) return await new Promise(() => {});
    throw error;
  }
}

/** SQLSTATE of an error of PostgreSQL, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof postgres.PostgresError ? error.code : null;
}
