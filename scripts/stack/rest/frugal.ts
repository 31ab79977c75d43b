// What lite does for each request of REST and needs not: a dozen statements that say who asks, each asked about and then run, and
// a walk over all columns for types that there are in SQLite only. A third of a stack's CPU went there.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Sql } from "postgres";

/** The part of lite's connection that is done otherwise here. */
export interface LiteConnection {
  driver: Sql;
  applyJwtSessionContext(transaction: Transaction, context: Context): Promise<void>;
  applyRpcRequestGucs(transaction: Transaction, request: RpcRequest): Promise<void>;
  writeCachedIntrospection(found: Introspection, options?: unknown): Promise<void>;
}

/** Who asks, as lite has read it from the token. */
interface Context {
  auth?: { uid?: string | null; role?: string; jwt?: unknown };
  storage?: { operation?: unknown };
}

/** What is called by rpc(). */
interface RpcRequest {
  method: string;
  path: string;
  requestHeaders?: Record<string, string>;
}

/** What lite knows of the database. */
interface Introspection {
  views: { sql: string }[];
  columns: unknown[];
}

/** A transaction of kysely's, which lite is built upon. */
interface Transaction {
  executeQuery(query: {
    sql: string;
    parameters: unknown[];
    query: { kind: "RawNode"; sqlFragments: string[]; parameters: unknown[] };
    queryId: { queryId: string };
  }): Promise<unknown>;
}

const SAY_WHO = `
  select set_config('request.jwt.claim.sub', $1, true), set_config('request.jwt.claim.role', $2, true),
    set_config('storage.operation', $3, true), set_config('role', $2, true)`;
const SAY_WHO_AND_CLAIMS = `${SAY_WHO}, set_config('request.jwt.claims', $4, true)`;

/** Also, as PostgREST does: `set statement_timeout` of a function holds for the transaction in which it is called. */
const SAY_WHAT_IS_CALLED = `
  select set_config('response.status', '', true), set_config('response.headers', '', true),
    set_config('request.method', $1, true), set_config('request.path', $2, true),
    set_config('request.headers', $3, true), (
      select max(set_config('statement_timeout', split_part(setting, '=', 2), true))
      from pg_catalog.pg_proc, unnest(proconfig) as setting
      where proname = $4 and setting like 'statement_timeout=%')`;

/** lite asks them for each request: who is it, and is that session still there? */
const LITE_ASKS = ["users", "sessions"].map((table) =>
  `select * from "auth"."${table}" where "id" = $1`
);

/** Statements that each session keeps parsed: the same for every request, over tables that do not change while a stack runs. */
const PREPARED = new Set([SAY_WHO, SAY_WHO_AND_CLAIMS, SAY_WHAT_IS_CALLED, ...LITE_ASKS]);

/** Makes lite's connection do with less, to the same end. */
export function makeFrugal(connection: LiteConnection): void {
  connection.applyJwtSessionContext = async (transaction, { auth, storage }) => {
    const claims = auth?.jwt && typeof auth.jwt === "object" ? [JSON.stringify(auth.jwt)] : [];
    const who = [auth?.uid ?? "", auth?.role || "anon", storage?.operation ?? ""].map(String);
    await run(transaction, claims.length ? SAY_WHO_AND_CLAIMS : SAY_WHO, [...who, ...claims]);
  };
  connection.applyRpcRequestGucs = async (transaction, { method, path, requestHeaders }) => {
    const name = path.split("/").at(-1)!;
    const headers = JSON.stringify(requestHeaders ?? {});
    await run(transaction, SAY_WHAT_IS_CALLED, [method, path, headers, name]);
  };
  const keep = connection.writeCachedIntrospection;
  connection.writeCachedIntrospection = async (found, options) => {
    // Of a view's text lite reads which table it is of, and searches all of it for types that only SQLite has.
    for (const view of found.views) view.sql = firstTable(view.sql);
    hideFromWalks(found.columns);
    await keep.call(connection, found, options);
  };
  prepareOften(connection.driver);
}

/**
 * Gives a list to whoever looks something up in it, and nothing to who walks over it ("for ... of"): lite does that at each
 * request and nowhere else, over a thousand columns, for types that PostgreSQL does not have.
 */
function hideFromWalks(list: unknown[]): void {
  Object.defineProperty(list, Symbol.iterator, { value: () => [].values() });
}

/**
 * lite has the token of each request verified by Web Crypto, which asks another thread: half a millisecond, a twelfth of a stack's
 * CPU. It is one that the gateway has signed the moment before (gateway_tokens.ts). What this secret has signed is found right here;
 * whatever else is verified goes its way.
 */
export function verifyHere(secret: string, { subtle }: Crypto = crypto): void {
  const verify = subtle.verify.bind(subtle);
  const here: typeof verify = async (algorithm, key, signature, data) => {
    if (key.algorithm.name === "HMAC") {
      const right = createHmac("sha256", secret).update(bytesOf(data)).digest();
      const given = bytesOf(signature);
      if (given.length === right.length && timingSafeEqual(given, right)) return true;
    }
    return await verify(algorithm, key, signature, data);
  };
  Object.defineProperty(subtle, "verify", { value: here, configurable: true });
}

function bytesOf(source: BufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** `from` and the first table of a query's text, as lite looks for it. */
export function firstTable(query: string): string {
  return /\bfrom\s+(?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?/i.exec(query)?.[0] ?? "";
}

async function run(transaction: Transaction, sql: string, parameters: string[]): Promise<void> {
  await transaction.executeQuery({
    sql,
    parameters,
    query: { kind: "RawNode", sqlFragments: [sql], parameters: [] },
    queryId: { queryId: sql },
  });
}

/** Has sessions that lite reserves keep the statements of `PREPARED`; every other is parsed anew, as tables may have changed. */
function prepareOften(driver: Sql): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => {
    const session = await reserve();
    const unsafe = session.unsafe;
    session.unsafe = ((text, parameters, options) =>
      unsafe(
        text,
        parameters,
        PREPARED.has(text) ? { ...options, prepare: true } : options,
      )) as typeof unsafe;
    return session;
  };
}
