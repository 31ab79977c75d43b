import assert from "node:assert/strict";
import { circles, climbs, floorsOf, importsOf, roomCircles } from "./import_graph.ts";

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

/** Files without a circle, whose rooms have one: b/ imports a/, which imports b/ elsewhere. */
const ROOMS = new Map([
  ["app/page.ts", ["app/a/one.ts", "app/b/one.ts"]],
  ["app/a/one.ts", ["app/b/one.ts"]],
  ["app/a/two.ts", []],
  ["app/b/one.ts", []],
  ["app/b/two.ts", ["app/a/two.ts", "elsewhere/x.ts"]],
  ["app/b/deep/one.ts", ["app/b/one.ts"]],
]);

Deno.test("roomCircles() finds rooms in a circle where no files are", () => {
  assert.deepEqual(circles(ROOMS), []);
  assert.deepEqual(roomCircles(ROOMS), ["app: a/, b/"]);
});

Deno.test("climbs() finds rooms without a floor and imports that do not go down", () => {
  const readme =
    "| room | owns |\n| --- | --- |\n| `page.ts` | all |\n| [`a/`](a/x.md) | a |\n| `b/` | |\n\nMore.";
  const floors = floorsOf(readme, "room");
  assert.deepEqual(floors, [["page.ts"], ["a/"], ["b/"]]);
  assert.deepEqual(climbs(ROOMS, "app", floors), ["app/b/ imports a/"]);
  assert.deepEqual(climbs(ROOMS, "app", [["page.ts"], ["a/", "b/"]]), [
    "app/a/ imports b/",
    "app/b/ imports a/",
  ]);
  assert.deepEqual(climbs(ROOMS, "app", [["page.ts", "a/"]]), [
    "app/page.ts imports a/",
    "app/page.ts imports b/",
    "app/a/ imports b/",
    "app/b/ has no floor",
  ]);
});
