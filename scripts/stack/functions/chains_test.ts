import assert from "node:assert/strict";
import { Chains } from "./chains.ts";

Deno.test("Chains allows so many calls of a chain in a window, and says when there will be more", () => {
  let now = 0;
  const chains = new Chains({ calls: 2, windowMs: 100 }, () => now);
  assert.deepEqual([chains.call("a"), chains.call("a"), chains.call("b")], [null, null, null]);
  now = 30;
  assert.equal(chains.call("a"), 70);
  assert.equal(chains.call("b"), null);
  now = 100;
  assert.deepEqual([chains.call("a"), chains.call("a"), chains.call("a")], [null, null, 100]);
});
