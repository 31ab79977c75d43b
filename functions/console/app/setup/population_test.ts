// What is told of an entry that somebody else changed.

import assert from "node:assert/strict";
import { asItIs } from "./population.ts";

Deno.test("what is there now is told member by member, but for ranks", () => {
  assert.equal(asItIs(null), "It is not there any more.");
  assert.equal(
    asItIs({ lines: ["L1", "L2"], max_workers: null, ranks: { a: 1 } }),
    "It is now: lines L1, L2; max workers none.",
  );
  assert.equal(
    asItIs({ name: "Ann", tags: [], fte: 0.5 }),
    "It is now: name Ann; tags none; fte 0.5.",
  );
});
