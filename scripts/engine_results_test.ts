import assert from "node:assert/strict";
import { silentChanges } from "./engine_results.ts";

Deno.test("another result under the same version is told, under a new one it is not", () => {
  const of = (version: number, hash: string) => ({ planner: { version, results: { a: hash } } });
  assert.match(silentChanges(of(3, "x"), of(3, "y"))[0], /"planner".*\(a\).*still version 3/);
  assert.deepEqual(silentChanges(of(3, "x"), of(4, "y")), []);
  assert.deepEqual(silentChanges(of(3, "x"), of(3, "x")), []);
});
