// The committed files of the console are those of its sources, and stay small.

import assert from "node:assert/strict";
import { ASSETS } from "../../functions/console/assets.ts";
import { buildConsole, MAX_BYTES } from "./build.ts";

Deno.test("functions/console/assets.ts is what the build makes of the sources", async () => {
  assert.equal(await buildConsole({ check: true }), false, "run: deno task build:console");
});

Deno.test("all files of the console stay below 300 KB and load nothing from elsewhere", () => {
  const bytes = ASSETS.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  const page = ASSETS.find(({ name }) => name === "index.html")!.text;
  assert.doesNotMatch(page, /https?:|<script>|style=|\son\w+=/);
});
