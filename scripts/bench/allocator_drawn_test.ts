/** Drawn problems of the allocator: where slices end changes nothing in what a search does. */
import assert from "node:assert/strict";
import { prepareAllocator } from "../../shared/allocator/engine.ts";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import { ALLOCATOR_FAMILIES, type AllocatorFamily, drawAllocation } from "./allocator_drawn.ts";

/** A problem of a family whose ranges are a part of what they are. */
function drawSmaller(name: string, part: number, seed: number): AllocatorProblem {
  const family = ALLOCATOR_FAMILIES[name] as AllocatorFamily;
  const smaller = (range: [number, number], least = 1) =>
    range.map((n) => Math.max(least, Math.ceil(n * part))) as [number, number];
  return drawAllocation({
    ...family,
    workers: smaller(family.workers),
    lines: smaller(family.lines),
    ranked: smaller(family.ranked, 4),
  }, seed);
}

/** Solves a problem in slices of some units, each from the text of the last one's checkpoint: its end, but for clocks. */
function solveInSlices(problem: AllocatorProblem, units: number) {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  while (!allocator.done(state)) {
    let asked = 2 * units;
    const given = JSON.stringify(state);
    const next = allocator.step(state, { remainingMs: () => --asked > 0 ? 1e6 : 0 });
    assert.equal(JSON.stringify(state), given, "a step leaves its checkpoint as it is");
    state = JSON.parse(JSON.stringify(next));
  }
  return { ...state, unitMs: {}, spentMs: 0, fraction: 0 };
}

for (
  const [name, part, seeds, reasons] of [
    ["common", 0.2, [1, 2], true],
    ["caps", 0.2, [1, 2], true],
    ["stable", 0.12, [3, 5], true],
    ["shared", 0.12, [2, 6], true],
    ["strict", 0.12, [2, 5], false],
    ["programmes", 0.12, [1, 4], false],
    ["couples", 0.4, [3, 10, 12], false],
  ] as const
) {
  Deno.test(`slices end anywhere, and ${name} comes out the same to the last pivot`, () => {
    let nodes = 0, dives = 0;
    for (const seed of seeds) {
      const problem = { ...drawSmaller(name, part, seed), reasons };
      const whole = solveInSlices(problem, 1e6);
      assert.deepEqual(solveInSlices(problem, 1), whole);
      nodes = Math.max(nodes, whole.work.nodes);
      dives = Math.max(dives, whole.dives);
    }
    // What is kept in memory is kept for trees: there is one to see it in.
    if (name === "couples") assert.ok(nodes > 20 && dives > 0, `${nodes} nodes, ${dives} dives`);
  });
}
