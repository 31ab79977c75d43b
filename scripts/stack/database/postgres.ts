// One PostgreSQL cluster of a stack: made from a template, started, restarted in the middle of work, stopped, removed.
import { createHash } from "node:crypto";
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import postgres from "postgres";
import { buildOnce, preparePostgres } from "./binaries.ts";
import { copyTree, type Owner } from "../files.ts";
import { lines } from "../lines.ts";

/** How PostgreSQL is told to stop: `fast` ends sessions and writes a checkpoint, `immediate` is a crash. */
export type ShutdownMode = "fast" | "immediate";

/** A running cluster. Superuser is `supabase_admin`, as on hosted Supabase. */
export interface Cluster {
  port: number;
  dataDir: string;
  pid(): number;
  /** @returns a connection string for one of the roles of bootstrap.sql */
  url(role: "postgres" | "supabase_admin"): string;
  restart(mode: ShutdownMode): Promise<void>;
  stop(): Promise<void>;
}

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
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

const HOME_PREFIX = "receptor-stack-data-";
/** Holds the process id of the stack that a directory belongs to. */
const PID_FILE = "stack.pid";

/** After this PostgreSQL is not asked any more. */
const STOP_MS = 1_500;

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED: Owner = { uid: 65534, gid: 65534 };

/**
 * Makes and starts a cluster with an empty database `postgres`, set up by bootstrap.sql.
 * @param onDataDir is told the data directory before anything is written to it, so that a clean-up can be arranged
 * @throws when PostgreSQL does not come up, with the last lines of its log
 */
export async function startCluster(
  options: { log: (line: string) => void; onDataDir?: (path: string) => void },
): Promise<Cluster> {
  const native = await preparePostgres();
  const template = await prepareTemplate(native);
  const home = join(tmpdir(), `${HOME_PREFIX}${crypto.randomUUID()}`);
  const dataDir = join(home, "data");
  options.onDataDir?.(home);
  await mkdir(home, { mode: 0o700 });
  await writeFile(join(home, PID_FILE), String(Deno.pid));
  if (owner()) await chown(home, owner()!.uid, owner()!.gid);
  await copyTree(template, dataDir, { owner: owner(), mode: 0o700 });
  const server = new Server(native, dataDir, freePort(), options.log);
  await server.start();
  return {
    port: server.port,
    dataDir,
    pid: () => server.pid,
    url: (role) => `postgres://${role}@127.0.0.1:${server.port}/postgres`,
    restart: async (mode) => {
      await server.stop(mode);
      await server.start();
    },
    stop: async () => {
      await server.stop("immediate");
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The PostgreSQL process over a data directory. */
class Server {
  #process?: Deno.ChildProcess;
  #log: string[] = [];

  constructor(
    readonly native: string,
    readonly dataDir: string,
    readonly port: number,
    readonly log: (line: string) => void,
  ) {}

  get pid(): number {
    if (!this.#process) throw new Error("PostgreSQL is not running");
    return this.#process.pid;
  }

  async start(): Promise<void> {
    const settings = Object.entries({ ...SETTINGS, port: String(this.port) });
    this.#process = command(join(this.native, "bin/postgres"), [
      "-D",
      this.dataDir,
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ], this.dataDir).spawn();
    await Promise.race([
      this.#ready(this.#process),
      this.#process.status.then(() => {
        throw new Error(`PostgreSQL did not start:\n${this.#log.join("\n")}`);
      }),
    ]);
  }

  async stop(mode: ShutdownMode): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    process.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    const forced = setTimeout(() => process.kill("SIGKILL"), STOP_MS);
    await process.status;
    clearTimeout(forced);
  }

  /** Resolves when the log says so; PostgreSQL answers connections from then on. */
  #ready(process: Deno.ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      void lines(process.stderr, (line) => {
        if (line.includes("database system is ready to accept connections")) resolve();
        if (/ (FATAL|PANIC): /.test(line)) this.log(`postgres: ${line}`);
        this.#log = [...this.#log.slice(-20), line];
      });
    });
  }
}

/** The result of initdb and bootstrap.sql, made once per version of both: copying it takes a tenth of the time. */
async function prepareTemplate(native: string): Promise<string> {
  const bootstrap = await readFile(new URL("./bootstrap.sql", import.meta.url), "utf8");
  const key = createHash("sha256").update(bootstrap).digest("hex").slice(0, 12);
  const target = `${native}-template-${key}`;
  await buildOnce(target, async (draft) => {
    await mkdir(draft, { mode: 0o700 });
    if (owner()) await chown(draft, owner()!.uid, owner()!.gid);
    await initdb(native, draft);
    await runBootstrap(native, draft, bootstrap);
    await chmod(draft, 0o700);
  });
  return target;
}

async function initdb(native: string, dataDir: string) {
  const { success, stderr } = await command(join(native, "bin/initdb"), [
    ...["-D", dataDir, "-U", "supabase_admin", "--auth=trust", "--encoding=UTF8"],
    ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"],
  ], dirname(dataDir)).output();
  if (!success) throw new Error(`initdb failed:\n${new TextDecoder().decode(stderr)}`);
}

async function runBootstrap(native: string, dataDir: string, bootstrap: string) {
  const server = new Server(native, dataDir, freePort(), () => {});
  await server.start();
  try {
    const sql = postgres(`postgres://supabase_admin@127.0.0.1:${server.port}/postgres`, { max: 1 });
    await sql.unsafe(bootstrap).simple();
    await sql.end();
  } finally {
    await server.stop("fast");
  }
}

/** Whom PostgreSQL runs as: this user, or an unprivileged one when this user is root. */
function owner(): Owner | undefined {
  return Deno.uid() === 0 ? UNPRIVILEGED : undefined;
}

function command(path: string, args: string[], cwd: string): Deno.Command {
  return new Deno.Command(path, {
    args,
    cwd,
    clearEnv: true,
    env: { LC_ALL: "C", PGTZ: "UTC" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...owner(),
  });
}

/** A TCP port that nobody listens on now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Ends what a stack left behind that could not stop by itself: its PostgreSQL and its directory. */
export async function removeLeftovers(home: string): Promise<void> {
  if (!basename(home).startsWith(HOME_PREFIX)) {
    throw new Error(`not a stack's directory: ${home}`);
  }
  const pidFile = join(home, "data/postmaster.pid");
  const pid = await readFile(pidFile, "utf8").then((text) => Number(text.split("\n")[0]), () => 0);
  if (pid > 0) await endPostgres(pidFile, pid);
  await rm(home, { recursive: true, force: true });
}

/** Removes what stacks left behind that were killed together with their owners. */
export async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const home = join(tmpdir(), name);
    const pid = await readFile(join(home, PID_FILE), "utf8").then(Number, () => 0);
    if (name.startsWith(HOME_PREFIX) && pid > 0 && !isAlive(pid)) {
      await removeLeftovers(home).catch(() => {});
    }
  }
}

/** Whether there is a process of this id, this user's or another's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Stops a PostgreSQL whose parent is gone; it removes its pid file as the last thing it does. */
async function endPostgres(pidFile: string, pid: number) {
  for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let tries = 0; tries < 100; tries++) {
      if (!await stat(pidFile).then(() => true, () => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
