// deno-lint-ignore-file no-console -- a command line tool
// `deno task advisors`: what `supabase db advisors` finds in the migrated database, security and performance, down to
// hints. Ends with 1 at anything.

import { commandLine } from "./command_line.ts";
import { startStack } from "./stack/mod.ts";
import { supabaseCli } from "./supabase_cli.ts";

/** A finding of the advisors, as the CLI prints it. */
export interface Finding {
  name: string;
  level: string;
  detail: string;
  /** What it is about: kind, schema, table, object. */
  cacheKey: string;
  remediation: string;
}

/** Kinds of findings that say nothing about this schema, each with the reason. */
const NOT_APPLICABLE: Record<string, string> = {
  unused_index:
    "counts uses since the database began; this one began a second ago, so every index is unused",
};

/** Findings that have to be mended: all that say something. There is no list of exceptions. */
export function openFindings(findings: Finding[]): Finding[] {
  return findings.filter(({ name }) => !(name in NOT_APPLICABLE));
}

/**
 * Runs the advisors.
 * @param dbUrl a database with the migrations applied
 */
export async function advise(dbUrl: string): Promise<Finding[]> {
  const url = new URL(dbUrl);
  url.searchParams.set("sslmode", "disable");
  const options = ["--type", "all", "--level", "info", "--output-format", "json", "--yes"];
  const text = await supabaseCli(["db", "advisors", `--remote=${url.href}`, ...options]);
  const { results } = JSON.parse(text) as { results?: Finding[] };
  if (!Array.isArray(results)) throw new Error(`The advisors answered without results: ${text}`);
  return results;
}

if (import.meta.main) {
  commandLine("deno task advisors\n  ends with 1 at any finding", {});
  const stack = await startStack({ seed: false, functions: false, cron: false });
  try {
    const open = openFindings(await advise(stack.dbUrl));
    for (const { level, name, detail, remediation } of open) {
      console.error(`${level} ${name}: ${detail}\n  ${remediation}`);
    }
    console.log(`Advisors: ${open.length} findings.`);
    if (open.length > 0) Deno.exitCode = 1;
  } finally {
    await stack.stop();
  }
}
