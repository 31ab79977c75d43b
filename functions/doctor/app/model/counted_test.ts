// Counts in sentences.

import assert from "node:assert/strict";
import { counted, countedAre } from "./counted.ts";

Deno.test("one is never told in the plural", () => {
  assert.equal(counted(0, "line"), "0 lines");
  assert.equal(counted(1, "line"), "1 line");
  assert.equal(counted(2, "specialty", "specialties"), "2 specialties");
  assert.equal(countedAre(1, "line"), "1 line is");
  assert.equal(countedAre(3, "line"), "3 lines are");
});
