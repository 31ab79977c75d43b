// The committed files of the pages are those of their sources, and stay small.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { ASSETS } from "../../functions/console/assets.ts";
import { ASSETS as DOCTOR_ASSETS } from "../../functions/doctor/assets.ts";
import { WORKER } from "../../shared/platform/page_host.ts";
import {
  buildPages,
  firstPageSizes,
  MAX_BYTES,
  MAX_DOCTOR_SENT_BYTES,
  MAX_FIRST_PAGE_BYTES,
  sizeOf,
  writeSite,
} from "./build.ts";

Deno.test("assets.ts of each page is what the build makes of the sources", async () => {
  assert.equal(await buildPages({ check: true }), false, "run: deno task build:console");
});

Deno.test("every script that a script of a page loads is there, under a name that may be cached for ever", () => {
  for (const assets of [ASSETS, DOCTOR_ASSETS]) {
    const names = new Set(assets.map(({ name }) => name));
    for (const { name, text } of assets.filter(({ name }) => name.endsWith(".js"))) {
      if (name === WORKER) continue;
      assert.match(name, /-([0-9a-f]{12}|[0-9A-Z]{8})\.js$/);
      for (const [, next] of text.matchAll(/(?:from|import)[ (]?"\.\/([^"]+)"/g)) {
        assert.ok(names.has(next), `${name} loads ${next}`);
      }
    }
  }
});

Deno.test("the doctors' service worker knows every file of this version of the page, and the console has none", () => {
  const { text } = DOCTOR_ASSETS.find(({ name }) => name === WORKER)!;
  const { files } = JSON.parse(/^const RECEPTOR=(\{.*?\});/.exec(text)![1]);
  const names = DOCTOR_ASSETS.map(({ name }) => name);
  assert.deepEqual(files, names.filter((name) => name !== WORKER && name !== "index.html"));
  assert.ok(!ASSETS.some(({ name }) => name === WORKER));
});

Deno.test("browsers do not translate the pages: a text that was replaced is never drawn anew, and a run stood as queued for good", () => {
  for (const assets of [ASSETS, DOCTOR_ASSETS]) {
    const page = assets.find(({ name }) => name === "index.html")!.text;
    assert.match(page, /<html [^>]*translate="no"/);
    assert.match(page, /<meta name="google" content="notranslate">/);
  }
});

Deno.test("whichever page is opened first, 120 KB are sent at most; the others come when they are needed", () => {
  const sizes = firstPageSizes(ASSETS);
  assert.ok(sizes.size > 8, [...sizes.keys()].join());
  for (const [page, sent] of sizes) {
    assert.ok(sent < MAX_FIRST_PAGE_BYTES, `${page}: ${sent} bytes`);
  }
});

Deno.test("all files of the console stay below 900 KB and load nothing from elsewhere", () => {
  const { bytes } = sizeOf(ASSETS);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  const page = ASSETS.find(({ name }) => name === "index.html")!.text;
  assert.doesNotMatch(page, /https?:|<script>|style=|\son\w+=/);
});

Deno.test("all files of the doctors' page are sent as less than 100 KB and load nothing from elsewhere", () => {
  const { sent } = sizeOf(DOCTOR_ASSETS);
  assert.ok(sent < MAX_DOCTOR_SENT_BYTES, `${sent} bytes`);
  const page = DOCTOR_ASSETS.find(({ name }) => name === "index.html")!.text;
  assert.doesNotMatch(page, /https?:|<script>|style=|\son\w+=/);
});

Deno.test("the pages ask the browser for nothing that is missing without TLS", async () => {
  for (const folder of ["functions/console/app", "functions/doctor/app", "shared/client"]) {
    const root = new URL(`../../${folder}/`, import.meta.url);
    for (const name of await readdir(root, { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = await readFile(new URL(name, root), "utf8");
      const code = text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*/g, "");
      assert.doesNotMatch(code, /crypto\.(randomUUID|subtle)/, `${folder}/${name}`);
    }
  }
});

for (const [name, assets] of [["console", ASSETS], ["doctor", DOCTOR_ASSETS]] as const) {
  Deno.test(`writeSite() writes a page that finds all its files beside it (${name})`, async () => {
    const folder = await Deno.makeTempDir();
    const settings = { supabaseUrl: "https://x.example", publishableKey: "sb_publishable_x" };
    await writeSite(folder, settings, assets);
    const page = await Deno.readTextFile(`${folder}/index.html`);
    const files = [...page.matchAll(/(?:src|href|data-config)="([^"]+)"/g)].map(([, name]) => name);
    assert.ok(files.length >= 4);
    for (const name of files) assert.ok((await Deno.stat(`${folder}/${name}`)).size > 0, name);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/config.json`)), {
      supabase_url: "https://x.example",
      publishable_key: "sb_publishable_x",
    });
    await Deno.remove(folder, { recursive: true });
  });
}
