// What is said of a run that ended.

import assert from "node:assert/strict";
import type { AllocatorRun, PlannerRun } from "../../../../shared/client/mod.ts";
import { parseRoute, route } from "../router.ts";
import { matchEnd, plannerEnd } from "./announce.ts";

const named = { id: "r", name: "R" };
const nothing = { result_metadata: null, result: null, base_run: null, error_message: null };
const planner = (run: Partial<PlannerRun>, about = named) =>
  plannerEnd({ ...nothing, n_job_lines: 60, ...run } as PlannerRun, about);
const match = (run: Partial<AllocatorRun>) =>
  matchEnd({ ...nothing, ...run } as AllocatorRun, named);

Deno.test("plannerEnd() says what came of a run, and where to go on", () => {
  const done = planner({ status: "COMPLETED" });
  assert.deepEqual([done.title, done.action?.label], ["R: 60 job lines ready", "Open the roster"]);
  const dry = { dryRun: true } as PlannerRun["result_metadata"];
  assert.match(planner({ status: "COMPLETED", result_metadata: dry }).title, /dry run is done/);
  const impossible = planner({
    status: "INFEASIBLE",
    error_message: "No.",
    result_metadata: { explanation: { message: "too few posts" } } as PlannerRun["result_metadata"],
  });
  assert.deepEqual(
    [impossible.title, impossible.message],
    ["R: this request is impossible", "too few posts"],
  );
  assert.equal(planner({ status: "FAILED", error_message: "Broken." }).message, "Broken.");
  assert.equal(planner({ status: "CANCELLED" }).message, "No line changed.");
});

Deno.test("plannerEnd() offers no way to where one is already", () => {
  route.value = parseRoute("#/roster/r");
  try {
    assert.equal(planner({ status: "COMPLETED" }).action, undefined);
    assert.notEqual(planner({ status: "FAILED" }).action, undefined);
  } finally {
    route.value = parseRoute("");
  }
});

Deno.test("matchEnd() says what came of a match; the answer of a what-if is in sight", () => {
  assert.equal(match({ status: "COMPLETED" })?.message, "some got their first choice.");
  assert.equal(match({ status: "COMPLETED", base_run: "b" }), null);
  assert.equal(match({ status: "FAILED", base_run: "b" })?.title, "R: the what-if failed");
  assert.equal(match({ status: "INFEASIBLE" })?.title, "R: this match is impossible");
  assert.equal(match({ status: "CANCELLED" })?.title, "R: the match was cancelled");
});

Deno.test("what came of the run before is no news any more: one notice stands for both, and a match's stands beside it", () => {
  const before = planner({ status: "INFEASIBLE" });
  assert.equal(planner({ status: "COMPLETED" }).kind, before.kind);
  assert.equal(match({ status: "COMPLETED" })?.kind, match({ status: "FAILED" })?.kind);
  const kinds = [before, match({ status: "FAILED" }), match({ status: "FAILED", base_run: "b" })];
  assert.equal(new Set(kinds.map((notice) => notice?.kind)).size, 3);
  assert.notEqual(
    planner({ status: "FAILED" }, { id: "s", name: "R" }).kind,
    before.kind,
  );
});
