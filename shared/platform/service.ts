// Transactions as service_role, for functions that work for nobody who is signed in: mailer, calendar, the doors of agents and of operators' nodes.

import { type Sql, transact, type Transaction } from "./database.ts";

/** Runs a transaction with the rights of service_role, and no more. */
export function asService<T>(sql: Sql, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(sql, async (tx) => {
    await tx`select set_config('role', 'service_role', true), set_config('statement_timeout', '20000', true)`;
    return await work(tx);
  });
}
