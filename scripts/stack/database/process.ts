// The PostgreSQL process over a data directory: how it is started and ended, and as whom.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Owner } from "../files.ts";
import { lines } from "../lines.ts";

/** How PostgreSQL is told to stop: `fast` ends sessions and writes a checkpoint, `immediate` is a crash. */
export type ShutdownMode = "fast" | "immediate";

/** Settings for a cluster that is thrown away: durable against a crash of PostgreSQL, not of the machine. */
const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  full_page_writes: "off",
  wal_level: "logical",
  max_wal_senders: "10",
  max_replication_slots: "10",
  max_connections: "100",
  shared_buffers: "64MB",
  // In the data directory, and gone with it, also where PostgreSQL is killed before it can clean up.
  dynamic_shared_memory_type: "mmap",
  // initdb derives this from the size of a segment, which is small here (template.ts).
  max_wal_size: "1GB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

/**
 * Has glibc ask for memory in large pages, where the system gives them to who asks: what a session knows of tables, functions and plans
 * is some tens of megabytes that it reads here and there. A tenth of PostgreSQL's CPU in the tests of the database.
 */
const LARGE_PAGES = "glibc.malloc.hugetlb=1";

/** After this PostgreSQL is not asked any more. */
const STOP_MS = 1_500;

/** Tries to find a port that is still free when PostgreSQL comes to it. */
const PORT_TRIES = 5;
/** Ports below those that systems give to outgoing connections, one of which could take the place of a server that restarts. */
const PORTS = { first: 15_000, count: 17_000 };

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED: Owner = { uid: 65534, gid: 65534 };

/** The PostgreSQL process over a data directory. */
export class Server {
  #process?: Deno.ChildProcess;
  #log: string[] = [];

  #port = 0;

  /** @param native holds `bin`, see preparePostgres() */
  constructor(
    readonly native: string,
    readonly dataDir: string,
    readonly log: (line: string) => void,
  ) {}

  /** The same for as long as there is this server, from its first start on. */
  get port(): number {
    return this.#port;
  }

  get pid(): number {
    if (!this.#process) throw new Error("PostgreSQL is not running");
    return this.#process.pid;
  }

  /** @throws Error with the last lines of its log when it does not come up */
  async start(): Promise<void> {
    const known = this.#port !== 0;
    for (let tries = 1;; tries++) {
      if (!known) this.#port = freePort();
      try {
        return await this.#start();
      } catch (error) {
        // Between a look and PostgreSQL's own somebody else may have come, as another stack that starts.
        const taken = /could not bind|Address already in use/.test((error as Error).message);
        if (!taken || tries === PORT_TRIES) throw error;
      }
    }
  }

  async #start(): Promise<void> {
    const settings = Object.entries({ ...SETTINGS, port: String(this.port) });
    this.#log = [];
    const process = command(join(this.native, "bin/postgres"), [
      "-D",
      this.dataDir,
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ], this.dataDir).spawn();
    this.#process = process;
    const { ready, printed } = this.#listen(process);
    await Promise.race([
      ready,
      process.status.then(async () => {
        await printed;
        throw new Error(`PostgreSQL did not start:\n${this.#log.join("\n")}`);
      }),
    ]);
  }

  /** @returns whether it ended by itself, with a checkpoint where `mode` is `fast`, before `patienceMs` were over */
  async stop(mode: ShutdownMode, patienceMs = STOP_MS): Promise<boolean> {
    const process = this.#process;
    if (!process) return true;
    this.#process = undefined;
    tell(process, mode === "fast" ? "SIGINT" : "SIGQUIT");
    const forced = setTimeout(() => tell(process, "SIGKILL"), patienceMs);
    const { success } = await process.status;
    clearTimeout(forced);
    await freeSegment(this.dataDir);
    return success;
  }

  /** `ready` resolves when the log says so: PostgreSQL answers connections from then on; `printed` at the log's end. */
  #listen(process: Deno.ChildProcess): { ready: Promise<void>; printed: Promise<void> } {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const printed = lines(process.stderr, (line) => {
      if (line.includes("database system is ready to accept connections")) resolve();
      if (/ (FATAL|PANIC): /.test(line)) this.log(`postgres: ${line}`);
      this.#log = [...this.#log.slice(-20), line];
    });
    return { ready, printed };
  }
}

/** Signals a child, which may have ended by itself, or been killed by somebody else. */
function tell(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch {
    // It is gone, as it was asked to be.
  }
}

/** Whom PostgreSQL runs as: this user, or an unprivileged one when this user is root. */
export function owner(): Owner | undefined {
  return Deno.uid() === 0 ? UNPRIVILEGED : undefined;
}

/** A program of PostgreSQL's, run as `owner()` with nothing of this process's environment. */
export function command(path: string, args: string[], cwd: string): Deno.Command {
  return new Deno.Command(path, {
    args,
    cwd,
    clearEnv: true,
    env: {
      LC_ALL: "C",
      PGTZ: "UTC",
      PATH: Deno.env.get("PATH") ?? "",
      GLIBC_TUNABLES: LARGE_PAGES,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...owner(),
  });
}

/** A TCP port that nobody listens on now. */
function freePort(): number {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Whether there is a process of this id, this user's or another's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Ends the PostgreSQL of a data directory whose parent is gone; its pid file is the last thing that it removes. */
export async function endOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  const pid = await readFile(pidFile, "utf8").then((text) => Number(text.split("\n")[0]), () => 0);
  if (pid <= 0) return;
  for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let tries = 0; tries < 100; tries++) {
      if (!await stat(pidFile).then(() => true, () => false)) return;
      if (!isAlive(pid)) return await freeSegment(dataDir);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/**
 * Gives back the System V segment of a PostgreSQL that was killed: a few bytes, of which a machine has 4,096, and without one no
 * PostgreSQL starts. One that ended by itself has done so, and has removed its pid file, in which the segment is named.
 */
async function freeSegment(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => "");
  const [, segment] = /^ *\d+ +(\d+) *$/.exec(text.split("\n")[6] ?? "") ?? [];
  if (!segment) return;
  // Where there is no such tool it stays, as anything that was killed may leave something.
  await command("ipcrm", ["-m", segment], dataDir).output().catch(() => {});
}
