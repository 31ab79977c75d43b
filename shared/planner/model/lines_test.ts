import assert from "node:assert/strict";
import { DistinctLines, lineName } from "./lines.ts";

Deno.test("DistinctLines keeps each line once, in order, and a copy of it", () => {
  const lines = new DistinctLines(), line = Int32Array.of(1, 2);
  lines.add(line);
  line[1] = 3;
  lines.add(line);
  lines.add(Int32Array.of(1, 2));
  assert.deepEqual([...lines.cells()], [1, 2, 1, 3]);
});

Deno.test("lineName() tells lines apart that read alike", () => {
  const cells = Int32Array.of(1, 12, 11, 2);
  assert.notEqual(lineName(cells, 0, 2), lineName(cells, 2, 2));
});
