// What the commands of `deno task ops` have in common.

import type postgres from "postgres";
import { isId } from "../../shared/platform/ids.ts";

/** A connection, or a transaction of it. */
export type Query = postgres.Sql | postgres.TransactionSql;

/** An error that the operator can mend. */
export class OpsError extends Error {
  override name = "OpsError";
}

/** What a command works with. */
export interface OpsContext {
  sql: postgres.Sql;
  say: (line: string) => void;
}

/** Whether the database refused what it was given (RC400), with the place of each fault as its detail. */
export function isRefusedInput(error: unknown): error is { detail: string } {
  return (error as { code?: string }).code === "RC400";
}

/** The id of a run that a command was given. @throws OpsError where it is none */
export function requireRunId(command: string, given: string | undefined): string {
  if (given && isId(given)) return given.toLowerCase();
  throw new OpsError(`Name the run by its id: deno task ops ${command} <uuid>`);
}
