// What the process of the functions host takes and answers; how, see ../messages.ts.

import type { FunctionsDeno } from "./hosted_deno.ts";
import type { IsolateRecord, Limits } from "./isolate_options.ts";

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
