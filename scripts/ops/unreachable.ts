// What is said where the database cannot be reached, lets nobody in, or takes no changes.

import { isReadOnly } from "../../shared/platform/busy.ts";
import { OpsError } from "./context.ts";

/** Where a connection goes, as the library reads it from an address; the password is no part of it. */
interface Target {
  host: string[];
  port: number[];
  database: string;
  user: string;
}

const NAMED = "SUPABASE_DB_URL, or --db-url, names it";

/** What to do where a database takes no changes. */
export const ROOM =
  "Give it a larger disk, or make room on it; a hosted project is read-only from 95% on";

/** What to check, by the code that the network, the library or the database gives. */
const CHECKS: [codes: RegExp, check: string][] = [
  [
    /^(ECONNREFUSED|ECONNRESET|EPIPE|CONNECTION_(CLOSED|ENDED|DESTROYED)|57P0[1-3])$/,
    "Check that it is running, and its host and port",
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN|ENOENT)$/,
    "Check the name of the host, and that this machine can look names up",
  ],
  [
    /^(CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    "Check that this machine may reach it (network, firewall, IPv6)",
  ],
  [/^28/, "Check the user and the password"],
  [/^3D000$/, "Check the name of the database"],
  [/^53300$/, "It has no connection left: wait, or end some"],
];

/**
 * For what a command threw: which database was asked and what to check, if it could not be reached or let nobody in.
 * @returns undefined where it is another fault
 */
export function unreachable(
  error: unknown,
  { host, port, database, user }: Target,
): OpsError | undefined {
  const { code = "", syscall } = error as { code?: string; syscall?: string };
  // A file that is not there has the same code as a socket that is not.
  if (code === "ENOENT" && syscall !== "connect") return undefined;
  const hosts = host.map((name, n) => `${name}:${port[n]}`).join(", ");
  if (isReadOnly(error)) {
    return new OpsError(
      `The database ${database} at ${hosts} takes no changes (${code}). ${ROOM}.`,
    );
  }
  const check = CHECKS.find(([codes]) => codes.test(code))?.[1];
  if (!check) return undefined;
  return new OpsError(
    `The database ${database} at ${hosts} could not be reached as ${user} (${code}). ${check}; ${NAMED}.`,
  );
}
