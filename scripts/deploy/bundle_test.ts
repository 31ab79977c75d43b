import assert from "node:assert/strict";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { bundleFunctions, MAX_FUNCTION_BYTES } from "./bundle.ts";
import { idOf, type Package, packagesOf, unpinned } from "./packages.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("bundles: small, the same each time, with the licence of every package and no trace of this machine", async () => {
  const bundles = await bundleFunctions();
  assert.deepEqual(await bundleFunctions(), bundles);
  for (const { name, code, packages } of bundles) {
    assert.ok(new TextEncoder().encode(code).length < MAX_FUNCTION_BYTES, name);
    for (const place of [ROOT, homedir()]) assert.ok(!code.includes(place), `${name}: ${place}`);
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
});

Deno.test("packages are told from files by where Deno keeps them", () => {
  const cache = "file:///home/somebody/.cache/deno/npm/registry.example";
  assert.deepEqual(
    packagesOf([
      `${cache}/zod/4.6.7/v4/index.js`,
      `${cache}/zod/4.6.7/v4/core/index.js`,
      `${cache}/@supabase/auth-js/2.119.0_1/dist/index.js`,
      "file:///home/somebody/npm/project/shared/platform/http.ts",
    ]),
    [
      {
        name: "@supabase/auth-js",
        version: "2.119.0",
        folder: fileURLToPath(`${cache}/@supabase/auth-js/2.119.0_1/`),
      },
      { name: "zod", version: "4.6.7", folder: fileURLToPath(`${cache}/zod/4.6.7/`) },
    ] satisfies Package[],
  );
});

Deno.test("what a lock file does not pin is found, in another version too", () => {
  const lock = JSON.stringify({
    npm: { "zod@4.6.7": {}, "@supabase/server@1.8.1_@supabase+supabase-js@2.119.0": {} },
  });
  const made = (name: string, version: string): Package => ({ name, version, folder: "/" });
  assert.deepEqual(
    unpinned([made("zod", "4.6.7"), made("@supabase/server", "1.8.1")], lock),
    [],
  );
  assert.deepEqual(unpinned([made("zod", "4.6.8"), made("tslib", "2.8.1")], lock), [
    "zod@4.6.8",
    "tslib@2.8.1",
  ]);
});
