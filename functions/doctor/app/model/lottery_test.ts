// The shuffle that the page shows is the engine's.

import assert from "node:assert/strict";
import { buildTables } from "../../../../shared/allocator/model/tables.ts";
import { randomProblem } from "../../../../shared/allocator/testing/problems.ts";
import { Random } from "../../../../shared/engine/random.ts";
import { shuffleDoctors } from "./lottery.ts";

Deno.test("doctors stand in the order that the engine matches them in, whatever the seed", () => {
  for (const seed of [0, 1, 1234, 2 ** 31 - 1]) {
    const problem = randomProblem(new Random(seed), { caps: false, stability: false });
    problem.options.seed = seed;
    const byName = problem.workers.map(({ name }) => name).sort();
    assert.equal(new Set(byName).size, byName.length);
    const { workers } = buildTables(problem);
    assert.deepEqual(
      shuffleDoctors(seed, byName.length).map((number) => byName[number - 1]),
      workers.map(({ name }) => name),
    );
  }
});
