// This repository's functions as they are deployed, each bundled into one file, for stacks that need not see a change of their
// sources: an isolate starts with half of the CPU, and what is tested is what runs. They are bundled once for each
// content of the sources, and kept in the cache folder for whoever starts a stack next.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionConfig } from "../config.ts";
import { buildOnce, cacheDirectory, type Kept, removeUnused } from "../cache.ts";

/** What bundles are made of: folders of this repository, and files. Tests and what stands beside them go into none. */
const SOURCES = ["functions", "shared", "scripts/deploy"];
const FILES = ["deno.json", "deno.lock", "import_map.json", "LICENSE", ".deno-version"];
const NO_SOURCE = /^(tests|testing|testdata)$|_test\.tsx?$|\.md$/;

/** Their folders, as the cache keeps them. */
const KEPT: Kept = { name: /^bundles-[0-9a-f]+$/, most: 6 };

/**
 * Makes sure that there are bundles of the functions as their sources are now.
 * @param root of this repository
 * @returns their folder; see bundleOf()
 * @throws when they cannot be bundled
 */
export async function bundles(root: string): Promise<string> {
  const cache = await cacheDirectory();
  const folder = join(cache, `bundles-${contentOf(root)}`);
  await buildOnce(folder, (draft) => build(root, draft));
  await utimes(folder, new Date(), new Date());
  await removeUnused(cache, KEPT);
  return folder;
}

/** A function as its bundle. @param folder of the bundles */
export function bundleOf(folder: string, name: string): FunctionConfig {
  return { name, entrypoint: join(folder, name, "index.js"), importMap: null };
}

/**
 * Stands for what is bundled: the same sources and packages, the same text. Of a thousand small files, each start of a stack: one
 * after the other they take a third of the CPU that asking for them all at once does.
 */
function contentOf(root: string): string {
  const folders = SOURCES.flatMap((folder) => filesBelow(join(root, folder)));
  const hash = createHash("sha256");
  for (const path of [...folders, ...FILES.map((name) => join(root, name))]) {
    const text = readFileSync(path);
    hash.update(`${path.slice(root.length)} ${text.length}\n`).update(text);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NO_SOURCE.test(name)).sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

async function build(root: string, folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/deploy/build.ts", "--out", folder],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`the functions cannot be bundled:\n${new TextDecoder().decode(stderr).trim()}`);
  }
}
