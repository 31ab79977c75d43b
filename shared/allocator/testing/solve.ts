// Solves a problem in slices of some units, from checkpoint to checkpoint as JSON, for tests.

import assert from "node:assert/strict";
import { type AllocatorOutcome, type AllocatorState, prepareAllocator } from "../engine.ts";
import type { AllocatorProblem } from "../problem.ts";

/** What came out, and the state that it came from. */
export function solve(
  problem: AllocatorProblem,
  unitsPerSlice = 1e6,
): { outcome: AllocatorOutcome; state: AllocatorState } {
  let state = prepareAllocator(problem).start();
  for (let slice = 0, fraction = 0;; slice++) {
    assert.ok(slice < 10_000, "endless");
    const allocator = prepareAllocator(problem);
    if (allocator.done(state)) return { outcome: allocator.outcome(state), state };
    let left = 2 * unitsPerSlice;
    const remainingMs = () => --left > 0 ? 1e6 : 0;
    state = JSON.parse(JSON.stringify(allocator.step(state, { remainingMs })));
    const progress = allocator.progress(state);
    assert.ok(progress.fraction >= fraction);
    fraction = progress.fraction;
  }
}
