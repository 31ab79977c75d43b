// One PostgreSQL cluster of a stack: copied from a template, started, restarted in the middle of work, stopped, removed.
import { chown, mkdir, readdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cacheDirectory, exists } from "../cache.ts";
import { copyExactly } from "../files.ts";
import { preparePostgres } from "./binaries.ts";
import { endOrphan, isAlive, owner, Server, type ShutdownMode } from "./process.ts";
import {
  copyFilled,
  emptyTemplate,
  filledTemplate,
  keepFilled,
  removeAbandonedDrafts,
} from "./template.ts";

/** A running cluster. Superuser is `supabase_admin`, as on hosted Supabase. */
export interface Cluster {
  port: number;
  dataDir: string;
  /** Whether it already holds the contents that were asked for. */
  filled: boolean;
  pid(): number;
  /** @returns a connection string for one of the roles of bootstrap.sql */
  url(role: "postgres" | "supabase_admin"): string;
  /** After the contents were put into it, and nothing else: the next cluster that asks for them starts with them. Restarts it. */
  keepContents(): Promise<void>;
  restart(mode: ShutdownMode): Promise<void>;
  stop(): Promise<void>;
}

const HOME_PREFIX = "receptor-stack-data-";

/**
 * A file system in memory, as Linux has it, and what must be free there for a cluster to lie in it. Its two thousand files are
 * copied and removed there in a tenth of a second of CPU; on ext4 that takes one or two.
 */
const MEMORY = { folder: "/dev/shm", freeBytes: 4 * 2 ** 30 };

/** Holds the process id of the stack that a directory belongs to. */
const PID_FILE = "stack.pid";

/** A cluster that is to be kept must write its checkpoint, however busy the machine is. */
const CHECKPOINT_MS = 60_000;

/**
 * Makes and starts a cluster whose database `postgres` is empty but for bootstrap.sql, or already holds the contents.
 * @param contents stands for what its maker will put into it: the same contents, the same text
 * @param onDataDir is told the data directory before anything is written to it, so that a clean-up can be arranged
 * @throws when PostgreSQL does not come up, with the last lines of its log
 */
export async function startCluster(
  options: {
    contents: string;
    log: (line: string) => void;
    onDataDir?: (path: string) => void;
  },
): Promise<Cluster> {
  const native = await preparePostgres();
  const empty = await emptyTemplate(native);
  const kept = await filledTemplate(empty, options.contents);
  const home = join(await homesFolder(), `${HOME_PREFIX}${crypto.randomUUID()}`);
  const dataDir = join(home, "data");
  options.onDataDir?.(home);
  await mkdir(home, { mode: 0o700 });
  await writeFile(join(home, PID_FILE), String(Deno.pid));
  if (owner()) await chown(home, owner()!.uid, owner()!.gid);
  const filled = await copyFilled(kept, dataDir);
  if (!filled) await copyExactly(empty, dataDir, owner());
  const server = new Server(native, dataDir, options.log);
  await server.start();
  return {
    port: server.port,
    dataDir,
    filled,
    pid: () => server.pid,
    url: (role) => `postgres://${role}@127.0.0.1:${server.port}/postgres`,
    keepContents: async () => {
      const whole = await server.stop("fast", CHECKPOINT_MS);
      if (whole) await keepFilled(kept, dataDir);
      await server.start();
    },
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

/** Whether a cluster of these contents would be a copy of an earlier one. */
export async function isKept(contents: string): Promise<boolean> {
  const empty = await emptyTemplate(await preparePostgres());
  return await exists(await filledTemplate(empty, contents));
}

/** Where a new cluster lies. What is there is thrown away with the stack, so that it need not outlive the machine. */
async function homesFolder(): Promise<string> {
  const free = await statfs(MEMORY.folder).then(({ bavail, bsize }) => bavail * bsize, () => 0);
  return free >= MEMORY.freeBytes ? MEMORY.folder : tmpdir();
}

/** Ends what a stack left behind that could not stop by itself: its PostgreSQL and its directory. */
export async function removeLeftovers(home: string): Promise<void> {
  if (!basename(home).startsWith(HOME_PREFIX)) {
    throw new Error(`not a stack's directory: ${home}`);
  }
  await endOrphan(join(home, "data"));
  await rm(home, { recursive: true, force: true });
}

/** Removes what stacks left behind that were killed together with their owners. */
export async function removeAbandoned(): Promise<void> {
  for (const folder of [tmpdir(), MEMORY.folder]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith(HOME_PREFIX)) continue;
      const home = join(folder, name);
      const pid = await readFile(join(home, PID_FILE), "utf8").then(Number, () => 0);
      if (pid > 0 && !isAlive(pid)) await removeLeftovers(home).catch(() => {});
    }
  }
  await removeAbandonedDrafts(await cacheDirectory()).catch(() => {});
}
