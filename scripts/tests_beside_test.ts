// What counts as a test beside a file, on a house of five files.

import assert from "node:assert/strict";
import { decisionsIn, missingTests } from "./tests_beside.ts";

const LOGIC = "if (a) return 1;\nfor (const b of c) x();\nwhile (d) y();\nreturn 2;\nthrow e;\n"
  .replaceAll(";\n", ";\n  ");
const texts: Record<string, string> = {
  "a/named.ts": LOGIC,
  "a/imported.ts": LOGIC,
  "a/alone.ts": LOGIC,
  "a/words.ts": "export const NAME = 1;\nreturn 2;\n",
  "b/far.ts": LOGIC,
};
const graph = new Map<string, string[]>([
  ...Object.keys(texts).map((path): [string, string[]] => [path, []]),
  ["a/named_test.ts", ["a/named.ts"]],
  ["a/other_test.ts", ["a/imported.ts"]],
  ["a/testing/kit.ts", ["b/far.ts"]],
  ["c/far_test.ts", ["a/testing/kit.ts"]],
]);
const read = (path: string) => texts[path] ?? LOGIC;

Deno.test("a file is tested by a test of its name, or by one in its folder that imports it; words need none", () => {
  assert.deepEqual(missingTests(graph, read, {}), [
    "a/alone.ts has no test beside it",
    "b/far.ts has no test beside it",
  ]);
});

Deno.test("an exception holds where its test reaches the file, and only where one is needed", () => {
  const elsewhere = { test: "c/far_test.ts", why: "for the test" };
  assert.deepEqual(missingTests(graph, read, { "b/far.ts": elsewhere }), [
    "a/alone.ts has no test beside it",
  ]);
  assert.deepEqual(missingTests(graph, read, { "b/": elsewhere, "a/": elsewhere }), [
    "a/alone.ts is not reached by c/far_test.ts",
  ]);
  assert.deepEqual(
    missingTests(graph, read, {
      "b/": elsewhere,
      "a/alone.ts": elsewhere,
      "a/named.ts": elsewhere,
    }),
    ["a/alone.ts is not reached by c/far_test.ts", "a/named.ts is an exception for nothing"],
  );
});

Deno.test("decisionsIn() counts branches, loops and what is returned, and no comment", () => {
  assert.equal(
    decisionsIn("// if it is\nif (a) {\n} else if (b) {\n}\nconst iffy = 1;\n  return;"),
    3,
  );
});
