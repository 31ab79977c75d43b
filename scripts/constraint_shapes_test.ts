// What the database takes as constraints is what the planner takes: the migration is made from the rules, and says the same of
// values that are and that are none.

import assert from "node:assert/strict";
import { CONSTRAINTS_SQL, constraintsSql, shapeOf } from "./constraint_shapes.ts";

Deno.test("the database's list of constraints is made from the rules as they are", async () => {
  assert.equal(
    await Deno.readTextFile(CONSTRAINTS_SQL),
    constraintsSql(),
    "run deno task docs:rules",
  );
});

Deno.test("a schema that no shape can say is refused, and not left out", () => {
  assert.throws(() => shapeOf({}), /no shape says/);
  assert.throws(() => shapeOf({ type: "array", items: { type: "null" } }), /no shape says/);
});
