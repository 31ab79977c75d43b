// A rehearsal of the deployment's first step, with the real CLI: migrations against an empty database.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { listMigrations } from "../stack/database/migrations.ts";
import { startStack } from "../stack/mod.ts";
import { supabaseCli } from "../supabase_cli.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("supabase db push migrates an empty database, and finds nothing to do the second time", async () => {
  const stack = await startStack({ migrations: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
  try {
    const url = new URL(stack.dbUrl);
    url.searchParams.set("sslmode", "disable");
    const push = () => supabaseCli(["db", "push", `--remote=${url.href}`, "--yes"]);
    const applied = () =>
      sql`select version from supabase_migrations.schema_migrations order by version`
        .then((rows) => rows.map((row) => row.version));
    await push();
    const wanted = (await listMigrations(ROOT)).map((migration) => migration.version);
    assert.deepEqual(await applied(), wanted);
    const [{ runs }] = await sql`select count(*)::int as runs from public.allocation_planner_runs`;
    assert.equal(runs, 0, "the seed stays at home");
    const before = await sql`select oid, xmin from pg_class order by oid`;
    await push();
    assert.deepEqual(await applied(), wanted);
    assert.deepEqual(await sql`select oid, xmin from pg_class order by oid`, before);
  } finally {
    await sql.end();
    await stack.stop();
  }
});
