import assert from "node:assert/strict";
import { pathText } from "../../engine/paths.ts";
import { type PlacedDocument, strayPlaces } from "./places.ts";

function document(more: Partial<PlacedDocument> = {}): PlacedDocument {
  return {
    tags: ["t"],
    workers: [{ tags: [0] }, { tags: [] }],
    lines: ["a", "b", "c"],
    never: { 1: [2] },
    eligibility: [{
      line: 2,
      included_workers: [1],
      excluded_workers: [0],
      included_tags: [0],
      excluded_tags: [],
    }],
    preferences: { 0: { lines: [0, 2] } },
    preferencers: [{ lines: [1], ranks: [[1, "NaN"]] }],
    weightings: [{ line: null }, { line: 2 }],
    base: { allocations: [[0, 1]] },
    ...more,
  };
}

const paths = (more: Partial<PlacedDocument>) =>
  strayPlaces(document(more)).map(({ path }) => pathText(path));

Deno.test("strayPlaces() finds nothing where every place is one", () => {
  assert.deepEqual(strayPlaces(document()), []);
});

Deno.test("strayPlaces() names every place that is none, with how many there are", () => {
  assert.deepEqual(strayPlaces(document({ weightings: [{ line: 3 }] })), [
    { path: ["weightings", 0, "line"], message: "there is no line 3, the document has 3" },
  ]);
  assert.deepEqual(paths({ workers: [{ tags: [0, 1] }, { tags: [] }] }), ["workers[0].tags[1]"]);
  assert.deepEqual(paths({ preferences: { 2: { lines: [3] }, x: { lines: [] } } }), [
    "preferences.2",
    "preferences.2.lines[0]",
    "preferences.x",
  ]);
  assert.deepEqual(paths({ never: { "01": [5] } }), ["never.01", "never.01[0]"]);
  assert.deepEqual(paths({ preferencers: [{ lines: [9], ranks: [[0, 1], [2, 1]] }] }), [
    "preferencers[0].lines[0]",
    "preferencers[0].ranks[1][0]",
  ]);
  assert.deepEqual(paths({ base: { allocations: [[2, 0], [0, 3]] } }), [
    "base.allocations[0][0]",
    "base.allocations[1][1]",
  ]);
});

Deno.test("strayPlaces() looks at every list of an entry of eligibility", () => {
  const stray = {
    line: 3,
    included_workers: [2],
    excluded_workers: [1, 2],
    included_tags: [1],
    excluded_tags: [0, 0, 1],
  };
  assert.deepEqual(paths({ eligibility: [stray] }), [
    "eligibility[0].line",
    "eligibility[0].included_workers[0]",
    "eligibility[0].excluded_workers[1]",
    "eligibility[0].included_tags[0]",
    "eligibility[0].excluded_tags[2]",
  ]);
});
