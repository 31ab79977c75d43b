// What does not type-check is found, each in the world in which it is.

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { exampleFiles } from "./examples.ts";
import { typeFaults } from "./type_check.ts";

const FILES = {
  "scripts/tool.ts":
    'import postgres from "postgres";\nexport const title = document.title, cores: string = navigator.hardwareConcurrency;\n' +
    'export const sql: number = postgres("");\nDeno.exit("1");\n',
  "functions/console/app/page.tsx":
    "export const Title = () => <h1 tabIndex={window}>{document.title}</h1>;\n" +
    "export const unit: string = Deno.pid, absent = EdgeRuntime;\n",
  "shared/platform.ts":
    'import type {} from "@supabase/functions-js/edge-runtime";\nEdgeRuntime.waitUntil(1);\nfunction unused() {}\n',
};

const EXAMPLE = "const unused = 1;\nconst wrong: string = 1;\nexport {};\n";

Deno.test("typeFaults() finds what is wrong on Deno, in browsers and in examples, and nothing else", async () => {
  const root = await Deno.makeTempDir({ prefix: "receptor-type-check-" });
  try {
    for (const [path, text] of Object.entries(FILES)) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    const told = await typeFaults(root, new Map([["README.md.1.ts", EXAMPLE]])) ?? "";
    const places = [...told.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+)/gm)]
      .map(([, file, line, code]) => `${file}:${line} ${code}`);
    assert.deepEqual(places, [
      "README.md.1.ts:2 TS2322",
      "scripts/tool.ts:2 TS2584", // there is no document
      "scripts/tool.ts:2 TS2322",
      "scripts/tool.ts:3 TS2322",
      "scripts/tool.ts:4 TS2345",
      "shared/platform.ts:2 TS2345",
      "shared/platform.ts:3 TS6133",
      "functions/console/app/page.tsx:1 TS2322",
      "functions/console/app/page.tsx:2 TS2322",
      "functions/console/app/page.tsx:2 TS2304",
    ], told);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("examples are found in documents and in docstrings", () => {
  const names = [...exampleFiles().keys()];
  assert.ok(names.filter((name) => name.includes(".md.")).length >= 4, names.join());
  assert.ok(names.filter((name) => name.startsWith("shared.client.")).length >= 4, names.join());
});
