// Writes shared/platform/database.types.ts from the migrated database, so that SQL and TypeScript do not drift.
// migrated_test.ts refuses one that differs from what the migrations give.

import { fileURLToPath } from "node:url";
import { commandLine } from "./command_line.ts";
import { startStack } from "./stack/mod.ts";
import { supabaseCli } from "./supabase_cli.ts";

/** Where they lie. */
export const TYPES_FILE = fileURLToPath(
  new URL("../shared/platform/database.types.ts", import.meta.url),
);
const HEADER = "// Generated from the migrations by `deno task types`; not edited by hand.\n\n";

/**
 * Row types of the schemas that TypeScript reads.
 * @param dbUrl a database with the migrations applied
 * @returns the source of a module that exports `Database`
 */
export async function generateTypes(dbUrl: string): Promise<string> {
  // Without sslmode the CLI warns about the missing TLS on standard output, in the middle of the types.
  const url = new URL(dbUrl);
  url.searchParams.set("sslmode", "disable");
  const args = ["--lang", "typescript", "--schema", "public,fleet,planner", "--remote", url.href];
  const generated = await supabaseCli(["gen", "types", ...args]);
  return HEADER + await format(generated);
}

/** Formats TypeScript, so that a change of the schema is a small diff. */
async function format(source: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--no-config", "--line-width", "100", "--ext", "ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [output] = await Promise.all([child.output(), write(child.stdin, source)]);
  if (!output.success) throw new Error("deno fmt refused the generated types.");
  return new TextDecoder().decode(output.stdout);
}

async function write(stream: WritableStream<Uint8Array>, text: string) {
  const writer = stream.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}

if (import.meta.main) {
  commandLine(
    "deno task types\n  writes shared/platform/database.types.ts from the migrations",
    {},
  );
  const stack = await startStack({ seed: false, functions: false, cron: false });
  try {
    await Deno.writeTextFile(TYPES_FILE, await generateTypes(stack.dbUrl));
  } finally {
    await stack.stop();
  }
}
