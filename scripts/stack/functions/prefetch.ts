// Downloads what functions import before the first of them is called, so that no request waits for a registry.
import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../cache.ts";
import type { FunctionConfig } from "../config.ts";
import type { FunctionsDeno } from "./hosted_deno.ts";
import { loaderEnvironment } from "./isolate_process.ts";

/**
 * Downloads once for each content of import map and entrypoints; what else is new comes with the first request.
 * A function that cannot be loaded is told of in the log; it answers for itself when it is called.
 */
export async function prefetch(
  deno: FunctionsDeno,
  functions: FunctionConfig[],
  log: (line: string) => void,
): Promise<void> {
  for (const importMap of new Set(functions.map((each) => each.importMap))) {
    const entrypoints = functions.filter((each) => each.importMap === importMap).map((each) =>
      each.entrypoint
    );
    const marker = join(
      await cacheDirectory(),
      `prefetched-${await fingerprint(deno, importMap, entrypoints)}`,
    );
    if (await stat(marker).then(() => true, () => false)) continue;
    const failure = await download(deno, importMap, entrypoints);
    if (failure) log(`functions: ${failure}`);
    else await writeFile(marker, "");
  }
}

async function fingerprint(
  deno: FunctionsDeno,
  importMap: string | null,
  entrypoints: string[],
): Promise<string> {
  const texts = [importMap, ...entrypoints].map((path) =>
    path ? readFile(path, "utf8").catch(() => "") : ""
  );
  const parts = [deno.version, deno.modules, ...await Promise.all(texts)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** @returns what went wrong, or null */
async function download(
  deno: FunctionsDeno,
  importMap: string | null,
  entrypoints: string[],
): Promise<string | null> {
  const { success, stderr } = await new Deno.Command(deno.path, {
    args: [
      ...["cache", "--quiet", "--no-config", "--no-lock"],
      ...(importMap ? [`--import-map=${importMap}`] : []),
      ...entrypoints,
    ],
    clearEnv: true,
    env: loaderEnvironment(deno),
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? null : new TextDecoder().decode(stderr).trim();
}
