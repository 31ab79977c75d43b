// The binary inside the generated module is the pinned package's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { generateGlpkModule } from "./generate_glpk_wasm.ts";

Deno.test("glpk_wasm.ts is what the generator makes from the pinned package", async () => {
  const present = await readFile(new URL("../shared/lp/glpk_wasm.ts", import.meta.url), "utf8");
  assert.ok(
    present === await generateGlpkModule(),
    "shared/lp/glpk_wasm.ts differs: deno run -A scripts/generate_glpk_wasm.ts",
  );
});
