// What is said of a run's state and failure.

import assert from "node:assert/strict";
import type { AllocatorRun, PlannerRun } from "../../../../shared/client/mod.ts";
import {
  matchAdvice,
  matchWord,
  plannerAdvice,
  plannerWord,
  ruleName,
  withRuleNames,
} from "./words.ts";

const planner = (run: Partial<PlannerRun>) => plannerWord(run as PlannerRun);
const match = (run: Partial<AllocatorRun>) => matchWord(run as AllocatorRun);

Deno.test("plannerWord() and matchWord() name each state", () => {
  assert.equal(planner({ status: "PENDING" }), "queued");
  assert.equal(planner({ status: "GENERATING" }), "generating");
  assert.equal(planner({ status: "COMPLETED", result_metadata: null }), "completed");
  const dry = { dryRun: true } as PlannerRun["result_metadata"];
  assert.equal(planner({ status: "COMPLETED", result_metadata: dry }), "dry run done");
  assert.equal(match({ status: "GENERATING" }), "matching");
  assert.equal(match({ status: "COMPLETED", base_run: null }), "completed");
  assert.equal(match({ status: "COMPLETED", base_run: "r" }), "answered");
  assert.equal(match({ status: "INFEASIBLE" }), "impossible");
});

Deno.test("plannerAdvice() and matchAdvice() have advice for every code, also one that nobody knows", () => {
  assert.match(plannerAdvice("NOTHING_TO_BUILD"), /unpin/);
  assert.match(plannerAdvice("QUEUE_TIME_EXCEEDED"), /Generate again\.$/);
  assert.match(matchAdvice("QUEUE_TIME_EXCEEDED"), /Run it again\.$/);
  for (const code of [null, "OF_A_LATER_VERSION", "constructor"]) {
    assert.match(plannerAdvice(code), /^Nothing was changed\. Generate again/);
    assert.match(matchAdvice(code), /^Nothing was changed\. Run it again/);
  }
});

Deno.test("rules are called by names that people read, also within sentences", () => {
  assert.equal(ruleName("MAX_RURAL_TERMS"), "Most rural terms");
  assert.equal(ruleName("VIC_PGY1"), "Victoria, PGY1");
  assert.equal(ruleName("PGY3_PLUS"), "PGY3 and later");
  assert.equal(ruleName("UNRESTRICTED"), "Unrestricted");
  assert.equal(
    withRuleNames("without MAX_RURAL_TERMS: 62 of 64, PGY1 or not"),
    "without “Most rural terms”: 62 of 64, PGY1 or not",
  );
  assert.equal(
    withRuleNames("without PATHWAYS, under VIC_PGY1: ICU_A in term 2 has WARD_7B before it"),
    "without “Pathways”, under “Victoria, PGY1”: ICU_A in term 2 has WARD_7B before it",
  );
});
