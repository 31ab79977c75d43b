// How much a search may do, in units that no machine has a say in.

import assert from "node:assert/strict";
import { effortFactor, noWork, workDone, workLimit } from "./effort.ts";

Deno.test("an effort by name or number is a factor on the work, which grows with lines and long years", () => {
  assert.deepEqual(["quick", "normal", "high"].map((name) => effortFactor(name as "quick")), [
    0.25,
    1,
    8,
  ]);
  assert.deepEqual([effortFactor(), effortFactor(3.5)], [1, 3.5]);
  assert.equal(workLimit(2, 40, 5), 2 * workLimit(1, 40, 5));
  assert.ok(workLimit(1, 41, 5) > workLimit(1, 40, 5));
  assert.equal(workLimit(1, 40, 6), 3 * workLimit(1, 40, 5));
  assert.equal(workLimit(1, 40, 9), workLimit(1, 40, 6));
  assert.equal(workLimit(1, 40, 10), 2 * workLimit(1, 40, 9));
  assert.equal(workLimit(1, 40, 5, true), workLimit(1, 40, 6), "pathways take as long");
  assert.equal(workLimit(0.25, 40, 5, true), workLimit(0.25, 40, 5));
  assert.equal(workLimit(0.25, 40, 10), workLimit(0.25, 40, 5));
  assert.equal(workLimit(0.25, 40, 6), workLimit(0.25, 40, 5), "a quick one is quick all the same");
});

Deno.test("work adds up by what each part of it costs, and a pivot's cost grows with the slots", () => {
  assert.equal(workDone(noWork(), 100), 0);
  const some = { ...noWork(), moves: 10, lp_work: 200, pricing_nodes: 10_000, mip_work: 5 };
  assert.equal(workDone(some, 100), 10 + 10 + 2 + 1);
  assert.equal(workDone(some, 200) - workDone(some, 100), 10);
  assert.equal(workDone({ ...some, units: 7, lps: 7, pricings: 7, mips: 7 }, 100), 23);
});
