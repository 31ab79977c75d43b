// The local stack: what a hosted Supabase project gives, from npm packages alone, for development, demo and tests.
// PostgreSQL, REST, Auth, Realtime, Edge Functions, pg_cron, pg_net and Vault behind one port, for the project folder it
// is pointed at. It lives in a process of its own (server.ts) that ends when the process that started it does.
import { fileURLToPath } from "node:url";
import type { Message, StackCalls, StackInfo, StackSettings } from "./control.ts";
import { HOSTED_LIMITS, type IsolateRecord, type Limits } from "./isolate.ts";
import { lines } from "./lines.ts";
import { removeLeftovers, type ShutdownMode } from "./postgres.ts";

export type { IsolateRecord, Limits, ShutdownMode };

/** What a stack serves and how. */
export interface StackOptions {
  /** Holds supabase/config.toml, supabase/migrations and supabase/seed.sql. Default: this repository. */
  projectDir?: string;
  /** Run supabase/migrations; without them there is no seed either. Default true. */
  migrations?: boolean;
  /** Run supabase/seed.sql. Default true. */
  seed?: boolean;
  /** Serve the functions of config.toml; each request loads the code as it is then. Default true. */
  functions?: boolean;
  /** Run cron jobs when they are due. Default true. */
  cron?: boolean;
  /** Default: any free port. */
  port?: number;
  /** Limits of an isolate that differ from hosted Supabase's, for tests of what happens at a limit. */
  limits?: Partial<Limits>;
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
    /** Ends running isolates with SIGKILL, all or those of one function. @returns how many */
    killWorkers(name?: string): Promise<number>;
  };
  cron: {
    /** Runs a job now, due or not, and waits for its end. */
    run(jobName: string): Promise<void>;
  };
  /** Makes REST see tables and functions that were made after the start. `notify pgrst` does the same. */
  reloadSchema(): Promise<void>;
  /** Process ids of what runs for this stack. */
  pids(): Promise<{ stack: number; postgres: number; isolates: number[] }>;
  /** Ends everything and removes the data. May be called more than once. */
  stop(): Promise<void>;
  /** Resolves when the stack has ended, by `stop` or by itself. */
  ended: Promise<void>;
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Starts a stack. Several may run at once.
 * @throws when a migration or the seed fails (file, line and message), or a service does not come up; nothing is left
 * running then
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started = performance.now();
  const server = new ServerProcess(options.log ?? (() => {}));
  const info = await server.start({
    projectDir: options.projectDir ?? ROOT,
    migrations: options.migrations ?? true,
    seed: options.migrations !== false && (options.seed ?? true),
    functions: options.functions ?? true,
    cron: options.cron ?? true,
    port: options.port ?? 0,
    limits: { ...HOSTED_LIMITS, ...options.limits },
  });
  return {
    ...info,
    startupMs: { ...info.startupMs, total: Math.round(performance.now() - started) },
    postgres: { restart: (mode) => server.call("restartPostgres", mode) },
    functions: {
      isolates: () => server.call("isolates"),
      killWorkers: (name) => server.call("killIsolates", name ?? null),
    },
    cron: { run: (name) => server.call("runCronJob", name) },
    reloadSchema: () => server.call("reload"),
    pids: () => server.call("pids"),
    stop: () => server.stop(),
    ended: server.ended,
  };
}

/** The process of server.ts, seen from its owner. */
class ServerProcess {
  #process = spawn();
  #input = this.#process.stdin.getWriter();
  #home: string | null = null;
  #lastCall = 0;
  #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #ready = Promise.withResolvers<StackInfo>();
  readonly ended: Promise<void>;
  #inputOpen = true;

  constructor(readonly log: (line: string) => void) {
    this.ended = this.#watch();
    this.#input.closed.catch(() => {});
  }

  async start(settings: StackSettings): Promise<StackInfo> {
    await this.#write(settings);
    return await this.#ready.promise;
  }

  async call<Name extends keyof StackCalls>(
    name: Name,
    ...args: Parameters<StackCalls[Name]>
  ): Promise<Awaited<ReturnType<StackCalls[Name]>>> {
    const id = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(id, answer);
    await this.#write({ id, name, args });
    return await answer.promise as Awaited<ReturnType<StackCalls[Name]>>;
  }

  /** Closes the server's input, which it takes as the end. */
  async stop() {
    if (this.#inputOpen) {
      this.#inputOpen = false;
      await this.#input.close().catch(() => {});
    }
    await this.ended;
  }

  async #write(value: unknown) {
    await this.#input.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
  }

  async #watch() {
    const log = lines(this.#process.stderr, (line) => this.log(line));
    await lines(this.#process.stdout, (line) => this.#take(JSON.parse(line) as Message));
    await log;
    const { code } = await this.#process.status;
    // When it was killed it could not clean up after itself.
    if (code !== 0 && this.#home) await removeLeftovers(this.#home);
    const gone = new Error(`the stack's process ended (code ${code})`);
    this.#ready.promise.catch(() => {});
    this.#ready.reject(gone);
    for (const call of this.#calls.values()) call.promise.catch(() => {}), call.reject(gone);
  }

  #take(message: Message) {
    if (message.type === "home") this.#home = message.path;
    else if (message.type === "log") this.log(message.line);
    else if (message.type === "ready") this.#ready.resolve(message.info);
    else if (message.type === "failed") this.#ready.reject(new Error(message.message));
    else this.#settle(message);
  }

  #settle({ id, value, error }: Extract<Message, { type: "answer" }>) {
    const call = this.#calls.get(id)!;
    this.#calls.delete(id);
    if (error !== undefined) call.reject(new Error(error));
    else call.resolve(value);
  }
}

function spawn(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--quiet",
      "--no-check",
      `--config=${ROOT}deno.json`,
      `${HERE}server.ts`,
    ],
    cwd: ROOT,
    env: { LITE_TELEMETRY: "0", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A session of its own: Ctrl-C in the terminal reaches the owner only, which then stops the stack in order.
    detached: true,
  }).spawn();
}
