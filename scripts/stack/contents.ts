// What every stack of a project starts with before its secrets and its seed: the Auth tables and the migrations. They are
// applied once; the clusters of later stacks are copies (database/template.ts).
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import postgres, { type Sql } from "postgres";
import { applyMigrations, listMigrations } from "./database/migrations.ts";
import type { Cluster } from "./database/postgres.ts";

const AUTH_SQL = new URL("./database/auth.sql", import.meta.url);

/** What the contents are made with: the import map says which version of @supabase/lite makes the Auth tables. */
const MADE_WITH = [
  AUTH_SQL,
  new URL("../../import_map.json", import.meta.url),
  ...["./contents.ts", "./rest/rest.ts", "./database/migrations.ts", "./database/statements.ts"]
    .map((path) => new URL(path, import.meta.url)),
];

/**
 * @param projectDir whose migrations are applied; null: none
 * @returns a text that differs where the contents do
 */
export async function contentsOf(projectDir: string | null): Promise<string> {
  const hash = createHash("sha256");
  for (const file of MADE_WITH) hash.update(await readFile(file));
  if (projectDir === null) return hash.digest("hex");
  for (const { file } of await listMigrations(projectDir)) {
    const text = await readFile(file);
    hash.update(`${basename(file)} ${text.length}\n`).update(text);
  }
  return `migrated ${hash.digest("hex")}`;
}

/**
 * Fills an empty cluster.
 * @param makeAuthTables makes the Auth tables as @supabase/lite has them, and ends its connections
 * @throws SqlFileError when a migration fails
 */
export async function fill(
  cluster: Cluster,
  makeAuthTables: () => Promise<void>,
  projectDir: string | null,
): Promise<void> {
  await makeAuthTables();
  await withSql(cluster.url("supabase_admin"), correctAuth);
  if (projectDir === null) return;
  await withSql(cluster.url("postgres"), (sql) => applyMigrations(sql, projectDir));
}

/** Puts right what lite leaves open in the schema auth. @param admin a superuser's connection */
async function correctAuth(admin: Sql): Promise<void> {
  await admin.unsafe(await readFile(AUTH_SQL, "utf8")).simple();
}

async function withSql(url: string, work: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
