import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rereading, sourcesOf, stampOf } from "./sources.ts";

/** A folder with files; gone afterwards. */
async function folderWith(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "receptor-sources-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return {
    path: (name: string) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

Deno.test("sourcesOf() follows relative imports, exports and import(), in circles too", async () => {
  await using folder = await folderWith({
    "functions/f/index.ts": `
      import { a } from "../../shared/a.ts";
      import "./side_effect.ts";
      import type { T } from '../../shared/types.ts';
      import {
        several,
      } from "../../shared/several.ts";
      import { z } from "zod";
      const late = await import("./late.ts");`,
    "functions/f/side_effect.ts": "",
    "functions/f/late.ts": 'import "./not_there.ts";',
    "shared/a.ts": 'export * from "./b.ts";',
    "shared/b.ts": 'import "./a.ts";',
    "shared/types.ts": "",
    "shared/several.ts": "",
    "shared/nobody_imports.ts": "",
  });
  const names = [
    "functions/f/index.ts",
    "functions/f/side_effect.ts",
    "functions/f/late.ts",
    "shared/a.ts",
    "shared/b.ts",
    "shared/types.ts",
    "shared/several.ts",
  ];
  assert.deepEqual(
    sourcesOf(folder.path("functions/f/index.ts")).sort(),
    names.map(folder.path).sort(),
  );
});

Deno.test("stampOf() differs when a file is written, made or removed", async () => {
  await using folder = await folderWith({ "a.ts": "1" });
  const paths = [folder.path("a.ts"), folder.path("b.ts")];
  const stamps = [stampOf(paths), stampOf(paths)];
  assert.equal(stamps[0], stamps[1]);
  await writeFile(paths[0], "12");
  stamps.push(stampOf(paths));
  await writeFile(paths[1], "");
  stamps.push(stampOf(paths));
  await rm(paths[0]);
  stamps.push(stampOf(paths));
  assert.equal(new Set(stamps).size, 4);
});

Deno.test("rereading() reads again only when a file has changed", async () => {
  await using folder = await folderWith({ "a.txt": "1" });
  let reads = 0;
  const ask = rereading([folder.path("a.txt")], () => Promise.resolve(++reads));
  assert.deepEqual([await ask(), await ask()], [1, 1]);
  await writeFile(folder.path("a.txt"), "12");
  assert.deepEqual([await ask(), await ask()], [2, 2]);
});
