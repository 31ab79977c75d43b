// The committed files of the console are those of its sources, and stay small.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { ASSETS } from "../../functions/console/assets.ts";
import { buildConsole, MAX_BYTES, writeSite } from "./build.ts";

Deno.test("functions/console/assets.ts is what the build makes of the sources", async () => {
  assert.equal(await buildConsole({ check: true }), false, "run: deno task build:console");
});

Deno.test("all files of the console stay below 330 KB and load nothing from elsewhere", () => {
  const bytes = ASSETS.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  const page = ASSETS.find(({ name }) => name === "index.html")!.text;
  assert.doesNotMatch(page, /https?:|<script>|style=|\son\w+=/);
});

Deno.test("the page asks the browser for nothing that is missing without TLS", async () => {
  for (const folder of ["functions/console/app", "shared/client"]) {
    const root = new URL(`../../${folder}/`, import.meta.url);
    for (const name of await readdir(root, { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = await readFile(new URL(name, root), "utf8");
      const code = text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*/g, "");
      assert.doesNotMatch(code, /crypto\.(randomUUID|subtle)/, `${folder}/${name}`);
    }
  }
});

Deno.test("writeSite() writes a page that finds all its files beside it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeSite(folder, {
      supabaseUrl: "https://x.example",
      publishableKey: "sb_publishable_x",
    });
    const page = await Deno.readTextFile(`${folder}/index.html`);
    const files = [...page.matchAll(/(?:src|href|data-config)="([^"]+)"/g)].map(([, name]) => name);
    assert.equal(files.length, 4);
    for (const name of files) assert.ok((await Deno.stat(`${folder}/${name}`)).size > 0, name);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/config.json`)), {
      supabase_url: "https://x.example",
      publishable_key: "sb_publishable_x",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
