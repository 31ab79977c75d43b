import assert from "node:assert/strict";
import { groupsOf } from "./groups.ts";

Deno.test("groupsOf() groups as the newest browsers do themselves", () => {
  const items = ["b1", "a1", "b2", "a2", "c"];
  const keyOf = (item: string) => item[0];
  assert.deepEqual([...groupsOf(items, keyOf)], [...Map.groupBy(items, keyOf)]);
  assert.deepEqual([...groupsOf(new Set<string>(), keyOf)], []);
});
