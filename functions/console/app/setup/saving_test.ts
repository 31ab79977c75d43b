// Whose fault it is: paths of the database and fields of forms.

import assert from "node:assert/strict";
import { isOf } from "./saving.ts";

Deno.test("isOf() goes by the end of a path, entries of lists left aside", () => {
  assert.ok(isOf("name", "name"));
  assert.ok(isOf("lines[0].eligibility.included_tags[1]", "included_tags"));
  assert.ok(isOf("workers[0].email", "email"));
  assert.ok(!isOf("plan_name", "name"));
  assert.ok(!isOf("lines[0].name", "lines"));
});
