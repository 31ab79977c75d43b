// Counts of what the harness did, by kind.

import { holdsClaim } from "./proxy.ts";

/** How something was killed. */
export type KillKind =
  /** A worker in a thread of the harness was cut off from the database for good, as SIGKILL of its process does. */
  | "worker_killed"
  /** A worker's connection was cut, and it lives on. */
  | "connection_cut"
  /** PostgreSQL ended a worker's session in the middle of a transaction. */
  | "backend_terminated"
  /** PostgreSQL was stopped with `immediate` and started again. */
  | "postgres_crashed"
  /** The isolate of a function was killed with SIGKILL while it worked, called through HTTP as in production. */
  | "isolate_killed"
  /** The process of the functions host was killed with SIGKILL. */
  | "host_killed";

/** Counts of kills and of what else went on. */
export class Tally {
  kills = 0;
  readonly byKind: Partial<Record<KillKind, number>> = {};
  /** Where in a slice the worker was cut off. */
  readonly byStep: Record<string, number> = {};
  readonly others: Record<string, number> = {};

  kill(kind: KillKind, step: string): void {
    this.kills++;
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    this.byStep[step] = (this.byStep[step] ?? 0) + 1;
    if (holdsClaim(step)) this.count("killed_holding_a_claim", 1);
  }

  count(what: string, times: number): void {
    this.others[what] = (this.others[what] ?? 0) + times;
  }
}
