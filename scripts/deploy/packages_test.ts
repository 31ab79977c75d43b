import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Package, packagesOf, sourceUrls, unpinned } from "./packages.ts";

Deno.test("sources are told by their paths, whatever characters a folder's name has", () => {
  // As `deno bundle` 2.9 names them.
  assert.deepEqual(
    sourceUrls(["../My work & ours/re ceptor %281%29/é/mod.ts", "../a b/c.ts"], "/tmp/x/mod.js"),
    ["/tmp/My work & ours/re ceptor (1)/é/mod.ts", "/tmp/a b/c.ts"]
      .map((path) => pathToFileURL(path).href),
  );
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
