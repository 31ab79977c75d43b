// `deno task docs:rules`: all that is made from the rules, after one has come, gone or changed: the list of them, the table in
// their README, their names, and the database's list of constraints; `--check` says whether it is up to date.
// deno-lint-ignore-file no-console -- this is a command line tool

import { fileURLToPath } from "node:url";
import { commandLine } from "./command_line.ts";
import { staleRegistry } from "./rules_registry.ts";

async function main(): Promise<number> {
  const { values } = commandLine(
    "deno task docs:rules [--check]\n  --check  only says whether it is up to date",
    { check: { type: "boolean" } },
  );
  const list = await staleRegistry();
  if (list && !values.check) await Deno.writeTextFile(...list);
  // Loaded when the list is right: it all stands on it.
  const { RULES_README, staleTexts } = await import("./rules_readme.ts");
  const stale = list && values.check ? [list] : await staleTexts();
  if (values.check) {
    console.log(
      stale.length > 0 ? "The rules are told otherwise." : "The rules are as they are told.",
    );
    return stale.length > 0 ? 1 : 0;
  }
  for (const [file, source] of stale) await Deno.writeTextFile(file, source);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", fileURLToPath(RULES_README)],
  }).spawn().status;
  console.log(list || stale.length > 0 ? "Written." : "Nothing to do.");
  return success ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
