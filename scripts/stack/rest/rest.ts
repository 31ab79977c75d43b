// REST (PostgREST's protocol) and Auth (GoTrue's) by @supabase/lite over the stack's PostgreSQL, with what lite does
// differently from hosted Supabase put right.
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import type { ApiConfig } from "../config.ts";
import { answerForClient, requestForLite } from "./gateway_tokens.ts";
import { restError } from "./errors.ts";
import { type LiteConnection, makeFrugal, verifyHere } from "./frugal.ts";
import type { Secrets } from "./tokens.ts";

/** Serves `/rest/v1` and `/auth/v1`. */
export interface RestAndAuth {
  fetch(request: Request): Promise<Response>;
  /** Makes lite's Auth tables and its functions in the schema auth, which differ from those of hosted Supabase. */
  makeTables(): Promise<void>;
  /** Makes lite look at the tables and functions again, after migrations. */
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts lite.
 * @param dbUrl a superuser's connection: lite switches to anon, authenticated or service_role for each request
 * @param publicUrl the stack's own address, issuer and base of links
 * @param statementTimeoutMs after this a statement is ended
 */
export function startRestAndAuth(
  dbUrl: string,
  publicUrl: string,
  secrets: Secrets,
  api: ApiConfig,
  statementTimeoutMs: number,
): RestAndAuth {
  const connection = createPostgresConnection({
    url: dbUrl,
    postgresOptions: {
      max: 10,
      onnotice: () => {},
      types: TYPES,
      connection: { statement_timeout: statementTimeoutMs },
    },
  });
  // Otherwise lite grants ALL on every table with RLS to anon and authenticated.
  (connection as unknown as { rlsState: string }).rlsState = "active";
  connection.normalizeDbError = restError;
  refuseInDatabase(connection.driver.options);
  makeFrugal(connection as unknown as LiteConnection);
  verifyHere(secrets.jwtSecret);
  const app = new App(
    {
      connection,
      api: { enabled: true, schemas: api.schemas, max_rows: api.maxRows },
      auth: {
        enabled: true,
        site_url: publicUrl,
        jwt_secret: secrets.jwtSecret,
        publishable_key: secrets.publishableKey,
        secret_key: secrets.secretKey,
      },
      db: { migrations: { enabled: false } },
    } as ConstructorParameters<typeof App>[0],
  );
  return {
    fetch: async (request) => {
      const answer = await app.fetch(requestForLite(request, secrets), { peerAddress: null });
      return await answerForClient(answer, secrets, `${publicUrl}/auth/v1`);
    },
    makeTables: () => app.ensureSystemSchema(),
    reloadSchema: () =>
      (connection as unknown as { clearSchemaCache(): Promise<void> }).clearSchemaCache(),
    // A request under way when the stack ends must not hold it up, as lite's own close() would let it.
    close: () => connection.driver.end({ timeout: 1 }),
  };
}

/** PostgREST's form of what PostgreSQL writes with a blank: ISO 8601. */
const isoTime = (text: string) => text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
/**
 * lite hands arguments of rpc() over as JSON text, but values of rows as they are. Text that is JSON is taken for the
 * former; a row's string that looks like JSON is therefore stored as what it looks like, here only.
 */
function jsonText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}
/**
 * A value that is none of an argument's type, as a number for a time or for a list, is refused by PostgreSQL (22P02, 22007), as
 * PostgREST has it: postgres.js would throw in the middle of what it says to the database, without a code.
 */
function refuseInDatabase(options: { serializers: Record<number, (value: unknown) => unknown> }) {
  options.serializers = new Proxy(options.serializers, {
    get: (known, type: string) => {
      const serialize = known[Number(type)];
      return serialize && ((value: unknown) => {
        const text = serialize(value);
        return typeof text === "string" || text instanceof Uint8Array ? text : String(text);
      });
    },
  });
}
const parseJson = (text: string) => JSON.parse(text);
const TYPES = {
  json: { to: 114, from: [114], serialize: jsonText, parse: parseJson },
  jsonb: { to: 3802, from: [3802], serialize: jsonText, parse: parseJson },
  timestamp: { to: 1114, from: [1114], serialize: (value: unknown) => value, parse: isoTime },
  timestamptz: { to: 1184, from: [1184], serialize: (value: unknown) => value, parse: isoTime },
};
