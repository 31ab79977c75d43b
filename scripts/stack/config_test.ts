import assert from "node:assert/strict";
import { parseEnv, parseFunctions } from "./config.ts";

Deno.test("parseFunctions() resolves paths against the supabase folder, like the CLI", () => {
  const text = `
    [functions.sweeper]
    verify_jwt = false
    entrypoint = "../functions/sweeper/index.ts"
    import_map = "../import_map.json"
    [functions.plain]
    verify_jwt = false
    [functions.off]
    enabled = false`;
  assert.deepEqual(parseFunctions(text, "/project/supabase"), [
    {
      name: "sweeper",
      entrypoint: "/project/functions/sweeper/index.ts",
      importMap: "/project/import_map.json",
    },
    { name: "plain", entrypoint: "/project/supabase/functions/plain/index.ts", importMap: null },
  ]);
});

Deno.test("parseFunctions() refuses a function that leaves the check of tokens to the gateway", () => {
  assert.throws(
    () => parseFunctions("[functions.a]", "/p"),
    /\[functions\.a\] needs verify_jwt = false/,
  );
  assert.throws(() => parseFunctions("[functions.a]\nverify_jwt = true", "/p"), /verify_jwt/);
});

Deno.test("parseFunctions() finds none where there is no configuration", () => {
  assert.deepEqual(parseFunctions("", "/p"), []);
});

Deno.test("parseEnv() reads values, quotes, export and comments", () => {
  assert.deepEqual(parseEnv("A=1\n# B=2\nexport C=\"x y\"\n\nD='z'\nE=a=b\n"), {
    A: "1",
    C: "x y",
    D: "z",
    E: "a=b",
  });
});
