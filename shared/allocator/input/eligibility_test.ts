// Who may have a line: each rule of the order beats those after it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { AllocatorEligibility } from "../problem.ts";
import { WorkerLookup } from "./eligibility.ts";

const nothing: AllocatorEligibility = {
  line: "l",
  includedWorkers: [],
  excludedWorkers: [],
  includedTags: [],
  excludedTags: [],
};

Deno.test("of(): included worker, excluded worker, excluded tag, included tag, and the rest as the line says", () => {
  const random = new Random(13), tags = ["a", "b", "c"];
  const some = <T>(items: T[]) => items.filter(() => random.below(3) === 0);
  for (let round = 0; round < 300; round++) {
    const workers = Array.from({ length: 5 }, (_, w) => ({ id: `w${w}`, tags: some(tags) }));
    const ids = workers.map(({ id }) => id);
    const entry = {
      line: "l",
      includedWorkers: some(ids),
      excludedWorkers: some(ids),
      includedTags: some(tags),
      excludedTags: some(tags),
    };
    const may = workers.map((worker) => {
      const holds = (of: string[]) => worker.tags.some((tag) => of.includes(tag));
      if (entry.includedWorkers.includes(worker.id)) return 1;
      if (entry.excludedWorkers.includes(worker.id)) return 0;
      if (holds(entry.excludedTags)) return 0;
      if (holds(entry.includedTags)) return 1;
      return entry.includedTags.length > 0 ? 0 : 1;
    });
    const lookup = new WorkerLookup(workers);
    assert.deepEqual([...lookup.of(entry)], may, JSON.stringify(entry));
    const named = some(ids), held = some(tags);
    assert.deepEqual(
      [...lookup.matching(named, held)],
      workers.map(({ id, tags: own }) =>
        named.includes(id) || own.some((tag) => held.includes(tag)) ? 1 : 0
      ),
    );
  }
});

Deno.test("a line that includes workers alone shuts out nobody; who is not in the batch is no matter", () => {
  const lookup = new WorkerLookup([{ id: "w0", tags: [] }, { id: "w1", tags: ["a"] }]);
  assert.deepEqual([...lookup.of({ ...nothing, includedWorkers: ["w0", "gone"] })], [1, 1]);
  assert.deepEqual([...lookup.of({ ...nothing, includedTags: ["none"] })], [0, 0]);
  assert.deepEqual([...lookup.matching([], [])], [0, 0]);
});
