// The size of a function as the platform counts it where it is deployed from its sources: every file of the project that
// it reaches, and every npm package with all of its files.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "../stack/functions/isolate_process.ts";
import type { Package } from "./packages.ts";

/** What is of use here in the answer of `deno info --json`. */
interface Graph {
  modules: { specifier: string; error?: string }[];
  npmPackages?: Record<string, { name: string; version: string; registryUrl: string }>;
}

/** A function as the platform sees it. */
export interface PlatformSize {
  bytes: number;
  /** The npm packages that the platform resolves: without a lock file, indirect ones in whatever version is the newest. */
  packages: Package[];
}

/**
 * Resolves a module's graph with the platform's Deno, outside of any configuration and without a lock file. The module has run
 * on it before: its packages lie in the cache then.
 * @param importMap null where there is none
 * @throws Error when a module of it cannot be resolved or parsed
 */
export async function platformSize(
  entrypoint: string,
  importMap: string | null,
): Promise<PlatformSize> {
  const options = ["--no-config", "--no-lock", ...importMap ? [`--import-map=${importMap}`] : []];
  const { modules, npmPackages = {} } = JSON.parse(
    await run(["info", "--json", ...options, entrypoint]),
  ) as Graph;
  const broken = modules.filter((module) => module.error);
  if (broken.length > 0) throw new Error(`${entrypoint}: ${JSON.stringify(broken)}`);
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
