// Calls from the process that started a stack to the process that runs it: one line of JSON per call and per answer,
// over the standard input and output of the latter. The end of that input is the end of the stack.
import type { IsolateRecord, Limits } from "./isolate.ts";
import type { ShutdownMode } from "./postgres.ts";

/** What the running process is told on its first line. */
export interface StackSettings {
  projectDir: string;
  migrations: boolean;
  seed: boolean;
  functions: boolean;
  cron: boolean;
  port: number;
  limits: Limits;
}

/** What it answers when it is up. */
export interface StackInfo {
  url: string;
  publishableKey: string;
  secretKey: string;
  internalKey: string;
  /** The JSON Web Key that signs users' tokens: for tests that forge some. */
  signingKey: Record<string, unknown>;
  dbUrl: string;
  adminDbUrl: string;
  dataDir: string;
  startupMs: Record<string, number>;
}

/** The calls it takes then. */
export interface StackCalls {
  restartPostgres(mode: ShutdownMode): Promise<void>;
  isolates(): Promise<IsolateRecord[]>;
  killIsolates(name: string | null): Promise<number>;
  runCronJob(name: string): Promise<void>;
  pids(): Promise<{ stack: number; postgres: number; isolates: number[] }>;
  reload(): Promise<void>;
}

/** One line from the running process. */
export type Message =
  | { type: "home"; path: string }
  | { type: "log"; line: string }
  | { type: "ready"; info: StackInfo }
  | { type: "failed"; message: string }
  | { type: "answer"; id: number; value?: unknown; error?: string };

/** One line to it, after the settings. */
export interface Call {
  id: number;
  name: keyof StackCalls;
  args: unknown[];
}
