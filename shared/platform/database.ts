// The functions' own connection to PostgreSQL, for the fleet and the engines.

import postgres from "postgres";
import { requireEnv } from "./env.ts";

/** A connection pool, or a transaction of it. */
export type Sql = postgres.Sql;
/** A transaction. */
export type Transaction = postgres.TransactionSql;
/** What can be stored as JSON. */
export type Json = postgres.JSONValue;

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
    connection: {
      application_name: "receptor",
      statement_timeout: 20_000,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  });
}

/**
 * Runs a transaction as the engine role, which sees and writes only what the claim allows.
 * @param claimToken the claim it works for; null where there is none yet (claiming, sweeping)
 */
export function asEngine<T>(
  sql: Sql,
  claimToken: string | null,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return sql.begin(async (tx) => {
    await tx`select set_config('role', 'receptor_engine', true),
                    set_config('receptor.claim_token', ${claimToken ?? ""}, true)`;
    return await work(tx);
  }) as Promise<T>;
}

/** SQLSTATE of an error of PostgreSQL, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof postgres.PostgresError ? error.code : null;
}
