/** The importer keeps the instances' meaning: everything reads, and small ones are solved and checked. */
import assert from "node:assert/strict";
import { checkMatching } from "../../shared/allocator/checker.ts";
import {
  type AllocatorOutcome,
  type AllocatorProblem,
  prepareAllocator,
} from "../../shared/allocator/engine.ts";
import { readRelaxation } from "../../shared/allocator/testing/relaxations.ts";
import {
  ALLOCATOR_INSTANCES,
  importAllocatorInstance,
  readAllocatorInstance,
} from "./allocator_instances.ts";

/** Optima, which HiGHS proves on the full model as well. */
const OPTIMA: Record<string, number> = {
  a60x40stab: 735.45,
  a139x100: 3009.25,
  a139x100mip: 154381.75,
  a139x100stab: 3477.95,
  a139x100mipstab: 243657.725,
};

function solve(problem: AllocatorProblem): AllocatorOutcome {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  while (!allocator.done(state)) state = allocator.step(state, { remainingMs: () => 1e6 });
  return allocator.outcome(state);
}

for (const name of ALLOCATOR_INSTANCES) {
  Deno.test(`importAllocatorInstance() reads ${name}`, async () => {
    const file = await readAllocatorInstance(name);
    const problem = importAllocatorInstance(file);
    assert.deepEqual([problem.workers.length, problem.lines.length], [file.W, file.J]);
    prepareAllocator(problem); // refuses ranks that are not dense
    if (!(name in OPTIMA)) return;
    const outcome = solve(problem);
    assert.ok(outcome.status === "COMPLETED");
    assert.deepEqual(checkMatching(problem, outcome.allocations), []);
    assert.equal(outcome.report.objective, OPTIMA[name]);
  });
}

for (const name of ALLOCATOR_INSTANCES.filter((name) => name.startsWith("inf"))) {
  Deno.test(`${name} is explained, and each relaxation lets a matching exist`, async () => {
    // A smaller instance made as impossible: it takes a tenth of the time, and more changes of each kind.
    const problem = importAllocatorInstance(await readAllocatorInstance(name, "a139x100mip"));
    const outcome = solve(problem);
    assert.ok(outcome.status === "INFEASIBLE");
    const { relaxations } = outcome.explanation;
    assert.ok(relaxations.length > 0);
    for (const { change } of relaxations) {
      assert.doesNotMatch(change, /Fewer changes may be enough/);
      const relaxed = readRelaxation(change).reduce((p, { make }) => make(p, 0), problem);
      const matched = solve(relaxed);
      assert.ok(matched.status === "COMPLETED", change);
      assert.deepEqual(checkMatching(relaxed, matched.allocations), []);
    }
  });
}

Deno.test("a search with a tree ends in the same matching, unit by unit or in one go", async () => {
  const allocator = prepareAllocator(
    importAllocatorInstance(await readAllocatorInstance("a139x100mipstab")),
  );
  const run = (units: number) => {
    let state = allocator.start(), slices = 0;
    for (; !allocator.done(state); slices++) {
      let left = 2 * units;
      const remainingMs = () => --left > 0 ? 1e6 : 0;
      state = JSON.parse(JSON.stringify(allocator.step(state, { remainingMs })));
    }
    return { slices, work: state.work, outcome: allocator.outcome(state) };
  };
  const whole = run(1e6), single = run(1);
  assert.ok(single.slices > 20 && whole.slices === 1 && whole.work.nodes > 1);
  assert.deepEqual(single.work, whole.work);
  assert.deepEqual(single.outcome, whole.outcome);
});
