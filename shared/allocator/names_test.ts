// Names and numbers in sentences.

import assert from "node:assert/strict";
import { byName, doctorToken, listed, MOST_NAMES, nameList } from "./names.ts";

Deno.test("names come in the order that people count in", () => {
  const names = ["Line 10", "line 2", "Line 1", "Äda"];
  assert.deepEqual(names.sort(byName), ["Äda", "Line 1", "line 2", "Line 10"]);
});

Deno.test("a list names a few, and says how many more there are", () => {
  const items = Array.from({ length: MOST_NAMES + 2 }, (_, i) => ({ name: `L${i + 1}` }));
  assert.equal(nameList(items.slice(0, 2).reverse()), "L1, L2");
  assert.equal(nameList(items), "L1, L2, L3, L4, L5, L6, L7, L8 and 2 more");
  assert.equal(nameList(items.slice(0, MOST_NAMES)), "L1, L2, L3, L4, L5, L6, L7, L8");
  assert.equal(listed(["b", "a", "c"], 1), "b and 2 more");
  assert.equal(listed([]), "");
});

Deno.test("doctors stand by their token", () => {
  assert.equal(doctorToken("abc"), "{doctor:abc}");
});
