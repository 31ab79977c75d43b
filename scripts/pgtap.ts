// deno-lint-ignore-file no-console -- a command line tool
// Runs the pgTAP files of supabase/tests without psql or pg_prove. Files of the folder itself prepare (helpers) and run
// first, in order; those of its subfolders roll back what they do and run side by side. A file that locks whole
// tables runs when the others have ended: beside them, each with rows that the other waits for, it would end in a deadlock.

import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { commandLine, refuseUse } from "./command_line.ts";
import { splitStatements } from "./stack/database/statements.ts";

/** What happened in all files. */
export interface PgTapReport {
  /** Files that ran. */
  files: number;
  /** Tests that held. */
  passed: number;
  /** Tests that did not hold, and files that broke off or did not keep to their plan. */
  failed: number;
  failures: PgTapFailure[];
}

/** One failure: which file, which test, and pgTAP's or PostgreSQL's explanation. */
export interface PgTapFailure {
  file: string;
  test: string;
  details: string;
}

/** What one file's TAP said. */
export type TapResult = Pick<PgTapReport, "passed" | "failures">;

/** Files that run at once; each waits for the database most of the time. */
const CONCURRENCY = 4;

/**
 * Runs all `*.sql` files of a folder and its subfolders as role postgres, as `supabase test db` does, and prints the
 * failures.
 * @param adminDbUrl a superuser's connection to a migrated database; gets the extension pgtap
 * @param dir e.g. `supabase/tests`
 * @param only files of subfolders, e.g. `agents/tasks.sql`, that are run alone, beside the helpers; left out: all
 */
export async function runPgTap(
  adminDbUrl: string,
  dir: string,
  only?: readonly string[],
): Promise<PgTapReport> {
  await createExtension(adminDbUrl);
  const files = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".sql"))
    .filter((name) => dirname(name) === "." || (only?.includes(name) ?? true)).sort();
  const report: PgTapReport = { files: files.length, passed: 0, failed: 0, failures: [] };
  const inTurn = async (next: () => string | undefined) => {
    await using session = new Session(adminDbUrl);
    for (let file = next(); file !== undefined; file = next()) {
      const { passed, failures } = await session.run(dir, file);
      report.passed += passed;
      report.failed += failures.length;
      report.failures.push(...failures);
    }
  };
  const first = files.filter((name) => dirname(name) === ".");
  await inTurn(() => first.shift());
  const queue: string[] = [], alone: string[] = [];
  for (const file of files.filter((name) => dirname(name) !== ".")) {
    const script = await readFile(join(dir, file), "utf8");
    (locksTables(script) ? alone : queue).push(file);
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, () => inTurn(() => queue.shift())));
  await inTurn(() => alone.shift());
  printReport(report);
  return report;
}

/**
 * Reads the Test Anything Protocol as pgTAP writes it.
 * @param file named in the failures
 */
export function parseTap(file: string, tap: string): TapResult {
  let planned: number | null = null;
  let passed = 0;
  const failures: PgTapFailure[] = [];
  let latest: PgTapFailure | null = null;
  for (const line of tap.split("\n")) {
    const plan = line.match(/^1\.\.(\d+)/);
    const test = line.match(/^(not )?ok \d+(?: - (.*))?$/);
    if (plan) planned = Number(plan[1]);
    else if (test) {
      latest = test[1] ? { file, test: test[2] ?? "", details: "" } : null;
      if (latest) failures.push(latest);
      else passed++;
    } else if (latest && line.trim()) latest.details += line + "\n";
  }
  const ran = passed + failures.length;
  if (planned !== ran) {
    failures.push({
      file,
      test: "plan",
      details: `${planned ?? "no"} tests planned, ${ran} ran\n`,
    });
  }
  return { passed, failures };
}

/**
 * Whether a file has statements that nobody else's rows in the same tables go together with; a row of everything is one: it makes
 * materialised views anew.
 */
export function locksTables(script: string): boolean {
  if (/^select tests\.new_rows_everywhere\(\)/m.test(script)) return true;
  return splitStatements(script).some((statement) =>
    /^(\s|--.*\n)*(truncate|lock|alter\s+table|(create|drop)\s+trigger)\b/i.test(statement)
  );
}

async function createExtension(adminDbUrl: string) {
  const sql = postgres(adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`create extension if not exists pgtap with schema extensions`;
  } finally {
    await sql.end();
  }
}

/** Leaves a session as a new one is, but for the functions that it has compiled and the plans that it has made. */
const AS_NEW = `
  rollback; close all; set session authorization default; reset all; unlisten *;
  select pg_advisory_unlock_all(); discard sequences; discard temp`;

/** Runs files one after another on one connection, another one where a file broke off. */
class Session {
  #sql: postgres.Sql | null = null;

  constructor(readonly url: string) {}

  /** Runs a file, statement by statement, so that what was said before an error is kept. */
  async run(dir: string, file: string): Promise<TapResult> {
    const script = await readFile(join(dir, file), "utf8");
    const sql = this.#sql ??= postgres(this.url, { max: 1, onnotice: () => {}, prepare: false });
    const output: string[] = [];
    let statement = "";
    try {
      await sql`set role postgres`;
      await sql`set search_path = "$user", public, extensions`;
      for (statement of splitStatements(script)) {
        const rows = await sql.unsafe(statement).values();
        output.push(...rows.flat().filter((value) => typeof value === "string"));
      }
      await sql.unsafe(AS_NEW).simple();
      return parseTap(file, output.join("\n"));
    } catch (error) {
      await this[Symbol.asyncDispose]();
      const { passed, failures } = parseTap(file, output.join("\n"));
      const details = `${(error as Error).message}\nin: ${statement}\n`;
      return { passed, failures: [...failures, { file, test: "broke off", details }] };
    }
  }

  async [Symbol.asyncDispose]() {
    await this.#sql?.end();
    this.#sql = null;
  }
}

/** Prints the failures and a line of figures. */
function printReport(report: PgTapReport): void {
  for (const { file, test, details } of report.failures) {
    console.error(`not ok  ${file}: ${test}\n${details}`);
  }
  const { files, passed, failed } = report;
  console.log(`pgTAP: ${files} files, ${passed} passed, ${failed} failed`);
}

if (import.meta.main) {
  const usage = "deno run -A scripts/pgtap.ts --db-url postgresql://superuser@host:port/database";
  const { values } = commandLine(usage, { "db-url": { type: "string" } });
  if (!values["db-url"]) refuseUse("Name the database.", usage);
  const tests = fileURLToPath(new URL("../supabase/tests", import.meta.url));
  const report = await runPgTap(values["db-url"], tests);
  if (report.failed > 0) Deno.exit(1);
}
