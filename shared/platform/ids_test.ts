// What is taken for an id.

import assert from "node:assert/strict";
import { isId } from "./ids.ts";

Deno.test("isId() takes what the database takes, and nothing that was cut off or written by hand", () => {
  assert.ok(isId("a0000000-0000-4000-8000-000000000031"));
  assert.ok(isId("A0000000-0000-4000-8000-00000000003F"));
  for (
    const text of [
      "",
      "me",
      "a0000000-0000-4000-8000-00000000003",
      "a0000000-0000-4000-8000-000000000031 ",
      "*",
    ]
  ) {
    assert.ok(!isId(text), text);
  }
});
