import assert from "node:assert/strict";
import { ownOf } from "./own.ts";

Deno.test("a record has nothing of names that it was not given", () => {
  assert.equal(ownOf({ a: 1 }, "a"), 1);
  for (const name of ["b", "constructor", "toString", "__proto__"]) {
    assert.equal(ownOf({ a: 1 }, name), undefined);
  }
  assert.equal(ownOf(JSON.parse('{"__proto__": 2}'), "__proto__"), 2);
});
