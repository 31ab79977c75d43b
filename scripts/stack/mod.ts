// The local stack: what a hosted Supabase project gives, from npm packages alone, for development, demo and tests.
// PostgreSQL, REST, Auth, Realtime, Edge Functions, pg_cron, pg_net and Vault behind one port, for the project folder it
// is pointed at. It lives in a process of its own (server.ts) that ends when the process that started it does.
import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import type { StackCalls, StackInfo, StackPids, StackSettings } from "./control.ts";
import {
  HOSTED_LIMITS,
  type IsolateRecord,
  type Limits,
  type Plan,
} from "./functions/isolate_options.ts";
import { removeLeftovers } from "./database/postgres.ts";
import type { ShutdownMode } from "./database/process.ts";
import type { KeyKind } from "./rest/tokens.ts";

export type { IsolateRecord, Limits, Plan, ShutdownMode };

/** What a stack serves and how. */
export interface StackOptions {
  /** Holds supabase/config.toml, supabase/migrations and supabase/seed.sql. Default: this repository. */
  projectDir?: string;
  /** Run supabase/migrations; without them there is no seed either. Default true. */
  migrations?: boolean;
  /** Run supabase/seed.sql. Default true. */
  seed?: boolean;
  /** Serve the functions of config.toml. Default true. */
  functions?: boolean;
  /**
   * Serve them from their sources, so that code that changes counts for the next request. Default: true but for this
   * repository, whose functions are served as they are deployed, each in one file, which takes half of an isolate's start.
   */
  sources?: boolean;
  /** Run cron jobs when they are due. Default true. */
  cron?: boolean;
  /** Default: any free port. */
  port?: number;
  /** Whose limits hold for isolates: plans differ in wall clock, 150 s or 400 s. Default "paid". */
  plan?: Plan;
  /** Limits of an isolate that differ from the plan's, for tests of what happens at a limit. */
  limits?: Partial<Limits>;
  /** After this a statement of the Data API is ended, in ms. Default: hosted Supabase's 8 s. */
  statementTimeoutMs?: number;
  /** How the project signs users' tokens, and which API keys it has. Default: signing keys, publishable and secret keys. */
  keys?: KeyKind;
  /** Takes the log: functions, cron jobs, failures. Default: dropped. */
  log?: (line: string) => void;
}

/** A running stack. */
export interface Stack extends StackInfo {
  /** Wall time of the phases of the start, in ms; `total` includes starting the process. */
  startupMs: Record<string, number>;
  postgres: {
    /** Ends PostgreSQL and starts it again on the same port and data; `immediate` is a crash. */
    restart(mode: ShutdownMode): Promise<void>;
  };
  functions: {
    /** @returns the latest isolates, oldest first, running ones included */
    isolates(): Promise<IsolateRecord[]>;
    /** Ends running isolates with SIGKILL, all or those of one function. @returns what they were doing */
    killWorkers(name?: string): Promise<IsolateRecord[]>;
    /** Ends the functions host, a process of its own, with SIGKILL; resolves when another one has taken its place. */
    killHost(): Promise<void>;
  };
  cron: {
    /** Runs a job now, due or not, and waits for its end. */
    run(jobName: string): Promise<void>;
  };
  /** Makes REST see tables and functions that were made after the start. `notify pgrst` does the same. */
  reloadSchema(): Promise<void>;
  /** Process ids of what runs for this stack. */
  pids(): Promise<StackPids>;
  /** Ends everything and removes the data. May be called more than once. */
  stop(): Promise<void>;
  /** Resolves when the stack has ended, by `stop` or by itself. */
  ended: Promise<void>;
}

/**
 * For tests of anything but this limit: what they ask for takes its time on a busy machine, and is not what they test.
 * Where the database itself says how long a function may take, that holds.
 */
export const PATIENT = { statementTimeoutMs: 600_000 } as const satisfies StackOptions;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Starts a stack. Several may run at once.
 * @throws when a migration or the seed fails (file, line and message), or a service does not come up; nothing is left
 * running then
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started = performance.now();
  const server = new Child<StackInfo, StackCalls>("./server.ts", options.log ?? (() => {}));
  const ended = server.ended.then(async (code) => {
    // When it was killed it could not clean up after itself.
    if (code !== 0 && server.home) await removeLeftovers(server.home);
  });
  const settings: StackSettings = {
    projectDir: options.projectDir ?? ROOT,
    migrations: options.migrations ?? true,
    seed: options.migrations !== false && (options.seed ?? true),
    functions: options.functions ?? true,
    bundled: !(options.sources ?? options.projectDir !== undefined),
    cron: options.cron ?? true,
    port: options.port ?? 0,
    statementTimeoutMs: options.statementTimeoutMs ?? 8_000,
    keys: options.keys ?? "signing_keys",
    limits: { ...HOSTED_LIMITS[options.plan ?? "paid"], ...options.limits },
  };
  const info = await server.start(settings).catch(async (error) => {
    await ended;
    throw error;
  });
  return {
    ...info,
    startupMs: { ...info.startupMs, total: Math.round(performance.now() - started) },
    postgres: { restart: (mode) => server.call("restartPostgres", mode) },
    functions: {
      isolates: () => server.call("isolates"),
      killWorkers: (name) => server.call("killIsolates", name ?? null),
      killHost: () => server.call("killFunctionsHost"),
    },
    cron: { run: (name) => server.call("runCronJob", name) },
    reloadSchema: () => server.call("reload"),
    pids: () => server.call("pids"),
    stop: async () => {
      await server.stop();
      await ended;
    },
    ended,
  };
}
