// Runs the Supabase CLI, pinned here and nowhere else. It comes from npm; what this project calls needs no Docker.

const ROOT = new URL("..", import.meta.url);
const SUPABASE_CLI = "supabase@3.1.0";

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
  const output = await new Deno.Command("npx", {
    args: ["-y", SUPABASE_CLI, ...args],
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
