import assert from "node:assert/strict";
import { circles, importsOf } from "./import_graph.ts";

Deno.test("circles() finds each circle once, also one that a file closes by itself", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", ["e"]],
    ["e", []],
    ["f", ["f"]],
  ]);
  assert.deepEqual(circles(graph), [["a", "b", "c"], ["f"]]);
});

Deno.test("circles() finds none where every path ends", () => {
  assert.deepEqual(circles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", ["outside"]]])), []);
});

Deno.test("importsOf() reads a file's imports from this repository, relative to its root", () => {
  assert.deepEqual(importsOf("scripts/import_graph_test.ts"), ["scripts/import_graph.ts"]);
});
