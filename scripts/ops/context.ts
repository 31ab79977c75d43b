// What the commands of `deno task ops` have in common.

import type postgres from "postgres";
import { isId } from "../../shared/platform/ids.ts";

/** A connection, or a transaction of it. */
export type Query = postgres.Sql | postgres.TransactionSql;

/** An error that the operator can mend. */
export class OpsError extends Error {
  override name = "OpsError";
}

/**
 * For what a file or folder cannot be: says which one, and why. What is no fault of the files' own is thrown as it is.
 * @param what e.g. "read"
 */
export function fileFault(file: string, what: "read" | "written"): (error: Error) => never {
  return (error) => {
    const { code = "" } = error as { code?: string };
    if (code === "EEXIST") throw new OpsError(`${file} exists already; it is not overwritten.`);
    if (!/^E(?!CONN)[A-Z]+$/.test(code)) throw error;
    throw new OpsError(`${file} could not be ${what}: ${error.message}`);
  };
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
