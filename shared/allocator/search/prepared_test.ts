// What a checkpoint keeps of the first deduction leads to the same problem as the deduction itself.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/tables.ts";
import { randomProblem } from "../testing/problems.ts";
import { Prepared } from "./prepared.ts";

Deno.test("deduction from the cutoffs of an earlier one leaves what it left, and says the same of them", () => {
  const random = new Random(12);
  let narrowed = 0;
  for (let round = 0; round < 200; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true }));
    const whole = new Prepared(tables, true), again = new Prepared(tables, true);
    if (whole.ranges === null) continue;
    again.recall(whole.ranges);
    assert.deepEqual(again.root.domain, whole.root.domain);
    assert.deepEqual(again.root.field!.ofWorker, whole.root.field!.ofWorker);
    assert.deepEqual(again.root.field!.ofLine, whole.root.field!.ofLine);
    assert.deepEqual(again.root.field!.wishes(), whole.root.field!.wishes());
    assert.equal(again.ranges, whole.ranges);
    if (whole.root.domain!.lowest.some((lowest) => lowest > 0)) narrowed++;
  }
  assert.ok(narrowed > 50, `${narrowed}`);
});

Deno.test("without stability there are no cutoffs to keep", () => {
  const tables = buildTables(randomProblem(new Random(1), { caps: false, stability: false }));
  assert.equal(new Prepared(tables, false).ranges, null);
});
