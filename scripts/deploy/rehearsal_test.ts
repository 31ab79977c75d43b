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

/** Its database is all that functions find; nothing is asked for that would leave a run there. */
let stack: Stack;

Deno.test.beforeAll(async () => {
  stack = await startStack({ functions: false, cron: false, seed: false });
});

Deno.test.afterAll(() => stack.stop());

/** Where uploads lie, unpacked. */
interface Unpacked extends AsyncDisposable {
  /** By function its first module. */
  entrypoints: Record<string, string>;
  importMap: string | null;
}

/** Unpacks uploads. @param folderOf where to, below a folder that is new each time */
async function unpackAll(
  uploads: Map<string, Upload>,
  folderOf: (name: string) => string,
): Promise<Unpacked> {
  const home = await Deno.makeTempDir({ prefix: "receptor-rehearsal-" });
  const entrypoints: Record<string, string> = {}, importMaps = new Set<string | null>();
  for (const [name, upload] of uploads) {
    assert.equal(upload.metadata.verify_jwt, false);
    const unpacked = await unpack(upload, join(home, folderOf(name)));
    entrypoints[name] = unpacked.entrypoint;
    importMaps.add(unpacked.importMap);
  }
  assert.equal(importMaps.size, 1);
  return {
    entrypoints,
    importMap: [...importMaps][0],
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

/** Starts the functions, all in one process, which is most of what it costs, and asks each of them. */
async function bootAndAsk(
  t: Deno.TestContext,
  kind: Kind,
  { entrypoints, importMap }: Unpacked,
): Promise<void> {
  await using project = hostedProject(kind, stack.dbUrl, stack.internalKey);
  await using booted = await boot({ entrypoints, importMap, env: project.env });
  for (const name of Object.keys(entrypoints)) {
    await t.step(`${name} (${kind} keys)`, () => interrogate(name, booted, project));
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
  // Each in a folder of which the others know nothing: there is nothing beside it. That each starts in a process of its own, as stacks
  // serve it, is ../ops/checklist_test.ts; of projects with legacy keys is ../legacy_keys_test.ts.
  await using unpacked = await unpackAll(api.uploads, () => crypto.randomUUID());
  assert.equal(unpacked.importMap, null);
  await bootAndAsk(t, "current", unpacked);
});

Deno.test("supabase functions deploy: each function with just what it needs, which starts and answers", async (t) => {
  await using api = await fakeManagementApi();
  await supabaseCli(
    ["functions", "deploy", "--use-api", "--yes", `--remote=${PROJECT}`, ...api.cliOptions],
    api.env,
  );
  assert.deepEqual([...api.uploads.keys()].sort(), names);
  for (const [name, { metadata, files }] of api.uploads) {
    assert.equal(metadata.entrypoint_path, `functions/${name}/index.ts`);
    assert.equal(metadata.import_map_path, "import_map.json");
    const needed = [...await reached(metadata.entrypoint_path), "import_map.json"];
    assert.deepEqual([...files.keys()].sort(), needed.sort());
    for (const [path, text] of files) {
      assert.equal(text, await Deno.readTextFile(new URL(path, ROOT)), path);
    }
  }
  // In one folder: what they share is the same, as was just seen, and is compiled once.
  await using unpacked = await unpackAll(api.uploads, () => "unpacked");
  await bootAndAsk(t, "fetched", unpacked);
  // Their packages are there now.
  const { bytes, packages } = await platformSize(unpacked);
  assert.ok(bytes < MAX_PLATFORM_BYTES, `all of them together have ${bytes} bytes`);
  assert.deepEqual(await floating(packages), [], "no lock file pins these there");
});
