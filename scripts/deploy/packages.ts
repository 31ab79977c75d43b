// The npm packages inside of a bundle: which ones, that the lock file pins them, and what their licences ask to be kept.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** An npm package that went into a bundle. */
export interface Package {
  name: string;
  version: string;
  /** Its files; null where a generated module carries it under Receptor's own licence. */
  folder: string | null;
}

/**
 * The files that a source map names, as `pathToFileURL()` writes them: Deno escapes some characters of a path otherwise, such as
 * parentheses, and some not at all.
 * @param sources as the map has them, relative to it
 * @param map its path
 */
export function sourceUrls(sources: string[], map: string): string[] {
  return sources.map((source) =>
    pathToFileURL(fileURLToPath(new URL(source, pathToFileURL(map)))).href
  );
}

/** The packages that some files belong to, each once, in the order of their names. Other files are passed over. */
export function packagesOf(urls: string[]): Package[] {
  const found = new Map<string, Package>();
  for (const url of urls) {
    const each = packageOf(url);
    if (each) found.set(idOf(each), each);
  }
  return [...found.values()].sort((a, b) => idOf(a) < idOf(b) ? -1 : 1);
}

/** The package of a file, by the folders that Deno keeps packages in: `npm/<registry>/<name>/<version>/`. */
function packageOf(url: string): Package | null {
  const found = /^file:\/\/.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d+\.[^/_]*)[^/]*\//.exec(url);
  return found && { name: found[1], version: found[2], folder: fileURLToPath(found[0]) };
}

/** A package as registries and lock files name it, e.g. `zod@4.6.7`. */
export function idOf({ name, version }: Package): string {
  return `${name}@${version}`;
}

/**
 * What of some packages a lock file (its text) does not pin: a version of its own could go in tomorrow.
 * @returns their names and versions
 */
export function unpinned(packages: Package[], lock: string): string[] {
  const { npm } = JSON.parse(lock) as { npm: Record<string, unknown> };
  // Behind an underscore stand the versions of a package's peers.
  const pinned = new Set(Object.keys(npm).map((key) => key.replace(/_.*$/, "")));
  return packages.map(idOf).filter((id) => !pinned.has(id));
}

/**
 * Which dependencies of packages are no exact versions: without a lock file, whatever is the newest goes in.
 * @returns e.g. `@supabase/server@1.8.1 takes jose ^6.2.17`
 */
export async function floating(packages: Package[]): Promise<string[]> {
  const found = await Promise.all(packages.map(async (each) => {
    if (each.folder === null) return [];
    const about = JSON.parse(await readFile(join(each.folder, "package.json"), "utf8"));
    const dependencies = Object.entries(about.dependencies ?? {}) as [string, string][];
    return dependencies.filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(range))
      .map(([name, range]) => `${idOf(each)} takes ${name} ${range}`);
  }));
  return found.flat();
}

/** One comment with the licences of packages, which have to go where their code goes. */
export async function licences(packages: Package[]): Promise<string> {
  const notices = await Promise.all(packages.map(async (each) => {
    return `${idOf(each)}\n\n${await licenceOf(each)}`;
  }));
  const text = notices.join(`\n\n${"-".repeat(80)}\n\n`).replaceAll("*/", "* /");
  return `/*! Packages in this file, and their licences.\n\n${text}\n*/\n`;
}

async function licenceOf({ name, folder }: Package): Promise<string> {
  if (folder === null) return "GPL-3.0-or-later, the licence of Receptor itself: see its LICENSE.";
  const file = (await readdir(folder)).find((entry) => /^(un)?licen[cs]e(\.|$)/i.test(entry));
  if (file) return (await readFile(join(folder, file), "utf8")).trim();
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (!about.license) throw new Error(`${name} does not say under which licence it is.`);
  return `${about.license}, by ${about.author?.name ?? about.author ?? "its authors"}`;
}
