// Older projects grant every new table, sequence and function to all roles of the Data API by default privileges. The
// migrations say who may do what whatever a project grants by default: here by one that grants everything everywhere. Its empty
// database is migrated by the real CLI, as the first step of a deployment does it; the other one is a copy of what the stack
// keeps: they are the same in everything else too.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import postgres, { type Sql } from "postgres";
import { runPgTap } from "./pgtap.ts";
import { listMigrations } from "./stack/database/migrations.ts";
import { startStack } from "./stack/mod.ts";
import { structureOf } from "./stack/testing/structure.ts";
import { supabaseCli } from "./supabase_cli.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What projects made before 2026 say of the schema public, and the same of all schemas. */
const OLDER_PROJECT = ["", "in schema public"].flatMap((where) =>
  ["tables", "sequences", "functions"].map((kind) =>
    `alter default privileges ${where} grant all on ${kind} to anon, authenticated, service_role`
  )
);

/** Who may do what, as PostgreSQL keeps it: one line for each table, view, sequence, column and function. */
const PRIVILEGES = `
  with own (oid) as (
    select oid from pg_namespace
    where nspname !~ '^pg_' and (nspname = 'public' or pg_get_userbyid(nspowner) = 'postgres')
      and nspname not in ('supabase_migrations', 'tests', 'cron', 'net', 'vault', 'extensions')
  ), granted (name, acl, owner, kind) as (
    select oid::regclass::text, relacl, relowner, case relkind when 'S' then 's' else 'r' end::"char"
    from pg_class where relnamespace in (select oid from own) and relkind in ('r', 'v', 'S')
    union all
    select attrelid::regclass || '.' || attname, attacl, null, null
    from pg_attribute where attacl is not null and attrelid in (select oid from pg_class where relnamespace in (select oid from own))
    union all
    select oid::regprocedure::text, proacl, proowner, 'f'
    from pg_proc where pronamespace in (select oid from own)
  )
  select name || ': ' || array_to_string(array(
    select entry::text from unnest(coalesce(acl, acldefault(kind, owner))) as entry order by 1), ' ') as line
  from granted order by 1`;

async function privileges(sql: Sql): Promise<string[]> {
  return (await sql.unsafe(PRIVILEGES)).map(({ line }) => line);
}

async function withSql<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** `supabase db push` migrates an empty database, and finds nothing to do the second time. */
async function push(dbUrl: string, sql: Sql): Promise<void> {
  const url = new URL(dbUrl);
  url.searchParams.set("sslmode", "disable");
  const pushed = async () => {
    await supabaseCli(["db", "push", `--remote=${url.href}`, "--yes"]);
    return {
      versions: (await sql`
        select version from supabase_migrations.schema_migrations order by version`)
        .map(({ version }) => version),
      relations: await sql`select oid, xmin from pg_class order by oid`,
    };
  };
  const first = await pushed();
  assert.deepEqual(first.versions, (await listMigrations(ROOT)).map(({ version }) => version));
  const [{ runs }] = await sql`select count(*)::int as runs from public.allocation_planner_runs`;
  assert.equal(runs, 0, "the seed stays at home");
  assert.deepEqual(await pushed(), first);
}

Deno.test("who may do what, and what there is, does not depend on default privileges nor on how a stack starts", async () => {
  const stack = await startStack({ migrations: false, functions: false, cron: false });
  const tests = await Deno.makeTempDir({ prefix: "receptor-privileges-" });
  try {
    const older = await withSql(stack.dbUrl, async (sql) => {
      for (const statement of OLDER_PROJECT) await sql.unsafe(statement);
      await push(stack.dbUrl, sql);
      return await privileges(sql);
    });
    assert.ok(older.length > 130, `${older.length} tables and functions`);
    assert.deepEqual(older.filter((line) => /\banon=/.test(line)), []);
    const migrated = await withSql(stack.adminDbUrl, structureOf);
    assert.ok(migrated.length > 3_000, `${migrated.length} things`);
    // What is compared below is the same as in any project; what roles may do is asked once more, by their own requests.
    for (const path of ["000_helpers.sql", "security/access.sql"]) {
      await cp(`${ROOT}supabase/tests/${path}`, `${tests}/${path}`);
    }
    const report = await runPgTap(stack.adminDbUrl, tests);
    assert.deepEqual([report.failed, report.passed > 20, report.files], [0, true, 2]);

    const plain = await startStack({ functions: false, cron: false, seed: false });
    try {
      assert.deepEqual(older, await withSql(plain.dbUrl, privileges));
      assert.deepEqual(migrated, await withSql(plain.adminDbUrl, structureOf));
    } finally {
      await plain.stop();
    }
  } finally {
    await stack.stop();
    await Deno.remove(tests, { recursive: true });
  }
});
