// Runs the Supabase CLI, pinned here and nowhere else. It comes from npm; what this project calls needs no Docker.

const SUPABASE_CLI = "supabase@3.1.0";

/**
 * Runs a command of the Supabase CLI.
 * @param args e.g. `["gen", "types", "--remote", url]`
 * @returns what it wrote to standard output
 * @throws Error with its standard error when it fails
 */
export async function supabaseCli(args: string[]): Promise<string> {
  const output = await new Deno.Command("npx", {
    args: ["-y", SUPABASE_CLI, ...args],
    env: { SUPABASE_TELEMETRY_DISABLED: "1" },
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
