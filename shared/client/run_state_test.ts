// Which version of a run is newer, and which live events carry all of it.

import assert from "node:assert/strict";
import { compareInstants, isNewer, runOfEvent } from "./run_state.ts";
import { completed, generating, plannerRun } from "./testing/runs.ts";
import { PLANNER_RUN_COLUMNS, type PlannerRun } from "./planner_types.ts";

Deno.test("isNewer() takes anything over nothing", () => {
  assert.equal(isNewer(plannerRun(), null), true);
});

Deno.test("isNewer() follows updated_at within a status and drops duplicates", () => {
  assert.equal(isNewer(generating(3), generating(2)), true);
  assert.equal(isNewer(generating(2), generating(3)), false);
  assert.equal(isNewer(generating(3), generating(3)), false);
});

Deno.test("isNewer() never leaves a terminal run", () => {
  assert.equal(
    isNewer({ ...generating(3), updated_at: "2027-01-01T00:00:00Z" }, completed()),
    false,
  );
  assert.equal(isNewer({ ...completed(), status: "FAILED" }, completed()), false);
});

Deno.test("isNewer() lets a higher status win whatever the clock says", () => {
  const late = { ...completed(), updated_at: "2025-01-01T00:00:00Z" };
  assert.equal(isNewer(late, generating(3)), true);
  const pending = plannerRun({ updated_at: "2027-01-01T00:00:00Z" });
  assert.equal(isNewer(pending, generating(3)), false);
});

Deno.test("compareInstants() sees microseconds, offsets and PostgreSQL's own form", () => {
  const order = (a: string, b: string) => Math.sign(compareInstants(a, b));
  assert.equal(order("2026-01-05T00:00:00.000002+00:00", "2026-01-05T00:00:00.000001+00:00"), 1);
  assert.equal(order("2026-01-05T00:00:00.1+00:00", "2026-01-05T00:00:00.09+00:00"), 1);
  assert.equal(order("2026-01-05T00:00:00.5+00:00", "2026-01-05T00:00:01+00:00"), -1);
  assert.equal(order("2026-01-05 10:00:00.5+10", "2026-01-05T00:00:00.500000Z"), 0);
});

Deno.test("runOfEvent() keeps a UI's columns only", () => {
  const run = runOfEvent(
    { ...generating(1), request: {}, idempotency_key: "k" },
    PLANNER_RUN_COLUMNS,
  );
  assert.deepEqual(run, generating(1));
});

Deno.test("runOfEvent() refuses records that are not whole", () => {
  const { constraints: _, ...record } = generating(1);
  assert.equal(runOfEvent<PlannerRun>(record, PLANNER_RUN_COLUMNS), null);
  const odd = { ...generating(1), status: "ODD" };
  assert.equal(runOfEvent<PlannerRun>(odd, PLANNER_RUN_COLUMNS), null);
});
