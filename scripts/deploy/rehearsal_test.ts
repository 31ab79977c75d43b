// A rehearsal of the deployment of functions: the real CLI uploads them to a stand-in, what arrives there is unpacked as
// the platform does it, started on the platform's version of Deno with its keys and no right to any file, and asked
// something. Once as `deno task deploy` uploads, once as `supabase functions deploy` does.

import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deploy } from "../deploy.ts";
import { reached } from "../module_graph.ts";
import { readFunctions } from "../stack/config.ts";
import { bundleOf, bundles as bundlesOfStacks } from "../stack/functions/bundles.ts";
import { type Stack, startStack } from "../stack/mod.ts";
import { supabaseCli } from "../supabase_cli.ts";
import { boot } from "./boot.ts";
import { type Bundle, MAX_FUNCTION_BYTES } from "./bundle.ts";
import { floating, idOf } from "./packages.ts";
import { platformSize } from "./platform_size.ts";
import { fakeManagementApi, PROJECT, unpack, type Upload } from "./testing/management_api.ts";
import { hostedProject, type Kind } from "./testing/project.ts";
import { interrogate } from "./testing/questions.ts";

const ROOT = new URL("../../", import.meta.url);
/** What the hosted platform takes. */
const MAX_PLATFORM_BYTES = 20_000_000;

const names = (await readFunctions(fileURLToPath(ROOT))).map((each) => each.name).sort();

/**
 * Does something with each upload in an empty folder. It is the same for all: what they share has been compiled at its path then.
 */
async function eachUnpacked(
  t: Deno.TestContext,
  kind: Kind,
  uploads: Map<string, Upload>,
  check: (name: string, entrypoint: string, importMap: string | null) => Promise<void>,
) {
  const home = await Deno.makeTempDir({ prefix: "receptor-rehearsal-" });
  const folder = join(home, "unpacked");
  try {
    for (const [name, upload] of uploads) {
      await t.step(`${name} (${kind} keys)`, async () => {
        assert.equal(upload.metadata.verify_jwt, false);
        await Deno.mkdir(folder);
        try {
          const { entrypoint, importMap } = await unpack(upload, folder);
          await check(name, entrypoint, importMap);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      });
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function withDatabase(work: (stack: Stack) => Promise<void>) {
  const stack = await startStack({ functions: false, cron: false, seed: false });
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
}

/** Bundles are small, with the licence of every package and no trace of this machine. */
function checkBundles(bundles: readonly Bundle[]): void {
  for (const { name, code, packages } of bundles) {
    assert.ok(new TextEncoder().encode(code).length < MAX_FUNCTION_BYTES, name);
    for (const place of [fileURLToPath(ROOT), homedir()]) {
      assert.ok(!code.includes(place), `${name}: ${place}`);
    }
    const notices = code.slice(code.lastIndexOf("/*! Packages in this file"));
    for (const each of packages) {
      assert.match(notices, new RegExp(`^${idOf(each)}\n\n.{3}`, "m"), `${name}: ${idOf(each)}`);
    }
  }
  const packages = (name: string) =>
    bundles.find((bundle) => bundle.name === name)!.packages.map((each) => each.name);
  assert.ok(packages("planner-solver").includes("glpk.js"), "what glpk_wasm.ts carries");
  assert.ok(packages("console").includes("preact"), "what assets.ts carries");
  assert.ok(packages("roster-exchange").includes("hucre"));
}

Deno.test("deno task deploy: one small file a function, which starts and answers with nothing beside it", async (t) => {
  await using api = await fakeManagementApi();
  const bundles = await deploy({ ref: PROJECT, ...api });
  checkBundles(bundles);
  // Made at another time, in another process.
  const served = await bundlesOfStacks(fileURLToPath(ROOT));
  assert.deepEqual([...api.uploads.keys()].sort(), names);
  for (const { name, code } of bundles) {
    const { files, metadata } = api.uploads.get(name)!;
    const path = `functions/${name}/index.js`;
    assert.deepEqual([...files], [[path, code]], name);
    const local = await Deno.readTextFile(bundleOf(served, name).entrypoint);
    assert.equal(local, code, `${name}: the same each time, and what stacks serve`);
    assert.deepEqual([metadata.entrypoint_path, metadata.import_map_path ?? ""], [path, ""]);
  }
  await withDatabase(async ({ dbUrl, internalKey }) => {
    // Of projects with legacy keys, whose stacks serve these bundles, is ../legacy_keys_test.ts.
    await using project = hostedProject("current", dbUrl, internalKey);
    await eachUnpacked(t, "current", api.uploads, async (name, entrypoint, importMap) => {
      await using booted = await boot({ entrypoint, importMap, env: project.env });
      await interrogate(name, booted, project);
    });
  });
});

Deno.test("supabase functions deploy: each function with just what it needs, which starts and answers", async (t) => {
  await using api = await fakeManagementApi();
  await supabaseCli(
    ["functions", "deploy", "--use-api", "--yes", `--remote=${PROJECT}`, ...api.cliOptions],
    api.env,
  );
  assert.deepEqual([...api.uploads.keys()].sort(), names);
  await withDatabase(async ({ dbUrl, internalKey }) => {
    await using project = hostedProject("fetched", dbUrl, internalKey);
    await eachUnpacked(t, "fetched", api.uploads, async (name, entrypoint, importMap) => {
      const { metadata, files } = api.uploads.get(name)!;
      assert.equal(metadata.entrypoint_path, `functions/${name}/index.ts`);
      assert.equal(metadata.import_map_path, "import_map.json");
      const needed = [...await reached(metadata.entrypoint_path), "import_map.json"];
      assert.deepEqual([...files.keys()].sort(), needed.sort());
      for (const [path, text] of files) {
        assert.equal(text, await Deno.readTextFile(new URL(path, ROOT)), path);
      }
      await using booted = await boot({ entrypoint, importMap, env: project.env });
      await interrogate(name, booted, project);
      // Its packages are there now.
      const { bytes, packages } = await platformSize(entrypoint, importMap);
      assert.ok(bytes < MAX_PLATFORM_BYTES, `${name}: ${bytes} bytes`);
      assert.deepEqual(await floating(packages), [], "no lock file pins these there");
    });
  });
});
