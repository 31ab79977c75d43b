// deno-lint-ignore-file no-console -- a command line tool
// Writes shared/platform/database.types.ts from the migrated database, so that SQL and TypeScript do not drift.
// `deno task types` writes it, `deno task types --check` ends with 1 when it differs from what the migrations give.

import { fileURLToPath } from "node:url";
import { commandLine } from "./command_line.ts";
import { startStack } from "./stack/mod.ts";
import { supabaseCli } from "./supabase_cli.ts";

const TYPES_FILE = fileURLToPath(
  new URL("../shared/platform/database.types.ts", import.meta.url),
);
const HEADER = "// Generated from the migrations by `deno task types`; not edited by hand.\n\n";

/**
 * Row types of the schemas that TypeScript reads.
 * @param adminDbUrl a database with the migrations applied
 * @returns the source of a module that exports `Database`
 */
async function generateTypes(adminDbUrl: string): Promise<string> {
  // Without sslmode the CLI warns about the missing TLS on standard output, in the middle of the types.
  const url = new URL(adminDbUrl);
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

async function typesOfMigrations(): Promise<string> {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  try {
    return await generateTypes(stack.dbUrl);
  } finally {
    await stack.stop();
  }
}

if (import.meta.main) {
  const { values: { check } } = commandLine(
    "deno task types [--check]\n  --check  ends with 1 when they differ from what the migrations give",
    { check: { type: "boolean" } },
  );
  const wanted = await typesOfMigrations();
  if (!check) {
    await Deno.writeTextFile(TYPES_FILE, wanted);
  } else if (await Deno.readTextFile(TYPES_FILE) !== wanted) {
    console.error(
      "shared/platform/database.types.ts differs from the migrations: run deno task types.",
    );
    Deno.exit(1);
  }
}
