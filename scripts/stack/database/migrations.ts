// Applies supabase/migrations/*.sql and supabase/seed.sql the way the Supabase CLI does: as role postgres, in order of
// version, each file in one transaction, recorded in supabase_migrations.schema_migrations.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "postgres";
import { splitStatements } from "./statements.ts";

/** A migration or seed that failed: says which file and line, and what PostgreSQL said. */
export class SqlFileError extends Error {
  override name = "SqlFileError";
  constructor(readonly file: string, readonly line: number | null, override readonly cause: Error) {
    super(`${file}${line ? `:${line}` : ""}: ${describe(cause)}`, { cause });
  }
}

/** A file of supabase/migrations. */
export interface Migration {
  version: string;
  name: string;
  file: string;
}

/** Lists a project's migrations in order; files that are not `<digits>_<name>.sql` are no migrations, as for the CLI. */
export async function listMigrations(projectDir: string): Promise<Migration[]> {
  const folder = join(projectDir, "supabase/migrations");
  const names = await readdir(folder).catch(() => []);
  return names.sort().flatMap((name) => {
    const match = name.match(/^(\d+)_(.*)\.sql$/);
    return match ? [{ version: match[1], name: match[2], file: join(folder, name) }] : [];
  });
}

/**
 * Applies all migrations of a project.
 * @param sql a connection as role postgres
 * @throws SqlFileError at the first that fails; that one leaves nothing behind
 */
export async function applyMigrations(sql: Sql, projectDir: string): Promise<void> {
  await sql`create schema if not exists supabase_migrations`;
  await sql`create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key, statements text[], name text
  )`;
  for (const migration of await listMigrations(projectDir)) {
    await runFile(sql, migration.file, async (tx, text) => {
      await tx`insert into supabase_migrations.schema_migrations (version, name, statements)
        values (${migration.version}, ${migration.name}, ${splitStatements(text)})`;
    });
  }
}

/**
 * Runs supabase/seed.sql where there is one.
 * @param sql a connection as role postgres
 * @throws SqlFileError
 */
export async function applySeed(sql: Sql, projectDir: string): Promise<void> {
  const file = join(projectDir, "supabase/seed.sql");
  if (await readFile(file).then(() => true, () => false)) await runFile(sql, file);
}

async function runFile(sql: Sql, file: string, then?: (tx: Sql, text: string) => Promise<void>) {
  const text = await readFile(file, "utf8");
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe(text).simple();
      // A file may have changed what a session starts with, e.g. by `set search_path` or `set role`.
      await tx`reset all`;
      await tx`reset role`;
      await then?.(tx as unknown as Sql, text);
    });
  } catch (error) {
    throw new SqlFileError(file, lineOf(text, error as { position?: string }), error as Error);
  }
}

/** The line that PostgreSQL's error position (in characters, from 1) points at. */
function lineOf(text: string, error: { position?: string }): number | null {
  if (!error.position) return null;
  return [...text].slice(0, Number(error.position) - 1).filter((c) => c === "\n").length + 1;
}

function describe(
  error: Error & { code?: string; detail?: string; hint?: string; where?: string },
): string {
  const head = error.code ? `${error.message} (SQLSTATE ${error.code})` : error.message;
  return [head, error.detail, error.hint, error.where].filter(Boolean).join("\n  ");
}
