// The Deno that hosted Supabase's edge-runtime is made of, from npm: isolates run on it, so that what would not run there
// does not run here either. Which version that is says .hosted-deno-version.
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOnce, cacheDirectory } from "../cache.ts";
import { linkProgram } from "../files.ts";

/** A Deno that runs functions. */
export interface FunctionsDeno {
  /** Its executable. */
  path: string;
  version: string;
  /** Its own cache of modules: two versions that share one throw away what the other has compiled. */
  modules: string;
}

const VERSION_FILE = new URL("../../../.hosted-deno-version", import.meta.url);

/**
 * Makes sure that the hosted runtime's Deno is in the cache; npm is asked for it once.
 * @throws when it is not there and npm cannot bring it
 */
export async function hostedDeno(): Promise<FunctionsDeno> {
  const version = (await readFile(VERSION_FILE, "utf8")).trim();
  const folder = join(await cacheDirectory(), `deno-${version}`);
  await buildOnce(folder, (draft) => install(version, draft));
  return { path: join(folder, "deno"), version, modules: `${folder}-modules` };
}

/** The npm package `deno` brings the executable of this platform, and runs it. */
async function install(version: string, folder: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command("npx", {
    args: [
      "--yes",
      `deno@${version}`,
      "eval",
      "--no-config",
      "--no-lock",
      "--print",
      "Deno.execPath()",
    ],
    // Away from this repository, whose deno.lock it cannot read.
    cwd: tmpdir(),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output().catch((cause) => {
    throw new Error(`npx is needed once, to bring the hosted runtime's Deno ${version}`, { cause });
  });
  const text = new TextDecoder();
  if (!success) throw new Error(`npx brought no Deno ${version}:\n${text.decode(stderr).trim()}`);
  await linkProgram(text.decode(stdout).trim(), join(folder, "deno"));
}
