import assert from "node:assert/strict";
import type { ProjectPhase } from "../../../../shared/client/mod.ts";
import {
  actionsOf,
  amountOf,
  conditionWords,
  dollars,
  levelsOf,
  phaseActionsOf,
  spentShare,
} from "./words.ts";

const phase = (name: string, ...depends_on: string[]) => ({ name, depends_on }) as ProjectPhase;

Deno.test("phases stand in columns behind those that they depend on", () => {
  const levels = levelsOf([
    phase("a"),
    phase("b"),
    phase("c", "a"),
    phase("d", "c", "b"),
    phase("e", "b"),
  ]);
  assert.deepEqual(levels.map((level) => level.map(({ name }) => name)), [["a", "b"], ["c", "e"], [
    "d",
  ]]);
});

Deno.test("every condition has its words", () => {
  for (
    const condition of [
      "previous_phase_found_zero",
      "previous_phase_found_prime",
      "time_since_start:3",
      "first_prime_found",
      "n_primes_found:3",
      "target_digits_reached:1000",
      "timeout_hours:1",
      "budget_reached:2",
    ]
  ) {
    assert.ok(conditionWords(condition), condition);
  }
  assert.equal(conditionWords("all_blocks_done"), "");
  assert.equal(conditionWords(null), "");
});

Deno.test("what may be done depends on the state", () => {
  assert.deepEqual(actionsOf("draft"), ["activate", "cancel"]);
  assert.deepEqual(actionsOf("completed"), []);
  assert.deepEqual(phaseActionsOf({ status: "failed" }, { status: "failed" }), [
    "retry",
    "skip",
    "force",
  ]);
  assert.deepEqual(phaseActionsOf({ status: "cancelled" }, { status: "skipped" }), []);
});

Deno.test("sums of money are as precise as they must be", () => {
  assert.deepEqual([0, 0.00345, 1.2, 1234.5].map(dollars), ["$0", "$0.0034", "$1.20", "$1,234.50"]);
  assert.equal(spentShare({ total_cost_usd: 1, budget: { max_cost_usd: 4 } }), 0.25);
  assert.equal(spentShare({ total_cost_usd: 1, budget: { max_cost_usd: 0 } }), 1);
  assert.equal(spentShare({ total_cost_usd: 1, budget: {} }), null);
  assert.deepEqual([amountOf(" $1,000 "), amountOf("")], [1000, null]);
  assert.ok(Number.isNaN(amountOf("much")) && Number.isNaN(amountOf("-1")));
});
