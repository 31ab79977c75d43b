// Which allocation run the demo plans.

import assert from "node:assert/strict";
import { UsageError } from "./options.ts";
import { chooseAllocationRun } from "./session.ts";

const runs = [
  { id: "1", name: "PGY1 2027", starts_on: "2027-01-11", term_weeks: [10, 10, 10, 10, 12] },
  { id: "2", name: "PGY2 2027", starts_on: "2027-02-01", term_weeks: [13, 13, 13, 13] },
];

Deno.test("chooseAllocationRun() takes the run whose terms suit the ruleset", () => {
  assert.equal(chooseAllocationRun(runs, null, "VIC_PGY1").id, "1");
  assert.equal(chooseAllocationRun(runs, null, "VIC_PGY2").id, "2");
  assert.equal(chooseAllocationRun(runs, null, "UNRESTRICTED").id, "1");
});

Deno.test("chooseAllocationRun() takes the run that was named", () => {
  assert.equal(chooseAllocationRun(runs, "PGY2 2027", "UNRESTRICTED").id, "2");
});

Deno.test("chooseAllocationRun() names the runs there are where none fits", () => {
  const refusal = { name: UsageError.name, message: /"PGY1 2027", "PGY2 2027"/ };
  assert.throws(() => chooseAllocationRun(runs, "PGY3", "VIC_PGY1"), refusal);
  assert.throws(() => chooseAllocationRun([runs[0]], null, "VIC_PGY2"), /--run: "PGY1 2027"/);
});
