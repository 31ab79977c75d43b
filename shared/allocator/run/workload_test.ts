// What is stored of a matching is what the checker saw.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { prepareAllocator } from "../engine.ts";
import { randomProblem } from "../testing/problems.ts";
import { refuseFaults, withChoices } from "./workload.ts";

const FOREVER = { remainingMs: () => Infinity };

Deno.test("the choices that are stored are right, and one that is not is refused: MATCHING_REFUSED", () => {
  const random = new Random(71);
  let matchings = 0;
  for (let round = 0; round < 120; round++) {
    const problem = randomProblem(random, { caps: round % 2 === 0, stability: false });
    const allocator = prepareAllocator(problem);
    let state = allocator.start();
    while (!allocator.done(state)) state = allocator.step(state, FOREVER);
    const outcome = allocator.outcome(state);
    if (outcome.status !== "COMPLETED") continue;
    matchings++;
    const stored = withChoices(allocator.tables, outcome.allocations);
    assert.deepEqual(stored.map(({ choice: _, ...own }) => own), outcome.allocations);
    refuseFaults(problem, stored);
    const lie = stored.map((own, i) => i > 0 ? own : { ...own, choice: (own.choice ?? 0) + 1 });
    assert.throws(() => refuseFaults(problem, lie), { code: "MATCHING_REFUSED" });
  }
  assert.ok(matchings > 30, `${matchings} matchings`);
});
