// The size of functions as the platform counts it where they are deployed from their sources: every file of the project that
// they reach, and every npm package with all of its files.
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { BootOptions } from "./boot.ts";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "../stack/functions/isolate_process.ts";
import type { Package } from "./packages.ts";

/** What is of use here in the answer of `deno info --json`. */
interface Graph {
  modules: { specifier: string; error?: string }[];
  npmPackages?: Record<string, { name: string; version: string; registryUrl: string }>;
}

/** Functions as the platform sees them. */
export interface PlatformSize {
  bytes: number;
  /** The npm packages that the platform resolves: without a lock file, indirect ones in whatever version is the newest. */
  packages: Package[];
}

/**
 * Measures what functions reach, what they share once. They have run on the platform's Deno before: their packages lie in its cache
 * then.
 * @throws Error when a module of theirs cannot be resolved or parsed
 */
export async function platformSize(
  functions: Pick<BootOptions, "entrypoints" | "importMap">,
): Promise<PlatformSize> {
  const { modules, npmPackages = {} } = await graphOf(functions);
  const broken = modules.filter((module) => module.error);
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
  const cache = join((await hostedDeno()).modules, "npm");
  const packages = Object.values(npmPackages).map(({ name, version, registryUrl }) => ({
    name,
    version,
    folder: join(cache, new URL(registryUrl).host, name, version),
  }));
  const files = modules.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith("file:"))
    .map((specifier) => fileURLToPath(specifier));
  const sizes = await Promise.all(
    [...files, ...packages.map(({ folder }) => folder)].map(bytesIn),
  );
  return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), packages };
}

/** Resolves modules with the platform's Deno, outside of any configuration and without a lock file. */
async function graphOf(
  { entrypoints, importMap }: Pick<BootOptions, "entrypoints" | "importMap">,
): Promise<Graph> {
  const folder = await mkdtemp(join(tmpdir(), "receptor-size-"));
  try {
    const root = join(folder, "all.js");
    const imports = Object.values(entrypoints)
      .map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};\n`);
    await writeFile(root, imports.join(""));
    const options = ["--no-config", "--no-lock", ...importMap ? [`--import-map=${importMap}`] : []];
    const graph = JSON.parse(await run(["info", "--json", ...options, root])) as Graph;
    const own = pathToFileURL(root).href;
    return { ...graph, modules: graph.modules.filter(({ specifier }) => specifier !== own) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs the platform's Deno. @returns what it wrote */
async function run(args: string[]): Promise<string> {
  const deno = await hostedDeno();
  const { success, stdout, stderr } = await new Deno.Command(deno.path, {
    args,
    clearEnv: true,
    env: loaderEnvironment(deno),
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`deno ${deno.version} ${args[0]}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Size of a file, or of all files in a folder. */
async function bytesIn(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const sizes = await Promise.all(
    (await readdir(path)).map((name) => bytesIn(join(path, name))),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
