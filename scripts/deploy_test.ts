// A rehearsal of the deployment with the real CLI: functions against a fake of the Management API that keeps what is
// uploaded, migrations against an empty database.

import assert from "node:assert/strict";
import postgres from "postgres";
import { parse } from "smol-toml";
import { reached } from "./module_graph.ts";
import { listMigrations } from "./stack/migrations.ts";
import { startStack } from "./stack/mod.ts";
import { supabaseCli } from "./supabase_cli.ts";

const ROOT = new URL("..", import.meta.url);
const PROJECT = "abcdefghijklmnopqrst";
const MAX_BUNDLE_BYTES = 20 * 1024 * 1024;

interface Upload {
  metadata: { entrypoint_path: string; import_map_path: string; verify_jwt: boolean };
  files: Map<string, string>;
}

/** A Management API that takes functions and nothing else. */
function fakeManagementApi(): Disposable & { url: string; uploads: Map<string, Upload> } {
  const uploads = new Map<string, Upload>();
  const deployed: Record<string, unknown>[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const functions = `/v1/projects/${PROJECT}/functions`;
      if (request.method === "POST" && pathname === `${functions}/deploy`) {
        const slug = searchParams.get("slug")!;
        uploads.set(slug, await readUpload(request));
        const answer = {
          id: crypto.randomUUID(),
          slug,
          name: slug,
          status: "ACTIVE",
          version: 1,
          created_at: 1,
          updated_at: 1,
        };
        deployed.push(answer);
        return Response.json(answer, { status: 201 });
      }
      await request.body?.cancel();
      if (pathname === functions) return Response.json(deployed);
      if (pathname === `/v1/projects/${PROJECT}`) {
        return Response.json({
          id: PROJECT,
          ref: PROJECT,
        });
      }
      return Response.json({ message: "not faked" }, { status: 404 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    uploads,
    [Symbol.dispose]: () => void server.shutdown(),
  };
}

async function readUpload(request: Request): Promise<Upload> {
  const form = await request.formData();
  const files = new Map<string, string>();
  for (const part of form.getAll("file")) {
    assert.ok(part instanceof File);
    files.set(part.name, await part.text());
  }
  const metadata = form.get("metadata");
  return {
    metadata: JSON.parse(metadata instanceof File ? await metadata.text() : metadata!),
    files,
  };
}

Deno.test("supabase functions deploy uploads each function with just what it needs", async (t) => {
  const config = parse(await Deno.readTextFile(new URL("supabase/config.toml", ROOT)));
  const names = Object.keys(config.functions as Record<string, unknown>);
  using api = fakeManagementApi();
  const profile = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(
    profile,
    ["api_url", "dashboard_url", "docs_url"].map((name) => `${name}: ${api.url}\n`).join("") +
      "name: rehearsal\nproject_host: supabase.local\nstudio_image: none\n",
  );
  try {
    await supabaseCli(
      ["functions", "deploy", "--use-api", "--yes", `--remote=${PROJECT}`, "--profile", profile],
      { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` },
    );
  } finally {
    await Deno.remove(profile);
  }
  assert.deepEqual([...api.uploads.keys()].sort(), names.sort());
  for (const [name, { metadata, files }] of api.uploads) {
    await t.step(name, async () => {
      const entrypoint = `functions/${name}/index.ts`;
      assert.equal(metadata.entrypoint_path, entrypoint);
      assert.equal(metadata.import_map_path, "import_map.json");
      assert.equal(metadata.verify_jwt, false);
      const needed = [...await reached(entrypoint), "import_map.json"];
      assert.deepEqual([...files.keys()].sort(), needed.sort());
      for (const [path, text] of files) {
        assert.equal(text, await Deno.readTextFile(new URL(path, ROOT)), path);
      }
      const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
      assert.ok(bytes < MAX_BUNDLE_BYTES, `${name}: ${bytes} bytes`);
    });
  }
});

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
    const wanted = (await listMigrations(ROOT.pathname)).map((migration) => migration.version);
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
