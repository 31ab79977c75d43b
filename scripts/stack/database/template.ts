// Clusters that are made once and copied for each stack: empty ones (initdb and bootstrap.sql), and ones that already hold
// what every stack of a project starts with. They lie in the cache directory under the hash of what made them.
import { createHash } from "node:crypto";
import { chmod, chown, mkdir, readdir, readFile, rm, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { buildOnce, cacheDirectory, DRAFT, exists, type Kept, removeUnused } from "../cache.ts";
import { copyExactly } from "../files.ts";
import { command, endOrphan, isAlive, owner, Server } from "./process.ts";

const INITDB = [
  ...["-U", "supabase_admin", "--auth=trust", "--encoding=UTF8", "--locale=C"],
  ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"],
  // Little of it is ever written here, and it is copied for each stack.
  "--wal-segsize=1",
];

/** Filled templates, as the cache keeps them. */
export const FILLED: Kept = { name: /^filled-[0-9a-f]+$/, most: 12 };

/**
 * Makes sure that there is an empty template: the result of initdb and bootstrap.sql. Copying it takes a tenth of the time.
 * @returns its directory
 */
export async function emptyTemplate(native: string): Promise<string> {
  const bootstrap = await readFile(new URL("./bootstrap.sql", import.meta.url), "utf8");
  const target = `${native}-template-${shortHash([bootstrap, ...INITDB])}`;
  await buildOnce(target, async (draft) => {
    await mkdir(draft, { mode: 0o700 });
    if (owner()) await chown(draft, owner()!.uid, owner()!.gid);
    await initdb(native, draft);
    await runBootstrap(native, draft, bootstrap);
    await chmod(draft, 0o700);
  });
  return target;
}

/**
 * Where a filled template lies or may be laid.
 * @param empty the empty template that it was made from
 * @param contents stands for what fills it: the same contents, the same template
 */
export async function filledTemplate(empty: string, contents: string): Promise<string> {
  return join(await cacheDirectory(), `filled-${shortHash([empty, contents])}`);
}

/**
 * Copies a filled template if there is one.
 * @returns whether there was one; otherwise nothing lies at `dataDir`
 */
export async function copyFilled(template: string, dataDir: string): Promise<boolean> {
  try {
    await utimes(template, new Date(), new Date());
    await copyExactly(template, dataDir, owner());
    return true;
  } catch (error) {
    // It was never made, or removed while it was copied: its place was needed.
    if (await exists(template)) throw error;
    await rm(dataDir, { recursive: true, force: true });
    return false;
  }
}

/** Lays a filled template for the next stacks, and removes others that nobody has used for long. */
export async function keepFilled(template: string, dataDir: string): Promise<void> {
  await buildOnce(template, (draft) => copyExactly(dataDir, draft, owner()));
  await removeUnused(dirname(template), FILLED);
}

/**
 * Removes what processes left behind that were killed while they built something, PostgreSQL included.
 * @param folder the cache directory
 */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(name.match(DRAFT)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    await endOrphan(join(folder, name));
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function initdb(native: string, dataDir: string) {
  const { success, stderr } = await command(
    join(native, "bin/initdb"),
    ["-D", dataDir, ...INITDB],
    dirname(dataDir),
  ).output();
  if (!success) throw new Error(`initdb failed:\n${new TextDecoder().decode(stderr)}`);
}

async function runBootstrap(native: string, dataDir: string, bootstrap: string) {
  const server = new Server(native, dataDir, () => {});
  await server.start();
  try {
    const sql = postgres(`postgres://supabase_admin@127.0.0.1:${server.port}/postgres`, { max: 1 });
    await sql.unsafe(bootstrap).simple();
    await sql.end();
  } finally {
    await server.stop("fast");
  }
}

function shortHash(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
