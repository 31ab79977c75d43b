// What rules contribute, gathered; and which limits can bind at all.

import assert from "node:assert/strict";
import type { ConstraintEntry, PlannerPosition } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { bindingLimits, gather } from "./gather.ts";

function gathered(
  positions: PlannerPosition[],
  constraints: ConstraintEntry[],
  termWeeks: number[],
) {
  const problem = problemOf(positions, { constraints, termWeeks });
  const totalWeeks = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  return gather({ problem, bounds: resolveRules(constraints), totalWeeks });
}

const plain = (id: string) => position(id, { specialty: id });
/** The rules of the house off, so that those of the test stand alone. */
const OFF: ConstraintEntry[] = [
  { name: "MAX_RURAL_TERMS", value: null },
  { name: "MAX_NIGHTS_RELIEF_TERMS", value: null },
];

Deno.test("each limit carries its rule, and a slot that a rule forbids is closed in that term alone", () => {
  const service = position("s", { isService: true });
  const found = gathered([plain("a"), service], [
    ...OFF,
    { name: "MAX_SERVICE_TERMS", value: 1 },
    { name: "FORBIDDEN_CELLS", value: [{ position: "a", terms: [2] }] },
  ], [10, 10, 10]);
  assert.deepEqual(found.limits.map(({ rule, positions }) => [rule, positions]), [
    ["MAX_SERVICE_TERMS", [1]],
  ]);
  assert.deepEqual([...found.forbidden], [0, 0, 1, 0, 0, 0]);
  assert.equal(found.structureFault, null);
});

Deno.test("the first rule that the terms themselves break is named", () => {
  const found = gathered([plain("a")], [{ name: "MIN_TERMS", value: 4 }], [26, 26]);
  assert.equal(found.structureFault?.rule, "MIN_TERMS");
});

Deno.test("bindingLimits() drops what no line can exceed, and closes slots that exceed a limit by themselves", () => {
  const service = ["s", "t"].map((id) => position(id, { isService: true, specialty: id }));
  const limits = (value: number, termWeeks: number[]) => {
    const found = gathered(
      [plain("a"), ...service],
      [...OFF, { name: "MAX_SERVICE_TERMS", value }],
      termWeeks,
    );
    return { kept: bindingLimits(found, 3).length, forbidden: [...found.forbidden] };
  };
  assert.deepEqual(limits(1, [10, 10]).kept, 1);
  assert.deepEqual(limits(2, [10, 10]).kept, 0, "a year of two terms has no three");
  assert.deepEqual(limits(0, [10, 10]), { kept: 0, forbidden: [0, 1, 1, 0, 1, 1] });
});

Deno.test("a position that comes once by itself binds no limit of one", () => {
  const one = [plain("a"), position("s", { isService: true })];
  const constraints = [...OFF, { name: "MAX_SERVICE_TERMS", value: 1 }];
  const kept = (more: ConstraintEntry[]) => {
    const found = gathered(one, [...constraints, ...more], [10, 10]);
    return bindingLimits(found, 2).length;
  };
  assert.equal(kept([]), 0);
  assert.equal(kept([{ name: "UNIQUE_POSITIONS", value: false }]), 1);
});
