// What the process of a stack takes and answers; how, see messages.ts.

import type { ShutdownMode } from "./database/process.ts";
import type { IsolateRecord, Limits } from "./functions/isolate_options.ts";
import type { KeyKind } from "./rest/tokens.ts";

/** What the process of a stack (server.ts) is told first. */
export interface StackSettings {
  projectDir: string;
  migrations: boolean;
  seed: boolean;
  functions: boolean;
  /** Serve functions as they are deployed (functions/bundles.ts), not from their sources. */
  bundled: boolean;
  cron: boolean;
  port: number;
  limits: Limits;
  statementTimeoutMs: number;
  keys: KeyKind;
}

/** What it answers when it is up. */
export interface StackInfo {
  url: string;
  /** The keys that clients and servers use: on a legacy project the legacy ones. */
  publishableKey: string;
  secretKey: string;
  anonKey: string;
  serviceRoleKey: string;
  internalKey: string;
  /** The private JSON Web Key that signs users' tokens, and the shared secret: for tests that forge some. */
  signingKey: Record<string, unknown>;
  jwtSecret: string;
  dbUrl: string;
  adminDbUrl: string;
  dataDir: string;
  startupMs: Record<string, number>;
}

/** The calls it takes then. */
export interface StackCalls {
  restartPostgres(mode: ShutdownMode): Promise<void>;
  isolates(): Promise<IsolateRecord[]>;
  killIsolates(name: string | null): Promise<IsolateRecord[]>;
  killFunctionsHost(): Promise<void>;
  runCronJob(name: string): Promise<void>;
  pids(): Promise<StackPids>;
  reload(): Promise<void>;
}

/** Process ids of what runs for a stack; `functions` is the functions host, null where there is none just now. */
export interface StackPids {
  stack: number;
  postgres: number;
  functions: number | null;
  isolates: number[];
}
