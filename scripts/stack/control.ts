// What the processes of a stack say to each other: a child takes its settings on the first line of its standard input,
// calls on the lines after it, and answers on file descriptor 3; what it prints is log. The end of the input is the end of
// the child.
import type { FunctionsDeno } from "./functions/hosted_deno.ts";
import type { IsolateRecord, Limits } from "./functions/isolate_options.ts";
import type { ShutdownMode } from "./database/process.ts";
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

/** What the functions host (functions/host_process.ts) is told first. */
export interface HostSettings {
  /** Runs the isolates. */
  deno: FunctionsDeno;
  projectDir: string;
  /** Holds a bundle of each function, `<function>/index.js`; null: they run from their sources. */
  bundles: string | null;
  /** Of the stack. */
  url: string;
  /** Environment of the isolates, but for the project's own. */
  env: Record<string, string>;
  limits: Limits;
}

/** What it answers when it is up. */
export interface HostInfo {
  port: number;
}

/** The calls it takes then. */
export interface HostCalls {
  isolates(): Promise<IsolateRecord[]>;
  kill(name: string | null): Promise<IsolateRecord[]>;
  pids(): Promise<number[]>;
}

/** One line from a child. */
export type Message<Info> =
  /** A directory that is to be removed if the child cannot do it. */
  | { type: "home"; path: string }
  | { type: "log"; line: string }
  | { type: "ready"; info: Info }
  | { type: "failed"; message: string }
  | { type: "answer"; id: number; value?: unknown; error?: string };

/** One line to it, after the settings. */
export interface Call {
  id: number;
  name: string;
  args: unknown[];
}
