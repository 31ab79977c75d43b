// deno-lint-ignore-file no-console -- a command line tool
// `deno task advisors`: what `supabase db advisors` finds in the migrated database, security and performance, down to
// hints. Ends with 1 at anything that is not allowed below.

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

const RANKS =
  "tens of thousands of ranks come in one statement, and an index by doctor or line finds them as well";

/** Single findings (hints, all of them) that are as they shall be, each with the reason. */
const ALLOWED: Record<string, string> = Object.fromEntries([
  "preference_worker_job_lines_preference_worker_job_lines_org_id_allocation_run_job_line_fkey",
  "preference_worker_job_lines_preference_worker_job_lines_org_id_allocation_run_worker_m_fkey",
  "preferencer_worker_ranks_preferencer_worker_ranks_org_id_allocation_run_preferencer_fkey",
  "preferencer_worker_ranks_preferencer_worker_ranks_org_id_allocation_run_worker_mapp_fkey",
].map((key) => [`unindexed_foreign_keys_public_${key}`, RANKS]));

/** Findings that have to be mended. */
export function openFindings(findings: Finding[]): Finding[] {
  return findings.filter(({ name, cacheKey }) =>
    !(name in NOT_APPLICABLE) && !(cacheKey in ALLOWED)
  );
}

/** Entries of the list of allowed findings that nothing is found for any more. */
export function staleAllowances(findings: Finding[]): string[] {
  const found = new Set(findings.map((finding) => finding.cacheKey));
  return Object.keys(ALLOWED).filter((cacheKey) => !found.has(cacheKey));
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
  const stack = await startStack({ seed: false, functions: false, cron: false });
  try {
    const found = await advise(stack.dbUrl);
    const open = openFindings(found);
    for (const { level, name, detail, remediation } of open) {
      console.error(`${level} ${name}: ${detail}\n  ${remediation}`);
    }
    const stale = staleAllowances(found);
    for (const cacheKey of stale) console.error(`Allowed, but not found any more: ${cacheKey}`);
    console.log(
      `Advisors: ${open.length} open findings; ${Object.keys(ALLOWED).length} allowed hints.`,
    );
    if (open.length + stale.length > 0) Deno.exitCode = 1;
  } finally {
    await stack.stop();
  }
}
