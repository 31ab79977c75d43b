// Runs the Supabase CLI, pinned here and nowhere else. It comes from npm; what this project calls needs no Docker.
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";
import { buildOnce, cacheDirectory, exists } from "./stack/cache.ts";
import { linkProgram } from "./stack/files.ts";

const ROOT = new URL("..", import.meta.url);
const SUPABASE_CLI = "supabase@3.1.0";
const PROGRAM = Deno.build.os === "windows" ? "supabase.exe" : "supabase";

/**
 * Runs a command of the Supabase CLI.
 * @param args e.g. `["gen", "types", "--remote", url]`
 * @param env settings of this call beside the process's own
 * @param folder of the project; this repository unless another one is named
 * @returns what it wrote to standard output
 * @throws Error with its standard error when it fails
 */
export async function supabaseCli(
  args: string[],
  env: Record<string, string> = {},
  folder: string | URL = ROOT,
): Promise<string> {
  const output = await new Deno.Command(await program(), {
    args,
    cwd: folder,
    env: { SUPABASE_TELEMETRY_DISABLED: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!output.success) {
    throw new Error(
      `supabase ${args.slice(0, 2).join(" ")} failed:\n${text.decode(output.stderr)}`,
    );
  }
  return text.decode(output.stdout);
}

/** The CLI's program, for which npm is asked once: npx and what npm calls take half a second of CPU each time. */
async function program(): Promise<string> {
  const folder = join(await cacheDirectory(), SUPABASE_CLI.replace("@", "-cli-"));
  await buildOnce(folder, async (draft) => {
    await linkProgram(await packagedProgram(), join(draft, PROGRAM));
  });
  return join(folder, PROGRAM);
}

/** Where npm has put the program of this platform. @throws Error where it cannot bring it */
async function packagedProgram(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("npx", {
    // npx puts the package's commands in front of the path of what it runs.
    args: ["--yes", `--package=${SUPABASE_CLI}`, "node", "--print", "process.env.PATH"],
    cwd: tmpdir(),
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`npx brought no ${SUPABASE_CLI}:\n${text.decode(stderr).trim()}`);
  for (const commands of text.decode(stdout).trim().split(delimiter)) {
    const scope = join(commands, "../@supabase");
    // npm brings the one for this machine, by its system, processor and C library.
    for (const name of (await readdir(scope).catch(() => [])).sort()) {
      const path = join(scope, name, "bin", PROGRAM);
      if (name.startsWith("cli-") && await exists(path)) return path;
    }
  }
  throw new Error(`${SUPABASE_CLI} has no program for ${Deno.build.os} ${Deno.build.arch}`);
}
