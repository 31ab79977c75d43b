// What the strategy would search next: every form has a beginning, spans follow each other, and no project costs more than it may.

import assert from "node:assert/strict";
import { describeForms } from "../forms/mod.ts";
import { planNext } from "./next.ts";

Deno.test("every form has a project to begin with, and another behind it", () => {
  for (const { name: form } of describeForms()) {
    const first = planNext({ form, maxCostUsd: 25, searched: [] });
    assert.ok(first, form);
    assert.equal(first.phases.length, 1, form);
    assert.ok(first.forecast.cost_usd <= 25, form);
    assert.equal(first.budget.max_cost_usd, 25);
    const searched = [first.phases[0].search_params];
    const second = planNext({ form, maxCostUsd: 25, searched });
    if (second === null) continue;
    assert.notEqual(second.slug, first.slug, form);
    assert.notDeepEqual(second.phases[0].search_params, searched[0], form);
  }
});

Deno.test("a span begins behind what was searched with the same other parameters", () => {
  const next = (searched: Record<string, unknown>[], maxCostUsd = 25) =>
    planNext({ form: "wagstaff", maxCostUsd, searched })?.phases[0].search_params;
  assert.deepEqual(next([]), { min_exp: 3, max_exp: 200 });
  assert.deepEqual(next([{ min_exp: 3, max_exp: 200 }, { min_exp: 3, max_exp: 90 }]), {
    min_exp: 201,
    max_exp: 398,
  });
  const kbn = planNext({
    form: "kbn",
    maxCostUsd: 25,
    searched: [{ n: 50, min_k: 1, max_k: 90_000, sign: "+" }],
  });
  assert.deepEqual(kbn?.phases[0].search_params, { n: 3320, min_k: 1, max_k: 5000, sign: "+" });
});

Deno.test("what costs too much is halved until it does not, and no project costs nothing", () => {
  const dear = { wagstaff: { coeff_a: 1e4, coeff_b: 2.5 } };
  const whole = planNext({ form: "wagstaff", maxCostUsd: 25, searched: [] }, dear)!;
  const most = whole.forecast.cost_usd / 3;
  const part = planNext({ form: "wagstaff", maxCostUsd: most, searched: [] }, dear)!;
  assert.ok(part.forecast.cost_usd <= most);
  assert.ok(part.phases[0].candidates < whole.phases[0].candidates);
  assert.equal(planNext({ form: "wagstaff", maxCostUsd: 0, searched: [] }, dear), null);
});
